"""Right warehouses in every convention of every chain: sub-second ticks, wide windows, all kinds of values, two shops.

And single rows of mirrors that are wrong.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import forms
import merge
from case import ORDERS, Case
from expect import FINDINGS, Expected, findings, held, missed_changes, missed_rows
from faulty import course, loads_table
from forms import MICROSECOND, MILLISECOND, SECOND
from merge import append, history, mirror
from right import FURTHER_OPEN_ENDS


def cases(world) -> Iterator[Case]:
    """All of them."""
    yield from right(world)
    yield from mirrors(world)
    yield from several(world)


def right(world) -> Iterator[Case]:
    """Each chain, at full speed and live, with stamps and without."""
    plans = {
        "quick": ("shop-1", ("orders", "products")),
        "minutes": ("shop-2", ("orders", "customers")),
        "close": ("shop-1", ("orders",)),
        "values": ("shop-1", ("people", "calls")),
    }
    ends = {"half open": timedelta(0), "-1 s": SECOND, "-1 ms": MILLISECOND, "-1 us": MICROSECOND}
    stamped = {"ingested_at": ("timestamp", lambda v: v.stamp)}
    for chain, (shop, tables) in plans.items():
        for table in tables:
            source = world.source(chain, table, shop)
            arguments = ("--only", shop, "--table", table)
            for number, (name, before) in enumerate(ends.items()):
                # A second before the next start is before the start itself where loads are less than a second apart.
                live = number % 2 == 1 and not (chain == "quick" and before == SECOND)
                reads = source.live if live else source.reads
                where = f"{chain} live" if live else chain
                starts, deletes = ("created", "load")[number // 2], ("close", "flag")[number % 2]
                own = stamped if number != 2 else {}
                if deletes == "flag":
                    own = own | {"is_deleted": ("boolean", lambda v: v.deleted)}
                made = history(source, reads, starts=starts, deletes=deletes)
                label = f"right: {where} {table}, {name}, starts {starts}, {deletes}"
                yield Case(
                    label, where, [forms.by_hand(source, made, before=before, own=own)], arguments=arguments
                )
            yield Case(
                f"right: {chain} {table}, mirror",
                chain,
                [forms.copy_by_hand(source, mirror(source.reads))],
                arguments=arguments,
            )
            whole = forms.copy_by_hand(source, append(source.live), stamp="loaded_at")
            yield Case(
                f"right: {chain} live {table}, append",
                f"{chain} live",
                [whole],
                arguments=(*arguments, "--preset", "append"),
            )
    orders = world.source("a")
    created = history(orders, orders.reads, starts="created")
    for name, open_end in FURTHER_OPEN_ENDS.items():
        yield Case(
            f"right: history until {name}",
            "a",
            [forms.by_hand(orders, created, open_end=open_end)],
            arguments=ORDERS,
        )
    grades = [course(source, history(source, source.reads, starts="created", deletes="keep"))
              for source in world.chains["b"].sources.values()]  # fmt: skip
    for grade in ("course-g0", "course-g1"):
        yield Case(f"right: {grade}", "b", grades, arguments=("--preset", grade))
    for name, make in (
        ("dbt", forms.dbt), ("fivetran", forms.fivetran_history), ("lakeflow", forms.lakeflow), ("sqlmesh", forms.sqlmesh),
    ):  # fmt: skip
        source = world.source("values", "people")
        made = make(source, history(source, source.reads))
        yield Case(f"right: values in {name}", "values", [made], arguments=("--table", "people"))
        source = world.source("quick", "products")
        made = make(source, history(source, source.live))
        yield Case(
            f"right: quick live in {name}",
            "quick live",
            [made],
            arguments=("--table", "products", "--only", "shop-1"),
        )


def mirrors(world) -> Iterator[Case]:
    """A few rows of a mirror that are wrong."""
    orders = world.source("a")
    table = forms.copy_by_hand(orders, mirror(orders.live))
    states = {key: [values for _, values in of_key] for key, of_key in merge_states(orders).items()}
    stale = [key for key, of_key in states.items() if len(of_key) > 1 and key in orders.reads[-1].rows][:4]
    assert len(stale) == 4
    some = "order_id % 499 = 0"
    count = sum(key % 499 == 0 for key in orders.reads[-1].rows)
    gone = [key for key in orders.reads[0].rows if key not in orders.reads[-1].rows][:6]

    def case(name: str, statement: str, **classes) -> Case:
        counts = {kind.replace("_", "-"): number for kind, number in classes.items()}
        return Case(
            f"mirror, {name}",
            "a live",
            [table],
            Expected(FINDINGS, counts, any_cause=True),
            ORDERS,
            sql=statement,
        )

    yield case("rows removed", f"delete from dwh.orders where {some}", missing_row=count)
    yield case(
        "rows doubled", f"insert into dwh.orders select * from dwh.orders where {some}", duplicate=count
    )
    yield case(
        "values wrong", f"update dwh.orders set product_id = -product_id where {some}", wrong_value=count
    )
    yield case(
        "keys wrong",
        f"update dwh.orders set order_id = order_id + 500000 where {some}",
        missing_row=count,
        invented_row=count,
    )
    old = [
        replace(row, values=states[row.key][-2]) if row.key in stale else row for row in mirror(orders.live)
    ]
    yield Case("mirror, rows stale", "a live", [forms.copy_by_hand(orders, old)],
               Expected(FINDINGS, {"missing-change": 4}, any_cause=True), ORDERS)  # fmt: skip
    dead = [
        merge.Version(key, states[key][-1], row.start, row.stamp)
        for key, row in zip(gone, mirror(orders.live), strict=False)
    ]
    yield Case("mirror, deleted rows there", "a live", [forms.copy_by_hand(orders, [*mirror(orders.live), *dead])],
               Expected(FINDINGS, {"delete-open": 6}, any_cause=True), ORDERS)  # fmt: skip


def merge_states(source):
    """What each key was seen as."""
    from expect import states

    return states(source.reads)


def several(world) -> Iterator[Case]:
    """Mistakes that are no single one of the list."""
    orders = world.source("a")
    stamped = {"ingested_at": ("timestamp", lambda v: v.stamp)}
    status = orders.position("order_status")

    # Two at once: one column compared, and deletions ignored.
    made = history(orders, orders.live, deletes="keep", differs=lambda old, new: old[status] != new[status])
    expected = findings("H14 H7", missing_change=missed_changes(orders.reads, held(made)), delete_open=2000)
    yield Case(
        "two at once: one column compared, deletions ignored",
        "a live",
        [forms.by_hand(orders, made, own=stamped)],
        expected,
        ORDERS,
    )
    made = history(orders, orders.live, deletes="keep", differs=lambda old, new: False)
    again = [row for row in made if row.stamp == orders.live[1].stamp]
    expected = findings("H1 H7 H10", missing_change=28, delete_open=2000, duplicate=len(again))
    yield Case("three at once: no updates, no deletions, one load twice", "a live",
               [forms.by_hand(orders, [*made, *again], own=stamped)], expected, ORDERS)  # fmt: skip

    # A load that died half-way: the rows above a key were not written by it; the next load finds them.
    read = orders.live[2]
    half = {key: values for key, values in read.rows.items() if key <= 4200}
    reads = [*orders.live[:2], replace(read, rows=half, full=False), orders.live[3]]
    made = history(orders, reads)
    # Whether the rest of the load is late, or the load was torn, is a matter of words.
    expected = Expected(FINDINGS, any_finding=True, any_cause=True)
    yield Case(
        "a load that died half-way", "a live", [forms.by_hand(orders, made, own=stamped)], expected, ORDERS
    )

    # The cursor is a column that is no time of the row's making.
    at = orders.position("order_dttm")
    reads, watermark = [], ""
    for read in orders.live:
        rows = {key: values for key, values in read.rows.items() if values[at] > watermark}
        watermark = max([watermark, *(values[at] for values in rows.values())])
        reads.append(replace(read, rows=rows, full=False))
    made = history(orders, reads, deletes="keep")
    expected = Expected(FINDINGS, {
        "missing-row": missed_rows(orders.reads, held(made)), "missing-change": missed_changes(orders.reads, held(made)), "delete-open": 2000,
    }, any_cause=True)  # fmt: skip
    # Later loads found nothing, so only a list of them tells that they were.
    listed = '[tables.orders]\nloads = { table = "etl.loads", at = "read_at" }\n'
    tables = [forms.by_hand(orders, made, own=stamped), loads_table(orders, reads)]
    yield Case("a cursor on order_dttm", "a live", tables, expected, ORDERS, listed)

    # Text that lost its blanks, in a history: a change of them alone is no version there.
    people = world.source("values", "people")
    note = people.position("note")
    trimmed = [
        replace(read, rows={k: (*v[:note], v[note].strip(" "), *v[note + 1 :]) for k, v in read.rows.items()})
        for read in people.live
    ]
    made = history(people, trimmed)
    right_rows = history(people, people.live)
    assert len(made) == len(right_rows)
    wrong = sum(row.values[note] == " padded " for row in right_rows)
    expected = findings("", "trim", wrong_value=wrong)
    yield Case(
        "notes trimmed when read, in a history",
        "values live",
        [forms.by_hand(people, made, own=stamped)],
        expected,
        ("--table", "people"),
    )

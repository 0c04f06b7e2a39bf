"""Warehouses with one mistake, or two: the classes of findings, their numbers, and the cause that must be told.

The numbers beside `#` are those of the list of planted mistakes that was agreed before the grader was written; the
others came later.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import expect
import forms
import merge
from case import ORDERS, Case
from expect import Expected, findings, held, missed_changes, missed_rows
from forms import SECOND
from merge import append, history, mirror

HOURS_3 = timedelta(hours=3)


def cases(world) -> Iterator[Case]:
    """All of them."""
    yield from reading(world)
    yield from deletions(world)
    yield from comparing(world)
    yield from writing(world)
    yield from times(world)


def reading(world) -> Iterator[Case]:
    """Rows that are never read."""
    orders = world.source("a")
    reads = orders.live

    # 1: dbt's strategy timestamp with updated_at = created_at sees no update, and ignores deletions by default.
    blind = history(orders, reads, starts="created", deletes="keep", differs=lambda old, new: False)
    expected = findings("H1 H7", missing_change=expect.changes(reads), delete_open=2000)
    # Its starts are created_at, so that nothing tells when it ran but who knows it.
    schedule = ("--loads", str(schedule_file(world, reads)))
    yield Case(
        "#1 dbt timestamp on created_at", "a", [forms.dbt(orders, blind)], expected, (*ORDERS, *schedule)
    )
    unknown = Expected(expect.FINDINGS, {}, any_cause=True, any_finding=True)
    yield Case(
        "#1 dbt timestamp on created_at, loads unknown", "a", [forms.dbt(orders, blind)], unknown, ORDERS
    )

    # 4: `>` at a second that several ticks share.
    for table in ("orders", "products"):
        source = world.source("quick", table)
        lost = merge.increments(source, source.live, strict=True)
        made = history(source, lost, deletes="keep")
        expected = findings(
            "H3",
            missing_row=missed_rows(source.reads, held(made)),
            missing_change=missed_changes(source.reads, held(made)),
        )
        assert expected.findings["missing-row"] > 0
        arguments = ("--only", "shop-1", "--table", table)
        yield Case(
            f"#4 increments with >, {table}", "quick live", [forms.by_hand(source, made)], expected, arguments
        )

    # 5: `>=` and plain append.
    source = world.source("quick")
    again = append(merge.increments(source, source.live))
    extra = len(again) - len({row.key for row in again})
    assert extra > 0
    arguments = ("--only", "shop-1", "--table", "orders")
    kind = '[tables.orders]\nkind = "current"\n'
    made = forms.copy_by_hand(source, again)
    yield Case(
        "#5 >= and append, as a mirror",
        "quick live",
        [made],
        # Nothing tells when the loads ran, so no cause is asked for.
        Expected(expect.FINDINGS, {"duplicate": extra}, any_cause=True),
        arguments,
        kind,
    )
    made = forms.copy_by_hand(source, again, stamp="ingested_at")
    yield Case(
        "#5 >= and append, as a mirror with stamps",
        "quick live",
        [made],
        findings("H4", duplicate=extra),
        arguments,
        kind,
    )
    yield Case(
        "#5 >= and append, as an append", "quick live", [made], arguments=(*arguments, "--preset", "append")
    )

    # 6: the look-back is shorter than rows change.
    source = world.source("minutes", shop="shop-2")
    short = merge.increments(source, source.live, look_back=timedelta(seconds=30))
    made = history(source, short, deletes="keep")
    expected = findings("H2", missing_change=missed_changes(source.reads, held(made)))
    assert expected.findings["missing-change"] > 0 and missed_rows(source.reads, held(made)) == 0
    arguments = ("--only", "shop-2", "--table", "orders")
    yield Case(
        "#6 look-back of half the update window",
        "minutes live",
        [forms.by_hand(source, made)],
        expected,
        arguments,
    )

    # The first page only, in a mirror that is written anew each time.
    page = mirror(merge.limited(reads, 1000))
    expected = findings("H12", missing_row=missing_now(reads, page))
    assert expected.findings["missing-row"] == 3000
    page = [replace(row, stamp=reads[-1].stamp) for row in page]
    made = forms.copy_by_hand(orders, page, stamp="loaded_at")
    yield Case("a page of 1000 rows in a mirror", "a live", [made], expected, ORDERS)

    # A load that did not run, where the loads are listed.
    moments = loads_table(orders, reads)
    listed = '[tables.orders]\nloads = { table = "etl.loads", at = "read_at" }\n'
    lost = history(orders, merge.without_load(reads, 2))
    expected = without_third_load(orders, reads)
    yield Case(
        "a lost load, all are listed",
        "a live",
        [forms.by_hand(orders, lost), moments],
        expected,
        ORDERS,
        listed,
    )
    last = history(orders, merge.without_load(reads, 3))
    right = history(orders, reads)
    missed = sum(1 for row in right if row.stamp == reads[3].stamp and row.first)
    changed = sum(1 for row in right if row.stamp == reads[3].stamp and not row.first)
    gone = sum(1 for row in right if row.gone and row.end == reads[3].stamp)
    expected = findings("H13", missing_row=missed, missing_change=changed, delete_open=gone)
    yield Case(
        "the last load lost, all are listed",
        "a live",
        [forms.by_hand(orders, last), moments],
        expected,
        ORDERS,
        listed,
    )

    # Two moments in one read: the older rows as they were three ticks before the younger ones.
    close = world.source("close")
    # Loads of which nothing is known but what they wrote.
    early, late = close.reads[1], close.reads[2]
    border = max(early.rows)
    rows = {key: values for key, values in early.rows.items() if key <= border}
    rows |= {key: values for key, values in late.rows.items() if key > border}
    torn = [close.reads[0], replace(late, rows=rows), *close.reads[3:]]
    contradictions = sum(
        1 for key, values in late.rows.items() if key <= border and early.rows.get(key, values) != values
    )
    assert contradictions >= 3, contradictions
    made = forms.by_hand(close, history(close, torn))
    yield Case("a read at two moments", "close", [made], findings(torn_load=1), ORDERS)


def schedule_file(world, reads):
    """A file for --loads."""
    file = world.folder / f"loads-{reads[0].tick}.txt"
    file.write_text("".join(f"{read.stamp.isoformat()}Z\n" for read in reads))
    return file


def loads_table(source, reads) -> forms.Table:
    """A table of loads of one's own."""
    return forms.Table("etl.loads", [("read_at", "timestamp")], [[str(read.stamp)] for read in reads])


def missing_now(reads, rows) -> int:
    """The rows of the last read that a mirror does not hold."""
    return len(reads[-1].rows.keys() - {row.key for row in rows})


def without_third_load(source, reads) -> Expected:
    """What is wrong in a history whose starts are loads if the third of four did not run."""
    right, third, fourth = history(source, reads), reads[2].stamp, reads[3].stamp
    at_third = [row for row in right if row.stamp == third]
    replaced = {row.key for row in at_third if row.end == fourth and not row.gone}
    late = sum(1 for row in at_third if row.key not in replaced)
    ends = sum(1 for row in right if row.gone and row.end == third)
    return findings("H13", missing_change=len(replaced), wrong_start=late, wrong_end=ends)


def deletions(world) -> Iterator[Case]:
    """Deletions that are not noticed, and those that never were."""
    orders = world.source("a")
    reads = orders.live
    kept = history(orders, reads, deletes="keep")
    yield Case(
        "dbt check, deletions ignored",
        "a live",
        [forms.dbt(orders, kept)],
        findings("H7", delete_open=2000),
        ORDERS,
    )

    # 7: dlt's scd2 with a merge_key retires no row that is absent.
    three = history(orders, reads[:3], deletes="keep")
    assert len({row.key for row in three}) == 5000 and expect.gone(reads[:3]) == 1000
    open_rows = findings("H7", delete_open=1000)
    yield Case(
        "#7 dlt scd2 with merge_key",
        "a live",
        forms_until(forms.dlt_scd2(orders, three, loads=reads), 3),
        open_rows,
        ORDERS,
    )

    kept = mirror(reads, deletes="keep")
    yield Case(
        "fivetran, deletions unmarked",
        "a live",
        [forms.fivetran_copy(orders, kept)],
        findings("H7", delete_open=2000),
        ORDERS,
    )
    yield Case(
        "meltano, deletions unmarked",
        "a live",
        [forms.meltano(orders, kept)],
        findings("H7", delete_open=2000),
        ORDERS,
    )
    log = merge.changes(world.chains["a"].operations("shop-1", "orders", 59), orders)
    ignored = forms.debezium(orders, log, upsert=True, deletes="ignore")
    yield Case(
        "debezium upsert, delete.enabled=false", "a live", [ignored], findings("H7", delete_open=2000), ORDERS
    )

    # An increment is taken for the whole table: living rows are closed.
    increments = [
        replace(read, full=True) for read in merge.increments(orders, reads, look_back=timedelta(seconds=330))
    ]
    made = history(orders, increments)
    number = {read.stamp: index for index, read in enumerate(reads)}
    false = {row.key for row in made if row.gone and row.key in reads[number[row.end]].rows}
    assert len(false) == 900
    yield Case(
        "an increment taken for all",
        "a live",
        [forms.by_hand(orders, made)],
        findings("H8", false_delete=900),
        ORDERS,
    )

    # The last deletions are those of the load before.
    late = history(orders, [*reads[:3], replace(reads[3], full=False)])
    yield Case("the last deletions not noticed", "a live", [forms.by_hand(orders, late)], Expected(
        expect.FINDINGS, {"delete-open": 1000}, any_cause=True
    ), ORDERS)  # fmt: skip


def forms_until(tables: list[forms.Table], loads: int) -> list[forms.Table]:
    """dlt's list of loads ends with this one."""
    rows, listed = tables
    return [rows, replace(listed, rows=listed.rows[:loads])]


def comparing(world) -> Iterator[Case]:
    """Changes that are not noticed although the row is read."""
    orders = world.source("a")
    status = orders.position("order_status")
    only = history(orders, orders.live, differs=lambda old, new: old[status] != new[status])
    expected = findings("H14", missing_change=missed_changes(orders.reads, held(only)))
    yield Case("check_cols of one column", "a live", [forms.dbt(orders, only)], expected, ORDERS)

    calls = world.source("values", "calls")
    arguments = ("--table", "calls")

    def unsafe(old, new) -> bool:
        return any(a != b and forms.NULL not in (a, b) for a, b in zip(old, new, strict=True))

    blind = history(calls, calls.live, differs=unsafe)
    expected = findings("H15", missing_change=missed_changes(calls.reads, held(blind)))
    assert expected.findings["missing-change"] >= 10
    yield Case("NULL compared with <>", "values live", [forms.by_hand(calls, blind)], expected, arguments)
    reason = calls.position("reason")
    but_one = history(
        calls, calls.live,
        differs=lambda old, new: any(a != b for place, (a, b) in enumerate(zip(old, new, strict=True)) if place != reason),
    )  # fmt: skip
    expected = findings("H14", missing_change=missed_changes(calls.reads, held(but_one)))
    assert expected.findings["missing-change"] > 3
    yield Case(
        "all columns compared but one", "values live", [forms.by_hand(calls, but_one)], expected, arguments
    )


def writing(world) -> Iterator[Case]:
    """Rows that are written twice."""
    orders = world.source("a")
    right = history(orders, orders.live, starts="created")
    # 12: a load task that ran twice.
    again = [row for row in right if row.stamp == orders.live[2].stamp]
    stamp = {"ingested_at": ("timestamp", lambda v: v.stamp)}
    twice = forms.by_hand(orders, [*right, *again], own=stamp)
    yield Case("#12 a load written twice", "a live", [twice], findings("H10", duplicate=len(again)), ORDERS)
    all_of_them = append(orders.live)
    again = [row for row in all_of_them if row.stamp == orders.live[1].stamp]
    twice = forms.copy_by_hand(orders, [*all_of_them, *again], stamp="ingested_at")
    expected = findings("H10", duplicate=len(again))
    yield Case("#12 a load appended twice", "a live", [twice], expected, (*ORDERS, "--preset", "append"))
    # Every row of every load gets a version, changed or not.
    repeated = history(orders, orders.live, starts="created", differs=lambda old, new: True)
    equal = len(repeated) - len(right)
    yield Case("a version at each load", "a live", [forms.by_hand(orders, repeated)], Expected(
        expect.FINDINGS, {"duplicate": equal}, any_cause=True
    ), ORDERS)  # fmt: skip


def times(world) -> Iterator[Case]:
    """Starts and ends."""
    orders = world.source("a")
    right = history(orders, orders.live, starts="created")

    # 14: the interval's ends are days; of the versions of one day the last remains.
    days: dict[int, merge.Version] = {}
    for row in right:
        days[row.key] = replace(row)
    cut = "alter table dwh.orders alter valid_from type date, alter valid_to type date"
    expected = Expected(expect.FINDINGS, {"schema": 1})
    living = [replace(row, end=None, gone=False) for row in days.values() if row.key in orders.live[-1].rows]
    assert len(living) == 4000
    yield Case(
        "#14 days instead of moments",
        "a live",
        [forms.by_hand(orders, list(days.values()))],
        expected,
        ORDERS,
        sql=cut,
    )

    # A start that is local time, where it should be the row's created_at.
    shifted = [replace(row, start=row.start + HOURS_3, end=row.end and row.end + HOURS_3) for row in right]
    expected = findings("H11", wrong_start=len(right))
    yield Case("starts three hours late", "a live", [forms.by_hand(orders, shifted)], expected, ORDERS)

    # Where nothing is known of the loads but their stamps, a shift of all of them is no mistake that can be seen.
    by_load = history(orders, world.source("a").reads)
    shifted = [replace(row, start=row.start + HOURS_3, end=row.end and row.end + HOURS_3) for row in by_load]
    yield Case("load stamps in local time", "a", [forms.by_hand(orders, shifted)], arguments=ORDERS)

    # Ends of two conventions: those of one load are a second before the next start.
    changed = [row for row in right if row.end and not row.gone]
    odd = {id(row) for row in changed if row.end == orders.live[3].stamp}
    two = [replace(row, end=row.end - SECOND) if id(row) in odd else row for row in right]
    assert 0 < len(odd) < len(changed) / 2
    expected = findings("H16", wrong_end=len(odd))
    yield Case("ends of two conventions", "a live", [forms.by_hand(orders, two)], expected, ORDERS)

    # Old versions are not closed.
    left_open = [replace(row, end=row.end if row.gone else None) for row in right]
    yield Case("old versions left open", "a live", [forms.by_hand(orders, left_open)], Expected(
        expect.FINDINGS, {"two-open": len(changed)}, any_cause=True
    ), ORDERS)  # fmt: skip


def course(source, versions) -> forms.Table:
    """A table of the course."""
    own = {
        "src_id": ("varchar", lambda v: source.city),
        "dag_run_id": ("varchar", lambda v: f"manual {v.stamp}"),
        "ingested_at": ("timestamp", lambda v: v.stamp),
    }
    columns = ("eff_from_dttm", "eff_to_dttm")
    return forms.by_hand(
        source,
        versions,
        name=f"dds.{source.table}",
        columns=columns,
        open_end="9999-12-31 23:59:59",
        before=SECOND,
        own=own,
    )

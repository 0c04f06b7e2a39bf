"""What a mapping, an option or a file of values says: zones, names, schedules, the longest delay."""

from collections.abc import Iterator
from dataclasses import replace

import forms
from case import ORDERS, Case
from expect import CANNOT_TELL, FINDINGS, UNCLEAR, Expected, changes, gone
from faulty import HOURS_3, course, schedule_file
from merge import history, mirror


def cases(world) -> Iterator[Case]:
    """All of them."""
    orders = world.source("a")
    live = history(orders, orders.live)
    obliged = Expected(
        obliged={"inserts": 6000, "changes": changes(orders.reads), "deletes": gone(orders.reads)}
    )
    table = forms.by_hand(orders, live)

    # A warehouse in the time of Istanbul, which is said.
    shifted = [replace(row, start=row.start + HOURS_3, end=row.end and row.end + HOURS_3) for row in live]
    local = "update dwh.orders set created_at = created_at + interval '3h', order_dttm = order_dttm + interval '3h'"
    made = forms.by_hand(orders, shifted)
    yield Case(
        "right: a zone that the mapping tells",
        "a live",
        [made],
        obliged,
        ORDERS,
        'timezone = "+03:00"\n',
        local,
    )
    yield Case("a zone that nobody tells", "a live", [made], Expected(
        FINDINGS, {"wrong-start": None, "wrong-value": None, "wrong-end": None}, ("H11",)
    ), ORDERS, sql=local)  # fmt: skip

    # Other names.
    renamed = (
        "alter table dwh.orders rename order_status to state; alter table dwh.orders rename order_dttm to ordered;"
        "alter table dwh.orders rename order_id to id; alter table dwh.orders rename to facts"
    )
    told = '[tables.orders]\nfrom = "dwh.facts"\nkey = "id"\ncolumns = { order_status = "state", order_dttm = "ordered" }\n'
    yield Case(
        "right: other names, which the mapping tells", "a live", [table], obliged, ORDERS, told, renamed
    )
    upper = ";".join(
        f'alter table dwh.orders rename {name} to "{name.upper()}"' for name, _ in orders.columns
    )
    yield Case("right: names in upper case", "a live", [table], obliged, ORDERS, sql=upper)
    text = "alter table dwh.orders alter order_id type text"
    yield Case("right: the key as a text", "a live", [table], obliged, ORDERS, sql=text)
    # Versions that differ in this column alone look the same without it.
    ignored = '[tables.orders]\nignore = ["quantity"]\n'
    yield Case("right: a column that the mapping ignores", "a live", [table], arguments=ORDERS, mapping=ignored,
               sql="update dwh.orders set quantity = -1")  # fmt: skip
    quantity = orders.position("quantity")

    def without(values):
        return values[:quantity] + values[quantity + 1 :]

    narrow = history(orders, orders.live, differs=lambda old, new: without(old) != without(new))
    yield Case("right: a column left out, which the mapping tells", "a live", [forms.by_hand(orders, narrow)], arguments=ORDERS,
               mapping=ignored, sql="alter table dwh.orders drop column quantity")  # fmt: skip
    yield Case("a table that the mapping misspells", "a", [table], Expected(UNCLEAR, says=("dwh.order",)), ORDERS,
               '[tables.orders]\nfrom = "dwh.order"\n')  # fmt: skip

    # A schedule.
    file = ("--loads", str(schedule_file(world, orders.live)))
    created = forms.by_hand(orders, history(orders, orders.live, starts="created"))
    yield Case("right: a schedule of moments, live", "a live", [created], obliged, (*ORDERS, *file))
    yield Case("right: a schedule of moments, at full speed", "a", [created], obliged, (*ORDERS, *file))
    both = [course(source, history(source, source.live, starts="created", deletes="keep"))
            for source in world.chains["b"].sources.values()]  # fmt: skip
    period = ("--preset", "course-g3", "--loads", "3m")
    yield Case("right: loads every 3 minutes, shop-2 a little later", "b live", both, arguments=period)

    # Files.
    yield Case("right: files, a history", "a live", [table], obliged, ORDERS, files=True)
    yield Case(
        "right: files, a mirror",
        "a live",
        [forms.copy_by_hand(orders, mirror(orders.live))],
        arguments=ORDERS,
        files=True,
    )
    people = world.source("values", "people")
    nulls = [forms.copy_by_hand(people, mirror(people.reads))]
    yield Case(
        "right: files, all kinds of values", "values", nulls, arguments=("--table", "people"), files=True
    )
    bad = [replace(row) for row in live]
    place = orders.position("quantity")
    for row in [row for row in bad if row.first and row.end is None][::500]:
        row.values = (*row.values[:place], "1000", *row.values[place + 1 :])
    wrong = sum(a.values != b.values for a, b in zip(live, bad, strict=True))
    assert wrong > 3
    yield Case("files, some values wrong", "a live", [forms.by_hand(orders, bad)], Expected(
        FINDINGS, {"wrong-value": wrong}, any_cause=True
    ), ORDERS, files=True)  # fmt: skip

    # The shop went on for longer than a change may wait.
    stale = [forms.by_hand(orders, history(orders, orders.live[:2]))]
    late = Expected(FINDINGS, {"late": None}, any_cause=True)
    yield Case("no load for longer than max_lag", "a live", stale, late, ORDERS, 'max_lag = "5m"\n')
    yield Case(
        "right: no load for a while, within max_lag",
        "a live",
        stale,
        arguments=ORDERS,
        mapping='max_lag = "10m"\n',
    )

    # Only one of two shops was ever loaded, or another one than is graded.
    chain = world.chains["b"]
    one = chain.sources["shop-1", "orders"]
    alone = forms.by_hand(one, history(one, one.live), own={"shop": ("text", lambda v: "shop-1")})
    yield Case("a shop that was never loaded", "b live", [alone], Expected((FINDINGS, CANNOT_TELL), {"missing-row": None, "late": None}, any_cause=True),
               ("--table", "orders"))  # fmt: skip
    yield Case(
        "right: only the other shop was loaded, and is graded",
        "b live",
        [alone],
        arguments=("--table", "orders", "--only", "shop-1"),
    )
    other = Expected(
        (FINDINGS, UNCLEAR),
        any_finding=True,
        any_cause=True,
        says=("earlier run", "other run", "another", "different seed"),
    )
    yield Case("the warehouse of an earlier run", "reseeded", [table], other, ORDERS)

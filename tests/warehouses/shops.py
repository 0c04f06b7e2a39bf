"""Rows of several shops in one table, and warehouses that cannot be graded as asked."""

from collections.abc import Iterator
from datetime import timedelta

import expect
import forms
import merge
from case import ORDERS, Case
from expect import CANNOT_TELL, UNCLEAR, Expected, findings, held, missed_changes, missed_rows
from faulty import course
from merge import history, mirror


def cases(world) -> Iterator[Case]:
    """All of them."""
    yield from shops(world)
    yield from forms_that_do_not_fit(world)


def shops(world) -> Iterator[Case]:
    """Rows of several shops."""
    chain = world.chains["b"]
    one, two = chain.sources["shop-1", "orders"], chain.sources["shop-2", "orders"]
    here, there = mirror(one.live), mirror(two.live)
    # 10: one table for both shops, and no column that tells them.
    arguments = ("--table", "orders")
    together = forms.copy_by_hand(one, [*here, *there])
    shared = {row.key for row in here} & {row.key for row in there}
    assert shared
    yield Case("#10 both shops in one table", "b live", [together], Expected(
        expect.FINDINGS, {"schema": None, "duplicate": None, "invented-row": None, "invented-version": None}, ("H9",)
    ), arguments)  # fmt: skip
    last = {row.key: row for row in [*here, *there]}
    yield Case("#10 the last shop wins", "b live", [forms.copy_by_hand(one, list(last.values()))], Expected(
        expect.FINDINGS,
        {name: None for name in ("schema", "invented-row", "invented-version", "missing-row", "missing-change", "wrong-value")},
        ("H9",),
    ), arguments)  # fmt: skip

    # One watermark for both: shop-2 is read 20 seconds after shop-1 and sets it.
    def shared_watermark(number: int):
        return two.created(two.live[number - 1].rows[max(two.live[number - 1].rows)]) if number else None

    lost = merge.increments(one, one.live, strict=True, watermark_of=shared_watermark)
    made = history(one, lost, deletes="keep")
    other = merge.increments(two, two.live, look_back=timedelta(seconds=120))
    right = history(two, other, deletes="keep")
    with_city = [course(one, made), course(two, right)]
    expected = findings(
        "H5",
        missing_row=missed_rows(one.live, held(made)),
        missing_change=missed_changes(one.live, held(made)),
    )
    assert expected.findings["missing-row"] > 0
    yield Case(
        "one watermark for both shops",
        "b live",
        with_city,
        expected,
        ("--table", "orders", "--preset", "course-g3"),
    )


def forms_that_do_not_fit(world) -> Iterator[Case]:
    """Warehouses that cannot be graded as asked."""
    orders = world.source("a")
    made = forms.copy_by_hand(orders, mirror(orders.reads))
    unclear = Expected(UNCLEAR)
    # 17
    yield Case(
        "#17 a mirror graded as a history",
        "a",
        [made],
        Expected(UNCLEAR, says=("current",)),
        (*ORDERS, "--preset", "history"),
    )
    yield Case("no such preset's columns", "a", [made], unclear, (*ORDERS, "--preset", "dbt"))
    empty = forms.copy_by_hand(orders, [])
    yield Case("nothing loaded", "a", [empty], Expected(CANNOT_TELL), ORDERS)
    yield Case("no table at all", "a", [], Expected((UNCLEAR, CANNOT_TELL)), ORDERS)
    two = forms.copy_by_hand(orders, mirror(orders.reads), name="mart.orders")
    yield Case(
        "two tables that could be meant", "a", [made, two], Expected(UNCLEAR, says=("mart.orders",)), ORDERS
    )
    # Without one column: what is missing is told once.
    without = "alter table dwh.orders drop column quantity"
    yield Case("a column left out", "a", [made], findings(schema=1, says="quantity"), ORDERS, sql=without)

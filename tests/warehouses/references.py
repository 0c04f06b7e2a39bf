"""The course's grade G4: rows whose references are not there yet are set aside, and no change waits for long."""

from collections.abc import Iterator

from case import Case
from expect import FINDINGS, Expected
from faulty import course
from merge import history

ARGUMENTS = ("--preset", "course-g4")
SIDE = (
    '[tables.orders]\nside = "dds.orders_rejected"\n'
    'refers = { customer_id = "customers", product_id = "products" }\n'
)
MAKE_SIDE = "create table dds.orders_rejected (like dds.orders);"
SOME = "select order_id from dds.orders where src_id = 'New-York' and eff_to_dttm > '9000-01-01' and eff_from_dttm = created_at order by 1 limit 10"


def cases(world) -> Iterator[Case]:
    """Right, and with orders in the wrong place."""
    sources = world.chains["b"].sources.values()
    tables = [
        course(source, history(source, source.live, starts="created", deletes="keep")) for source in sources
    ]

    def case(name: str, statements: str, **classes) -> Case:
        counts = {kind.replace("_", "-"): count for kind, count in classes.items()}
        expected = Expected(FINDINGS if counts else 0, counts, any_cause=True)
        return Case(name, "b live", tables, expected, ARGUMENTS, SIDE, MAKE_SIDE + statements)

    moved = "where src_id = 'New-York' and order_id in (select order_id from chosen)"
    some = f"create temporary table chosen as {SOME};"
    yield case("right: course-g4, nothing set aside", "")
    yield case(
        "course-g4, 10 orders set aside for nothing",
        f"{some} insert into dds.orders_rejected select * from dds.orders {moved}; delete from dds.orders {moved}",
        misplaced=10,
    )
    yield case(
        "course-g4, 10 orders nowhere",
        f"{some} delete from dds.orders {moved}",
        **{"lost-aside|missing-row": 10},
    )
    # Without one customer its orders hang in the air.
    in_the_air = world.chains["b"].sources["shop-1", "orders"]
    customer = in_the_air.position("customer_id")
    versions = history(in_the_air, in_the_air.live, deletes="keep")
    hanging = sum(1 for row in versions if row.values[customer] == "7")
    assert hanging
    without = "delete from dds.customers where src_id = 'New-York' and customer_id = 7"
    yield case("course-g4, orders of a customer who is not there", without, missing_row=1, orphan=hanging)

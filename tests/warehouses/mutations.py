"""One mistake in a right warehouse, done to a few keys: exactly as many findings, of that class and no other.

Each case is a history whose loads stamp its rows, with one statement.
"""

from collections.abc import Iterator

import forms
from case import ORDERS, Case
from expect import FINDINGS, Expected
from merge import history

# Rows by what happened to them, each numbered in the order of keys.
VIEWS = """
create temporary table numbered as
    select *, row_number() over (partition by order_id order by valid_from) as nth,
        count(*) over (partition by order_id) as of_key, lead(valid_from) over (partition by order_id order by valid_from) as next
    from dwh.orders;
create temporary table once_living as select order_id from numbered where of_key = 1 and valid_to is null and order_id % 61 = 0 order by 1;
create temporary table once_gone as select order_id from numbered where of_key = 1 and valid_to is not null and order_id % 61 = 0 order by 1;
create temporary table changed as select order_id from numbered where of_key = 2 and nth = 2 and valid_to is null order by 1;
"""

# How many keys, the class of what must be found once for each, and the statement.
MUTATIONS: dict[str, tuple[int, str, str]] = {
    "rows removed": (5, "missing-row", "delete from dwh.orders where order_id in (select order_id from once_living limit 5)"),
    "deleted rows removed": (5, "missing-row", "delete from dwh.orders where order_id in (select order_id from once_gone limit 5)"),
    "changes removed": (
        3, "missing-change",
        "delete from dwh.orders where valid_to is null and order_id in (select order_id from changed limit 3);"
        "update dwh.orders set valid_to = null where order_id in (select order_id from changed)"
        " and order_id in (select order_id from dwh.orders group by 1 having count(*) = 1)",
    ),
    "one value changed": (5, "wrong-value", "update dwh.orders set quantity = quantity + 1 where order_id in (select order_id from once_living limit 5)"),
    "two values changed": (5, "wrong-value", "update dwh.orders set quantity = quantity + 1, customer_id = -1 where order_id in (select order_id from once_living limit 5)"),
    "values of old versions changed": (3, "wrong-value", "update dwh.orders set order_status = 'lost' where valid_to is not null and order_id in (select order_id from changed limit 3)"),
    "values set to NULL": (5, "wrong-value", "update dwh.orders set order_status = null where order_id in (select order_id from once_living limit 5)"),
    "rows invented": (
        5, "invented-row",
        "insert into dwh.orders (order_id, customer_id, product_id, order_status, order_dttm, quantity, created_at, valid_from, ingested_at)"
        " select order_id + 700000, customer_id, product_id, order_status, order_dttm, quantity, created_at, valid_from, ingested_at"
        " from dwh.orders where order_id in (select order_id from once_living limit 5)",
    ),
    "rows doubled": (
        5, "duplicate",
        "insert into dwh.orders (order_id, customer_id, product_id, order_status, order_dttm, quantity, created_at, valid_from, ingested_at)"
        " select order_id, customer_id, product_id, order_status, order_dttm, quantity, created_at, valid_from, ingested_at"
        " from dwh.orders where order_id in (select order_id from once_living limit 5)",
    ),
    "old versions reopened": (3, "two-open", "update dwh.orders set valid_to = null where valid_to is not null and order_id in (select order_id from changed limit 3)"),
    "deleted rows reopened": (5, "delete-open", "update dwh.orders set valid_to = null where order_id in (select order_id from once_gone limit 5)"),
    "living rows closed": (
        5, "false-delete",
        "update dwh.orders set valid_to = (select max(ingested_at) from dwh.orders)"
        " where order_id in (select order_id from once_living where order_id < 5000 limit 5)",
    ),
    "first starts a minute late": (5, "wrong-start", "update dwh.orders set valid_from = valid_from + interval '1 minute' where order_id in (select order_id from once_living limit 5)"),
    "ends turned before starts": (3, "interval", "update dwh.orders set valid_to = valid_from - interval '1 minute' where valid_to is not null and order_id in (select order_id from changed limit 3)"),
    "ends an hour late": (5, "wrong-end", "update dwh.orders set valid_to = valid_to + interval '1 hour' where order_id in (select order_id from once_gone limit 5)"),
    "gaps between versions": (3, "wrong-end|interval", "update dwh.orders set valid_to = valid_to - interval '300 milliseconds' - interval '1 second' where valid_to is not null and order_id in (select order_id from changed limit 3)"),
    "rows of the other shop": (5, "wrong-value|invented-version", "update dwh.orders set customer_id = 1 + customer_id % 99, product_id = 1 + product_id % 99, order_status = 'opened', quantity = 1 + quantity, order_dttm = order_dttm - interval '7 days 3 hours' where order_id in (select order_id from once_living limit 5)"),
}  # fmt: skip


def cases(world) -> Iterator[Case]:
    """Each mutation alone."""
    orders = world.source("a")
    stamp = {"ingested_at": ("timestamp", lambda v: v.stamp)}
    table = forms.by_hand(orders, history(orders, orders.live), own=stamp)
    yield Case("mutation: none", "a live", [table], arguments=ORDERS)
    for name, (count, classes, statement) in MUTATIONS.items():
        expected = Expected(FINDINGS, {classes: count}, any_cause=True)
        yield Case(f"mutation: {name}", "a live", [table], expected, ORDERS, sql=VIEWS + statement)

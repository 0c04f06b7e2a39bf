"""Several ticks at one time: a cursor on `updated_at` where rows change twice within what it is cut to.

A shop of its own, which is stepped, so that the loads fall between two ticks of a second.
"""

from chain import Shop
from client import Expected, differences
from tool_dlt import load
from world import compare

CONFIG = """
[[shop]]
name = "tied"
seed = 3
start = "2026-01-01T00:00:00Z"
pace = "unlimited"
tick_interval = "250ms"
update_not_older_than = "3s"
database = "{database}"

[tech_fields]
updated_at = "timestamp"

[tables.orders]
insert_rows_per_tick = 2
update_rows_per_tick = 5

[tables.orders.columns]
status = {{ type = "text", faker = "random_element", params = {{ elements = ["opened", "paid", "shipped"] }} }}
quantity = {{ type = "int", faker = "random_int", params = {{ min = 1, max = 999 }} }}
"""
# After the second of the four ticks of a second.
LOADS = range(6, 47, 8)
SERVER = "tied_shop"


def cases(world) -> dict[str, list[str]]:
    """What is wrong with each, by its name."""
    server = world.warehouses
    database = server.create(SERVER)
    shop = Shop(
        "tied",
        server.port,
        world.root,
        user=server.user,
        password=server.password,
        database=SERVER,
        tables={"orders": "order_id"},
    )
    config = world.root / "tied.toml"
    config.write_text(CONFIG.format(database=database))
    # Whether dlt leaves out rows of the last value that it has had, by their keys.
    clients = {"dlt, ties: as configured": False, "dlt, ties: by default": True}
    labels = {name: f"tied_{number}" for number, name in enumerate(clients)}
    for label in labels.values():
        server.create(label)
    for tick in LOADS:
        ran = world.chain.shopsim("run", "-qq", "--shops", str(config), "--until-tick", str(tick))
        assert ran.returncode == 0, ran.stderr
        for name, leaves_out in clients.items():
            load(world, shop, labels[name], server.url(labels[name]), "updated_at", leaves_out=leaves_out)
    wrong = {}
    for name, leaves_out in clients.items():
        query = f"select to_jsonb(t) from {shop.schema}.{{}} t"
        deleted, changed = compare(
            shop, lambda table, name=name, query=query: server.rows(labels[name], query.format(table))
        )
        lost = bool(changed) == leaves_out and not deleted
        expected = Expected(
            ("--warehouse", server.url(labels[name])), {"missing-change": changed}, ("inserts", "changes")
        )
        graded = world.chain.shopsim("grade", "--shops", str(config), "--format", "json", *expected.arguments)
        wrong[f"{name}, {changed} updates lost"] = differences(expected, graded) + (
            [] if lost else [f"{changed} rows differ"]
        )
    return wrong

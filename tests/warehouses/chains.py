"""The chains of shops that are loaded, and when."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from world import SHIPPED, Chain, Server, Step

# Every kind of value that a pipeline may spoil: nulls, blanks, cases, digits, booleans, zones.
VALUES = """
[defaults]
start = "2026-01-01T00:00:00Z"
pace = "unlimited"
delete_older_than = "30s"
update_not_older_than = "8s"
stop_after = "10m"
[[shop]]
name = "shop-1"
seed = 7
tick_interval = "1s"
database = "${SHOP_1_DATABASE}"
[tech_fields]
created_at = "timestamptz"
[tables.people]
insert_rows_per_tick = 10
update_rows_per_tick = 6
[tables.people.columns]
full_name = { type = "varchar", faker = "name" }
nick = { type = "varchar", faker = "first_name", null_ratio = 0.4 }
note = { type = "text", faker = "random_element", params = { elements = ["", " padded ", "Ünïcödé", "a\\tb", "line\\nfeed", "O'Neil", "back\\\\slash"] } }
height = { type = "double precision", faker = "pyfloat", params = { min_value = 1, max_value = 2 }, null_ratio = 0.2 }
balance = { type = "numeric(12,4)", faker = "pydecimal", params = { left_digits = 6, right_digits = 4 } }
active = { type = "boolean", faker = "pybool", null_ratio = 0.1 }
zip = { type = "varchar", faker = "random_element", params = { elements = ["00123", "04711", "90210"] } }
born = { type = "date", faker = "date_of_birth", null_ratio = 0.2 }
seen = { type = "timestamptz", faker = "date_time_this_month", null_ratio = 0.2 }
[tables.calls]
insert_rows_per_tick = 10
update_rows_per_tick = 8
[tables.calls.columns]
answer = { type = "varchar", faker = "first_name", null_ratio = 0.4 }
reason = { type = "varchar", faker = "city", null_ratio = 0.4 }
"""


def quick(config: str) -> str:
    """Four ticks in a second; orders are never updated, products are; nothing is deleted."""
    for old, new in (
        ('tick_interval = "15s"', 'tick_interval = "250ms"'),
        ('update_not_older_than = "40s"', 'update_not_older_than = "2s"'),
        ('delete_older_than = "10m"', 'delete_older_than = "0s"'),
        ("update_rows_per_tick = 7", "update_rows_per_tick = 0"),
    ):
        assert old in config, old
        config = config.replace(old, new, 1)
    return config


def without_updates(config: str) -> str:
    """The shops of the course's grade G2."""
    lines = config.split("\n")
    return "\n".join(
        "update_rows_per_tick = 0" if line.startswith("update_rows_per_tick") else line for line in lines
    )


def both(*loads: tuple[int, int]) -> list[Step]:
    """Loads of shop-1, and then of shop-2, after these ticks."""
    return [
        Step(tick, (shop,)) for load in loads for tick, shop in zip(load, ("shop-1", "shop-2"), strict=True)
    ]


def of(shop: str, *ticks: int) -> list[Step]:
    """Loads of one shop."""
    return [Step(tick, (shop,)) for tick in ticks]


def make(server: Server, shopsim: Path, folder: Path, listeners: dict) -> dict[str, Chain]:
    """All chains, each at its last load, and beside `a` `a live`: the same as if it had run in real time."""
    shipped = SHIPPED.read_text()
    intervals = {"shop-1": 15, "shop-2": 5}
    plans = {
        # One shop, loaded after 285, 510, 735 and 885 seconds.
        "a": (shipped, intervals, of("shop-1", 19, 34, 49, 59)),
        # Both shops, shop-1 after 180, 360, 540 and 720 seconds, shop-2 20 seconds later.
        "b": (shipped, intervals, both((12, 40), (24, 76), (36, 112), (48, 148))),
        # Between ticks of one second: 9 is the second of four, 18 the third …
        "quick": (quick(shipped), {"shop-1": 0.25}, of("shop-1", 9, 18, 29, 37)),
        # Each minute, the time in which rows change.
        "minutes": (shipped, intervals, of("shop-2", 12, 24, 36, 48, 60)),
        "values": (VALUES, {"shop-1": 1}, of("shop-1", 5, 11, 17, 25, 38)),
        "still": (without_updates(shipped), intervals, both((12, 40), (24, 76), (36, 112))),
        # Of another seed.
        "reseeded": (shipped.replace("seed = 4321", "seed = 4322"), intervals, of("shop-1", 59)),
        # Often enough that a torn read can be made of two of them.
        "close": (shipped, intervals, of("shop-1", 19, 34, 37, 49, 59)),
    }

    def run(plan: tuple[str, tuple]) -> dict[str, Chain]:
        name, (config, ticks, steps) = plan
        chain = Chain(name, server, shopsim, folder, config, ticks, steps)
        chain.listeners = listeners.get(name, [])
        return {name: chain.run(), f"{name} live": chain.live()}

    with ThreadPoolExecutor(4) as pool:
        made = pool.map(run, plans.items())
        return {name: chain for chains in made for name, chain in chains.items()}

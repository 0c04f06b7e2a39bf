"""The short form: the DAGs' own code, without Airflow, through rounds against live shops.

The extraction runs while shopsim writes, and once more while it stands still, so that equality is exact.
"""

import json
import sys
from contextlib import closing

from checks import Checks
from world import DEPLOY, World, say

sys.path.insert(0, str(DEPLOY / "airflow" / "dags"))
from shop_pipeline import configuration  # noqa: E402
from shop_pipeline.extract import extract  # noqa: E402
from shop_pipeline.load import load  # noqa: E402
from shop_pipeline.tables import TableError  # noqa: E402

ROUNDS = 3

# Each makes one mistake that a pipeline could make, and the check that has to see it.
MISTAKES = {
    "a value that differs": (
        "update dds.orders set quantity = quantity + 1 where is_current and order_id = {some}",
        "loaded_is_source",
    ),
    "a row that was lost": (
        "delete from dds.orders where is_current and order_id = {some}",
        "loaded_is_source",
    ),
    "a deletion that was missed": (
        "update dds.orders d set valid_to = 'infinity' where (shop, order_id, valid_from) = (select shop, order_id,"
        " max(valid_from) from dds.orders group by 1, 2 having bool_and(not is_current) limit 1)",
        "loaded_is_source",
    ),
    "the shops mixed up": (
        "update dds.orders set shop = 'shop-1' where shop = 'shop-2' and order_id = {some}",
        "loaded_is_source",
    ),
    "a change dated a second late": (
        "update dds.orders d set valid_from = valid_from + interval '1 second' where is_current and exists (select"
        " from dds.orders b where (b.shop, b.order_id) = (d.shop, d.order_id) and b.valid_to = d.valid_from)",
        "intervals_are_right",
    ),
    "versions that overlap": (
        "update dds.orders d set valid_to = valid_to + interval '1 second' where not is_current and exists (select"
        " from dds.orders b where (b.shop, b.order_id) = (d.shop, d.order_id) and d.valid_to = b.valid_from)",
        "intervals_are_right",
    ),
    "two current versions": (
        "drop index dds.orders_shop_order_id_idx; insert into dds.orders (shop, order_id, row_hash, valid_from)"
        " select shop, order_id, '', valid_from + interval '1 day' from dds.orders where is_current limit 1",
        "intervals_are_right",
    ),
    "history rewritten": (
        "update dds.orders set order_status = 'lost' where not is_current",
        "history_is_kept",
    ),
}


# Each is a value of the variable and what is said of it.
WRONG_SETTINGS = {
    "[]": "load_data_conf: expected a JSON object, such as {…}",
    '{"shops": {}}': "load_data_conf: missing key warehouse",
    '{"warehouse": "", "shops": {}}': "load_data_conf.warehouse: expected a text that is not empty",
    '{"warehouse": "w", "shops": {"s": {"connection": "c", "tabels": []}}}': (
        "load_data_conf.shops.s: missing key tables"
    ),
    '{"warehouse": "w", "shops": {"s": {"connection": "c", "tables": ["a"], "skema": "b"}}}': (
        "load_data_conf.shops.s: unknown key skema; known are connection, schema, tables"
    ),
    '{"warehouse": "w", "shops": {"s": {"connection": "c", "tables": ["a", "a"]}}}': (
        "load_data_conf.shops.s.tables: expected a list of different table names"
    ),
}


WRONG_TABLES = {
    "absent": "there is no such table",
    "keyless": "it has no primary key",
    "taken": "its column valid_to has a name that the warehouse itself uses",
}


class Pipeline:
    """What the two DAGs do, in this process."""

    def __init__(self, world: World):
        self.world = world
        self.settings = configuration.parse(
            json.loads((DEPLOY / "airflow" / "load_data_conf.json").read_text())
        )

    def extract(self) -> None:
        """`extract_shops`."""
        for shop in self.settings.shops:
            for table in shop.tables:
                with (
                    closing(self.world.servers[shop.name].connect()) as source,
                    self.warehouse() as warehouse,
                ):
                    extract(source, warehouse, shop.name, shop.schema, table)

    def load(self) -> int:
        """`load_dds`; the number of versions opened and closed."""
        done = 0
        for shop in self.settings.shops:
            for table in shop.tables:
                with self.warehouse() as warehouse:
                    done += sum(load(warehouse, shop.name, table).values())
        return done

    def warehouse(self):
        """A connection that is closed at the end of a `with`."""
        return closing(self.world.warehouse.connect())


def run(world: World) -> None:
    """The rounds, and the checks after each."""
    _wrong_settings_are_told()
    pipeline, checks = Pipeline(world), Checks(world)
    for number in range(1, ROUNDS + 1):
        world.open_shops("--pace", "20x")
        world.wait_for_ticks(2)
        pipeline.extract()
        pipeline.load()
        world.wait_for_ticks(2)
        pipeline.extract()  # Never loaded: the next one makes up for it.
        world.wait_for_ticks(1)
        world.close_shops()
        checks.sources_are_true()
        if number == 1:
            checks.see_sources()
        pipeline.extract()
        assert pipeline.load() > 0, "nothing was loaded, although the shops were open"
        assert pipeline.load() == 0, "one extraction was loaded twice"
        checks.loaded_is_source()
        checks.intervals_are_right()
        world.step(3)
        say(f"round {number}: {_ticks(world)}; dds is the shops' tables")
    checks.history_is_kept()
    checks.all_happened()
    say("as of each round's second dds is what the shops held then")
    pipeline.extract()
    assert pipeline.load() > 0, "nothing was loaded, although the shops were open"
    pipeline.extract()
    assert pipeline.load() == 0, "something was loaded, although nothing had changed"
    _columns_come(world, pipeline, checks)
    _tables_that_cannot_be_loaded_are_told(world, pipeline)
    _mistakes_are_seen(world, checks)


def _wrong_settings_are_told() -> None:
    """A mistake in the variable is told with its place."""
    for text, expected in WRONG_SETTINGS.items():
        try:
            configuration.parse(json.loads(text))
        except configuration.ConfigurationError as told:
            assert str(told) == expected, f"{text}: {told}"
        else:
            raise AssertionError(f"{text}: no mistake was told")


def _tables_that_cannot_be_loaded_are_told(world: World, pipeline: Pipeline) -> None:
    """No such table, no primary key, a name that the warehouse uses itself."""
    with closing(world.servers["shop-2"].connect()) as source, source, source.cursor() as cursor:
        cursor.execute("create table keyless (a int); create table taken (id int primary key, valid_to date)")
    for name, expected in WRONG_TABLES.items():
        with closing(world.servers["shop-2"].connect()) as source, pipeline.warehouse() as warehouse:
            try:
                extract(source, warehouse, "shop-2", "public", name)
            except TableError as told:
                assert expected in str(told), f"{name}: {told}"
            else:
                raise AssertionError(f"{name}: no mistake was told")


def _columns_come(world: World, pipeline: Pipeline, checks: Checks) -> None:
    """A column, an enum, and rows of odd values that somebody adds by hand."""
    with closing(world.servers["shop-1"].connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute(r"""
            create type mood as enum ('fine', 'it''s so-so');
            alter table products add column mood mood default 'fine', add column "Quote""d" text;
            insert into products (name, created_at, mood, "Quote""d") values
                ('', '2026-01-01', 'it''s so-so', null), (null, '2026-01-01', null, ''),
                (E'a\ttab, a \\ and a \n line', '2026-01-01 00:00:00.9', null, 'NULL'),
                ('\N', '2026-01-01', null, '"'),
                ('ünï © 🍉', '2026-01-01', 'fine', 'a,(b)')""")
    with closing(world.warehouse.connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "drop foreign table source_shop_1.products; create type mood as enum ('fine', 'it''s so-so');"
            "import foreign schema public limit to (products) from server source_shop_1 into source_shop_1"
        )
    pipeline.extract()
    assert pipeline.load() > 0, "new columns were not loaded"
    checks.loaded_is_source()
    checks.intervals_are_right()
    pipeline.extract()
    assert pipeline.load() == 0, "odd values seem to change at every load"
    say("columns that come, an enum and odd values are loaded")


def _mistakes_are_seen(world: World, checks: Checks) -> None:
    """The checks fail where the warehouse is wrong."""
    some = "(select max(order_id) from dds.orders where shop = 'shop-2' and is_current)"
    for mistake, (statement, check) in MISTAKES.items():
        with closing(world.warehouse.connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(
                "create schema before; create table before.orders (like dds.orders including all);"
                "alter table before.orders alter is_current drop expression;"
                "insert into before.orders select * from dds.orders"
            )
            cursor.execute(statement.format(some=some))
            assert cursor.rowcount > 0, f"{mistake}: nothing to spoil"
        try:
            getattr(checks, check)()
        except AssertionError as seen:
            say(f"seen: {mistake}: {seen}")
        else:
            raise AssertionError(f"{mistake}: not seen by {check}")
        with closing(world.warehouse.connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute("alter table before.orders drop is_current; select * from before.orders limit 0")
            columns = ", ".join(column.name for column in cursor.description)
            cursor.execute(
                f"truncate dds.orders; insert into dds.orders ({columns}) table before.orders;"
                "drop schema before cascade"
            )
    checks.intervals_are_right()


def _ticks(world: World) -> str:
    return ", ".join(f"{shop} at tick {tick}" for shop, tick in world.ticks().items())

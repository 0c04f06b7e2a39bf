"""What must hold between the shops and the warehouse, asked in SQL inside the warehouse.

The shops' tables are seen there through postgres_fdw, in the schemas `source_shop_1` and its like; what they held at
an extraction is kept in the schema `kept`. Shares no code with the DAGs: it would share their mistakes.
"""

from contextlib import closing

from psycopg2 import sql

from world import SHOPS, World

TABLES = {"customers": "customer_id", "orders": "order_id", "products": "product_id"}

DIFFERENT = """
select (select count(*) from (select {columns} from {left} except all select {columns} from {right}) missing),
       (select count(*) from (select {columns} from {right} except all select {columns} from {left}) more)
"""

# Each names what is wrong; all must count nothing.
INTERVALS = {
    "versions that are empty or end before they begin": """
        select count(*) from dds.{table} where valid_from >= valid_to""",
    "versions that overlap another of their key": """
        select count(*) from (
            select valid_from < lag(valid_to) over (partition by shop, {key} order by valid_from, valid_to) as wrong
            from dds.{table}) versions where wrong""",
    "keys with two versions from one second": """
        select count(*) from (select from dds.{table} group by shop, {key}, valid_from having count(*) > 1) twice""",
    "keys with two current versions": """
        select count(*) from (
            select from dds.{table} where is_current group by shop, {key} having count(*) > 1) twice""",
    "versions whose flag and end differ": """
        select count(*) from dds.{table} where is_current is distinct from (valid_to = 'infinity')""",
    # shopsim gives no id twice: a key is there from its insert to its deletion.
    "keys with a gap between versions": """
        select count(*) from (
            select valid_from > lag(valid_to) over (partition by shop, {key} order by valid_from) as wrong
            from dds.{table}) versions where wrong""",
    "versions next to each other that are the same": """
        select count(*) from (
            select row_hash = lag(row_hash) over (partition by shop, {key} order by valid_from) as wrong
            from dds.{table}) versions where wrong""",
}

# What learners are promised to see.
HISTORY = """
select count(*) filter (where not is_current and next is not null) as changed,
       count(*) filter (where not is_current and next is null) as deleted,
       count(*) filter (where is_current) as current
from (select is_current, lead(valid_from) over (partition by shop, {key} order by valid_from) as next
      from dds.{table} where shop = %s) versions
"""


class Checks:
    """The checks of one world."""

    def __init__(self, world: World):
        self.world = world
        with self._cursor() as cursor:
            cursor.execute("create extension postgres_fdw; create schema kept")
            cursor.execute(
                "create table kept.extraction (round int, shop text, table_name text, extracted_at timestamp)"
            )
        self.rounds = 0

    def see_sources(self) -> None:
        """Makes the shops' tables visible in the warehouse; once they are there."""
        with self._cursor() as cursor:
            for shop in SHOPS:
                settings = self.world.servers[shop].settings
                name = sql.Identifier(_source(shop))
                cursor.execute(
                    sql.SQL(
                        "create server {0} foreign data wrapper postgres_fdw options (host %s, port %s, dbname %s);"
                        "create user mapping for current_user server {0} options (user %s, password %s);"
                        "create schema {0}; import foreign schema public from server {0} into {0}"
                    ).format(name),
                    [settings[f"POSTGRES_{key}"] for key in ("HOST", "PORT", "DB", "USER", "PASSWORD")],
                )

    def sources_are_true(self) -> None:
        """Each row of the shops is what seed and config say, by shopsim itself."""
        verified = self.world.shopsim("verify")
        assert verified.returncode == 0, (
            f"shopsim verify: {verified.returncode}\n{verified.stdout}{verified.stderr}"
        )

    def loaded_is_source(self) -> None:
        """The current versions are the shops' rows, to the last one; keeps the rows as those of a round."""
        number = self.rounds + 1
        with self._cursor() as cursor:
            for shop, table in _all():
                columns = self._columns(cursor, shop, table)
                source = sql.Identifier(_source(shop), table)
                current = sql.SQL("(select * from dds.{} where shop = {} and is_current) as versions").format(
                    sql.Identifier(table), sql.Literal(shop)
                )
                self._same(cursor, f"{shop}.{table}, current versions", columns, source, current)
                kept = self._kept(number, shop, table)
                cursor.execute(sql.SQL("create table {} as select * from {}").format(kept, source))
                cursor.execute(
                    "insert into kept.extraction select %s, shop, table_name, max(extracted_at) from stg.extraction"
                    " where shop = %s and table_name = %s and loaded_at is not null group by 2, 3",
                    [number, shop, table],
                )
                assert cursor.rowcount == 1, f"{shop}.{table}: no extraction is recorded as loaded"
        self.rounds = number

    def history_is_kept(self) -> None:
        """As of each round's extraction, `dds` is what the shop held then."""
        with self._cursor() as cursor:
            for number in range(1, self.rounds + 1):
                for shop, table in _all():
                    cursor.execute(
                        "select extracted_at from kept.extraction where (round, shop, table_name) = (%s, %s, %s)",
                        [number, shop, table],
                    )
                    second = cursor.fetchone()[0]
                    as_of = sql.SQL(
                        "(select * from dds.{} where shop = {} and valid_from <= {second} and {second} < valid_to)"
                        " as versions"
                    ).format(sql.Identifier(table), sql.Literal(shop), second=sql.Literal(second))
                    columns = self._columns(cursor, shop, table)
                    self._same(
                        cursor,
                        f"{shop}.{table} as of {second}",
                        columns,
                        self._kept(number, shop, table),
                        as_of,
                    )

    def intervals_are_right(self) -> None:
        """Half open, contiguous, one current version a key."""
        with self._cursor() as cursor:
            for table, key in TABLES.items():
                for wrong, query in INTERVALS.items():
                    cursor.execute(query.format(table=table, key=key))
                    count = cursor.fetchone()[0]
                    assert count == 0, f"dds.{table}: {count} {wrong}"

    def history(self) -> dict[str, tuple[int, int, int]]:
        """Versions changed, deleted and current, of each shop and table."""
        found = {}
        with self._cursor() as cursor:
            for shop, table in _all():
                cursor.execute(HISTORY.format(table=table, key=TABLES[table]), [shop])
                found[f"{shop}.{table}"] = cursor.fetchone()
        return found

    def all_happened(self) -> None:
        """There were changes and deletions in every table, so that the other checks had something to see."""
        for table, (changed, deleted, current) in self.history().items():
            assert changed and deleted and current, (
                f"{table}: {changed} changed, {deleted} deleted, {current} current"
            )

    def _same(self, cursor, what: str, columns, left, right) -> None:
        cursor.execute(sql.SQL(DIFFERENT).format(columns=columns, left=left, right=right))
        missing, more = cursor.fetchone()
        assert missing == more == 0, (
            f"{what}: {missing} rows of the source are missing, {more} are not in the source"
        )

    @staticmethod
    def _columns(cursor, shop: str, table: str) -> sql.Composable:
        """All columns of the shop's table; those of a type of the shop's own as their text."""
        cursor.execute(
            "select column_name, data_type = 'USER-DEFINED' from information_schema.columns"
            " where table_schema = %s and table_name = %s"
            " order by ordinal_position",
            [_source(shop), table],
        )
        found = cursor.fetchall()
        assert len(found) > 2, f"{shop}.{table}: its columns are not seen: {found}"
        return sql.SQL(", ").join(
            sql.SQL("{}::text" if own_type else "{}").format(sql.Identifier(column))
            for column, own_type in found
        )

    @staticmethod
    def _kept(number: int, shop: str, table: str) -> sql.Composable:
        return sql.Identifier("kept", f"{number}_{shop}_{table}")

    def _cursor(self):
        return _Transaction(self.world.warehouse)


class _Transaction:
    """A cursor in a transaction and connection of its own."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.connection = self.server.connect()
        return self.connection.cursor()

    def __exit__(self, kind, *_):
        with closing(self.connection) as connection:
            connection.rollback() if kind else connection.commit()


def _source(shop: str) -> str:
    return "source_" + shop.replace("-", "_")


def _all():
    return ((shop, table) for shop in SHOPS for table in TABLES)

"""What a shop's table looks like, and its two tables in the warehouse.

Owns the catalog query and the DDL of `stg` and `dds`. A table or column that is new in a shop appears in the
warehouse by itself; nothing in the warehouse is ever dropped here.
"""

from dataclasses import dataclass, replace

from psycopg2 import sql

# The columns that the warehouse adds to those of the shop.
OWN_COLUMNS = ("shop", "operation", "extracted_at", "row_hash", "valid_from", "valid_to", "is_current")

# Values travel as text, so both ends must write and read it alike.
TEXT_FORMATS = """
set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
set extra_float_digits = 1; set bytea_output = 'hex'; set client_encoding = 'UTF8'
"""

# A type of the shop's own, such as an enum, is kept as text: the warehouse does not have it.
COLUMNS = """
select a.attname,
       case when n.nspname = 'pg_catalog' then format_type(a.atttypid, a.atttypmod) else 'text' end,
       coalesce(a.attnum = any (i.indkey), false)
from pg_attribute a
join pg_type t on t.oid = a.atttypid
join pg_namespace n on n.oid = t.typnamespace
left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""

EXTRACTIONS = """
create table if not exists stg.extraction (
    shop text not null,
    table_name text not null,
    extracted_at timestamp(0) not null,
    rows_seen bigint not null,
    rows_inserted bigint not null,
    rows_updated bigint not null,
    rows_deleted bigint not null,
    loaded_at timestamp(0),
    primary key (shop, table_name, extracted_at)
)
"""

STG = """
create table stg.{name} (
    shop text not null,
    operation text not null check (operation in ('insert', 'update', 'delete')),
    row_hash text,
    {columns},
    primary key (shop, {key})
)
"""

# Intervals are half open, [valid_from, valid_to); that of the current version has no end.
DDS = """
create table dds.{name} (
    shop text not null,
    {columns},
    row_hash text not null,
    valid_from timestamp(0) not null,
    valid_to timestamp(0) not null default 'infinity' check (valid_from < valid_to),
    is_current boolean not null generated always as (valid_to = 'infinity') stored,
    primary key (shop, {key}, valid_from)
)
"""

ONE_CURRENT = "create unique index on dds.{name} (shop, {key}) where is_current"


class TableError(RuntimeError):
    """A table of a shop cannot be loaded."""


@dataclass(frozen=True)
class Table:
    """A table of a shop, as the shop has it now."""

    shop: str
    schema: str
    name: str
    types: dict[str, str]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the shop's order."""
        return tuple(self.types)


def names(columns, prefix: str | None = None) -> sql.Composable:
    """The quoted names with commas between them."""
    return sql.SQL(", ").join(sql.Identifier(*([prefix] if prefix else []), column) for column in columns)


def same_key(table: Table, left: str, right: str) -> sql.Composable:
    """The condition that the keys of two tables are the same."""
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(sql.Identifier(left, column), sql.Identifier(right, column))
        for column in table.key
    )


def read(source, shop: str, schema: str, name: str) -> Table:
    """What the table looks like in its shop."""
    place = f"{shop}: {schema}.{name}"
    with source.cursor() as cursor:
        table = _describe(cursor, shop, schema, name)
    if not table.types:
        raise TableError(f"{place}: there is no such table; start shopsim, or correct load_data_conf")
    if not table.key:
        raise TableError(f"{place}: it has no primary key, so its rows cannot be told apart")
    if taken := sorted(set(table.columns) & set(OWN_COLUMNS)):
        raise TableError(f"{place}: its column {taken[0]} has a name that the warehouse itself uses")
    return table


def staged(cursor, shop: str, name: str) -> Table:
    """What the table looks like in `stg`: the columns of all shops, without the warehouse's own."""
    table = _describe(cursor, shop, "stg", name)
    return replace(
        table,
        types={column: kind for column, kind in table.types.items() if column not in OWN_COLUMNS},
        key=tuple(column for column in table.key if column not in OWN_COLUMNS),
    )


def _describe(cursor, shop: str, schema: str, name: str) -> Table:
    """The table as the catalog has it; without columns where there is none."""
    cursor.execute(COLUMNS, [sql.Identifier(schema, name).as_string(cursor)])
    found = cursor.fetchall()
    return Table(
        shop=shop,
        schema=schema,
        name=name,
        types={column: kind for column, kind, _ in found},
        key=tuple(column for column, _, is_key in found if is_key),
    )


def prepare(warehouse, table: Table) -> None:
    """Makes what the warehouse lacks of the table, in a transaction of its own."""
    with warehouse, warehouse.cursor() as cursor:
        # Two shops may meet the same new table at the same moment.
        cursor.execute("select pg_advisory_xact_lock(hashtext('shop_pipeline.prepare'))")
        cursor.execute("create schema if not exists stg")
        cursor.execute("create schema if not exists dds")
        cursor.execute(EXTRACTIONS)
        for schema, statement in (("stg", STG), ("dds", DDS)):
            there = _describe(cursor, table.shop, schema, table.name).types
            if not there:
                _create(cursor, statement, table)
                if schema == "dds":
                    _create(cursor, ONE_CURRENT, table)
                continue
            # Only when something is missing: an `alter table` would wait for all who read the table.
            for column in table.columns:
                if column not in there:
                    cursor.execute(
                        sql.SQL("alter table {} add column {} " + table.types[column]).format(
                            sql.Identifier(schema, table.name), sql.Identifier(column)
                        )
                    )


def _create(cursor, statement: str, table: Table) -> None:
    # The types come from the catalog's own `format_type`.
    columns = sql.SQL(", ").join(
        sql.SQL("{} " + kind).format(sql.Identifier(column)) for column, kind in table.types.items()
    )
    cursor.execute(
        sql.SQL(statement).format(name=sql.Identifier(table.name), columns=columns, key=names(table.key))
    )


def lock(cursor, shop: str, name: str) -> None:
    """Keeps others from extracting or loading this table of this shop until the transaction ends."""
    cursor.execute(
        "select pg_advisory_xact_lock(hashtext('shop_pipeline'), hashtext(%s))", [f"{shop}/{name}"]
    )

"""The first half: what changed in a table of a shop since it was last loaded, into the schema `stg`.

A shop's table does not show its changes: `created_at` stays as it was when a row is updated, and a deleted row
leaves no trace. A watermark would miss both. So the whole living table is read, in one snapshot, and compared
with the current versions in `dds`; what differs is the increment. The living table is bounded by
`DELETE_OLDER_THAN_SEC`, so this costs the same however long the shop has been open. As the comparison is with
what was loaded, an increment that was never loaded, or only half, is found again by the next extraction.

Owns the increment; that it ends in `dds` is the business of `load`.
"""

from tempfile import TemporaryFile

from psycopg2 import sql

from . import tables

READ = "copy (select md5(row({columns})::text), {columns} from {table}) to stdout"

# Never twice the same second, and never back: else a version would end before it began.
EXTRACTED_AT = """
select greatest(%(now)s, max(extracted_at) + interval '1 second')
from stg.extraction where shop = %(shop)s and table_name = %(table)s
"""

SEEN = """
create temporary table seen on commit drop as
    select row_hash, {columns} from stg.{name} where false
"""

CHANGED = """
insert into stg.{name} (shop, operation, row_hash, {columns})
select %(shop)s, case when d.shop is null then 'insert' else 'update' end, s.row_hash, {seen_columns}
from seen s
left join dds.{name} d on d.shop = %(shop)s and d.is_current and {same_key}
where d.row_hash is distinct from s.row_hash
"""

GONE = """
insert into stg.{name} (shop, operation, {key})
select d.shop, 'delete', {gone_key}
from dds.{name} d
where d.shop = %(shop)s and d.is_current and not exists (select from seen s where {same_key})
"""

RECORD = """
insert into stg.extraction (shop, table_name, extracted_at, rows_seen, rows_inserted, rows_updated, rows_deleted)
select %(shop)s, %(table)s, %(extracted_at)s, (select count(*) from seen),
       count(*) filter (where operation = 'insert'),
       count(*) filter (where operation = 'update'),
       count(*) filter (where operation = 'delete')
from stg.{name} where shop = %(shop)s
returning extracted_at, rows_seen, rows_inserted, rows_updated, rows_deleted
"""


def extract(source, warehouse, shop: str, schema: str, name: str) -> dict:
    """Puts the increment of one table into `stg.<name>` and returns its line of `stg.extraction`.

    `source` and `warehouse` are psycopg2 connections without an open transaction. All or nothing is written.
    """
    source.set_session(isolation_level="REPEATABLE READ", readonly=True)
    for connection in (source, warehouse):
        with connection, connection.cursor() as cursor:
            cursor.execute(tables.TEXT_FORMATS)
    with source:
        table = tables.read(source, shop, schema, name)
    tables.prepare(warehouse, table)

    parts = {
        "name": sql.Identifier(name),
        "columns": tables.names(table.columns),
        "seen_columns": tables.names(table.columns, "s"),
        "key": tables.names(table.key),
        "gone_key": tables.names(table.key, "d"),
        "same_key": tables.same_key(table, "d", "s"),
    }
    with warehouse, warehouse.cursor() as cursor, TemporaryFile() as rows:
        # Before the snapshot, so that an older one never comes after a younger.
        tables.lock(cursor, shop, name)
        values = {"shop": shop, "table": name, "now": _snapshot(source, table, rows)}
        cursor.execute(EXTRACTED_AT, values)
        values["extracted_at"] = cursor.fetchone()[0]

        cursor.execute(sql.SQL(SEEN).format(**parts))
        rows.seek(0)
        cursor.copy_expert("copy seen from stdin", rows)
        cursor.execute("analyze seen")
        cursor.execute(sql.SQL("delete from stg.{name} where shop = %(shop)s").format(**parts), values)
        cursor.execute(sql.SQL(CHANGED).format(**parts), values)
        cursor.execute(sql.SQL(GONE).format(**parts), values)
        cursor.execute(sql.SQL(RECORD).format(**parts), values)
        recorded = cursor.fetchone()
        return dict(zip((column.name for column in cursor.description), map(str, recorded), strict=True))


def _snapshot(source, table: tables.Table, rows):
    """Writes the living table into the file `rows`; returns the shop's time then, UTC, cut to the second."""
    statement = sql.SQL(READ).format(
        columns=tables.names(table.columns), table=sql.Identifier(table.schema, table.name)
    )
    with source, source.cursor() as cursor:
        # Not `now()`, which would be a moment before the snapshot.
        cursor.execute("select date_trunc('second', clock_timestamp() at time zone 'UTC')")
        now = cursor.fetchone()[0]
        cursor.copy_expert(statement, rows)
    return now

"""The second half: the increment in `stg` becomes versions in `dds`, a slowly changing dimension of type 2.

A version of a row holds from `valid_from`, included, to `valid_to`, excluded. The first version of a key holds
from the row's `created_at`; a change or a deletion counts from the second of the extraction that saw it. So
`dds` as of the second of any extraction is the shop's table as it was then. The key is the shop and the shop's
own key, for all shops count from 1.

Owns `dds`; what the increment is was decided by `extract`.
"""

from psycopg2 import sql

from . import tables

# The last extraction, and the one that `dds` stands at.
LATEST = """
select max(extracted_at), max(extracted_at) filter (where loaded_at is not null)
from stg.extraction where shop = %(shop)s and table_name = %(table)s
"""

CLOSE = """
update dds.{name} d set valid_to = %(extracted_at)s
from stg.{name} s
where s.shop = %(shop)s and s.operation <> 'insert' and d.shop = s.shop and d.is_current and {same_key}
"""

# A row that the extraction before did not see yet was not there then, whatever its `created_at` says: it may
# have been committed late. A key that came back begins where its last version ended, at the earliest.
OPEN = """
insert into dds.{name} (shop, row_hash, {columns}, valid_from)
select s.shop, s.row_hash, {stg_columns},
       greatest(
           least({born}, %(extracted_at)s),
           %(before)s::timestamp + interval '1 second',
           (select max(d.valid_to) from dds.{name} d where d.shop = s.shop and {same_key})
       )
from stg.{name} s
where s.shop = %(shop)s and s.operation <> 'delete'
"""

DONE = """
update stg.extraction set loaded_at = now() at time zone 'UTC'
where shop = %(shop)s and table_name = %(table)s and extracted_at = %(extracted_at)s
"""


def load(warehouse, shop: str, name: str) -> dict:
    """Brings `dds.<name>` to the shop's last extraction, in one transaction; once, however often it is called.

    Returns the number of versions closed and opened.
    """
    with warehouse, warehouse.cursor() as cursor:
        cursor.execute(tables.TEXT_FORMATS)
        tables.lock(cursor, shop, name)
        cursor.execute("select to_regclass('stg.extraction')")
        if cursor.fetchone()[0] is None:
            raise tables.TableError(f"{shop}: {name} was never extracted; see the runs of extract_shops")
        values = {"shop": shop, "table": name}
        cursor.execute(LATEST, values)
        values["extracted_at"], values["before"] = cursor.fetchone()
        if values["extracted_at"] == values["before"]:
            return {"closed": 0, "opened": 0}

        table = tables.staged(cursor, shop, name)
        parts = {
            "name": sql.Identifier(name),
            "columns": tables.names(table.columns),
            "stg_columns": tables.names(table.columns, "s"),
            "same_key": tables.same_key(table, "d", "s"),
            "born": _born(table),
        }
        cursor.execute(sql.SQL(CLOSE).format(**parts), values)
        closed = cursor.rowcount
        cursor.execute(sql.SQL(OPEN).format(**parts), values)
        opened = cursor.rowcount
        cursor.execute(DONE, values)
        return {"closed": closed, "opened": opened}


def _born(table: tables.Table) -> sql.Composable:
    """Since when a row has been there, where the shop tells it."""
    if table.types.get("created_at", "").startswith("timestamp"):
        return sql.SQL("date_trunc('second', s.created_at::timestamp)")
    return sql.SQL("null::timestamp")

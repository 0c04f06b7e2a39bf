"""A case: a warehouse, how it is graded, and what must come of it."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from expect import RIGHT, Expected
from forms import Table

EMPTY = """
do $$ declare one text; begin
    for one in select quote_ident(nspname) from pg_namespace where nspname !~ '^(pg_|information_schema)' loop
        execute 'drop schema ' || one || ' cascade';
    end loop;
    create schema public;
end $$
"""


@dataclass(frozen=True)
class Case:
    """A warehouse to be graded."""

    name: str
    chain: str
    tables: Iterable[Table] = ()
    expected: Expected = field(default_factory=lambda: Expected(RIGHT))
    arguments: tuple[str, ...] = ()
    # The text of a warehouse.toml.
    mapping: str = ""
    # Statements after the tables are filled.
    sql: str = ""
    # A database that the warehouse is a copy of.
    template: str = ""
    # Whether the tables become files instead, as pandas writes them.
    files: bool = False

    def make(self, world, name: str) -> str:
        """Makes the warehouse; returns where it is."""
        if self.files:
            return str(self._files(world.folder / name))
        if self.template:
            database = name
            world.server.create(database, self.template)
        else:
            # To empty one is much faster than to make one.
            database = world.database_of_this_thread()
            world.server.execute(database, EMPTY)
        for table in self.tables:
            table.write(world.server, database)
        if self.sql:
            world.server.execute(database, self.sql)
        return world.server.url(database)

    def _files(self, folder: Path) -> Path:
        folder.mkdir()
        for table in self.tables:
            with open(folder / f"{table.name.rpartition('.')[2]}.csv", "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(name for name, _ in table.columns)
                writer.writerows(map(plain, table.rows))
        return folder


ESCAPES = {r"\N": "", r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\\": "\\"}


def plain(row: list[str]) -> list[str]:
    """COPY's text form as the texts that are meant; NULL is empty."""
    return [re.sub(r"\\[Nntr\\]", lambda found: ESCAPES[found[0]], value) for value in row]


# One table of one shop, as most cases have it.
ORDERS = ("--only", "shop-1", "--table", "orders")

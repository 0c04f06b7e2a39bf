"""A case: a warehouse, how it is graded, and what must come of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from expect import RIGHT, Expected
from forms import Table


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
    template: str = "template0"

    def make(self, world, database: str) -> str:
        """Makes the warehouse; returns the database's name."""
        world.server.create(database, self.template)
        for table in self.tables:
            table.write(world.server, database)
        if self.sql:
            world.server.execute(database, self.sql)
        return database


# One table of one shop, as most cases have it.
ORDERS = ("--only", "shop-1", "--table", "orders")

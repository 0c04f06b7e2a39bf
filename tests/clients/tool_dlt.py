"""dlt's `sql_database`: increments by a cursor, merged by key, and full reads kept as a history."""

from client import FULL, SHORT, Client, Expected
from worker import Worker


class Dlt(Client):
    """Both tables of a shop by one pipeline."""

    # The column that increments go by; none: the tables are read in full, and kept with their history.
    cursor = ""

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.warehouse = world.warehouses.create(self.label)
        folder = world.root / f"dlt_{shop.schema}"
        folder.mkdir(exist_ok=True)
        self.worker = Worker.of(world, "tools", "job_dlt", str(folder))

    def sync(self) -> None:
        self.worker.run(
            {
                "cursor": self.cursor,
                "name": self.label,
                "shop": self.shop.url,
                "warehouse": self.warehouse,
                "dataset": self.shop.schema,
                "tables": self.shop.tables,
            }
        )

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse))


class History(Dlt):
    """Sees deletions, too: what a full read does not find is ended."""

    name = "dlt, full reads, scd2"


class Merged(Dlt):
    """Has all changes, and no deletion: a cursor does not see what is gone."""

    name = "dlt, cursor on updated_at, merge"
    cursor = "updated_at"

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse), {"delete-open": self.world.gone(self)})


class Created(Dlt):
    """What a table without updated_at suggests: updates are lost."""

    name = "dlt, cursor on created_at, merge"
    cursor = "created_at"

    def expected(self) -> Expected:
        deleted, changed = self.world.compare(self)
        assert changed, "no row was changed"
        return Expected(("--warehouse", self.warehouse), {"delete-open": deleted, "missing-change": changed})


CLIENTS = (History, Merged, Created)

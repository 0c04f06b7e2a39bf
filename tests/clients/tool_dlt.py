"""dlt's `sql_database`: increments by a cursor, merged by key, and full reads kept as a history."""

from client import Client, Expected
from worker import Worker


def load(world, shop, name: str, warehouse: str, cursor: str, *, leaves_out: bool = False) -> None:
    """One load by the pipeline of this name."""
    folder = world.root / f"dlt_{shop.schema}"
    folder.mkdir(exist_ok=True)
    job = {
        "name": name,
        "shop": shop.url,
        "warehouse": warehouse,
        "dataset": shop.schema,
        "tables": shop.tables,
    }
    Worker.of(world, "tools", "job_dlt", str(folder)).run(job | {"cursor": cursor, "leaves_out": leaves_out})


class Dlt(Client):
    """Both tables of a shop by one pipeline."""

    # The column that increments go by; none: the tables are read in full, and kept with their history.
    cursor = ""

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.warehouse = world.warehouses.create(self.label)

    def sync(self) -> None:
        load(self.world, self.shop, self.label, self.warehouse, self.cursor)

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

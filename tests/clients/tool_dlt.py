"""dlt's `sql_database`: increments by a cursor, merged by key, and full reads kept as a history."""

from client import Client, Expected
from worker import Worker


def load(
    world, shop, name: str, warehouse: str, cursor: str, *, leaves_out: bool = False, late_seconds: float = 0
) -> None:
    """One load by the pipeline of this name, which reads its tables so long after it has begun."""
    folder = world.root / f"dlt_{shop.schema}"
    folder.mkdir(exist_ok=True)
    job = {
        "late_seconds": late_seconds,
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
    # How long after its begin the first load reads, while the shops tick. If all were late, their stamps would be taken for
    # those of another clock.
    late_seconds = 0.0

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.warehouse = world.warehouses.create(self.label)
        self.loads = 0

    def sync(self) -> None:
        late_seconds = 0 if self.loads else self.late_seconds
        load(self.world, self.shop, self.label, self.warehouse, self.cursor, late_seconds=late_seconds)
        self.loads += 1

    def expected(self) -> Expected:
        return Expected(self.graded())

    def graded(self) -> tuple[str, str]:
        """How it is graded."""
        return "--warehouse", self.warehouse


class History(Dlt):
    """Sees deletions, too: what a full read does not find is ended."""

    name = "dlt, full reads, scd2"


class Late(History):
    """A load is stamped when it begins: what it reads later is right, too."""

    name = "dlt, full reads, scd2, read long after the begin"
    late_seconds = 8.0


class Merged(Dlt):
    """Has all changes, and no deletion: a cursor does not see what is gone."""

    name = "dlt, cursor on updated_at, merge"
    cursor = "updated_at"

    def expected(self) -> Expected:
        return Expected(self.graded(), {"delete-open": self.world.gone(self)})


class Created(Dlt):
    """What a table without updated_at suggests: updates are lost."""

    name = "dlt, cursor on created_at, merge"
    cursor = "created_at"

    def expected(self) -> Expected:
        deleted, changed = self.world.compare(self)
        assert changed, "no row was changed"
        return Expected(self.graded(), {"delete-open": deleted, "missing-change": changed})


CLIENTS = (History, Late, Merged, Created)

"""dlt's `sql_database`: increments by a cursor, merged by key, and full reads kept as a history."""

import math
import time

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
        self.slowest_seconds = 0.0

    def sync(self) -> None:
        began = time.monotonic()
        load(self.world, self.shop, self.label, self.warehouse, self.cursor)
        self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)

    def expected(self) -> Expected:
        return Expected(self.graded())

    def graded(self) -> tuple[str, str]:
        """How it is graded. A load is stamped when it begins, and may read a table much later on a busy machine."""
        mapping = self.world.root / f"{self.label}.toml"
        seconds = 2 + math.ceil(self.slowest_seconds)
        mapping.write_text(f'database = "{self.warehouse}"\ntolerance = "{seconds}s"\n')
        return "--mapping", str(mapping)


class History(Dlt):
    """Sees deletions, too: what a full read does not find is ended."""

    name = "dlt, full reads, scd2"


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


CLIENTS = (History, Merged, Created)

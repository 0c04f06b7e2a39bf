"""dlt's `sql_database`: increments by a cursor, merged by key, and full reads kept as a history.

Each shop has one process with dlt, which makes one load after the other: to import dlt takes longer than to load.
"""

import json
import subprocess
import threading
from pathlib import Path

from client import Client, Expected

WORKER = Path(__file__).with_name("worker_dlt.py")


class Worker:
    """A process that runs dlt pipelines, one after the other."""

    _of_shops: dict[str, "Worker"] = {}
    _making = threading.Lock()

    def __init__(self, world, shop):
        self._turn = threading.Lock()
        folder = world.folder(f"dlt_{shop.schema}")
        self._log = open(folder / "log", "w+")  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [world.program("tools", "python"), "-B", WORKER, folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip

    @classmethod
    def of(cls, world, shop) -> "Worker":
        """That of the shop."""
        with cls._making:
            if shop.name not in cls._of_shops:
                cls._of_shops[shop.name] = cls(world, shop)
            return cls._of_shops[shop.name]

    def run(self, job: dict) -> None:
        """One load; fails if it does."""
        with self._turn:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        assert answer, "dlt's process has ended"
        failure = json.loads(answer)
        assert not failure, failure


class Dlt(Client):
    """Both tables of a shop by one pipeline."""

    variant = ""

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.warehouse = world.warehouses.create(self.label)
        self.worker = Worker.of(world, shop)

    def sync(self) -> None:
        self.worker.run(
            {
                "variant": self.variant,
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
    name = "dlt, full reads, scd2"
    variant = "scd2"


class Merged(Dlt):
    """Has all changes, and no deletion: a cursor does not see what is gone."""

    name = "dlt, cursor on updated_at, merge"
    variant = "merge"

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse), {"delete-open": self.world.gone(self)})


CLIENTS = (History, Merged)

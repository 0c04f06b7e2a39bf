"""tap-postgres and target-postgres of the Meltano SDK, the output of one being the input of the other."""

import json
import os
from pathlib import Path

import capture
from client import Client, Expected
from worker import Worker


class Singer(Client):
    """Both tables of a shop."""

    # What the catalog says of both tables.
    metadata: dict[str, str] = {}
    tap_settings: dict = {}
    target_settings: dict = {"load_method": "upsert", "hard_delete": True}

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.folder = world.folder(self.label)
        self.warehouse = world.warehouses.create(self.label)
        self._write("tap", {"sqlalchemy_url": shop.url, "filter_schemas": ["public"], **self.tap_settings})
        self._write(
            "target",
            {
                # Times go into columns without a zone, as the session's zone has them.
                "sqlalchemy_url": self.warehouse.replace("postgresql:", "postgresql+psycopg:", 1)
                + "?options=-c%20timezone=UTC",
                "default_target_schema": shop.schema,
                **self.target_settings,
            },
        )
        catalog = json.loads(self._tap("--discover"))
        for stream in catalog["streams"]:
            stream |= {name.replace("-", "_"): value for name, value in self.metadata.items()}
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"] |= {"selected": True, **self.metadata}
        self._write("catalog", catalog)
        self.state: str | None = None

    def sync(self) -> None:
        arguments = ["--catalog", self._path("catalog")]
        if self.state:
            self._write("state", json.loads(self.state))
            arguments += ["--state", self._path("state")]
        self._tap(*arguments)
        target = Worker.of(self.world, "tools", "job_singer", "target_postgres.target", "TargetPostgres")
        arguments = ["--config", self._path("target")]
        target.run(
            {
                "arguments": arguments,
                "input": self._path("messages"),
                "output": self._path("states"),
                "log": self._path("log"),
            }
        )
        # What the target has written is told by the last line of its output.
        states = Path(self._path("states")).read_text().splitlines()
        self.state = states[-1] if states else self.state

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse))

    def _tap(self, *arguments: str) -> str:
        """What the tap prints, which is also in a file."""
        tap = Worker.of(self.world, "tap", "job_singer", "tap_postgres.tap", "TapPostgres")
        arguments = ["--config", self._path("tap"), *arguments]
        tap.run(
            {
                "arguments": arguments,
                "input": os.devnull,
                "output": self._path("messages"),
                "log": self._path("log"),
            }
        )
        return Path(self._path("messages")).read_text()

    def _path(self, name: str) -> str:
        return str(self.folder / f"{name}.json")

    def _write(self, name: str, content: dict) -> None:
        Path(self._path(name)).write_text(json.dumps(content))


class FullTable(Singer):
    """Tells the target which rows are of the present read, so that it deletes all others."""

    name = "Singer, full table"
    metadata = {"replication-method": "FULL_TABLE"}
    tap_settings = {"emit_activate_version_messages": True}


class Incremental(Singer):
    """Has all changes, and no deletion."""

    name = "Singer, incremental by updated_at"
    metadata = {"replication-method": "INCREMENTAL", "replication-key": "updated_at"}

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse), {"delete-open": self.world.gone(self)})


class LogBased(Singer):
    """By wal2json, which must be installed where the server is. A deleted row keeps its key and a mark."""

    name = "Singer, log-based"
    metadata = {"replication-method": "LOG_BASED", "replication-key": "_sdc_lsn"}
    tap_settings = {
        "replication_slot_name": "singer",
        "replication_idle_exit_seconds": 1,
        # The shops change all the time: without it a load would not end.
        "replication_max_run_seconds": 4,
        "log_based_single_connection": True,
        "auto_bootstrap_log_based": True,
    }

    def cannot_run(self, world) -> str:
        return capture.lacks_wal2json(world)

    def prepare(self, world, shop) -> None:
        slot = self.tap_settings["replication_slot_name"]
        shop.rows("select from pg_create_logical_replication_slot(%s, 'wal2json')", slot)
        super().prepare(world, shop)

    def expected(self) -> Expected:
        """A wide value that an update has left as it was is not in the log, and becomes NULL."""
        query = f"select count(*) from {self.shop.schema}.customers where letter is null and _sdc_deleted_at is null"
        ((lost,),) = self.world.warehouses.rows(self.label, query)
        assert lost, "no update left a wide value as it was: the test says nothing of them"
        return Expected(("--warehouse", self.warehouse), {"wrong-value": lost})

    def finish(self) -> None:
        # A load that was cut short leaves something to the next.
        while '"RECORD"' in Path(self._path("messages")).read_text():
            self.sync()


CLIENTS = (FullTable, Incremental, LogBased)

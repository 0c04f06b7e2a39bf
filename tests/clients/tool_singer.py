"""tap-postgres and target-postgres of the Meltano SDK, joined by a pipe as `meltano run` joins them."""

import json
import os
import subprocess

from client import Client, Expected, run


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
        self.environment = os.environ | {"SINGER_SDK_LOG_LEVEL": "ERROR"}
        self._write("tap", {"sqlalchemy_url": shop.url, "filter_schemas": ["public"], **self.tap_settings})
        self._write(
            "target",
            {
                "sqlalchemy_url": self.warehouse.replace("postgresql:", "postgresql+psycopg:", 1),
                "default_target_schema": shop.schema,
                **self.target_settings,
            },
        )
        catalog = json.loads(run([*self._tap(), "--discover"], environment=self.environment))
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"] |= {"selected": stream["tap_stream_id"].startswith("public-"), **self.metadata}
        self._write("catalog", catalog)
        self.state: str | None = None

    def sync(self) -> None:
        tap = [*self._tap(), "--catalog", self.folder / "catalog.json"]
        if self.state:
            (self.folder / "state.json").write_text(self.state)
            tap += ["--state", self.folder / "state.json"]
        target = [self.world.program("tools", "target-postgres"), "--config", self.folder / "target.json"]
        errors = open(self.folder / "log", "w+")  # noqa: SIM115 - both write to it
        pipes = {"env": self.environment, "stderr": errors, "stdout": subprocess.PIPE, "text": True}
        source = subprocess.Popen(tap, **pipes)
        destination = subprocess.Popen(target, stdin=source.stdout, **pipes)
        # So that the tap notices if the target ends.
        source.stdout.close()
        states, _ = destination.communicate(timeout=120)
        codes = source.wait(30), destination.returncode
        errors.seek(0)
        assert codes == (0, 0), f"tap and target ended with {codes}:\n{errors.read()[-1500:]}"
        # What the target has written is told by the last line of its output.
        if states.strip():
            self.state = states.strip().splitlines()[-1]

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse))

    def _tap(self) -> list:
        return [self.world.program("tap", "tap-postgres"), "--config", self.folder / "tap.json"]

    def _write(self, name: str, content: dict) -> None:
        (self.folder / f"{name}.json").write_text(json.dumps(content))


class FullTable(Singer):
    name = "Singer, full table"
    metadata = {"replication-method": "FULL_TABLE"}


class Incremental(Singer):
    """Has all changes, and no deletion."""

    name = "Singer, incremental by updated_at"
    metadata = {"replication-method": "INCREMENTAL", "replication-key": "updated_at"}

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse), {"delete-open": self.world.gone(self)})


class LogBased(Singer):
    """By wal2json, which must be installed where the server is."""

    name = "Singer, log-based"
    metadata = {"replication-method": "LOG_BASED"}
    tap_settings = {
        "replication_idle_exit_seconds": 1,
        "replication_max_run_seconds": 8,
        "log_based_single_connection": True,
        "auto_bootstrap_log_based": True,
    }

    def prepare(self, world, shop) -> None:
        self.tap_settings = self.tap_settings | {"replication_slot_name": f"singer_{shop.schema}"}
        shop.rows("select pg_create_logical_replication_slot(%s, 'wal2json')", f"singer_{shop.schema}")
        super().prepare(world, shop)


CLIENTS = (FullTable, Incremental, LogBased)

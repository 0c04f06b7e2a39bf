"""Debezium: each change of a shop becomes an event, once or again, and lands in a warehouse's table of changes."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import capture
from capture import LogClient
from chain import wait_for
from client import FULL, SHORT, Expected

WORKER = Path(__file__).with_name("worker_debezium.py")
# What Debezium's `ExtractNewRecordState` adds.
OWN_COLUMNS = "__deleted text, __op text, __lsn bigint, __source_ts_ms bigint, __landed_at timestamptz"


class Debezium(LogClient):
    """The engine with the connector for PostgreSQL, as docs/clients.md has it configured."""

    name = "debezium"
    shops = {SHORT: ("shop-1",), FULL: ("shop-1",)}
    # Tables whose whole old rows are in the log.
    fully_identified: tuple[str, ...] = ("customers",)
    # Whether it writes a heartbeat, in a table of its own in the shop's database.
    heartbeat = True
    # The types of the landing's columns where the connector's differ from the shop's.
    types: dict[str, str] = {}

    def cannot_run(self, world) -> str:
        return "" if shutil.which("java") else "there is no Java here: install openjdk-17-jre-headless"

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.folder = world.folder(self.label)
        self.warehouse = world.warehouses.create(self.label)
        self.ours(f"create schema {shop.schema}; create table topics (topic text, events bigint)")
        for table in shop.tables:
            self.ours(f"create table {shop.schema}.{table} ({self._columns(table)}, {OWN_COLUMNS})")
        for table in self.fully_identified:
            capture.identify_fully(shop, table)
        if self.heartbeat:
            shop.rows(
                "create schema debezium; create table debezium.heartbeat (id int primary key, at timestamptz);"
                " insert into debezium.heartbeat values (1, now())"
            )
        self.start()
        self.catch_up()

    def properties(self) -> dict[str, str]:
        """Those of the connector."""
        listed = [f"public.{table}" for table in self.shop.tables]
        beats = {
            "heartbeat.interval.ms": "1000",
            "heartbeat.action.query": "update debezium.heartbeat set at = now() where id = 1",
        }
        if self.heartbeat:
            listed.append("debezium.heartbeat")
        return self.necessary() | (beats if self.heartbeat else {}) | {
            "publication.autocreate.mode": "filtered",
            "table.include.list": ",".join(listed),
            "time.precision.mode": "isostring",
            # The defaults are 10 s each: how long it rests after its server was away, and how late it confirms.
            "retriable.restart.connector.wait.ms": "1000",
            "status.update.interval.ms": "1000",
        }

    def necessary(self) -> dict[str, str]:
        """What it does not start without, or what the landing needs: flat events, and numbers that can be read."""
        return {
            "name": self.label,
            "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
            "plugin.name": "pgoutput",
            "slot.name": self.label,
            "publication.name": self.label,
            "topic.prefix": self.shop.schema,
            "database.hostname": self.shop.host,
            "database.port": str(self.shop.port),
            "database.user": self.shop.user,
            "database.password": self.shop.password,
            "database.dbname": self.shop.database,
            "offset.storage": "org.apache.kafka.connect.storage.FileOffsetBackingStore",
            "offset.storage.file.filename": str(self.folder / "offsets"),
            "offset.flush.interval.ms": "500",
            "decimal.handling.mode": "string",
            "key.converter.schemas.enable": "false",
            "value.converter.schemas.enable": "false",
            "transforms": "unwrap",
            "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
            "transforms.unwrap.delete.tombstone.handling.mode": "rewrite",
            "transforms.unwrap.add.fields": "op,lsn,source.ts_ms",
        }

    def start(self) -> None:
        """Begins, or goes on where the offsets say."""
        job = {"warehouse": self.warehouse, "schema": self.shop.schema, "properties": self.properties()}
        (self.folder / "job.json").write_text(json.dumps(job))
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.world.program("debezium", "python"), "-B", WORKER, self.folder / "job.json"],
                stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        wait_for("its slot to be free", lambda: not capture.is_read(self.shop, self.label))
        self.start()

    def catch_up(self) -> None:
        # Events come in the order of the log, and a tick inserts last. The row itself may have gone before the first one.
        for table, key in self.shop.tables.items():
            last = self.shop.rows(f"select max({key}) from public.{table}")[0][0]
            query = f"select 1 from {self.shop.schema}.{table} where {key} >= %s limit 1"
            wait_for(lambda: f"row {last} of {table}; Debezium's log ends with:\n{self.log()}", lambda query=query, last=last: self._lives() and self.ours(query, last))

    def finish(self) -> None:
        if self.heartbeat:
            # Nothing else moves the slot on now.
            position = capture.position(self.shop)
            wait_for("the heartbeat to move the slot on", lambda: capture.has_read(self.shop, self.label, position))
        self.stop()

    def stop(self) -> None:
        """In good order."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        assert code == 0, f"Debezium ended with {code}:\n{self.log()}"

    def expected(self) -> Expected:
        return Expected(("--warehouse", self.warehouse))

    def ours(self, query: str, *parameters) -> list[tuple]:
        """The rows of a query on the warehouse."""
        return self.world.warehouses.rows(self.label, query, *parameters)

    def log(self) -> str:
        """The end of what the engine has written."""
        return self.whole_log()[-3000:]

    def whole_log(self) -> str:
        """All of it."""
        return (self.folder / "log").read_text(errors="replace")

    def _lives(self) -> bool:
        assert self.process.poll() is None, f"Debezium ended with {self.process.returncode}:\n{self.log()}"
        return True

    def _columns(self, table: str) -> str:
        columns = self.shop.rows(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum", f"public.{table}",
        )  # fmt: skip
        return ", ".join(f'"{name}" {self.types.get(kind, kind)}' for name, kind in columns)


class DefaultIdentity(Debezium):
    """Old rows are not in the log, nor is a wide value that an update has left as it was: a placeholder comes instead."""

    name = "debezium, default identity"
    shops = {FULL: ("shop-2",)}
    fully_identified = ()
    # A further table would stop the subscription for all tables beside it.
    heartbeat = False

    def expected(self) -> Expected:
        query = "select count(*) from {}.customers where letter = '__debezium_unavailable_value'"
        ((lost,),) = self.ours(query.format(self.shop.schema))
        assert lost, "no update left a wide value as it was: the test says nothing of them"
        return Expected(("--warehouse", self.warehouse), {"wrong-value": lost})


class Defaults(Debezium):
    """All that has a default is left to it: it wants a publication of all tables, which a superuser can make."""

    name = "debezium, defaults"
    shops = {FULL: ("shop-1",)}
    fully_identified = ()
    heartbeat = False
    # Days and microseconds since 1970.
    types = {"timestamp without time zone": "bigint", "date": "integer"}

    def prepare(self, world, shop) -> None:
        self.role: dict[str, str] = {}
        super().prepare(world, shop)

    def properties(self) -> dict[str, str]:
        return self.necessary() | self.role

    def start(self) -> None:
        if not self.role:
            super().start()
            assert self.process.wait(90) == 1, "the role shop should not be able to make a publication of all tables"
            assert "must be superuser to create FOR ALL TABLES publication" in self.whole_log(), self.log()
            left = self.shop.rows("select slot_name from pg_replication_slots where slot_name = %s", self.label)
            assert not left, "it left a slot"
            password = (self.shop.folder / "superuser.pw").read_text().strip()
            self.role = {"database.user": "postgres", "database.password": password}
        super().start()

    def finish(self) -> None:
        self.stop()
        topics = {topic for topic, _ in self.ours("select topic, sum(events) from topics group by 1")}
        assert f"{self.shop.schema}.shopsim.checkpoint" in topics, f"shopsim's own tables are not among {topics}"

    def expected(self) -> Expected:
        mapping = self.world.root / f"{self.label}.toml"
        mapping.write_text('[tables.customers]\nignore = ["letter"]\n')
        return Expected(("--warehouse", self.warehouse, "--mapping", str(mapping)))


CLIENTS = (Debezium, DefaultIdentity, Defaults)

"""A PostgreSQL server of this test's own, the chains of shops on it, and what their loads read.

A chain is stepped once; at each load the tables are read into memory, and all pipelines work on what was read then.
Runs inside the private network namespace that `run` makes, so no port can be taken. Knows nothing of warehouses'
forms or of what is expected of them.
"""

import copy
import io
import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
from psycopg2 import sql

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "shops.toml"
START = datetime(2026, 1, 1)
ACCOUNT = "shop"


@dataclass(frozen=True)
class Read:
    """What a load reads of a table: values in PostgreSQL's COPY text, by key."""

    tick: int
    # The wall time of the load, as its tool would stamp it.
    stamp: datetime
    rows: dict[int, tuple[str, ...]]
    # Whether rows that are not here were not in the source.
    full: bool = True


@dataclass
class Source:
    """A table of a shop: its columns with their types, the key first, and what the loads read of it."""

    shop: str
    city: str
    table: str
    # The time from one tick to the next.
    interval: timedelta
    columns: list[tuple[str, str]] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)

    @property
    def live(self) -> list[Read]:
        """The reads as those of shops that ran in real time: stamped a moment after their tick."""
        after = min(timedelta(seconds=5), self.interval * 0.4)
        return [replace(read, stamp=START + read.tick * self.interval + after) for read in self.reads]

    def position(self, column: str) -> int:
        """The place of a column in the values of a row."""
        return [name for name, _ in self.columns].index(column)

    def created(self, values: tuple[str, ...]) -> datetime:
        """The moment of the tick that inserted the row, cut to the second."""
        return datetime.fromisoformat(values[self.position("created_at")])


@dataclass(frozen=True)
class Step:
    """A load: the shops, and the last tick that it can see."""

    tick: int
    shops: tuple[str, ...]


class Server:
    """A PostgreSQL server with any number of databases."""

    host, port = "127.0.0.1", 5432

    def __init__(self, folder: Path, programs: Path):
        self.account = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        self.data = folder / "server"
        self.programs = programs
        self.data.mkdir()
        shutil.chown(self.data, self.account)

    def __enter__(self) -> "Server":
        self._program(
            "initdb", "-D", self.data / "data", "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-sync",
        )  # fmt: skip
        settings = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": "''",
            "fsync": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "max_connections": 60,
            "timezone": "UTC",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._program(
            "pg_ctl", "-D", self.data / "data", "-w", "-l", self.data / "log", "-o", options, "start"
        )
        return self

    def __exit__(self, *_) -> None:
        self._program("pg_ctl", "-D", self.data / "data", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        """How programs connect to it."""
        return f"postgresql://{ACCOUNT}@{self.host}:{self.port}/{database}"

    def connect(self, database: str = "postgres"):
        """A connection that is closed at the end of a `with`."""
        return closing(
            psycopg2.connect(
                host=self.host, port=self.port, dbname=database, user=ACCOUNT, connect_timeout=10
            )
        )

    def create(self, database: str, template: str = "template0") -> None:
        """Makes a database, a copy of another one."""
        with self.connect() as connection:
            connection.autocommit = True
            connection.cursor().execute(
                sql.SQL("create database {} template {} strategy file_copy").format(
                    sql.Identifier(database), sql.Identifier(template)
                )
            )

    def execute(self, database: str, statements: str) -> None:
        """Runs statements in one transaction."""
        with self.connect(database) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statements)

    def rows(self, database: str, query: str) -> list[tuple]:
        """The rows of a query."""
        with self.connect(database) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def copy(self, database: str, table: str, lines: Iterable[str]) -> None:
        """Appends lines in COPY's text form."""
        with self.connect(database) as connection, connection, connection.cursor() as cursor:
            cursor.copy_expert(
                f"copy {table} from stdin", io.StringIO("".join(line + "\n" for line in lines))
            )

    def _program(self, program: str, *arguments) -> None:
        account = ["setpriv", f"--reuid={self.account}", f"--regid={self.account}", "--clear-groups"]
        done = subprocess.run(
            [*account, self.programs / program, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, f"{program} failed:\n{done.stdout}"


class Chain:
    """The shops of one config, stepped from load to load."""

    def __init__(
        self,
        name: str,
        server: Server,
        shopsim: Path,
        folder: Path,
        config: str,
        intervals: dict,
        steps: list[Step],
    ):
        self.name, self.server, self.shopsim_program, self.steps = name, server, shopsim, steps
        self.intervals = intervals
        self.folder = folder / name
        self.folder.mkdir()
        self.config = self.folder / "shops.toml"
        self.config.write_text(config)
        self.shops = sorted({shop for step in steps for shop in step.shops})
        self.sources: dict[tuple[str, str], Source] = {}
        # Called after each step with its number: pipelines that read the databases themselves.
        self.listeners: list[Callable[[Chain, Step, int], None]] = []

    def database(self, shop: str) -> str:
        """The name of a shop's database."""
        return f"{self.name}_{shop.replace('-', '_')}"

    def shopsim(self, *arguments: str) -> subprocess.CompletedProcess:
        """One call of shopsim on this chain."""
        command, *rest = arguments
        return subprocess.run(
            [self.shopsim_program, command, "--shops", self.config, *rest],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def environment(self) -> dict[str, str]:
        """What shopsim is called with."""
        made = {"PATH": os.environ["PATH"], "NO_COLOR": "1", "SHOPSIM_LOG_DIR": str(self.folder / "logs")}
        # The shipped config names the databases so.
        for shop in ("shop-1", "shop-2"):
            made[f"{shop.upper().replace('-', '_')}_DATABASE"] = self.server.url(self.database(shop))
        return made

    def run(self) -> "Chain":
        """All steps."""
        for shop in self.shops:
            self.server.create(self.database(shop))
        for number, step in enumerate(self.steps):
            self._run_until(step)
            # Real loads of this run would be stamped with the wall time, not with the shops' time.
            stamp = datetime(2026, 11, 29, 9, 0, 1, 250_000) + timedelta(
                minutes=3 * number, seconds=7 * number
            )
            for shop in step.shops:
                self.read(shop, step.tick, stamp)
            for listener in self.listeners:
                listener(self, step, number)
        return self

    def live(self) -> "Chain":
        """The same chain as if it had run in real time, from `START` on."""
        other = copy.copy(self)
        other.name = f"{self.name}_live"
        for shop in self.shops:
            self.server.create(other.database(shop), self.database(shop))
            self.server.execute(
                other.database(shop),
                "update shopsim.checkpoint set live = true, pace = 'real-time', anchor = start, anchor_at = start",
            )
        return other

    def _run_until(self, step: Step) -> None:
        for shop in step.shops:
            done = self.shopsim(
                "run", "--only", shop, "--start", f"{START.isoformat()}Z", "--pace", "unlimited", "--until-tick",
                str(step.tick + 1), "-qq",
            )  # fmt: skip
            assert done.returncode == 0, f"shopsim run of {self.name}: {done.returncode}\n{done.stderr}"

    def read(self, shop: str, tick: int, stamp: datetime) -> None:
        """A load of all tables of a shop into memory."""
        with self.server.connect(self.database(shop)) as connection, connection.cursor() as cursor:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            cursor.execute(
                "select c.relname, array_agg(a.attname::text order by a.attnum),"
                " array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum)"
                " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by 1 order by 1"
            )
            for table, names, types in cursor.fetchall():
                source = self.sources.setdefault(
                    (shop, table),
                    Source(
                        shop,
                        self.city(shop),
                        table,
                        timedelta(seconds=self.intervals[shop]),
                        list(zip(names, types, strict=True)),
                    ),  # fmt: skip
                )
                text = io.StringIO()
                cursor.copy_expert(f'copy (select * from "{table}" order by 1) to stdout', text)
                rows = (line.split("\t") for line in text.getvalue().split("\n")[:-1])
                source.reads.append(Read(tick, stamp, {int(row[0]): tuple(row) for row in rows}))

    @staticmethod
    def city(shop: str) -> str:
        """The label of the shop in the shipped config."""
        return {"shop-1": "New-York", "shop-2": "Istanbul"}.get(shop, shop)

    def operations(self, shop: str, table: str, until_tick: int) -> list[dict]:
        """Every operation up to a tick, as a reader of the log of changes gets it; needs no database."""
        done = self.shopsim(
            "sample", "--only", shop, "--ticks", str(until_tick + 1), "--format", "jsonl", "--start",
            f"{START.isoformat()}Z",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        parsed = map(json.loads, done.stdout.split("\n")[:-1])
        return [operation for operation in parsed if operation["table"] == table]


def utc_now() -> datetime:
    """The wall time, UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)

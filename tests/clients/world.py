"""What clients are made in: the chain, a server for their warehouses, folders, and the environments of their packages.

Knows nothing of single clients.
"""

import pwd
import re
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
from psycopg2 import sql

from chain import Chain


class Server:
    """The PostgreSQL server of the warehouses."""

    host, port, user, password = "127.0.0.1", 5432, "dwh", "dwh"

    def __init__(self, folder: Path, programs: Path):
        self.account = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        self.programs, self.folder = programs, folder / "warehouses"
        self.folder.mkdir()
        shutil.chown(self.folder, self.account)

    def start(self) -> None:
        """Makes its data, starts it, and waits until it answers."""
        self._program(
            "initdb", "-D", self.folder / "data", "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
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
            "max_connections": 200,
            # A tool must not depend on it.
            "timezone": "Asia/Tokyo",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._program(
            "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start"
        )

    def url(self, database: str) -> str:
        """How programs connect to it."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Makes an empty database; returns its URL."""
        with closing(psycopg2.connect(self.url("postgres"))) as connection:
            connection.autocommit = True
            statement = sql.SQL("create database {} template template0 strategy file_copy")
            connection.cursor().execute(statement.format(sql.Identifier(database)))
        return self.url(database)

    def rows(self, database: str, query: str, *parameters) -> list[tuple]:
        """The rows of a query; none for a statement without rows."""
        with closing(psycopg2.connect(self.url(database))) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def _program(self, program: str, *arguments) -> None:
        done = subprocess.run(
            ["setpriv", f"--reuid={self.account}", f"--regid={self.account}", "--clear-groups",
             self.programs / program, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == 0, f"{program} failed:\n{done.stdout}"


class World:
    """Everything that clients share."""

    def __init__(self, folder: Path, shopsim: Path, programs: Path, packages: Path):
        self.root, self.programs, self._packages = folder, programs, packages
        self.warehouses = Server(folder, programs)
        self.chain = Chain(folder, shopsim, programs)

    def folder(self, name: str) -> Path:
        """An empty folder."""
        made = self.root / name
        made.mkdir()
        return made

    def program(self, environment: str, name: str) -> Path:
        """A program of the environment that is locked in `ENVIRONMENT.lock`, such as `python`."""
        return self._packages / environment / "bin" / name

    def compare(self, client) -> tuple[int, int]:
        """Of a client with a row for each key, in a schema with the name of the shop: see `compare` below."""
        relations = {table: f"{client.shop.schema}.{table}" for table in client.shop.tables}
        return compare(client.shop, lambda table: self.warehouses.rows(client.label, f"select to_jsonb(t) from {relations[table]} t"))

    def gone(self, client) -> int:
        """The rows that a client still has and its shop has deleted; all others are as they are in the shop."""
        return unchanged(self.compare(client))


def compare(shop, rows_of) -> tuple[int, int]:
    """How many rows of a warehouse the shop has deleted, and how many are not as they are in the shop now.

    All rows that are in the shop must be there. `rows_of` has the rows of a table, as JSON.
    """
    deleted, changed = 0, 0
    for table, key in shop.tables.items():
        ours = keyed(shop.rows(f"select to_jsonb(t) from {table} t"), key)
        theirs = keyed(rows_of(table), key)
        missing = ours.keys() - theirs.keys()
        assert not missing, f"{len(missing)} {table} that are in the shop are missing"
        deleted += len(theirs.keys() - ours.keys())
        changed += sum(1 for one, row in ours.items() if any(theirs[one][name] != row[name] for name in row))
    return deleted, changed


def unchanged(compared: tuple[int, int]) -> int:
    """The deleted rows of a comparison in which no other differs."""
    deleted, changed = compared
    assert not changed, f"{changed} rows differ from the shop's"
    return deleted


def keyed(rows: list[tuple[dict]], key: str) -> dict[int, dict]:
    """Rows by their key; times without a zone, in UTC."""
    return {row[key]: {name: plain(value) for name, value in row.items()} for (row,) in rows}


def plain(value):
    """A value as it compares between types: a time with the zone of the session in UTC."""
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{4}-\d\d-\d\dT[\d:.]+)([+-]\d\d:\d\d)", value)):
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None).isoformat()
    return value

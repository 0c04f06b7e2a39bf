"""PostgreSQL servers and running chains on this machine, and what a person without a browser asks them.

Runs inside the private network namespace that `run` makes, so that ports are free. Knows nothing of what is checked.
"""

import http.client
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

ACCOUNT, PASSWORD = "shop", "hunter2-of-the-shops"
DEADLINE_SECONDS = 30


def wait_for(what: str, look, seconds: float = DEADLINE_SECONDS, pause_seconds: float = 0.05):
    """The first true value of `look()`; fails at the deadline."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(pause_seconds)
    return found


class Server:
    """A PostgreSQL server whose only role has a password that nobody must see."""

    host = "127.0.0.1"

    def __init__(self, name: str, port: int, folder: Path, programs: Path):
        self.account = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        self.name, self.port, self.programs = name, port, programs
        self.folder = folder / name

    def make(self) -> None:
        """Makes its data and starts it."""
        self.folder.mkdir()
        password = self.folder / "password"
        password.write_text(PASSWORD)
        shutil.chown(password, self.account)
        shutil.chown(self.folder, self.account)
        self._program(
            "initdb", "-D", self.folder / "data", "-U", ACCOUNT, "-A", "scram-sha-256", f"--pwfile={password}",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        settings = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": "''",
            "fsync": "off",
            "full_page_writes": "off",
            "wal_level": "logical",
            "max_connections": 1100,
            "timezone": "UTC",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._program(
            "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", options, "start"
        )

    def stop(self) -> None:
        """Ends it at once, whoever is connected."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._program("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def url(self, database: str, password: str = PASSWORD) -> str:
        """How shopsim connects to it."""
        return f"postgresql://{ACCOUNT}:{password}@{self.host}:{self.port}/{database}"

    def create(self, database: str) -> None:
        """Makes an empty database."""
        with closing(self._connect("postgres")) as connection:
            connection.autocommit = True
            connection.cursor().execute(sql.SQL("create database {}").format(sql.Identifier(database)))

    def rows(self, database: str, query: str, *parameters) -> list[tuple]:
        """The rows of a query."""
        with closing(self._connect(database)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall()

    def _connect(self, database: str):
        return psycopg2.connect(
            host=self.host, port=self.port, dbname=database, user=ACCOUNT, password=PASSWORD,
            connect_timeout=10, options="-c statement_timeout=10000",
        )  # fmt: skip

    def _program(self, program: str, *arguments) -> None:
        done = subprocess.run(
            ["setpriv", f"--reuid={self.account}", f"--regid={self.account}", "--clear-groups",
             self.programs / program, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == 0, f"{program} of {self.name} failed:\n{done.stdout}"


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self):
        """The body as JSON."""
        return json.loads(self.body)


class Chain:
    """A `shopsim run --listen` on a config of its own."""

    def __init__(self, name: str, config: str, port: int, folder: Path, shopsim: Path):
        self.name, self.port, self.shopsim = name, port, shopsim
        self.folder = folder / name
        self.folder.mkdir()
        self.folder.chmod(0o755)
        (self.folder / "shops.toml").write_text(config)
        self.process: subprocess.Popen | None = None

    @property
    def origin(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *arguments: str) -> "Chain":
        """Begins to run, and waits until the page answers."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "NO_COLOR": "1",
            "SHOPSIM_LOG_DIR": str(self.folder / "logs"),
            "SHOPSIM_STATE_DIR": str(self.folder / "state"),
            "RUST_BACKTRACE": "0",
        }
        command = [self.shopsim, "run", "--shops", "shops.toml", "--listen", str(self.port), *arguments]
        with open(self.folder / "output", "ab") as output:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=output, stderr=output
            )
        wait_for(f"the endpoints of {self.name}", self._answers)
        return self

    def terminate(self) -> float:
        """Stops it as a service is stopped; the seconds that it took to end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(DEADLINE_SECONDS)
        assert code in (0, 3), f"{self.name} ended with {code}:\n{self.output()}"
        return time.monotonic() - began

    def kill(self) -> None:
        """Ends it as a machine's failure does."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def output(self, lines: int = 20) -> str:
        """The last lines that it wrote."""
        return "\n".join((self.folder / "output").read_text(errors="replace").splitlines()[-lines:])

    def get(self, path: str, method: str = "GET", seconds: float = 10, **headers: str) -> Answer:
        """One request; `host="name"` sends another Host header."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)) as connection:
            connection.request(method, path, headers=sent)
            answer = connection.getresponse()
            # Many headers of one name would be joined; names in small letters, as browsers compare them.
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())

    def json(self, path: str):
        """What an endpoint says."""
        answer = self.get(path)
        assert answer.status == 200, f"GET {path}: {answer.status} {answer.body[:300]}"
        return answer.json()

    def status(self, shop: str) -> dict:
        """A shop, as `/status` has it."""
        return next(one for one in self.json("/status")["shops"] if one["name"] == shop)

    def wait_for_phase(self, shop: str, phase: str, seconds: float = DEADLINE_SECONDS) -> None:
        """Waits until `/status` says so."""
        wait_for(f"{shop} to be {phase}", lambda: self.status(shop)["phase"] == phase, seconds)

    def connections(self) -> int:
        """How many connections the server has open, as the kernel says: streams, once requests are over."""
        # Also those that the other end has closed.
        local, open_states = f":{self.port:04X}", ("01", "08")
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(line[1].endswith(local) and line[3] in open_states for line in lines)

    def _answers(self) -> bool:
        assert self.process.poll() is None, f"{self.name} ended:\n{self.output()}"
        try:
            return self.get("/livez").status == 200
        except OSError:
            return False

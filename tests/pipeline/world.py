"""The stack's world on one machine: its host names, its database servers and shopsim, as deploy/ describes them.

Runs inside the private network and mount namespace that `run` makes: `pg-shop-1` and its like are addresses of
this machine there, so that deploy/env, deploy/shops.toml, the DAGs and pgAdmin's servers.json are used as they
are shipped. Knows nothing of what is checked.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from dotenv import dotenv_values

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
SHOPS = ("shop-1", "shop-2")
DEADLINE_SECONDS = 120
# Half an hour of history at once, so that the first extraction finds shops that are long open.
START = ("--start", "-30m")


def say(text: str) -> None:
    """One line of progress."""
    print(f"   {text}", flush=True)


def wait_for(what: str, look, seconds: float = DEADLINE_SECONDS, pause_seconds: float = 0.2):
    """The first true value of `look()`; fails at the deadline."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(pause_seconds)
    return found


class Server:
    """A PostgreSQL server that stands where a database container of the stack would."""

    def __init__(self, name: str, address: str, folder: Path, account: str, programs: Path):
        self.name = name
        self.settings = dotenv_values(DEPLOY / "env" / f"{name}.env", interpolate=False)
        self.host = self.settings["POSTGRES_HOST"]
        self.address = address
        self.data = folder / name
        self.account = account
        self.programs = programs

    def start(self) -> None:
        """Starts the server, the first time as the image does: the env file's user is its superuser."""
        if not self.data.exists():
            password = self.data.with_suffix(".password")
            password.write_text(self.settings["POSTGRES_PASSWORD"])
            shutil.chown(password, self.account)
            self._program(
                "initdb",
                "-D",
                self.data,
                "-U",
                self.settings["POSTGRES_USER"],
                "-A",
                "scram-sha-256",
                f"--pwfile={password}",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            )
        options = (
            f"-c listen_addresses={self.address} -c port={self.settings['POSTGRES_PORT']} "
            "-c unix_socket_directories= -c wal_level=logical -c fsync=off"
        )
        self._program(
            "pg_ctl", "-D", self.data, "-w", "-l", self.data.with_suffix(".log"), "-o", options, "start"
        )

    def stop(self) -> None:
        """Kills the server, whoever is connected."""
        self._program("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def connect(self):
        """A connection of the env file's user."""
        return psycopg2.connect(
            host=self.host,
            port=self.settings["POSTGRES_PORT"],
            dbname=self.settings["POSTGRES_DB"],
            user=self.settings["POSTGRES_USER"],
            password=self.settings["POSTGRES_PASSWORD"],
            connect_timeout=10,
        )

    def value(self, query: str, *parameters):
        """The one value that a query returns."""
        with closing(self.connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchone()[0]

    def execute_file(self, path: Path) -> None:
        """Runs an SQL file as the image does with those of its folder for the first start."""
        done = subprocess.run(
            [
                "psql",
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                self.host,
                "-p",
                self.settings["POSTGRES_PORT"],
                "-U",
                self.settings["POSTGRES_USER"],
                "-d",
                self.settings["POSTGRES_DB"],
                "-f",
                path,
            ],
            env={"PATH": os.environ["PATH"], "PGPASSWORD": self.settings["POSTGRES_PASSWORD"]},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"psql on {self.name} failed:\n{done.stdout}"

    def _program(self, program: str, *arguments) -> None:
        done = subprocess.run(
            [
                "setpriv",
                f"--reuid={self.account}",
                f"--regid={self.account}",
                "--clear-groups",
                self.programs / program,
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, f"{program} of {self.name} failed:\n{done.stdout}"


class World:
    """The servers of all env files, and shopsim on those of the shops."""

    def __init__(self, folder: Path, shopsim: Path, programs: Path):
        self.folder = folder
        account = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        servers = folder / "servers"
        servers.mkdir()
        shutil.chown(servers, account)
        self.servers = {
            name: Server(name, f"127.0.0.{number}", servers, account, programs)
            for number, name in enumerate((*SHOPS, "dwh"), start=11)
        }
        self.shopsim_program = shopsim
        self.running: subprocess.Popen | None = None

    @property
    def warehouse(self) -> Server:
        """The server of the warehouse."""
        return self.servers["dwh"]

    def __enter__(self) -> "World":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        hosts = self.folder / "hosts"
        hosts.write_text(
            "127.0.0.1 localhost\n" + "".join(f"{s.address} {s.host}\n" for s in self.servers.values())
        )
        subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
        for server in self.servers.values():
            server.start()
        say(f"servers: {', '.join(server.host for server in self.servers.values())}")
        return self

    def __exit__(self, *_) -> None:
        if self.running:
            self.running.kill()
        for server in self.servers.values():
            if (server.data / "postmaster.pid").exists():
                server.stop()

    def shopsim(self, *arguments) -> subprocess.CompletedProcess:
        """One call of shopsim on the shipped chain, to its end."""
        return subprocess.run(
            [self.shopsim_program, *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def open_shops(self, *arguments) -> None:
        """Starts `shopsim run`."""
        assert self.running is None, "the shops are open already"
        with open(self.folder / "shopsim.log", "ab") as log:
            self.running = subprocess.Popen(
                [self.shopsim_program, "run", *START, *arguments],
                env=self._environment(),
                stdout=log,
                stderr=log,
            )

    def close_shops(self) -> None:
        """Stops it as `docker compose stop` does."""
        self.running.send_signal(signal.SIGTERM)
        code = self.running.wait(30)
        self.running = None
        assert code == 0, f"shopsim ended with {code}:\n{self.log()}"

    def step(self, more: int) -> None:
        """Makes some ticks of each shop at once, without a pause before them: young rows are updated for sure."""
        for shop, tick in self.ticks().items():
            arguments = (*START, "--only", shop, "--pace", "unlimited", "--until-tick", str(tick + 1 + more))
            made = self.shopsim("run", *arguments)
            assert made.returncode == 0, (
                f"shopsim run {' '.join(arguments)}: {made.returncode}\n{made.stderr}"
            )
            assert self.ticks()[shop] == tick + more, f"{shop} stands at tick {self.ticks()[shop]}"

    def log(self) -> str:
        """What shopsim wrote."""
        return (self.folder / "shopsim.log").read_text()

    def ticks(self) -> dict[str, int]:
        """The last tick of each shop; -1 before the first."""
        return {shop: self._last_tick(self.servers[shop]) for shop in SHOPS}

    def wait_for_ticks(self, more: int) -> None:
        """Waits until each shop is `more` ticks further."""
        before = self.ticks()
        wait_for(
            f"{more} ticks of each shop",
            lambda: all(now >= before[shop] + more for shop, now in self.ticks().items())
            or (self.running.poll() is not None and self._ended()),
        )

    def _ended(self):
        raise AssertionError(f"shopsim ended with {self.running.returncode}:\n{self.log()}")

    @staticmethod
    def _last_tick(server: Server) -> int:
        if server.value("select to_regclass('shopsim.checkpoint')") is None:
            return -1
        return server.value("select coalesce(max(last_tick), -1) from shopsim.checkpoint")

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "SHOPSIM_SHOPS": str(DEPLOY / "shops.toml"),
            "SHOPSIM_LOG_DIR": str(self.folder / "logs"),
            "NO_COLOR": "1",
        }

"""Two shops on private servers of their own: how they are run, killed and looked at.

Runs inside the private network namespace that `run` makes, so that ports are free. Knows nothing of clients.
"""

import json
import os
import signal
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

DEADLINE_SECONDS = 60
# In real time, as tools compare their own clock with the shops': a tick each 250 ms; rows live for 40 seconds, and may
# change for twelve. The servers stay up when shopsim ends, so that clients can load while it is down, and a last time when
# the shops have stopped. `shop-1` waits for its commits, so that a server that is killed loses none; `shop-2` does not,
# and its server is stopped in good order.
CONFIG = """
[defaults]
start = "-40s"
tick_interval = "250ms"
delete_older_than = "40s"
update_not_older_than = "12s"

[[shop]]
name = "shop-1"
seed = 1
port = 5433
synchronous_commit = true

[[shop]]
name = "shop-2"
seed = 2
port = 5434
after_downtime = "catch-up"

[embedded]
keep_running = true
fetch = false

[tech_fields]
created_at = { cut = "1ms" }
updated_at = { cut = "1ms" }

[tables.customers]
insert_rows_per_tick = 2
update_rows_per_tick = 1

[tables.customers.columns]
full_name = { type = "varchar", faker = "name" }
email = { type = "varchar(80)", faker = "safe_email", null_ratio = 0.2 }
born = { type = "date", faker = "date_of_birth" }
loyal = { type = "boolean", faker = "pybool" }
# Wide enough to lie out of line: the log does not tell it again where an update leaves it as it was.
letter = { type = "text", faker = "text", params = { max_nb_chars = 4000 } }

[tables.orders]
insert_rows_per_tick = 6
update_rows_per_tick = 4

[tables.orders.columns]
customer_id = { type = "int", faker = "ref", params = { table = "customers" } }
status = { type = "text", faker = "random_element", params = { elements = ["opened", "paid", "shipped", "Iadé"] } }
quantity = { type = "int", faker = "random_int", params = { min = 1, max = 100 } }
price = { type = "numeric(10,2)", faker = "pydecimal", params = { left_digits = 4, right_digits = 2 } }
"""
KEYS = {"customers": "customer_id", "orders": "order_id"}


def wait_for(what, look, seconds: float = DEADLINE_SECONDS, pause_seconds: float = 0.05):
    """The first true value of `look()`; fails at the deadline. `what` may be a function that makes the text then."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain for {what() if callable(what) else what}")
        time.sleep(pause_seconds)
    return found


@dataclass(frozen=True)
class Shop:
    """A shop as its clients know it."""

    name: str
    port: int
    # The folder of its server.
    folder: Path
    host: str = "127.0.0.1"
    user: str = "shop"
    password: str = "shop"
    database: str = "shop"
    # The key of each table.
    tables: dict[str, str] = field(default_factory=lambda: KEYS)

    @property
    def schema(self) -> str:
        """A name for the shop in a warehouse."""
        return self.name.replace("-", "_")

    @property
    def url(self) -> str:
        """How clients connect."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{self.database}"

    @property
    def superuser_url(self) -> str:
        """For what only a superuser may do."""
        password = (self.folder / "superuser.pw").read_text().strip()
        return f"postgresql://postgres:{password}@{self.host}:{self.port}/{self.database}"

    def rows(self, query: str, *parameters, superuser: bool = False) -> list[tuple]:
        """The rows of a query, in a transaction of its own; none for a statement without rows."""
        with closing(psycopg2.connect(self.superuser_url if superuser else self.url, connect_timeout=10)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, parameters or None)
                return cursor.fetchall() if cursor.description else []

    def tick(self) -> int:
        """The last tick that was committed; -1 before the first one, or if the server does not answer."""
        try:
            return self.rows("select coalesce(max(last_tick), -1) from shopsim.checkpoint")[0][0]
        except psycopg2.Error:
            return -1


def answers(look) -> bool:
    """What `look()` says, or false if the server does not answer."""
    try:
        return look()
    except psycopg2.Error:
        return False


class Chain:
    """The two shops, and the process that runs them."""

    def __init__(self, folder: Path, shopsim: Path, programs: Path):
        self.folder, self.shopsim_program = folder / "chain", shopsim
        self.folder.mkdir()
        self.folder.chmod(0o755)
        (self.folder / "shops.toml").write_text(CONFIG)
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "NO_COLOR": "1",
            "RUST_BACKTRACE": "0",
            "SHOPSIM_STATE_DIR": str(self.folder / "state"),
            "SHOPSIM_PG_BIN": str(programs),
        }
        self.shops = tuple(
            Shop(name, port, self.folder / "state" / name) for name, port in (("shop-1", 5433), ("shop-2", 5434))
        )
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Runs the shops, and waits until each has committed a further tick."""
        before = {shop.name: shop.tick() for shop in self.shops}
        with open(self.folder / "output", "ab") as output:
            self._process = subprocess.Popen(
                [self.shopsim_program, "run", "-q"], cwd=self.folder, env=self._environment, stdout=output, stderr=output
            )
        self.wait_for_ticks(before)

    def wait_for_ticks(self, after: dict[str, int]) -> None:
        """Waits until each shop is past its tick."""
        for shop in self.shops:
            wait_for(f"ticks of {shop.name}", lambda shop=shop: self._runs() and shop.tick() > after[shop.name])

    def kill(self) -> None:
        """Ends shopsim as a machine's failure does; the servers stay."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stops the shops; the servers stay, for a last load."""
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(DEADLINE_SECONDS)
        assert code == 0, f"shopsim ended with {code}:\n{self.output()}"

    def restart_server(self, shop: Shop, how: signal.Signals, tell) -> None:
        """Ends a shop's server, by SIGQUIT at once and by SIGINT in good order; shopsim brings it up again.

        Calls `tell` before, and when the shop ticks again.
        """
        tell()
        started = "select pg_postmaster_start_time()"
        before = shop.rows(started)
        os.kill(int((shop.folder / "data" / "postmaster.pid").read_text().split()[0]), how)
        wait_for(f"a new server of {shop.name}", lambda: self._runs() and answers(lambda: shop.rows(started) != before))
        tick = shop.tick()
        wait_for(f"{shop.name} to go on", lambda: self._runs() and shop.tick() > tick)
        tell()

    def shopsim(self, *arguments: str) -> subprocess.CompletedProcess:
        """One call of shopsim on this chain."""
        return subprocess.run(
            [self.shopsim_program, *arguments], cwd=self.folder, env=self._environment, capture_output=True, text=True,
            timeout=300,
        )  # fmt: skip

    def history(self, shop: Shop, table: str) -> list[dict]:
        """Every version of every row that the shop has made, with its first and last tick."""
        done = self.shopsim("history", "--only", shop.name, "--table", table, "--format", "jsonl")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def output(self, lines: int = 20) -> str:
        """The last lines that shopsim wrote."""
        return "\n".join((self.folder / "output").read_text(errors="replace").splitlines()[-lines:])

    def _runs(self) -> bool:
        assert self._process.poll() is None, f"shopsim ended with {self._process.returncode}:\n{self.output()}"
        return True

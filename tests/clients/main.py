"""Runs the shops, has each client load from them while they are disturbed, and grades what came of it.

main.py FORM FOLDER SHOPSIM PROGRAMS PACKAGES [WORD …]    only the clients whose names have one of the words

`run` calls it, inside a private namespace.
"""

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from client import Client, differences
from world import World

# Each has a tuple `CLIENTS`.
MODULES = ("tool_dlt", "tool_dbt", "tool_singer")
# Each has a function `cases`: what no client beside live shops shows.
STEPPED = ("ties",)
# A client that is faster than the others loads again after this long.
PAUSE_SECONDS = 5.0
RETRY_SECONDS = 0.3
# How long a phase waits for each client to load once.
PHASE_SECONDS = 240
# The shops tick at least this long between two disturbances, so that there is something to load.
TICKS_A_PHASE = 20

LOG_MODULES = ("tool_recvlogical", "tool_subscription", "tool_debezium")


class Reader(threading.Thread):
    """A client at work: it loads again and again until the shops have stopped, and then once more."""

    def __init__(self, world: World, client: Client, shop):
        super().__init__(daemon=True)
        self.world, self.client, self.shop = world, client, shop
        # Set by a load that began in the present phase, and by the beginning of the next phase.
        self.loaded, self.woken = threading.Event(), threading.Event()
        self.closing = False
        # Counts when the server ends and when it is up again: a load that began or ended between the two may fail.
        self.turns = 0
        self.loads, self.repeated, self.seconds = 0, 0, 0.0
        self.failure: list[str] = []

    @property
    def work(self) -> str:
        """What it has done."""
        again = f", {self.repeated} repeated" if self.repeated else ""
        return f"  ({self.loads} loads{again}, {self.seconds / self.loads:.1f} s each)" if self.loads else ""

    def begin_phase(self) -> None:
        """Lets it load now, and notes when that is done."""
        self.loaded = threading.Event()
        self.woken.set()

    def run(self) -> None:
        """Everything up to the grading."""
        try:
            self.client.prepare(self.world, self.shop)
            while not self.closing:
                self._load()
                self.woken.wait(PAUSE_SECONDS)
                self.woken.clear()
            self._load()
            self.client.finish()
        except Exception as error:
            self.failure = told(error)
        self.loaded.set()

    def _load(self) -> None:
        phase, began = self.loaded, time.monotonic()
        while True:
            turns = self.turns
            try:
                self.client.sync()
                break
            except Exception:
                if turns == self.turns and self.turns % 2 == 0:
                    raise
                self.repeated += 1
                time.sleep(RETRY_SECONDS)
        self.loads += 1
        self.seconds += time.monotonic() - began
        phase.set()


def told(error: Exception) -> list[str]:
    """What went wrong, and in which line of this test."""
    place = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in place if Path(frame.filename).parent == Path(__file__).parent]
    lines = (str(error).strip() or type(error).__name__).splitlines()
    return [f"{Path(own[-1].filename).name}:{own[-1].lineno}: {lines[0]}", *lines[1:20]] if own else lines


@contextmanager
def phase(readers: list[Reader], seconds: float):
    """Lets each client load, does something meanwhile, and waits until each has made a load that began here."""
    for reader in readers:
        reader.begin_phase()
    yield
    ends = time.monotonic() + seconds
    for reader in readers:
        if not reader.loaded.wait(max(0, ends - time.monotonic())) and not reader.failure:
            reader.failure = [f"it did not load within {seconds} s"]


def disturb(world: World, readers: list[Reader], seconds: float) -> None:
    """What happens to the shops while their clients load; in the end they have stopped, and all have loaded once more."""
    chain = world.chain
    one, two = chain.shops

    def ticks() -> None:
        chain.wait_for_ticks({shop.name: shop.tick() + TICKS_A_PHASE for shop in chain.shops})

    with phase(readers, seconds):
        ticks()
    # Clients load while shopsim is down; shop-1 is closed then, and shop-2 catches up.
    with phase(readers, seconds):
        chain.kill()
    with phase(readers, seconds):
        chain.start()
        ticks()
    with phase(readers, seconds):
        chain.kill()
        chain.start()
        for shop, how in ((one, signal.SIGQUIT), (two, signal.SIGINT)):
            chain.restart_server(shop, how, meanwhile(readers, shop))
        ticks()
    chain.stop()
    for reader in readers:
        reader.closing = True
        reader.woken.set()
    for reader in readers:
        reader.join(seconds)
        if reader.is_alive():
            reader.failure = [*reader.failure, f"its last load did not end within {seconds} s"]


def meanwhile(readers: list[Reader], shop):
    """Tells a shop's clients that its server is restarted: called before it, and when it is up again."""

    def tell() -> None:
        for reader in readers:
            if reader.shop is shop:
                reader.turns += 1

    return tell


def outcomes(world: World, reader: Reader) -> list[tuple[str, list[str]]]:
    """What is wrong with what a client has loaded, by the name of the case."""
    shop, wrong = reader.shop.name, []
    if reader.failure:
        return [(f"{reader.client.name}: {shop}", reader.failure)]
    try:
        for name, expected in reader.client.cases().items():
            if expected is None:
                wrong.append((f"{name}: {shop}", []))
                continue
            graded = world.chain.shopsim("grade", "--only", shop, "--format", "json", *expected.arguments)
            keep(f"{name}, {shop}.json", graded.stdout + graded.stderr)
            wrong.append((f"{name}: {shop}", differences(expected, graded)))
        return wrong
    except Exception as error:
        return [*wrong, (f"{reader.client.name}: {shop}", told(error))]


def stepped(world: World, name: str) -> list[tuple[str, list[str], str]]:
    """The cases of a module with shops that do not run by themselves."""
    try:
        return [(case, wrong, "") for case, wrong in importlib.import_module(name).cases(world).items()]
    except Exception as error:
        return [(name, told(error), "")]


def work_of_all() -> float:
    """The seconds that the processes of this namespace have used."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # Its own, and those of its children that have ended.
            ticks += sum(map(int, file.read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def keep(name: str, text: str) -> None:
    """Keeps a file for whoever looks into it."""
    if folder := os.environ.get("KEEP_REPORTS"):
        Path(folder).mkdir(exist_ok=True)
        (Path(folder) / name).write_text(text)


def main(form: str, folder: str, shopsim: str, programs: str, packages: str, *words: str) -> int:
    """The number of cases that failed."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    began = time.monotonic()
    world = World(Path(folder), Path(shopsim), Path(programs), Path(packages))
    makers = [make for name in MODULES + LOG_MODULES for make in importlib.import_module(name).CLIENTS]
    shops = {shop.name: shop for shop in world.chain.shops}
    readers = [
        Reader(world, make(), shops[shop])
        for make in makers
        for shop in make().shops.get(form, ())
        if not words or any(word in make().name for word in words)
    ]
    names = [make().name for make in makers]
    assert len(set(names)) == len(names), f"two clients have one name: {sorted(names)}"
    skipped = {reader: why for reader in readers if (why := reader.client.cannot_run(world))}
    readers = [reader for reader in readers if reader not in skipped]
    world.warehouses.start()
    world.chain.start()
    for reader in readers:
        reader.start()
    disturb(world, readers, PHASE_SECONDS)
    ticks = ", ".join(f"{shop.name} to tick {shop.tick()}" for shop in world.chain.shops)
    print(f"   {ticks} after {time.monotonic() - began:.0f} s", flush=True)
    failed = 0
    verified = world.chain.shopsim("verify")
    checks = [("the shops themselves", [] if verified.returncode == 0 else verified.stdout.splitlines()[-10:], "")]
    with ThreadPoolExecutor(2) as pool:
        for reader, graded in zip(readers, pool.map(lambda reader: outcomes(world, reader), readers), strict=True):
            checks += [(name, wrong, reader.work) for name, wrong in graded]
    if form == "full" or words:
        checks += [case for name in STEPPED if not words or name in words for case in stepped(world, name)]
    for name, wrong, work in checks:
        print(f"   {'FAILED' if wrong else 'ok':6} {name}{work}", flush=True)
        for line in wrong:
            print(f"             {line}", flush=True)
        failed += bool(wrong)
    for reader, why in skipped.items():
        print(f"   not run {reader.client.name}: {reader.shop.name}: {why}", flush=True)
    if failed:
        keep("output", world.chain.output(1000))
    seconds = time.monotonic() - began
    counts = f"{len(checks) - failed} passed, {failed} failed, {len(skipped)} not run"
    print(f"clients: {counts} in {seconds:.0f} s, {work_of_all():.0f} s of CPU time")
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) > 0)

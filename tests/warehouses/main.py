"""Makes the chains and the warehouses, has each graded, and compares. `run` calls it, inside a private namespace.

main.py FORM FOLDER SHOPSIM PROGRAMS [WORD …]    only the cases whose names have one of the words
"""

import importlib
import os
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import chains
from case import Case
from expect import differences
from world import Server

SHORT = (
    "live",
    "right",
    "faulty",
    "cells",
    "shops",
    "mutations",
    "replication",
    "settings",
    "references",
    "shipped",
    "course",
)
FULL = (*SHORT, "variety", "real_dbt", "real_dlt", "real_singer")


class World:
    """The server and the chains, and what cases are made in."""

    def __init__(self, server: Server, shopsim: Path, folder: Path):
        self.server, self.shopsim, self.folder = server, shopsim, folder
        self.chains: dict[str, chains.Chain] = {}
        self._of_thread = threading.local()

    def source(self, chain: str, table: str = "orders", shop: str = "shop-1"):
        """What the loads of a chain read of a table."""
        return self.chains[chain].sources[shop, table]

    def database_of_this_thread(self) -> str:
        """A warehouse that one case after the other is made in."""
        if not hasattr(self._of_thread, "database"):
            self._of_thread.database = f"warehouse_{threading.get_ident()}"
            self.server.create(self._of_thread.database)
        return self._of_thread.database


def outcome(world: World, number: int, case: Case) -> tuple[Case, list[str], float]:
    """Grades one case."""
    started = time.monotonic()
    try:
        warehouse = case.make(world, f"w_{number}")
        chain = world.chains[case.chain]
        arguments = list(case.arguments)
        if case.mapping:
            file = world.folder / f"w_{number}.toml"
            file.write_text(case.mapping)
            arguments += ["--mapping", str(file)]
        before = time.monotonic()
        done = chain.shopsim("grade", "--warehouse", warehouse, "--format", "json", *arguments)
        took = time.monotonic() - before
        if os.environ.get("KEEP_REPORTS"):
            kept = Path(os.environ["KEEP_REPORTS"]) / f"{case.name.replace(' ', '_').replace('/', '_')}.json"
            kept.write_text(done.stdout)
            kept.with_suffix(".err").write_text(done.stderr)
        return case, differences(case.expected, done.returncode, done.stdout, done.stderr), took
    except Exception:
        return (
            case,
            ["the test itself failed:", *traceback.format_exc().splitlines()[-4:]],
            time.monotonic() - started,
        )


def main(form: str, folder: str, shopsim: str, programs: str, *words: str) -> int:
    """The number of cases that failed."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    modules = [importlib.import_module(name) for name in (FULL if form == "full" else SHORT)]
    with Server(Path(folder), Path(programs)) as server:
        world = World(server, Path(shopsim), Path(folder))
        # Pipelines that read the shops' databases do so while the chains are stepped.
        listeners: dict = {}
        for module in modules:
            for chain, listener in getattr(module, "listeners", lambda _: ())(world):
                listeners.setdefault(chain, []).append(listener)
        started = time.monotonic()
        world.chains = chains.make(server, world.shopsim, world.folder, listeners)
        print(f"   {len(world.chains)} chains stepped in {time.monotonic() - started:.1f} s", flush=True)
        # The live shops run beside it; they come last.
        cases = [case for module in reversed(modules) for case in module.cases(world)]
        assert len({case.name for case in cases}) == len(cases), "two cases have one name"
        cases = [case for case in cases if not words or any(word in case.name for word in words)]
        failed = 0
        with ThreadPoolExecutor(int(os.environ.get("CASES_AT_ONCE", "3"))) as pool:
            for case, wrong, seconds in pool.map(lambda pair: outcome(world, *pair), enumerate(cases)):
                print(f"   {'FAILED' if wrong else 'ok':6} {seconds:5.2f} s  {case.name}", flush=True)
                for line in wrong:
                    print(f"             {line}", flush=True)
                failed += bool(wrong)
        print(
            f"warehouses: {len(cases) - failed} passed, {failed} failed in {time.monotonic() - started:.0f} s"
        )
        return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) > 0)

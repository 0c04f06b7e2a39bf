"""What a client of this test is, and what is expected of what it has loaded.

A module of clients has a tuple `CLIENTS` of classes derived from `Client`, or of functions that make one. `main` makes
one for each shop that the client has in the form that is run, in a thread of its own.
"""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

SHORT, FULL = "short", "full"


@dataclass(frozen=True)
class Expected:
    """How what a client has loaded is graded, and what must come of it."""

    # Arguments of `shopsim grade` beside the shop's name, such as ("--warehouse", URL).
    arguments: tuple[str, ...]
    # The number of findings by class, all tables together; empty: it is right.
    findings: dict[str, int] = field(default_factory=dict)
    # Classes of obligations of which there must be some, so that the grade says something.
    tested: tuple[str, ...] = ("inserts", "changes", "deletes")


class Client:
    """A client of one shop."""

    # Unique.
    name = ""
    # The shops that it is tried with, by form.
    shops = {SHORT: ("shop-1",), FULL: ("shop-1", "shop-2")}

    def cannot_run(self, world) -> str:
        """What it needs and this machine does not have; empty: nothing. Called first."""
        return ""

    def prepare(self, world, shop) -> None:
        """Called once, while the shop is ticking."""
        self.world, self.shop = world, shop

    def sync(self) -> None:
        """One load; or, of a client that reads without end, a check that it lives. Called again and again.

        May fail if a server was restarted meanwhile: it is then called again.
        """
        raise NotImplementedError

    def finish(self) -> None:
        """Called after the last load, for which the shops had stopped: what has been read must be in the warehouse."""

    def expected(self) -> Expected | None:
        """What must have come of it; nothing of a client without a warehouse, which compares in `finish`."""
        raise NotImplementedError

    def cases(self) -> dict[str, Expected | None]:
        """Where one load fills several warehouses: what must have come of each, by its name."""
        return {self.name: self.expected()}

    @property
    def label(self) -> str:
        """A name for files and databases, unique for each shop."""
        return "".join(letter if letter.isalnum() else "_" for letter in f"{self.name} {self.shop.name}".lower())


def run(arguments: Iterable, *, environment: dict[str, str] | None = None, input: str | None = None, cwd=None) -> str:
    """What a program prints; fails with its last lines."""
    done = subprocess.run(
        list(map(str, arguments)), env=environment, input=input, cwd=cwd, capture_output=True, text=True, timeout=120
    )
    last = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
    assert done.returncode == 0, f"{arguments[0]} ended with {done.returncode}:\n{last}"
    return done.stdout


def differences(expected: Expected, graded: subprocess.CompletedProcess) -> list[str]:
    """What the grade has otherwise than expected; empty: nothing."""
    try:
        report = json.loads(graded.stdout)
    except ValueError:
        return [f"no report, exit code {graded.returncode}: {' '.join((graded.stderr or graded.stdout).split())[:600]}"]
    wrong = []
    code = int(any(expected.findings.values()))
    if graded.returncode != code:
        wrong.append(f"exit code {graded.returncode}, expected {code}")
    found, obliged = Counter(), Counter()
    for table in report["tables"]:
        found.update(table["findings"])
        for name, score in table["score"]["classes"].items():
            obliged[name] += (score or {}).get("obliged", 0)
        if code == 0 and table["score"]["points"] != 100:
            wrong.append(f"{table['table']}: {table['score']['points']} points")
    for name in sorted(found.keys() | expected.findings.keys()):
        if found[name] != expected.findings.get(name, 0):
            wrong.append(f"{name}: {found[name]}, expected {expected.findings.get(name, 0)}")
    wrong += [f"nothing was obliged in {name}: the test says nothing" for name in expected.tested if not obliged[name]]
    if wrong:
        for table in report["tables"]:
            wrong.append(f"  {table['shop']}.{table['table']} ({table['reading']}), loads {table['loads']['known_from']}")
            wrong += [f"    {e['class']} {e['key']}: {e['says']}" for e in table["examples"][:3]]
        wrong += [f"  {note}" for note in report["notes"]]
    return wrong

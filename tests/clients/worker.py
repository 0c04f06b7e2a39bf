"""Processes that hold a tool ready: to import one takes longer than to load with it.

A program `job_NAME.py` reads a job in JSON from each line of its input, and answers each with what went wrong or null.
"""

import json
import subprocess
import threading
from pathlib import Path


class Worker:
    """One such process, which does one job after the other."""

    _all: dict[tuple, "Worker"] = {}
    _making = threading.Lock()

    def __init__(self, world, environment: str, program: str, *arguments: str):
        self._turn, self._program = threading.Lock(), program
        self._process = subprocess.Popen(
            [world.program(environment, "python"), Path(__file__).with_name(f"{program}.py"), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=open(world.root / f"{'_'.join((program, *map(str, arguments))).replace('/', '_')}.log", "w"),
        )  # fmt: skip

    @classmethod
    def of(cls, world, environment: str, program: str, *arguments: str) -> "Worker":
        """The one with these arguments."""
        with cls._making:
            key = (environment, program, *arguments)
            if key not in cls._all:
                cls._all[key] = cls(world, environment, program, *arguments)
            return cls._all[key]

    def run(self, job: dict) -> None:
        """Has a job done; fails if it does."""
        with self._turn:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        assert answer, f"{self._program} has ended"
        failure = json.loads(answer)
        assert not failure, failure


def serve(work) -> None:
    """The other end: calls `work` with each job until there is none."""
    import sys

    # What a tool prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        failure = None
        try:
            work(json.loads(line))
        except Exception as error:  # noqa: BLE001 - told to the caller
            failure = f"{type(error).__name__}: {error}"
        print(json.dumps(failure), file=answers, flush=True)

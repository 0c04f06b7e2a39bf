"""Runs the command of a Singer tap or target again and again, each time in a process forked from this one.

job_singer.py MODULE CLASS
"""

import importlib
import os
import sys

from worker import serve

command = getattr(importlib.import_module(sys.argv[1]), sys.argv[2]).cli


def call(job: dict) -> None:
    """One call, with its input, output and log in files."""
    child = os.fork()
    if not child:
        code = 70
        try:
            for descriptor, (name, flags) in enumerate(
                (
                    (job["input"], os.O_RDONLY),
                    (job["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
                    (job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
                )
            ):
                os.dup2(os.open(name, flags, 0o644), descriptor)
            sys.stdin, sys.stdout, sys.stderr = (
                open(n, mode, closefd=False) for n, mode in ((0, "r"), (1, "w"), (2, "w"))
            )
            try:
                command(job["arguments"], standalone_mode=True)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
            sys.stdout.flush()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        with open(job["log"]) as log:
            raise RuntimeError(f"{sys.argv[2]} ended with {code}:\n{log.read()[-1500:]}")


serve(call)

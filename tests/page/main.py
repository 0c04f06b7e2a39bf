"""Makes the chains and the browser, and has each check looked at. `run` calls it, inside a private namespace.

main.py FORM FOLDER SHOPSIM PROGRAMS [WORD …]    only the checks whose names have one of the words
"""

import subprocess
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from selenium.common.exceptions import WebDriverException

import accessible
import api
import crowd
import outages
import opened
import picture
import safety
import shown
import streams
from scene import Scene

# In this order: what ends the chain comes last.
SHORT = (*api.CHECKS, *shown.CHECKS, *opened.CHECKS, *accessible.CHECKS, *outages.DATABASE, *streams.CHECKS)
LAST = (*safety.CHECKS, *outages.PROCESS, *crowd.CHECKS)
FULL = (*SHORT, *streams.LONG, *LAST, *crowd.LONG)
FORMS = {"short": (*SHORT, *LAST), "full": FULL, "picture": picture.CHECKS}


def failure(error: Exception) -> list[str]:
    """What went wrong, and in which line of the check."""
    place = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in place if Path(frame.filename).parent == Path(__file__).parent]
    lines = (str(error).strip() or type(error).__name__).splitlines()
    return [f"{Path(own[-1].filename).name}:{own[-1].lineno}: {lines[0]}", *lines[1:12]] if own else lines


def main(form: str, folder: str, shopsim: str, programs: str, *words: str) -> int:
    """The number of checks that failed."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    began = time.monotonic()
    checks = [(check.__name__.replace("_", " "), check) for check in FORMS[form]]
    wanted = [(name, check) for name, check in checks if not words or any(word in name for word in words)]
    failed = 0
    with Scene(Path(folder), Path(shopsim), Path(programs)) as scene:
        print(f"   servers, chain and browser stand after {time.monotonic() - began:.1f} s", flush=True)
        for name, check in wanted:
            started, wrong = time.monotonic(), []
            try:
                check(scene)
            except Exception as error:
                wrong = failure(error)
                with suppress(WebDriverException):
                    scene.browser.picture(f"failed-{check.__name__[:60]}")
            print(f"   {'FAILED' if wrong else 'ok':6} {time.monotonic() - started:5.2f} s  {name}", flush=True)
            for line in wrong:
                print(f"             {line}", flush=True)
            failed += bool(wrong)
        if failed:
            print("shopsim's last lines:", scene.chain.output(), sep="\n", file=sys.stderr)
    seconds = time.monotonic() - began
    print(f"page: {len(wanted) - failed} passed, {failed} failed in {seconds:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) > 0)

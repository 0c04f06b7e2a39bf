"""Chooses the form of the check and gives it a world. `run` calls it, inside a private namespace."""

import importlib
import sys
from pathlib import Path

from world import World

FORMS = {"short": "rounds", "airflow": "in_airflow", "pgadmin": "in_pgadmin"}


def main(form: str, folder: str, shopsim: str, programs: str) -> None:
    """Runs the checks of a form; each form has packages of its own."""
    checks = importlib.import_module(FORMS[form])
    with World(Path(folder), Path(shopsim), Path(programs)) as world:
        try:
            checks.run(world)
        except BaseException:
            if (world.folder / "shopsim.log").exists():
                print("shopsim's last lines:", *world.log().splitlines()[-20:], sep="\n", file=sys.stderr)
            raise


if __name__ == "__main__":
    main(*sys.argv[1:])

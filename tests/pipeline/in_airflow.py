"""Airflow itself, with its scheduler and the shipped settings, through rounds against live shops.

Does in order what the image's entry point does, and what a learner does: look at the connections, unpause, wait.
"""

import base64
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

from dotenv import dotenv_values

from checks import TABLES, Checks
from world import DEPLOY, PROJECT, SHOPS, World, say, wait_for

ROUNDS = 3
DAGS = ("extract_shops", "load_dds")
CONNECTIONS = {"shop_1_conn": "pg-shop-1", "shop_2_conn": "pg-shop-2", "dwh_conn": "pg-dwh"}
ROUND_SECONDS = 600

# How many tables of shops have an extraction that began after a moment, UTC, and was loaded.
LOADED_AFTER = """
select count(distinct (shop, table_name)) from stg.extraction where extracted_at > %s and loaded_at is not null
"""


class Airflow:
    """`airflow standalone` on the DAGs of deploy/."""

    def __init__(self, world: World):
        self.settings = dotenv_values(DEPLOY / "env" / "airflow.env", interpolate=False)
        self.user = self.settings["_AIRFLOW_WWW_USER_USERNAME"]
        self.password = self.settings["_AIRFLOW_WWW_USER_PASSWORD"]
        self.home = world.folder / "airflow"
        programs = Path(sys.executable).parent
        self.environment = {
            **self.settings,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(world.folder),
            "AIRFLOW_HOME": str(self.home),
            # As in the container, where the DAG folder is /opt/airflow/dags.
            "AIRFLOW__CORE__DAGS_FOLDER": str(DEPLOY / "airflow" / "dags"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.world = world
        self.log = world.folder / "airflow.log"

    def __enter__(self) -> "Airflow":
        self.home.mkdir()
        self.world.warehouse.execute_file(DEPLOY / "airflow" / "metadata.sql")
        self._call("airflow", "db", "migrate")
        self._call(
            "airflow",
            "users",
            "create",
            "--username",
            self.user,
            "--password",
            self.password,
            "--role",
            "Admin",
            "--firstname",
            "Airflow",
            "--lastname",
            "Admin",
            "--email",
            "airflow@example.com",
        )
        prepare = PROJECT / "docker" / "airflow" / "prepare.py"
        self._call("python", prepare, DEPLOY / "env", DEPLOY / "airflow" / "load_data_conf.json")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["airflow", "standalone"], env=self.environment, stdout=log, stderr=log
            )
        wait_for("a healthy Airflow", self.healthy, ROUND_SECONDS, 2)
        return self

    def __exit__(self, kind, *_) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        if kind:
            print(
                "airflow's last lines:", *self.log.read_text().splitlines()[-30:], sep="\n", file=sys.stderr
            )

    def ask(self, path: str, method: str = "GET", body: dict | None = None) -> dict:
        """A call of the REST API, with the user and password of the page."""
        secret = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:8080/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def unpause(self, dag: str) -> None:
        """The switch beside the DAG's name."""
        self.ask(f"dags/{dag}", "PATCH", {"is_paused": False})

    def trigger(self, dag: str) -> None:
        """The button with the triangle."""
        self.ask(f"dags/{dag}/dagRuns", "POST", {})

    def run_begun_after(self, dag: str, moment: datetime, state: str) -> dict:
        """Waits for a run that began after the moment and ended in the state."""

        def found():
            runs = self.ask(f"dags/{dag}/dagRuns?order_by=-start_date&limit=20")["dag_runs"]
            begun = (run for run in runs if run["start_date"] and _moment(run["start_date"]) > moment)
            return next((run for run in begun if run["state"] == state), None)

        return wait_for(f"a run of {dag} with state {state}", found, ROUND_SECONDS, 2)

    def states(self, dag: str, run: dict) -> dict[str, str]:
        """The state of each task of a run."""
        answer = self.ask(f"dags/{dag}/dagRuns/{run['dag_run_id']}/taskInstances")
        return {task["task_id"]: task["state"] for task in answer["task_instances"]}

    def errors(self, run: dict) -> str:
        """What the logs of a run's tasks say of errors."""
        logs = self.home.glob(f"logs/dag_id={run['dag_id']}/run_id={run['dag_run_id']}/**/*.log")
        return "\n".join(
            line
            for log in logs
            for line in log.read_text().splitlines()
            if "ERROR" in line or "Error:" in line
        )

    def healthy(self) -> bool:
        """Whether the page, the scheduler and the metadata database say so."""
        assert self.process.poll() is None, "airflow standalone ended"
        try:
            with urllib.request.urlopen("http://127.0.0.1:8080/health", timeout=5) as answer:
                health = json.load(answer)
        except (urllib.error.URLError, OSError):
            return False
        return health["metadatabase"]["status"] == health["scheduler"]["status"] == "healthy"

    def _call(self, *command) -> None:
        done = subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0, f"{' '.join(map(str, command))} failed:\n{done.stdout}"


def run(world: World) -> None:
    """The rounds, and the checks after each."""
    checks = Checks(world)
    with Airflow(world) as airflow:
        _is_ready(airflow)
        for number in range(1, ROUNDS + 1):
            world.open_shops()
            world.wait_for_ticks(1)
            if number == 1:
                opened = _now()
                for dag in DAGS:
                    airflow.unpause(dag)
                airflow.run_begun_after("load_dds", opened, "success")
                say(f"unpaused: {(_now() - opened).total_seconds():.0f} s later data is in dds")
            else:
                _load(world, airflow)
            world.wait_for_ticks(1)
            world.close_shops()
            checks.sources_are_true()
            if number == 1:
                checks.see_sources()
            seconds = _load(world, airflow)
            checks.loaded_is_source()
            checks.intervals_are_right()
            world.step(3)
            say(f"round {number}: dds is the shops' tables; extracted and loaded in {seconds:.0f} s")
        for dag in DAGS:
            failed = airflow.ask(f"dags/{dag}/dagRuns?state=failed")["dag_runs"]
            assert not failed, f"a run of {dag} failed: {airflow.errors(failed[0])}"
        checks.history_is_kept()
        checks.all_happened()
        say(f"versions changed, deleted, current: {checks.history()}")
        _one_shop_away(world, airflow)
        _warehouse_restarts(world, airflow)
        checks.loaded_is_source()


def _is_ready(airflow: Airflow) -> None:
    """What a learner finds at the first start."""
    found = {entry["connection_id"]: entry["host"] for entry in airflow.ask("connections")["connections"]}
    assert found == CONNECTIONS, f"connections: {found}"
    shipped = json.loads((DEPLOY / "airflow" / "load_data_conf.json").read_text())
    assert json.loads(airflow.ask("variables/load_data_conf")["value"]) == shipped
    wait_for(
        "the DAGs",
        lambda: {dag["dag_id"] for dag in airflow.ask("dags")["dags"]} == set(DAGS),
        pause_seconds=2,
    )
    assert airflow.ask("importErrors")["import_errors"] == []
    groups = {task["task_id"] for task in airflow.ask("dags/extract_shops/tasks")["tasks"]}
    assert {
        f"{shop}.{table}.extract" for shop in shipped["shops"] for table in shipped["shops"][shop]["tables"]
    } < groups
    assert all(airflow.ask(f"dags/{dag}")["is_paused"] for dag in DAGS), "a DAG runs before it is switched on"
    say(f"Airflow: healthy; {', '.join(found)} and load_data_conf are there")


def _load(world: World, airflow: Airflow) -> float:
    """Extracts once more, and waits until what each shop holds now is loaded; how many seconds that took."""
    begun = _now()
    airflow.trigger("extract_shops")
    wait_for(
        "an extraction of each table and its load",
        lambda: world.warehouse.value(LOADED_AFTER, begun.replace(tzinfo=None)) == len(SHOPS) * len(TABLES),
        ROUND_SECONDS,
    )
    return (_now() - begun).total_seconds()


def _one_shop_away(world: World, airflow: Airflow) -> None:
    """A shop whose server is down fails alone and visibly."""
    world.servers["shop-2"].stop()
    world.warehouse.value(
        "with lost as (delete from dds.orders where shop = 'shop-1' returning 1) select count(*) from lost"
    )
    gone = _now()
    airflow.trigger("extract_shops")
    failed = airflow.run_begun_after("extract_shops", gone, "failed")
    states = airflow.states("extract_shops", failed)
    assert {states[f"shop-1.{table}.extract"] for table in ("customers", "orders", "products")} == {
        "success"
    }, states
    assert {states[f"shop-2.{table}.extract"] for table in ("customers", "orders", "products")} == {
        "failed"
    }, states
    wait_for(
        "shop-1 to be loaded without shop-2",
        lambda: world.warehouse.value("select count(*) from dds.orders where shop = 'shop-1'"),
        ROUND_SECONDS,
    )
    say("pg-shop-2 is away: its extraction fails, shop-1 is loaded")


def _warehouse_restarts(world: World, airflow: Airflow) -> None:
    """The warehouse's server, which has Airflow's own database, is killed: all goes on when it is back."""
    world.servers["shop-2"].start()
    world.warehouse.stop()
    world.warehouse.start()
    wait_for("Airflow to be healthy again", airflow.healthy, ROUND_SECONDS, 2)
    seconds = _load(world, airflow)
    say(f"pg-dwh was killed and is back: extracted and loaded in {seconds:.0f} s")


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)

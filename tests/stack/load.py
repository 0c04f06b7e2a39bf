"""One load of the stack's shops by the code of the shipped DAGs, where Airflow's container has them."""

import json
import shlex
import sys
from contextlib import closing
from pathlib import Path

import psycopg2

AIRFLOW = Path("/opt/airflow")
sys.path.insert(0, str(AIRFLOW / "dags"))
from shop_pipeline.configuration import parse  # noqa: E402
from shop_pipeline.extract import extract  # noqa: E402
from shop_pipeline.load import load  # noqa: E402


def connect(name: str):
    """To the database of an env file."""
    lines = (AIRFLOW / "env" / f"{name}.env").read_text().splitlines()
    settings = dict(word.split("=", 1) for line in lines for word in shlex.split(line, comments=True) if "=" in word)
    keys = {"host": "HOST", "port": "PORT", "dbname": "DB", "user": "USER", "password": "PASSWORD"}
    return closing(psycopg2.connect(**{key: settings[f"POSTGRES_{name}"] for key, name in keys.items()}))


for shop in parse(json.loads((AIRFLOW / "load_data_conf.json").read_text())).shops:
    for table in shop.tables:
        with connect(shop.name) as source, connect("dwh") as warehouse:
            extract(source, warehouse, shop.name, shop.schema, table)
            load(warehouse, shop.name, table)

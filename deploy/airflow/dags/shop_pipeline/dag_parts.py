"""What the two DAGs have in common: the configuration, the Dataset between them, connections, a group per table.

The only module here that knows Airflow.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pendulum
from airflow.datasets import Dataset
from airflow.models import Variable
from airflow.operators.python import PythonOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.utils.task_group import TaskGroup

from .configuration import VARIABLE, Configuration, Shop, parse

# The extraction says that it is fresh; the load runs when it is.
STG = Dataset("shops://warehouse/stg")

# Both DAGs: one run at a time, and none for the time that went by while they were paused.
DAG_SETTINGS = {
    "start_date": pendulum.datetime(2024, 1, 1, tz="UTC"),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {
        "retries": 1,
        "retry_delay": timedelta(seconds=10),
        "execution_timeout": timedelta(minutes=10),
    },
}


def configuration() -> Configuration:
    """The variable `load_data_conf`; the DAGs follow it when it is changed in the user interface."""
    return parse(Variable.get(VARIABLE, deserialize_json=True))


def connect(connection: str):
    """A psycopg2 connection that is closed at the end of a `with`."""
    return closing(PostgresHook(postgres_conn_id=connection).get_conn())


def for_each_table(
    settings: Configuration, task_id: str, call: Callable[[Shop, str], dict]
) -> list[PythonOperator]:
    """One task group per shop and table, such as `shop-1.orders`, with one task that calls `call`."""
    made = []
    for shop in settings.shops:
        with TaskGroup(shop.name):
            for table in shop.tables:
                with TaskGroup(table):
                    made.append(
                        PythonOperator(
                            task_id=task_id, python_callable=call, op_kwargs={"shop": shop, "table": table}
                        )
                    )
    return made

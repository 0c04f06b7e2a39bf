"""Every minute: what changed in each shop's tables since the last load, into the schema `stg` of the warehouse.

The variable `load_data_conf` lists the shops and tables. A shop whose database is down fails alone: the others
are extracted, and loaded by the DAG `load_dds`.
"""

from datetime import timedelta

from airflow import DAG
from airflow.exceptions import AirflowFailException
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.utils.trigger_rule import TriggerRule

from shop_pipeline.dag_parts import DAG_SETTINGS, STG, configuration, connect, for_each_table
from shop_pipeline.extract import extract

settings = configuration()


def extract_table(shop, table):
    with connect(shop.connection) as source, connect(settings.warehouse) as warehouse:
        return extract(source, warehouse, shop.name, shop.schema, table)


def fail():
    raise AirflowFailException("an extraction failed; see its task's log")


with DAG("extract_shops", schedule=timedelta(minutes=1), doc_md=__doc__, tags=["shops"], **DAG_SETTINGS):
    extracted = for_each_table(settings, "extract", extract_table)
    extracted >> EmptyOperator(task_id="stg_is_fresh", outlets=[STG], trigger_rule=TriggerRule.ALL_DONE)
    # Else the run would count as a success: its state is that of the last tasks.
    extracted >> PythonOperator(
        task_id="none_failed", python_callable=fail, retries=0, trigger_rule=TriggerRule.ONE_FAILED
    )

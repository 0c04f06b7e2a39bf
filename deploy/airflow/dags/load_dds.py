"""After each extraction: the increment in `stg` becomes versions in `dds` (slowly changing dimension, type 2).

The current rows of a table are those with `is_current`; what a table was like at a second is
`valid_from <= second and second < valid_to`. The key is the shop and the shop's own key.
"""

from airflow import DAG

from shop_pipeline.dag_parts import DAG_SETTINGS, STG, configuration, connect, for_each_table
from shop_pipeline.load import load

settings = configuration()


def load_table(shop, table):
    with connect(settings.warehouse) as warehouse:
        return load(warehouse, shop.name, table)


with DAG("load_dds", schedule=[STG], doc_md=__doc__, tags=["shops"], **DAG_SETTINGS):
    for_each_table(settings, "load", load_table)

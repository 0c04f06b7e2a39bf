"""A load by dlt, as its documentation shows it.

job_dlt.py FOLDER
"""

import os
import sys
import time

from worker import serve

FOLDER = sys.argv[1]
os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": FOLDER}

import dlt  # noqa: E402
from dlt.sources.sql_database import sql_database  # noqa: E402


def load(job: dict) -> None:
    """Both tables of a shop."""
    tables = job["tables"]

    def late(query, table):
        """Called when the load has begun, before a table is read."""
        time.sleep(job["late_seconds"])
        return query

    source = sql_database(
        job["shop"], schema="public", table_names=list(tables), query_adapter_callback=late
    )
    for table, key in tables.items():
        resource = source.resources[table]
        if job["cursor"]:
            # Rows of the last value may have changed since; by default they are left out by their keys.
            keys = None if job["leaves_out"] else ()
            incremental = dlt.sources.incremental(job["cursor"], primary_key=keys)
            resource.apply_hints(incremental=incremental, primary_key=key, write_disposition="merge")
        else:
            resource.apply_hints(write_disposition={"disposition": "merge", "strategy": "scd2"})
    pipeline = dlt.pipeline(
        job["name"], pipelines_dir=FOLDER, dataset_name=job["dataset"],
        destination=dlt.destinations.postgres(job["warehouse"]),
    )  # fmt: skip
    pipeline.run(source)


serve(load)

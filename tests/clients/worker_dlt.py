"""Runs dlt pipelines: reads a job in JSON from each line of its input, and answers each with a failure or null.

worker_dlt.py FOLDER
"""

import json
import os
import sys

FOLDER = sys.argv[1]
os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": FOLDER}

import dlt  # noqa: E402
from dlt.sources.sql_database import sql_database  # noqa: E402


def load(job: dict) -> None:
    """One load of both tables."""
    tables = job["tables"]
    source = sql_database(job["shop"], schema="public", table_names=list(tables))
    for table, key in tables.items():
        resource = source.resources[table]
        if job["variant"] == "scd2":
            resource.apply_hints(write_disposition={"disposition": "merge", "strategy": "scd2"})
        else:
            resource.apply_hints(
                incremental=dlt.sources.incremental(job.get("cursor", "updated_at")),
                primary_key=key,
                write_disposition="merge",
            )
    pipeline = dlt.pipeline(
        job["name"], pipelines_dir=FOLDER, dataset_name=job["dataset"],
        destination=dlt.destinations.postgres(job["warehouse"]),
    )  # fmt: skip
    pipeline.run(source)


# What dlt prints must not be taken for an answer.
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    failure = None
    try:
        load(json.loads(line))
    except Exception as error:  # noqa: BLE001 - told to the caller
        failure = f"{type(error).__name__}: {error}"
    print(json.dumps(failure), file=answers, flush=True)

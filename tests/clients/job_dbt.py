"""One dbt command, called as dbt's documentation shows it.

job_dbt.py FOLDER
"""

import os
import sys

from worker import serve

os.environ |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_PARTIAL_PARSE": "true", "DO_NOT_TRACK": "1"}

from dbt.cli.main import dbtRunner  # noqa: E402

FOLDER = sys.argv[1]
runner = dbtRunner()


def call(job: dict) -> None:
    """The command of the job."""
    done = runner.invoke(["--quiet", job["command"], "--project-dir", FOLDER, "--profiles-dir", FOLDER])
    if not done.success:
        raise RuntimeError(
            done.exception or [f"{result.node.name}: {result.message}" for result in done.result]
        )


serve(call)

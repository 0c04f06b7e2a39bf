"""Debezium's embedded engine, as a process of its own: lands what it brings in a warehouse, as a sink would.

worker_debezium.py JOB.json

Appends each event to the table of its topic, and notes how many events each topic had. A batch is committed before the
engine saves its offset: after a kill the last batch comes again. Ends at SIGTERM, or when the engine gives up. Runs in
the environment of debezium.lock: a Java virtual machine cannot be started twice in a process.
"""

import json
import signal
import sys
import threading
from datetime import UTC, datetime
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
        landed_at = datetime.now(UTC).isoformat()
        topics: dict[str, list] = {}
        for record in records:
            # Without a value: a tombstone for Kafka's compaction.
            if record.value() is not None:
                event = json.loads(str(record.value())) | {"__landed_at": landed_at}
                topics.setdefault(str(record.destination()), []).append(event)
        with self.connection, self.connection.cursor() as cursor:
            for topic, events in topics.items():
                cursor.execute("insert into topics values (%s, %s)", [topic, len(events)])
                if ".public." in topic:
                    name = sql.Identifier(self.schema, topic.rpartition(".")[2])
                    insert = sql.SQL("insert into {0} select * from json_populate_recordset(null::{0}, %s)")
                    cursor.execute(insert.format(name), [json.dumps(events)])


def main(job: dict) -> None:
    """Runs the engine."""
    # The main thread is inside Java, where no handler of Python's runs: another thread waits for the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    # Without a handler of its own for SIGTERM; and started often, for seconds, beside many others.
    options = ["-Xrs", "-Xms32m", "-Xmx256m", "-XX:-UseG1GC", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    landing = Landing(job["warehouse"], job["schema"])
    engine = DebeziumJsonEngine(job["properties"], landing, jvm_opts=options)

    asked = threading.Event()

    def close() -> None:
        signal.sigwait({signal.SIGTERM})
        asked.set()
        engine.close()

    threading.Thread(target=close, daemon=True).start()
    engine.run()
    sys.exit(0 if asked.is_set() else "Debezium has given up")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))

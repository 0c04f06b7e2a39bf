"""Tables loaded by target-postgres of the Meltano SDK, from Singer messages."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import expect
from case import ORDERS, Case
from expect import findings
from real_dlt import python
from world import Chain, Step

TYPES = {
    "integer": {"type": ["integer", "null"]},
    "double precision": {"type": ["number", "null"]},
    "timestamp without time zone": {"type": ["string", "null"], "format": "date-time"},
}
# How the target writes, and whether a load is the whole table with a version of it.
VARIANTS = {
    "upsert": ({"load_method": "upsert"}, False),
    "soft_delete": ({"load_method": "upsert", "activate_version": True, "hard_delete": False}, True),
    "hard_delete": ({"load_method": "upsert", "activate_version": True, "hard_delete": True}, True),
    "overwrite": ({"load_method": "overwrite"}, False),
}


def listeners(world) -> Iterator:
    """The chain that is loaded, by each target into a warehouse of its own."""
    for name in VARIANTS:
        yield "a", Target(world, name).step


class Target:
    """A run of the target for each load."""

    def __init__(self, world, name: str):
        self.world, self.name, self.made = world, name, False

    def step(self, chain: Chain, step: Step, number: int) -> None:
        """One load."""
        database = f"singer_{self.name}"
        if not self.made:
            self.world.server.create(database)
            self.made = True
        settings, versioned = VARIANTS[self.name]
        url = (
            self.world.server.url(database)
            .replace("shop@", "shop:x@")
            .replace("postgresql:", "postgresql+psycopg:", 0)
        )
        config = self.world.folder / f"{database}.json"
        config.write_text(json.dumps({"sqlalchemy_url": url, "add_record_metadata": True, **settings}))
        source = chain.sources["shop-1", "orders"]
        read = source.reads[-1]
        schema = {name: TYPES.get(kind, {"type": ["string", "null"]}) for name, kind in source.columns}
        version = 1764410000000 + number
        messages = [
            {
                "type": "SCHEMA",
                "stream": "orders",
                "schema": {"properties": schema},
                "key_properties": ["order_id"],
            }
        ]
        for values in read.rows.values():
            record = python(source, values)
            record = {
                name: value.isoformat() if hasattr(value, "isoformat") else value
                for name, value in record.items()
            }
            message = {
                "type": "RECORD",
                "stream": "orders",
                "record": record,
                "time_extracted": f"{read.stamp.isoformat()}Z",
            }
            messages.append(message | ({"version": version} if versioned else {}))
        if versioned:
            messages.append({"type": "ACTIVATE_VERSION", "stream": "orders", "version": version})
        messages.append({"type": "STATE", "value": {}})
        program = Path(sys.executable).parent / "target-postgres"
        done = subprocess.run(
            [program, "--config", config],
            input="".join(f"{json.dumps(message)}\n" for message in messages),
            env=os.environ | {"SINGER_SDK_LOG_LEVEL": "ERROR"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-1500:]


def cases(world) -> Iterator[Case]:
    """Each warehouse as the target left it."""
    gone = expect.gone(world.source("a").reads)
    expected = {
        "upsert": findings("H7", delete_open=gone),
        "soft_delete": expect.Expected(),
        "hard_delete": expect.Expected(),
    }
    for name, wanted in expected.items():
        label = f"target-postgres itself: {name}"
        yield Case(
            label if wanted.exit_code else f"right: {label}",
            "a",
            (),
            wanted,
            ORDERS,
            template=f"singer_{name}",
        )

"""Tables loaded by dlt itself: its merge strategies, and appends with a cursor."""

import os
from collections.abc import Iterator
from decimal import Decimal

import expect
import merge
from case import ORDERS, Case
from expect import findings
from world import START, Chain, Step

CASTS = {"integer": int, "bigint": int, "double precision": float, "numeric": Decimal}


def listeners(world) -> Iterator:
    """The chain that is loaded, by each pipeline into a warehouse of its own."""
    for name in VARIANTS:
        yield "a", Pipeline(world, name).step


# How each resource is written: write_disposition, keys, and whether a cursor reads increments.
VARIANTS = {
    "scd2": ({"disposition": "merge", "strategy": "scd2"}, {}, False),
    "scd2_merge_key": ({"disposition": "merge", "strategy": "scd2"}, {"merge_key": "order_id"}, False),
    "scd2_until_9999": (
        {"disposition": "merge", "strategy": "scd2", "active_record_timestamp": "9999-12-31"},
        {},
        False,
    ),
    "upsert": ({"disposition": "merge", "strategy": "upsert"}, {"primary_key": "order_id"}, False),
    "replace": ("replace", {}, False),
    "append": ("append", {}, False),
    "append_increments": ("append", {}, True),
}


class Pipeline:
    """A dlt pipeline of one table."""

    def __init__(self, world, name: str):
        self.world, self.name, self.pipeline = world, name, None

    def step(self, chain: Chain, step: Step, number: int) -> None:
        """One load."""
        os.environ |= {
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "RUNTIME__LOG_LEVEL": "ERROR",
            "DLT_DATA_DIR": str(self.world.folder / "dlt"),
        }
        import dlt

        source = chain.sources["shop-1", "orders"]
        if self.pipeline is None:
            self.world.server.create(f"dlt_{self.name}")
            credentials = self.world.server.url(f"dlt_{self.name}").replace("shop@", "shop:x@")
            self.pipeline = dlt.pipeline(
                f"shops_{self.name}", pipelines_dir=str(self.world.folder / "dlt"), dataset_name="raw",
                destination=dlt.destinations.postgres(credentials),
            )  # fmt: skip
        disposition, keys, cursor = VARIANTS[self.name]
        rows = [python(source, values) for values in source.reads[-1].rows.values()]
        hints = {}
        if cursor:
            hints["incremental"] = dlt.sources.incremental("created_at", initial_value=START)
        self.pipeline.run(dlt.resource(rows, name="orders", write_disposition=disposition, **keys, **hints))


def python(source, values) -> dict:
    """A row as a driver gives it."""
    from datetime import datetime

    row = {}
    for (name, kind), value in zip(source.columns, values, strict=True):
        if value == r"\N":
            row[name] = None
        elif kind.startswith("timestamp"):
            row[name] = datetime.fromisoformat(value)
        else:
            row[name] = CASTS.get(kind, str)(value)
    return row


def cases(world) -> Iterator[Case]:
    """Each warehouse as dlt left it."""
    orders = world.source("a")
    gone = expect.gone(orders.reads)
    # Upserts keep deleted rows; increments with a cursor on created_at never read an update.
    increments = merge.increments(orders, orders.reads)
    copied = merge.append(increments)
    again = sum(1 for rows in expect.held(copied).values() if len(rows) > 1)
    ((loaded,),) = world.server.rows("dlt_append_increments", "select count(*) from raw.orders")
    # Of the rows at the boundary, those that have changed come again.
    assert loaded == 6000 + again, (loaded, again)
    missed = expect.missed_changes(orders.reads, expect.held(copied))
    expected = {
        "scd2": expect.Expected(
            obliged={"inserts": 6000, "changes": expect.changes(orders.reads), "deletes": gone}
        ),
        "scd2_until_9999": expect.Expected(),
        "scd2_merge_key": findings("H7", delete_open=gone),
        "upsert": findings("H7", delete_open=gone),
        "replace": expect.Expected(),
        "append": expect.Expected(),
        "append_increments": findings("H1|H2|H3", missing_change=missed),
    }
    for name, wanted in expected.items():
        label = f"dlt itself: {name}"
        yield Case(
            label if wanted.exit_code else f"right: {label}", "a", (), wanted, ORDERS, template=f"dlt_{name}"
        )

"""Snapshots made by dbt itself, each variant in a schema of its own, of rows that were landed before.

dbt is called in this process, once for each load; nothing is sent anywhere.
"""

import os
from collections.abc import Iterator

import expect
from case import ORDERS, Case
from expect import findings
from faulty import schedule_file
from merge import history
from world import Chain, Step

CHECK = "strategy='check', check_cols='all'"
# The configuration of each snapshot, and what must be found in it after the loads of chain `a`.
VARIANTS = {
    "check_invalidate": f"{CHECK}, hard_deletes='invalidate'",
    "check_new_record": f"{CHECK}, hard_deletes='new_record'",
    "check_ignore": f"{CHECK}, hard_deletes='ignore'",
    "check_until_9999": f"{CHECK}, hard_deletes='invalidate', dbt_valid_to_current=\"'9999-12-31'::timestamp\"",
    "check_status": "strategy='check', check_cols=['order_status'], hard_deletes='invalidate'",
    "timestamp_ignore": "strategy='timestamp', updated_at='created_at'",
    "timestamp_invalidate": "strategy='timestamp', updated_at='created_at', hard_deletes='invalidate'",
    "check_created": f"{CHECK}, updated_at='created_at', hard_deletes='invalidate'",
}
DATABASE = "dbt"


def listeners(world) -> Iterator:
    """The chain that is snapshotted."""
    yield "a", Project(world).step


class Project:
    """A dbt project with a snapshot for each variant."""

    def __init__(self, world):
        self.world, self.folder = world, world.folder / "dbt"
        self.runner = None

    def _make(self, chain: Chain) -> None:
        from dbt.cli.main import dbtRunner

        os.environ |= {
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_PARTIAL_PARSE": "true",
            "DO_NOT_TRACK": "1",
        }
        server = self.world.server
        (self.folder / "snapshots").mkdir(parents=True)
        (self.folder / "dbt_project.yml").write_text(
            "name: shops\nprofile: shops\nversion: '1.0'\nflags: {use_colors: false}\n"
        )
        (self.folder / "profiles.yml").write_text(
            "shops:\n  target: dev\n  outputs:\n    dev: {type: postgres, threads: 2, schema: dbt, dbname: %s,"
            " host: %s, port: %s, user: shop, password: x}\n" % (DATABASE, server.host, server.port)
        )
        for name, settings in VARIANTS.items():
            (self.folder / "snapshots" / f"{name}.sql").write_text(
                f"{{% snapshot orders_{name} %}}\n"
                f"{{{{ config(target_schema='{name}', unique_key='order_id', {settings}) }}}}\n"
                "select * from landed.orders\n{% endsnapshot %}\n"
            )
        server.create(DATABASE)
        source = chain.sources["shop-1", "orders"]
        columns = ", ".join(f'"{name}" {kind}' for name, kind in source.columns)
        server.execute(DATABASE, f"create schema landed; create table landed.orders ({columns})")
        self.runner = dbtRunner()

    def step(self, chain: Chain, step: Step, number: int) -> None:
        """Lands the table, and takes all snapshots."""
        if self.runner is None:
            self._make(chain)
        server, read = self.world.server, chain.sources["shop-1", "orders"].reads[-1]
        server.execute(DATABASE, "truncate landed.orders")
        server.copy(DATABASE, "landed.orders", map("\t".join, read.rows.values()))
        folder = (
            "--project-dir",
            str(self.folder),
            "--profiles-dir",
            str(self.folder),
            "--log-path",
            str(self.folder / "logs"),
        )
        done = self.runner.invoke(["--quiet", "snapshot", *folder])
        assert done.success, f"dbt snapshot: {done.exception or [r.message for r in done.result]}"


def cases(world) -> Iterator[Case]:
    """Each variant alone, as a copy of the warehouse without the others."""
    orders = world.source("a")
    changes, gone = expect.changes(orders.reads), expect.gone(orders.reads)
    status = orders.position("order_status")
    by_status = history(orders, orders.reads, differs=lambda old, new: old[status] != new[status])
    missed = expect.missed_changes(orders.reads, expect.held(by_status))
    expected = {
        "check_invalidate": expect.Expected(obliged={"inserts": 6000, "changes": changes, "deletes": gone}),
        "check_new_record": expect.Expected(),
        "check_until_9999": expect.Expected(),
        "check_ignore": findings("H7", delete_open=gone),
        "check_status": findings("H14", missing_change=missed),
        "timestamp_ignore": findings("H1 H7", missing_change=changes, delete_open=gone),
        "timestamp_invalidate": findings("H1", missing_change=changes),
        # Old versions end where they start, and so do new ones start.
        "check_created": expect.Expected(
            expect.FINDINGS, {"interval": changes, "wrong-start": None}, any_cause=True
        ),
    }
    for name, wanted in expected.items():
        others = [f"drop schema {other} cascade;" for other in ("landed", *VARIANTS) if other != name]
        label = f"dbt itself: {name}"
        # Nothing in these tables tells when dbt ran.
        untold = name.startswith("timestamp") or name == "check_created"
        arguments = (*ORDERS, "--loads", str(schedule_file(world, orders.live))) if untold else ORDERS
        yield Case(
            label if wanted.exit_code else f"right: {label}",
            "a",
            (),
            wanted,
            arguments,
            sql="".join(others),
            template=DATABASE,
        )
    others = "".join(f"drop schema {other} cascade;" for other in VARIANTS if other != "check_invalidate")
    arguments = (*ORDERS, "--preset", "dbt")
    yield Case(
        "right: dbt itself, the landed rows beside it",
        "a",
        arguments=arguments,
        sql=others,
        template=DATABASE,
    )

"""Mistakes of pipelines that read the log of changes, in the tables that Kafka Connect and Airbyte write."""

from collections.abc import Iterator

import forms
import merge
from case import ORDERS, Case
from expect import FINDINGS, Expected, findings

EVERY_CHANGE = 'preset = "lakeflow"\ncapture = "every-change"\n'


def cases(world) -> Iterator[Case]:
    """All of them."""
    orders = world.source("a")
    log = merge.changes(world.chains["a"].operations("shop-1", "orders", 59), orders)
    real = changing(log)

    def faulty(name: str, lost: list[merge.Change], expected: Expected) -> Iterator[Case]:
        """In a log, and in the history that is made of it."""
        drop = set(map(id, lost))
        kept = [change for change in log if id(change) not in drop]
        yield Case(
            f"debezium log, {name}", "a", [forms.debezium(orders, kept, upsert=False)], expected, ORDERS
        )
        made = forms.lakeflow(orders, merge.history_of_changes(kept))
        yield Case(f"lakeflow, {name}", "a", [made], expected, ORDERS, EVERY_CHANGE)

    updates = [change for change in real if change.operation == "u"]
    # Updates whose row is changed again are left out: what the next one says would be right all the same.
    last = {change.key: change for change in updates}
    lonely = [change for change in updates if last[change.key] is change and change.key % 3 == 0][:7]
    yield from faulty("7 changes lost", lonely, Expected(FINDINGS, {"missing-change": 7}, any_cause=True))
    inserts = [change for change in log if change.operation == "c" and change.key in range(2500, 2510)]
    whole = [change for change in log if change.key in range(2500, 2510)]
    assert len(inserts) == 10
    yield from faulty("10 rows lost", whole, Expected(FINDINGS, {"missing-row": 10}, any_cause=True))
    deletions = [change for change in log if change.operation == "d"]
    yield from faulty(
        "9 deletions lost", deletions[:9], Expected(FINDINGS, {"delete-open": 9}, any_cause=True)
    )
    yield from faulty("all deletions lost", deletions, findings("H7", delete_open=2000))

    # A mirror whose connector did not bring the last ticks' updates of some rows.
    mirrored = {change.key: change for change in log}
    stale = [change for change in real if change.operation == "u" and mirrored[change.key] is change][:6]
    assert len(stale) == 6
    before = [change for change in log if id(change) not in set(map(id, stale))]
    made = forms.debezium(orders, before, upsert=True, deletes="remove")
    expected = Expected(FINDINGS, {"missing-change|wrong-value": 6}, any_cause=True)
    yield Case("debezium upsert, 6 rows stale", "a", [made], expected, ORDERS)

    # One tick's changes come a second late: a start is the change's own time.
    versions = merge.history_of_changes(log)
    some = [version for version in versions if not version.first][:5]
    for version in some:
        version.start += forms.SECOND * 7
    by_key = {(version.key, version.end): version for version in versions if version.end}
    for version in some:
        before = by_key.get((version.key, version.start - forms.SECOND * 7))
        if before:
            before.end = version.start
    made = forms.lakeflow(orders, versions)
    expected = Expected(FINDINGS, {"wrong-start": 5}, any_cause=True)
    yield Case("lakeflow, 5 starts seven seconds late", "a", [made], expected, ORDERS, EVERY_CHANGE)


def changing(log: list[merge.Change]) -> list[merge.Change]:
    """Those that change a value."""
    before: dict[int, merge.Values] = {}
    made = []
    for change in log:
        if before.get(change.key) != change.values:
            made.append(change)
        before[change.key] = change.values
    return made

"""What pipelines make of the reads of a table: histories, mirrors, and logs of changes.

Pure: from reads to rows with moments, in no tool's form. Each mistake that a pipeline can make when it reads is a
function from right reads to wrong ones; when it merges, a parameter.
"""

import json
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from world import START, Read, Source

Values = tuple[str, ...]


@dataclass
class Version:
    """A row of a history. Without an end it is open."""

    key: int
    values: Values
    start: datetime
    stamp: datetime
    end: datetime | None = None
    deleted: bool = False
    # Whether the end is that of a deletion, not of a later version.
    gone: bool = False
    # Whether it is the first of its key.
    first: bool = False


def history(
    source: Source,
    reads: list[Read],
    *,
    starts: str = "load",
    deletes: str = "close",
    differs: Callable[[Values, Values], bool] = operator.ne,
) -> list[Version]:
    """Slowly changing versions.

    `starts` is `load`, or `created` for first versions that start with the row's `created_at`; `deletes` is `close`,
    `flag`, `new-record` or `keep`.
    """
    versions: list[Version] = []
    current: dict[int, Version] = {}
    seen: set[int] = set()
    for read in reads:
        for key, values in read.rows.items():
            old = current.get(key)
            if old and not differs(old.values, values):
                continue
            if old:
                old.end = read.stamp
            first = key not in seen
            start = source.created(values) if starts == "created" and first else read.stamp
            current[key] = Version(key, values, start, read.stamp, first=first)
            seen.add(key)
            versions.append(current[key])
        if not read.full or deletes == "keep":
            continue
        for key in [key for key in current if key not in read.rows]:
            old = current.pop(key)
            old.gone = True
            if deletes == "flag":
                old.deleted = True
                continue
            old.end = read.stamp
            if deletes == "new-record":
                versions.append(Version(key, old.values, read.stamp, read.stamp, deleted=True))
    return versions


def mirror(reads: list[Read], *, deletes: str = "remove") -> list[Version]:
    """One row a key: the last that was read. `deletes` is `remove`, `flag` or `keep`."""
    rows: dict[int, Version] = {}
    for read in reads:
        for key, values in read.rows.items():
            if key not in rows or rows[key].values != values:
                rows[key] = Version(key, values, read.stamp, read.stamp)
        if not read.full or deletes == "keep":
            continue
        for key in [key for key in rows if key not in read.rows]:
            if deletes == "remove":
                del rows[key]
            elif not rows[key].deleted:
                rows[key] = replace(rows[key], deleted=True, end=read.stamp)
    return list(rows.values())


def append(reads: list[Read]) -> list[Version]:
    """All that was read, each time."""
    return [
        Version(key, values, read.stamp, read.stamp) for read in reads for key, values in read.rows.items()
    ]


@dataclass(frozen=True)
class Change:
    """An operation as a log of changes tells it."""

    operation: str
    tick: int
    at: datetime
    key: int
    # All values of the row; of a deletion the last ones.
    values: Values


def changes(operations: Iterable[dict], source: Source, from_tick: int = -1) -> list[Change]:
    """The log of changes, after a snapshot of what stood at a tick."""
    names = [name for name, _ in source.columns]
    rows: dict[int, dict] = {}
    log: list[Change] = []
    begun = False
    before = START

    def tell(operation: str, tick: int, at: datetime, key: int) -> None:
        values = tuple(copy_text(rows[key][name]) for name in names)
        log.append(Change(operation, tick, at, key, values))

    for told in operations:
        tick, at = told["tick"], datetime.fromisoformat(told["at"]).replace(tzinfo=None)
        if tick > from_tick and not begun:
            begun = True
            for key in rows:
                tell("r", from_tick, before, key)
        before = at
        (key,) = told["key"].values()
        letter = {"insert": "c", "update": "u", "delete": "d"}[told["operation"]]
        if letter != "d":
            rows.setdefault(key, dict(told["key"])).update(told["values"])
        if begun:
            tell(letter, tick, at, key)
        if letter == "d":
            del rows[key]
    return log


def history_of_changes(log: list[Change]) -> list[Version]:
    """Versions from a log of changes: they start with the change itself; a deletion closes."""
    versions: list[Version] = []
    current: dict[int, Version] = {}
    for change in log:
        old = current.pop(change.key, None)
        if old and change.operation != "d" and old.values == change.values:
            current[change.key] = old
            continue
        if old:
            old.end, old.gone = change.at, change.operation == "d"
        if change.operation != "d":
            current[change.key] = Version(change.key, change.values, change.at, change.at, first=old is None)
            versions.append(current[change.key])
    return versions


def copy_text(value: object) -> str:
    """A value of JSON in COPY's text form."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    text = json.dumps(value) if isinstance(value, dict | list) else str(value)
    for character, escape in (("\\", r"\\"), ("\n", r"\n"), ("\r", r"\r"), ("\t", r"\t")):
        text = text.replace(character, escape)
    return text


# Mistakes of reading. -------------------------------------------------------------------------------------------------


def without_load(reads: list[Read], number: int) -> list[Read]:
    """A load that did not run."""
    return [read for index, read in enumerate(reads) if index != number]


def limited(reads: list[Read], rows: int) -> list[Read]:
    """The first page only, in the order of the key."""
    return [replace(read, rows=dict(sorted(read.rows.items())[:rows])) for read in reads]


def increments(
    source: Source,
    reads: list[Read],
    *,
    look_back: timedelta = timedelta(0),
    strict: bool = False,
    watermark_of: Callable[[int], datetime | None] = lambda number: None,
) -> list[Read]:
    """Rows created since the watermark, which is the last `created_at` that was read.

    `strict` compares with `>` instead of `>=`; `watermark_of` gives, before a load, a watermark that others have set.
    """
    made: list[Read] = []
    watermark: datetime | None = None
    for number, read in enumerate(reads):
        others = watermark_of(number)
        if others and (watermark is None or others > watermark):
            watermark = others
        compare = operator.gt if strict else operator.ge
        rows = {
            key: values
            for key, values in read.rows.items()
            if watermark is None or compare(source.created(values), watermark - look_back)
        }
        made.append(replace(read, rows=rows, full=False))
        newest = max((source.created(values) for values in rows.values()), default=None)
        if newest and (watermark is None or newest > watermark):
            watermark = newest
    return made

"""The tables that tools write: names, types, and what they make of starts, ends and deletions.

Each is what the tool's own documentation or a run of the tool shows; `real/` checks those that can be run here
against the tools themselves. Nothing here knows what is expected of a grading.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from merge import Change, Version
from world import Server, Source

NULL = r"\N"
SECOND, MILLISECOND, MICROSECOND = timedelta(seconds=1), timedelta(milliseconds=1), timedelta(microseconds=1)

Cell = Callable[[Version], object]


@dataclass(frozen=True)
class Table:
    """A table of the warehouse, with its rows in COPY's text form."""

    name: str
    columns: list[tuple[str, str]]
    rows: list[list[str]]
    # Statements after it is filled: keys, views.
    after: str = ""

    def write(self, server: Server, database: str) -> None:
        """Makes the table where it is not there yet, and adds the rows."""
        schema = self.name.rpartition(".")[0]
        columns = ", ".join(f'"{name}" {kind}' for name, kind in self.columns)
        statements = f"create schema if not exists {schema};" if schema else ""
        server.execute(database, f"{statements} create table if not exists {self.name} ({columns})")
        server.copy(database, self.name, map("\t".join, self.rows))
        if self.after:
            server.execute(database, self.after)


def cell(value: object) -> str:
    """A technical value in COPY's text form."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def table(
    name: str,
    source: Source,
    versions: Iterable[Version],
    own: dict[str, tuple[str, Cell]],
    *,
    types: dict[str, str] | None = None,
    drop: Iterable[str] = (),
    blank_if_deleted: bool = False,
    after: str = "",
) -> Table:
    """The source's columns, some of another type, and then the tool's own.

    `blank_if_deleted`: rows that say that one is deleted hold nothing but the key.
    """
    kept = [place for place, (column, _) in enumerate(source.columns) if column not in drop]
    columns = [
        (source.columns[place][0], (types or {}).get(source.columns[place][1], source.columns[place][1]))
        for place in kept
    ]
    rows = []
    for version in versions:
        values = [version.values[place] for place in kept]
        if blank_if_deleted and version.deleted:
            values = [value if place == 0 else NULL for place, value in enumerate(values)]
        rows.append(values + [cell(make(version)) for _, make in own.values()])
    return Table(name, columns + [(column, kind) for column, (kind, _) in own.items()], rows, after)


def identity(version: Version) -> str:
    """A hash of the values."""
    return hashlib.md5("\t".join(version.values).encode()).hexdigest()


def ended(open_end: object, before: timedelta = timedelta(0)) -> Cell:
    """The end of a version; of an open one, `open_end`; of others the moment, or a little `before` it."""
    return lambda version: open_end if version.end is None else version.end - before


# Histories. -----------------------------------------------------------------------------------------------------------


def by_hand(
    source: Source,
    versions: list[Version],
    *,
    name: str = "",
    columns: tuple[str, str] = ("valid_from", "valid_to"),
    open_end: object = None,
    before: timedelta = timedelta(0),
    flag: str = "",
    own: dict | None = None,
) -> Table:
    """A history in a form of one's own."""
    start, end = columns
    made = {start: ("timestamp", lambda version: version.start), end: ("timestamp", ended(open_end, before))}
    if flag:
        made[flag] = ("boolean", lambda version: version.end is None)
    return table(name or f"dwh.{source.table}", source, versions, made | (own or {}))


def dbt(
    source: Source, versions: list[Version], *, open_end: object = None, new_record: bool = False
) -> Table:
    """A snapshot of dbt."""
    own = {
        "dbt_scd_id": ("text", lambda v: hashlib.md5(f"{v.key}{v.start}".encode()).hexdigest()),
        "dbt_updated_at": ("timestamp", lambda v: v.start),
        "dbt_valid_from": ("timestamp", lambda v: v.start),
        "dbt_valid_to": ("timestamp", ended(open_end)),
    }
    if new_record:
        own["dbt_is_deleted"] = ("text", lambda v: "True" if v.deleted else "False")
    return table(f"snapshots.{source.table}_snapshot", source, versions, own)


# dlt widens and knows no time without a zone.
DLT_TYPES = {
    "integer": "bigint",
    "timestamp without time zone": "timestamptz",
    "smallint": "bigint",
    "real": "double precision",
}


def epoch(moment: datetime) -> str:
    """Seconds since 1970, as dlt names its loads."""
    return f"{(moment - datetime(1970, 1, 1)).total_seconds():.6f}"


def dlt_loads(source: Source, stamps: Iterable[datetime]) -> Table:
    """The loads that dlt lists."""
    columns = [
        ("load_id", "varchar"), ("schema_name", "varchar"), ("status", "bigint"), ("inserted_at", "timestamptz"),
        ("schema_version_hash", "varchar"),
    ]  # fmt: skip
    rows = [[epoch(stamp), source.shop, "0", f"{stamp + timedelta(seconds=2)}+00", "x"] for stamp in stamps]
    return Table("raw._dlt_loads", columns, rows)


def dlt_scd2(source: Source, versions: list[Version], *, open_end: object = None, loads=None) -> list[Table]:
    """dlt's merge strategy scd2, of these loads."""
    end = ended(open_end)
    own = {
        "_dlt_valid_from": ("timestamptz", lambda v: f"{v.start}+00"),
        "_dlt_valid_to": ("timestamptz", lambda v: end(v) and f"{end(v)}+00"),
        "_dlt_load_id": ("varchar", lambda v: epoch(v.stamp)),
        "_dlt_id": ("varchar", identity),
    }
    return [
        table(f"raw.{source.table}", source, versions, own, types=DLT_TYPES),
        dlt_loads(source, [r.stamp for r in loads or source.reads]),
    ]


def dlt_copy(source: Source, versions: list[Version]) -> list[Table]:
    """dlt's other strategies, and append."""
    own = {
        "_dlt_load_id": ("varchar", lambda v: epoch(v.stamp)),
        "_dlt_id": ("varchar", lambda v: identity(v)[:14]),
    }
    return [
        table(f"raw.{source.table}", source, versions, own, types=DLT_TYPES),
        dlt_loads(source, [r.stamp for r in source.reads]),
    ]


def fivetran_history(source: Source, versions: list[Version]) -> Table:
    """History mode: the end is a millisecond before the next start, that of an active row is the maximal time."""
    # A deleted row ends when it was deleted, others just before their successor.
    own = {
        "_fivetran_start": ("timestamptz", lambda v: f"{v.start}+00"),
        "_fivetran_end": (
            "timestamptz",
            lambda v: (
                "9999-12-31 23:59:59.999+00"
                if v.end is None
                else f"{v.end if v.gone else v.end - MILLISECOND}+00"
            ),
        ),
        "_fivetran_active": ("boolean", lambda v: v.end is None),
        "_fivetran_synced": ("timestamptz", lambda v: f"{v.stamp}+00"),
    }
    return table(f"fivetran.{source.table}", source, versions, own, types={"integer": "bigint"})


def sqlmesh(source: Source, versions: list[Version]) -> Table:
    """SCD_TYPE_2_BY_COLUMN: first versions begin in 1970; the table is behind a view."""
    physical = f"sqlmesh__dwh.dwh__{source.table}__1234567890"
    own = {
        "valid_from": ("timestamp", lambda v: datetime(1970, 1, 1) if v.first else v.start),
        "valid_to": ("timestamp", ended(None)),
    }
    after = f"create schema dwh; create view dwh.{source.table} as select * from {physical}"
    return table(physical, source, versions, own, after=after)


def data_vault(source: Source, versions: list[Version]) -> Table:
    """A satellite of datavault4dbt: insert-only, its ends in a view, and two ghost records."""
    physical = f"vault.{source.table}_sat"
    hk, hd = f"hk_{source.table}", f"hd_{source.table}"
    own = {
        hk: ("char(32)", lambda v: hashlib.md5(str(v.key).encode()).hexdigest()),
        hd: ("char(32)", identity),
        "ldts": ("timestamp", lambda v: v.start),
        "rsrc": ("text", lambda v: f"{source.shop}/{source.table}"),
        "deleted_flag": ("boolean", lambda v: v.deleted),
    }
    made = table(physical, source, versions, own)
    for number, name in ((-1, "SYSTEM"), (-2, "ERROR")):
        ghost = {
            "character varying": "(unknown)",
            "integer": str(number),
            "bigint": str(number),
            "text": "(unknown)",
        }
        values = [ghost.get(kind, NULL) for _, kind in source.columns]
        made.rows.append([*values, "0" * 32, "0" * 32, "0001-01-01 00:00:01", name, "f"])
    after = f"""create view vault.{source.table}_s1 as select *, coalesce(
        lead(ldts - interval '1 microsecond') over (partition by {hk} order by ldts), '8888-12-31 23:59:59') as ledts,
        lead(ldts) over (partition by {hk} order by ldts) is null as is_current from {physical}"""
    return Table(made.name, made.columns, made.rows, after)


def lakeflow(source: Source, versions: list[Version]) -> Table:
    """AUTO CDC, type 2."""
    own = {
        "__START_AT": ("timestamp", lambda v: v.start),
        "__END_AT": ("timestamp", ended(None)),
    }
    return table(f"lake.{source.table}", source, versions, own)


# Copies and logs. -----------------------------------------------------------------------------------------------------

AIRBYTE_TYPES = {"integer": "bigint", "double precision": "numeric(38,9)", "character varying": "text"}


def airbyte(source: Source, versions: list[Version], *, cdc: bool = False) -> Table:
    """A direct load, of a cursor or a full refresh, or of the log of changes with soft deletes."""
    own = {
        "_airbyte_raw_id": ("varchar", identity),
        "_airbyte_extracted_at": ("timestamptz", lambda v: f"{v.stamp}+00"),
        "_airbyte_meta": ("jsonb", lambda v: '{"changes": [], "sync_id": 7}'),
        "_airbyte_generation_id": ("bigint", lambda v: 0),
    }
    if cdc:
        own["_ab_cdc_lsn"] = ("numeric", lambda v: int((v.end or v.start).timestamp() * 1000))
        own["_ab_cdc_updated_at"] = ("text", lambda v: f"{(v.end or v.start).isoformat()}Z")
        own["_ab_cdc_deleted_at"] = ("text", lambda v: f"{v.end.isoformat()}Z" if v.deleted else None)
    return table(f"airbyte.{source.table}", source, versions, own, types=AIRBYTE_TYPES, blank_if_deleted=cdc)


# Columns that may not be null, and what Debezium has there if it has no value.
NOT_NULL, EPOCH = ("created_at",), "1970-01-01 00:00:00"


def microseconds(text: str) -> str:
    """A time as io.debezium.time.MicroTimestamp."""
    return text if text == NULL else str((datetime.fromisoformat(text) - datetime(1970, 1, 1)) // MICROSECOND)


def debezium(
    source: Source, log: list[Change], *, upsert: bool, deletes: str = "rewrite", micro: bool = False
) -> Table:
    """The JDBC sink behind ExtractNewRecordState: a mirror with `upsert`, else each change.

    `deletes` is `rewrite` (rows say that they are deleted), `remove`, or `ignore` as `delete.enabled=false` does.
    `micro`: the sink leaves times as microseconds since 1970.
    """
    times = [
        place for place, (_, kind) in enumerate(source.columns) if kind.startswith("timestamp") and micro
    ]
    columns = [
        (name, "bigint" if place in times else kind) for place, (name, kind) in enumerate(source.columns)
    ]
    columns += [("__op", "text"), ("__lsn", "bigint"), ("__source_ts_ms", "bigint"), ("__deleted", "text")]
    rows: dict[object, list[str]] = {}
    for number, change in enumerate(log):
        gone = change.operation == "d"
        if gone and deletes == "ignore":
            continue
        identity_of_row = change.key if upsert else number
        if gone and deletes == "remove":
            rows.pop(identity_of_row, None)
            continue
        # With the default replica identity a deletion tells the key only; a column that may not be null has a zero.
        values = [
            (EPOCH if source.columns[place][0] in NOT_NULL else NULL) if gone and place else value
            for place, value in enumerate(change.values)
        ]
        values = [microseconds(value) if place in times else value for place, value in enumerate(values)]
        at = int((change.at - datetime(1970, 1, 1)).total_seconds() * 1000)
        rows[identity_of_row] = [
            *values,
            change.operation,
            str(1_000_000 + number),
            str(at),
            "true" if gone else "false",
        ]
    return Table(f"kafka.{source.table}", columns, list(rows.values()))


def meltano(source: Source, versions: list[Version]) -> Table:
    """target-postgres of the Meltano SDK."""
    own = {
        "_sdc_extracted_at": ("timestamp", lambda v: v.stamp),
        "_sdc_received_at": ("timestamp", lambda v: v.stamp + timedelta(milliseconds=400)),
        "_sdc_batched_at": ("timestamp", lambda v: v.stamp + timedelta(milliseconds=900)),
        "_sdc_deleted_at": ("timestamp", lambda v: v.end if v.deleted else None),
        "_sdc_sequence": ("bigint", lambda v: int(v.stamp.timestamp() * 1000)),
        "_sdc_table_version": ("bigint", lambda v: 1764410401000),
        "_sdc_sync_started_at": ("bigint", lambda v: int(v.stamp.timestamp() * 1000)),
    }
    return table(
        f"melty.{source.table}",
        source,
        versions,
        own,
        types={"double precision": "numeric", "character varying": "text"},
    )


def fivetran_copy(source: Source, versions: list[Version]) -> Table:
    """Soft delete mode."""
    own = {
        "_fivetran_synced": ("timestamptz", lambda v: f"{v.end or v.stamp}+00"),
        "_fivetran_deleted": ("boolean", lambda v: v.deleted),
    }
    return table(f"fivetran.{source.table}", source, versions, own, types={"integer": "bigint"})


def copy_by_hand(
    source: Source,
    versions: list[Version],
    *,
    name: str = "",
    flag: bool = False,
    stamp: str = "",
    types=None,
) -> Table:
    """A table of one's own, without versions."""
    own: dict = {}
    if stamp:
        own[stamp] = ("timestamp", lambda v: v.stamp)
    if flag:
        own["is_deleted"] = ("boolean", lambda v: v.deleted)
    return table(name or f"dwh.{source.table}", source, versions, own, types=types)

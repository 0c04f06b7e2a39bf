"""Right warehouses in the forms and conventions that tools and people use: nothing may be found in any of them."""

from collections.abc import Iterator
from datetime import timedelta

import expect
import forms
import merge
from case import ORDERS, Case
from forms import MICROSECOND, MILLISECOND, SECOND
from merge import append, history, mirror

OPEN_ENDS = {
    "NULL": None,
    "infinity": "infinity",
    "9999": "9999-12-31 23:59:59",
    "5999": "5999-01-01 00:00:00",
}
# The full form has these, too.
FURTHER_OPEN_ENDS = {
    "9999 with microseconds": "9999-12-31 23:59:59.999999",
    "8888": "8888-12-31 23:59:59",
    "2999": "2999-12-31 00:00:00",
    "2199": "2199-12-31 23:59:59",
    "2100": "2100-01-01 00:00:00",
}


def cases(world) -> Iterator[Case]:
    """All of them."""
    yield from histories(world)
    yield from copies(world)
    yield from logs(world)
    yield from whole_chains(world)
    yield from values(world)


def histories(world) -> Iterator[Case]:
    """Orders of shop-1 after four loads."""
    orders = world.source("a")
    reads = orders.reads
    facts = len(expect.states(reads)), expect.changes(reads), expect.gone(reads)
    assert facts == (6000, 28, 2000), facts
    by_load = history(orders, reads)
    created = history(orders, reads, starts="created")
    # Where the first start is not that of a load, the loads before the first change are not known.
    obliged = expect.Expected(obliged={"inserts": 6000, "changes": 28, "deletes": 2000})

    def right(name: str, *tables, **more) -> Case:
        return Case(f"right: {name}", "a", tables, arguments=ORDERS, **more)

    yield right("dbt check, invalidate", forms.dbt(orders, by_load), expected=obliged)
    yield right(
        "dbt new_record", forms.dbt(orders, history(orders, reads, deletes="new-record"), new_record=True)
    )
    yield right("dbt, NULL and 9999 mixed", mixed(forms.dbt(orders, by_load), "9999-12-31 00:00:00"))
    yield right("dlt scd2", *forms.dlt_scd2(orders, by_load), expected=obliged)
    yield right("dlt scd2 until 9999", *forms.dlt_scd2(orders, by_load, open_end="9999-12-31 00:00:00"))
    yield right("fivetran history", forms.fivetran_history(orders, by_load))
    yield right("sqlmesh, from 1970", forms.sqlmesh(orders, by_load))
    vault = forms.data_vault(orders, history(orders, reads, deletes="new-record"))
    yield right("data vault with ghosts, the view of ends beside it", vault)
    yield right("lakeflow of snapshots", forms.lakeflow(orders, by_load), expected=obliged)

    for name, open_end in OPEN_ENDS.items():
        yield right(f"history until {name}", forms.by_hand(orders, created, open_end=open_end))
    for name, before in (("second", SECOND), ("millisecond", MILLISECOND), ("microsecond", MICROSECOND)):
        made = forms.by_hand(
            orders, by_load, columns=("effective_from", "effective_to"), before=before, flag="is_current"
        )
        yield right(f"history, ends a {name} before", made)
    yield right("history from 1900", forms.by_hand(orders, by_load), sql=first_starts("1900-01-01"))
    yield right("history from year 1", forms.by_hand(orders, by_load), sql=first_starts("0001-01-01"))
    yield right("history, NULL and 9999 mixed", mixed(forms.by_hand(orders, by_load), "9999-12-31 23:59:59"))
    flagged = history(orders, reads, deletes="flag")
    deleted = {"is_deleted": ("boolean", lambda v: v.deleted)}
    yield right("history with a flag of deletions", forms.by_hand(orders, flagged, own=deleted))
    stamped = {"ingested_at": ("timestamp", lambda v: v.stamp)}
    yield right("history with the load's stamp", forms.by_hand(orders, created, own=stamped))
    live = [forms.by_hand(orders, history(orders, orders.live))]
    yield Case("right: history of a live shop", "a live", live, obliged, ORDERS)
    live = [forms.by_hand(orders, history(orders, orders.live, starts="created"), own=stamped)]
    yield Case("right: history of a live shop from created_at", "a live", live, obliged, ORDERS)
    text = "alter table dwh.orders alter valid_from type text, alter valid_to type text"
    yield right("history with times as texts", forms.by_hand(orders, by_load), sql=text)
    zoned = "alter table dwh.orders alter valid_from type timestamptz, alter valid_to type timestamptz"
    yield right("history with times with zones", forms.by_hand(orders, by_load), sql=zoned)
    three = Case(
        "right: three loads, the shop is further",
        "a",
        [forms.by_hand(orders, history(orders, reads[:3]))],
        arguments=ORDERS,
    )
    yield three
    failed = history(orders, merge.without_load(reads, 2))
    yield Case(
        "right: a load that did not run, loads unknown",
        "a",
        [forms.by_hand(orders, failed)],
        arguments=ORDERS,
    )
    computed = history(orders, reads, starts="created")
    for version in computed:
        if version.gone:
            # Retention tells when: the first tick at which the row is 10 minutes old.
            version.end = orders.created(version.values) + timedelta(minutes=10)
    yield right("history, ends of deletions computed", forms.by_hand(orders, computed))
    foreign = "insert into dwh.orders select 1000000000 + order_id, customer_id, product_id, order_status, order_dttm, quantity, created_at, valid_from, valid_to from dwh.orders limit 20"
    yield right("history with rows of others", forms.by_hand(orders, by_load), sql=foreign)


def mixed(table: forms.Table, literal: str) -> forms.Table:
    """Every other open end is the literal instead of NULL."""
    place = [name for name, _ in table.columns].index(
        "dbt_valid_to" if table.name.startswith("snap") else "valid_to"
    )
    for number, row in enumerate(table.rows):
        if row[place] == forms.NULL and number % 2:
            row[place] = literal
    return table


def first_starts(moment: str) -> str:
    """First versions start at a fixed moment."""
    return (
        f"update dwh.orders o set valid_from = '{moment}' where valid_from ="
        " (select min(valid_from) from dwh.orders i where i.order_id = o.order_id)"
    )


def copies(world) -> Iterator[Case]:
    """Without versions: mirrors and appends."""
    orders = world.source("a")
    reads = orders.reads
    gone, kept = mirror(reads), mirror(reads, deletes="flag")
    all_of_them = append(reads)

    def right(name: str, *tables, **more) -> Case:
        return Case(f"right: {name}", "a", tables, arguments=ORDERS, **more)

    yield right("mirror", forms.copy_by_hand(orders, gone))
    yield right(
        "mirror with a primary key",
        forms.copy_by_hand(orders, gone),
        sql="alter table dwh.orders add primary key (order_id)",
    )
    yield right("mirror with a stamp", forms.copy_by_hand(orders, gone, stamp="loaded_at"))
    yield right("mirror with a flag", forms.copy_by_hand(orders, kept, flag=True))
    yield right("airbyte, full refresh", forms.airbyte(orders, gone))
    yield right("airbyte, full refresh append", forms.airbyte(orders, all_of_them))
    yield right("airbyte, cdc with soft deletes", forms.airbyte(orders, cdc_mirror(world, orders), cdc=True))
    yield right("fivetran, soft delete", forms.fivetran_copy(orders, kept))
    yield right("fivetran, live", forms.fivetran_copy(orders, gone))
    yield right("meltano, soft delete", forms.meltano(orders, kept))
    yield right("meltano, overwrite", forms.meltano(orders, gone))
    yield right("dlt replace", *forms.dlt_copy(orders, gone))
    yield right("dlt append of the whole table", *forms.dlt_copy(orders, all_of_them))
    yield right("append with a stamp", forms.copy_by_hand(orders, all_of_them, stamp="ingested_at"))
    increments = merge.increments(orders, reads, look_back=timedelta(seconds=60))
    yield right("append of increments", forms.copy_by_hand(orders, append(increments), stamp="ingested_at"))


def cdc_mirror(world, orders) -> list[merge.Version]:
    """The last state of each key in the log of changes; deletions remain as marks."""
    chain = world.chains["a"]
    last = orders.reads[-1]
    rows: dict[int, merge.Version] = {}
    for change in merge.changes(chain.operations("shop-1", "orders", last.tick), orders):
        rows[change.key] = merge.Version(change.key, change.values, change.at, last.stamp)
        if change.operation == "d":
            rows[change.key].deleted, rows[change.key].end = True, change.at
    return list(rows.values())


def logs(world) -> Iterator[Case]:
    """Pipelines that read the log of changes: every change must be there."""
    orders = world.source("a")
    operations = world.chains["a"].operations("shop-1", "orders", 59)
    log = merge.changes(operations, orders)
    late = merge.changes(operations, orders, from_tick=19)

    def right(name: str, *tables, **more) -> Case:
        return Case(f"right: {name}", "a", tables, arguments=ORDERS, **more)

    yield right(
        "debezium upsert, deletes removed", forms.debezium(orders, log, upsert=True, deletes="remove")
    )
    yield right("debezium upsert, deletes marked", forms.debezium(orders, log, upsert=True))
    yield right(
        "debezium upsert, times in microseconds", forms.debezium(orders, log, upsert=True, micro=True)
    )
    yield right("debezium log", forms.debezium(orders, log, upsert=False))
    yield right("debezium log after a snapshot", forms.debezium(orders, late, upsert=False))
    yield right(
        "lakeflow of the log",
        forms.lakeflow(orders, merge.history_of_changes(log)),
        mapping='preset = "lakeflow"\ncapture = "every-change"\n',
    )


def whole_chains(world) -> Iterator[Case]:
    """Both shops, all tables."""
    chain = world.chains["b"]
    sources = list(chain.sources.values())

    def tables(make, **how) -> list[forms.Table]:
        return [
            made for source in sources for made in flat(make(source, history(source, source.reads, **how)))
        ]

    def with_shop(source, versions) -> forms.Table:
        own = {"shop": ("text", lambda v: source.shop)}
        return forms.by_hand(source, versions, own=own)

    def with_city(source, versions) -> forms.Table:
        own = {
            "src_id": ("varchar", lambda v: source.city),
            "dag_run_id": ("varchar", lambda v: f"run {v.stamp}"),
        }
        own["ingested_at"] = ("timestamp", lambda v: v.stamp)
        columns = ("eff_from_dttm", "eff_to_dttm")
        return forms.by_hand(
            source,
            versions,
            name=f"dds.{source.table}",
            columns=columns,
            open_end="9999-12-31 23:59:59",
            before=SECOND,
            own=own,
        )

    def by_schema(source, versions) -> forms.Table:
        return forms.by_hand(source, versions, name=f"{source.shop.replace('-', '_')}.{source.table}")

    yield Case("right: both shops in each table", "b", tables(with_shop))
    yield Case("right: a schema for each shop", "b", tables(by_schema))
    course = tables(with_city, starts="created", deletes="keep")
    yield Case("right: course-g3", "b", course, arguments=("--preset", "course-g3"))
    still = world.chains["still"].sources.values()
    with_source = [
        forms.table(
            f"dds.{source.table}", source, mirror(source.reads, deletes="keep"),
            {"src_id": ("varchar", lambda v, source=source: source.city), "ingested_at": ("timestamp", lambda v: v.stamp)},
        )
        for source in still
    ]  # fmt: skip
    yield Case("right: course-g2", "still", with_source, arguments=("--preset", "course-g2"))


def flat(made) -> list[forms.Table]:
    """One table or several, as a list."""
    return made if isinstance(made, list) else [made]


def values(world) -> Iterator[Case]:
    """Nulls, blanks, digits, zones."""
    people = world.source("values", "people")
    versions = history(people, people.reads)
    zoned = {"timestamp with time zone": "timestamp"}
    yield Case("right: values in a history", "values", [forms.by_hand(people, versions)])
    yield Case("right: values in a mirror", "values", [forms.copy_by_hand(people, mirror(people.reads))])
    # A server at UTC writes the same wall time without a zone.
    bare = [forms.copy_by_hand(people, mirror(people.reads), types=zoned)]
    yield Case("right: values, times without zones in UTC", "values", bare)
    wide = {
        "character varying": "text",
        "double precision": "numeric",
        "numeric(12,4)": "double precision",
        "date": "timestamp",
    }
    yield Case(
        "right: values in wider types",
        "values",
        [forms.copy_by_hand(people, mirror(people.reads), types=wide)],
    )
    as_text = {kind: "text" for _, kind in people.columns[1:]}
    yield Case(
        "right: values as texts", "values", [forms.copy_by_hand(people, mirror(people.reads), types=as_text)]
    )

"""Warehouses with one mistake, or two: the classes of findings, their numbers, and the cause that must be told.

The numbers beside `#` are those of the list of planted mistakes that was agreed before the grader was written; the
others came later.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import expect
import forms
import merge
from case import ORDERS, Case
from expect import CANNOT_TELL, UNCLEAR, Expected, findings, held, missed_changes, missed_rows
from forms import MILLISECOND, SECOND
from merge import append, history, mirror

HOURS_3 = timedelta(hours=3)


def cases(world) -> Iterator[Case]:
    """All of them."""
    yield from reading(world)
    yield from deletions(world)
    yield from comparing(world)
    yield from writing(world)
    yield from times(world)
    yield from cells(world)
    yield from shops(world)
    yield from forms_that_do_not_fit(world)


def reading(world) -> Iterator[Case]:
    """Rows that are never read."""
    orders = world.source("a")
    reads = orders.live

    #1: dbt's strategy timestamp with updated_at = created_at sees no update, and ignores deletions by default.
    blind = history(orders, reads, starts="created", deletes="keep", differs=lambda old, new: False)
    expected = findings("H1 H7", missing_change=expect.changes(reads), delete_open=2000)
    # Its starts are created_at, so that nothing tells when it ran but who knows it.
    schedule = ("--loads", str(schedule_file(world, reads)))
    yield Case("#1 dbt timestamp on created_at", "a", [forms.dbt(orders, blind)], expected, (*ORDERS, *schedule))
    unknown = Expected(expect.FINDINGS, {}, any_cause=True, any_finding=True)
    yield Case("#1 dbt timestamp on created_at, loads unknown", "a", [forms.dbt(orders, blind)], unknown, ORDERS)

    #4: `>` at a second that several ticks share.
    for table in ("orders", "products"):
        source = world.source("quick", table)
        lost = merge.increments(source, source.live, strict=True)
        made = history(source, lost, deletes="keep")
        expected = findings(
            "H3",
            missing_row=missed_rows(source.reads, held(made)),
            missing_change=missed_changes(source.reads, held(made)),
        )
        assert expected.findings["missing-row"] > 0
        arguments = ("--only", "shop-1", "--table", table)
        yield Case(f"#4 increments with >, {table}", "quick live", [forms.by_hand(source, made)], expected, arguments)

    #5: `>=` and plain append.
    source = world.source("quick")
    again = append(merge.increments(source, source.live))
    extra = len(again) - len({row.key for row in again})
    assert extra > 0
    arguments = ("--only", "shop-1", "--table", "orders")
    kind = '[tables.orders]\nkind = "current"\n'
    made = forms.copy_by_hand(source, again)
    yield Case("#5 >= and append, as a mirror", "quick live", [made], findings("H4", duplicate=extra), arguments, kind)
    made = forms.copy_by_hand(source, again, stamp="ingested_at")
    yield Case("#5 >= and append, as an append", "quick live", [made], arguments=(*arguments, "--preset", "append"))

    #6: the look-back is shorter than rows change.
    source = world.source("minutes", shop="shop-2")
    short = merge.increments(source, source.live, look_back=timedelta(seconds=30))
    made = history(source, short, deletes="keep")
    expected = findings("H2", missing_change=missed_changes(source.reads, held(made)))
    assert expected.findings["missing-change"] > 0 and missed_rows(source.reads, held(made)) == 0
    arguments = ("--only", "shop-2", "--table", "orders")
    yield Case("#6 look-back of half the update window", "minutes live", [forms.by_hand(source, made)], expected, arguments)

    # The first page only, in a mirror that is written anew each time.
    page = mirror(merge.limited(reads, 1000))
    expected = findings("H12", missing_row=missing_now(reads, page))
    assert expected.findings["missing-row"] == 3000
    page = [replace(row, stamp=reads[-1].stamp) for row in page]
    made = forms.copy_by_hand(orders, page, stamp="loaded_at")
    yield Case("a page of 1000 rows in a mirror", "a live", [made], expected, ORDERS)

    # A load that did not run, where the loads are listed.
    moments = loads_table(orders, reads)
    listed = '[tables.orders]\nloads = { table = "etl.loads", at = "read_at" }\n'
    lost = history(orders, merge.without_load(reads, 2))
    expected = without_third_load(orders, reads)
    yield Case("a lost load, all are listed", "a live", [forms.by_hand(orders, lost), moments], expected, ORDERS, listed)
    last = history(orders, merge.without_load(reads, 3))
    right = history(orders, reads)
    missed = sum(1 for row in right if row.stamp == reads[3].stamp and row.first)
    changed = sum(1 for row in right if row.stamp == reads[3].stamp and not row.first)
    gone = sum(1 for row in right if row.gone and row.end == reads[3].stamp)
    expected = findings("H13", missing_row=missed, missing_change=changed, delete_open=gone)
    yield Case("the last load lost, all are listed", "a live", [forms.by_hand(orders, last), moments], expected, ORDERS, listed)

    # Two moments in one read: the older rows as they were three ticks before the younger ones.
    close = world.source("close")
    # Loads of which nothing is known but what they wrote.
    early, late = close.reads[1], close.reads[2]
    border = max(early.rows)
    rows = {key: values for key, values in early.rows.items() if key <= border}
    rows |= {key: values for key, values in late.rows.items() if key > border}
    torn = [close.reads[0], replace(late, rows=rows), *close.reads[3:]]
    contradictions = sum(1 for key, values in late.rows.items() if key <= border and early.rows.get(key, values) != values)
    assert contradictions >= 3, contradictions
    made = forms.by_hand(close, history(close, torn))
    yield Case("a read at two moments", "close", [made], findings(torn_load=1), ORDERS)


def schedule_file(world, reads):
    """A file for --loads."""
    file = world.folder / f"loads-{reads[0].tick}.txt"
    file.write_text("".join(f"{read.stamp.isoformat()}Z\n" for read in reads))
    return file


def loads_table(source, reads) -> forms.Table:
    """A table of loads of one's own."""
    return forms.Table("etl.loads", [("read_at", "timestamp")], [[str(read.stamp)] for read in reads])


def missing_now(reads, rows) -> int:
    """The rows of the last read that a mirror does not hold."""
    return len(reads[-1].rows.keys() - {row.key for row in rows})


def without_third_load(source, reads) -> Expected:
    """What is wrong in a history whose starts are loads if the third of four did not run."""
    right, third, fourth = history(source, reads), reads[2].stamp, reads[3].stamp
    at_third = [row for row in right if row.stamp == third]
    replaced = {row.key for row in at_third if row.end == fourth and not row.gone}
    late = sum(1 for row in at_third if row.key not in replaced)
    ends = sum(1 for row in right if row.gone and row.end == third)
    return findings("H13", missing_change=len(replaced), wrong_start=late, wrong_end=ends)


def deletions(world) -> Iterator[Case]:
    """Deletions that are not noticed, and those that never were."""
    orders = world.source("a")
    reads = orders.live
    kept = history(orders, reads, deletes="keep")
    yield Case("dbt check, deletions ignored", "a live", [forms.dbt(orders, kept)], findings("H7", delete_open=2000), ORDERS)

    #7: dlt's scd2 with a merge_key retires no row that is absent.
    three = history(orders, reads[:3], deletes="keep")
    assert len({row.key for row in three}) == 5000 and expect.gone(reads[:3]) == 1000
    open_rows = findings("H7", delete_open=1000)
    yield Case("#7 dlt scd2 with merge_key", "a live", forms_until(forms.dlt_scd2(orders, three, loads=reads), 3), open_rows, ORDERS)

    kept = mirror(reads, deletes="keep")
    yield Case("fivetran, deletions unmarked", "a live", [forms.fivetran_copy(orders, kept)], findings("H7", delete_open=2000), ORDERS)
    yield Case("meltano, deletions unmarked", "a live", [forms.meltano(orders, kept)], findings("H7", delete_open=2000), ORDERS)
    log = merge.changes(world.chains["a"].operations("shop-1", "orders", 59), orders)
    ignored = forms.debezium(orders, log, upsert=True, deletes="ignore")
    yield Case("debezium upsert, delete.enabled=false", "a live", [ignored], findings("H7", delete_open=2000), ORDERS)

    # An increment is taken for the whole table: living rows are closed.
    increments = [replace(read, full=True) for read in merge.increments(orders, reads, look_back=timedelta(seconds=330))]
    made = history(orders, increments)
    number = {read.stamp: index for index, read in enumerate(reads)}
    false = {row.key for row in made if row.gone and row.key in reads[number[row.end]].rows}
    assert len(false) == 900
    yield Case("an increment taken for all", "a live", [forms.by_hand(orders, made)], findings("H8", false_delete=900), ORDERS)

    # The last deletions are those of the load before.
    late = history(orders, [*reads[:3], replace(reads[3], full=False)])
    yield Case("the last deletions not noticed", "a live", [forms.by_hand(orders, late)], Expected(
        expect.FINDINGS, {"delete-open": 1000}, any_cause=True
    ), ORDERS)  # fmt: skip


def forms_until(tables: list[forms.Table], loads: int) -> list[forms.Table]:
    """dlt's list of loads ends with this one."""
    rows, listed = tables
    return [rows, replace(listed, rows=listed.rows[:loads])]


def comparing(world) -> Iterator[Case]:
    """Changes that are not noticed although the row is read."""
    orders = world.source("a")
    status = orders.position("order_status")
    only = history(orders, orders.live, differs=lambda old, new: old[status] != new[status])
    expected = findings("H14", missing_change=missed_changes(orders.reads, held(only)))
    yield Case("check_cols of one column", "a live", [forms.dbt(orders, only)], expected, ORDERS)

    calls = world.source("values", "calls")
    arguments = ("--table", "calls")

    def unsafe(old, new) -> bool:
        return any(a != b and forms.NULL not in (a, b) for a, b in zip(old, new, strict=True))

    blind = history(calls, calls.live, differs=unsafe)
    expected = findings("H15", missing_change=missed_changes(calls.reads, held(blind)))
    assert expected.findings["missing-change"] >= 10
    yield Case("NULL compared with <>", "values live", [forms.by_hand(calls, blind)], expected, arguments)
    reason = calls.position("reason")
    but_one = history(
        calls, calls.live,
        differs=lambda old, new: any(a != b for place, (a, b) in enumerate(zip(old, new, strict=True)) if place != reason),
    )  # fmt: skip
    expected = findings("H14", missing_change=missed_changes(calls.reads, held(but_one)))
    assert expected.findings["missing-change"] > 3
    yield Case("all columns compared but one", "values live", [forms.by_hand(calls, but_one)], expected, arguments)


def writing(world) -> Iterator[Case]:
    """Rows that are written twice."""
    orders = world.source("a")
    right = history(orders, orders.live, starts="created")
    #12: a load task that ran twice.
    again = [row for row in right if row.stamp == orders.live[2].stamp]
    stamp = {"ingested_at": ("timestamp", lambda v: v.stamp)}
    twice = forms.by_hand(orders, [*right, *again], own=stamp)
    yield Case("#12 a load written twice", "a live", [twice], findings("H10", duplicate=len(again)), ORDERS)
    all_of_them = append(orders.live)
    again = [row for row in all_of_them if row.stamp == orders.live[1].stamp]
    twice = forms.copy_by_hand(orders, [*all_of_them, *again], stamp="ingested_at")
    expected = findings("H10", duplicate=len(again))
    yield Case("#12 a load appended twice", "a live", [twice], expected, (*ORDERS, "--preset", "append"))
    # Every row of every load gets a version, changed or not.
    repeated = history(orders, orders.live, starts="created", differs=lambda old, new: True)
    equal = len(repeated) - len(right)
    yield Case("a version at each load", "a live", [forms.by_hand(orders, repeated)], Expected(
        expect.FINDINGS, {"duplicate": equal}, any_cause=True
    ), ORDERS)  # fmt: skip


def times(world) -> Iterator[Case]:
    """Starts and ends."""
    orders = world.source("a")
    right = history(orders, orders.live, starts="created")

    #14: the interval's ends are days; of the versions of one day the last remains.
    days: dict[int, merge.Version] = {}
    for row in right:
        days[row.key] = replace(row)
    cut = "alter table dwh.orders alter valid_from type date, alter valid_to type date"
    expected = Expected(expect.FINDINGS, {"schema": 1})
    living = [replace(row, end=None, gone=False) for row in days.values() if row.key in orders.live[-1].rows]
    assert len(living) == 4000
    yield Case(
        "#14 days instead of moments", "a live", [forms.by_hand(orders, list(days.values()))], expected, ORDERS, sql=cut
    )

    # A start that is local time, where it should be the row's created_at.
    shifted = [replace(row, start=row.start + HOURS_3, end=row.end and row.end + HOURS_3) for row in right]
    expected = findings("H11", wrong_start=len(right))
    yield Case("starts three hours late", "a live", [forms.by_hand(orders, shifted)], expected, ORDERS)

    # Where nothing is known of the loads but their stamps, a shift of all of them is no mistake that can be seen.
    by_load = history(orders, world.source("a").reads)
    shifted = [replace(row, start=row.start + HOURS_3, end=row.end and row.end + HOURS_3) for row in by_load]
    yield Case("load stamps in local time", "a", [forms.by_hand(orders, shifted)], arguments=ORDERS)

    # Ends of two conventions: those of one load are a second before the next start.
    changed = [row for row in right if row.end and not row.gone]
    odd = {id(row) for row in changed if row.end == orders.live[3].stamp}
    two = [replace(row, end=row.end - SECOND) if id(row) in odd else row for row in right]
    assert 0 < len(odd) < len(changed) / 2
    expected = findings("H16", wrong_end=len(odd))
    yield Case("ends of two conventions", "a live", [forms.by_hand(orders, two)], expected, ORDERS)

    # Old versions are not closed.
    left_open = [replace(row, end=row.end if row.gone else None) for row in right]
    yield Case("old versions left open", "a live", [forms.by_hand(orders, left_open)], Expected(
        expect.FINDINGS, {"two-open": len(changed)}, any_cause=True
    ), ORDERS)  # fmt: skip


def cells(world) -> Iterator[Case]:
    """#11: values that a type, a format or a program has changed."""
    orders = world.source("a")
    right = history(orders, orders.reads)
    at = orders.position("order_dttm")
    bought = sum(1 for row in right if not row.values[at].endswith("00:00:00"))

    def spoilt(name: str, statement: str, count: int, says: str = "", schema: int = 0, causes: str = "") -> Case:
        expected = findings(causes, says, wrong_value=count, **({"schema": schema} if schema else {}))
        return Case(f"#11 {name}", "a", [forms.by_hand(orders, right)], expected, ORDERS, sql=statement)

    yield spoilt("order_dttm as a date", "alter table dwh.orders alter order_dttm type date", bought, "cut to the day", 1)
    yield spoilt("order_dttm cut to the day", "update dwh.orders set order_dttm = date_trunc('day', order_dttm)", bought, "cut to the day")
    yield spoilt("order_dttm three hours late", "update dwh.orders set order_dttm = order_dttm + interval '3h'", len(right), "3 h")
    yield spoilt("created_at three hours late", "update dwh.orders set created_at = created_at + interval '3h'", len(right), "3 h", causes="H11|")
    padded = "alter table dwh.orders alter order_status type char(30)"
    yield spoilt("order_status as char(30)", padded, len(right), "blanks|padded", 1)
    yield spoilt("order_status padded", "update dwh.orders set order_status = rpad(order_status, 30)", len(right), "trailing blanks|padded")
    yield spoilt("order_status in upper case", "update dwh.orders set order_status = upper(order_status)", len(right), "case")
    short = sum(1 for row in right if len(row.values[orders.position("order_status")]) > 5)
    yield spoilt("order_status cut to 5", "update dwh.orders set order_status = left(order_status, 5)", short, "5 characters")

    people = world.source("values", "people")
    rows = mirror(people.reads)

    def value(name: str, statement: str, spoils, schema: int = 0) -> Case:
        count = sum(1 for row in rows if spoils(lambda column, row=row: row.values[people.position(column)]))
        assert count > 0, name
        expected = findings(wrong_value=count, **({"schema": schema} if schema else {}))
        return Case(f"#11 {name}", "values", [forms.copy_by_hand(people, rows)], expected, ("--table", "people"), sql=statement)

    null = forms.NULL
    yield value("height rounded to 2 digits", "update dwh.people set height = round(height::numeric, 2)",
                lambda at: at("height") != null and round(float(at("height")), 2) != float(at("height")))  # fmt: skip
    yield value("balance without digits", "update dwh.people set balance = round(balance)",
                lambda at: not at("balance").endswith(".0000"))  # fmt: skip
    yield value("notes trimmed", "update dwh.people set note = trim(note)", lambda at: at("note") == " padded ")
    yield value("empty notes as NULL", "update dwh.people set note = nullif(note, '')", lambda at: at("note") == "")
    yield value("missing nicks as None", "update dwh.people set nick = coalesce(nick, 'None')", lambda at: at("nick") == null)
    yield value("missing nicks as nan", "update dwh.people set nick = coalesce(nick, 'nan')", lambda at: at("nick") == null)
    yield value("missing flags as false", "update dwh.people set active = coalesce(active, false)", lambda at: at("active") == null)
    yield value("zip without its zeros", "update dwh.people set zip = ltrim(zip, '0')", lambda at: at("zip").startswith("0"))
    yield value("mojibake", "update dwh.people set note = convert_from(convert_to(note, 'UTF8'), 'LATIN1')",
                lambda at: at("note") == "Ünïcödé")  # fmt: skip
    yield value("line feeds as blanks", "update dwh.people set note = replace(note, E'\\n', ' ')", lambda at: r"\n" in at("note"))
    yield value("seen two hours early", "update dwh.people set seen = seen - interval '2h'", lambda at: at("seen") != null)
    yield value("born a day early", "update dwh.people set born = born - 1", lambda at: at("born") != null)


def shops(world) -> Iterator[Case]:
    """Rows of several shops."""
    chain = world.chains["b"]
    one, two = chain.sources["shop-1", "orders"], chain.sources["shop-2", "orders"]
    here, there = mirror(one.live), mirror(two.live)
    #10: one table for both shops, and no column that tells them.
    arguments = ("--table", "orders")
    together = forms.copy_by_hand(one, [*here, *there])
    shared = {row.key for row in here} & {row.key for row in there}
    assert shared
    yield Case("#10 both shops in one table", "b live", [together], Expected(
        expect.FINDINGS, {"schema": None, "duplicate": None, "invented-row": None, "invented-version": None}, ("H9",)
    ), arguments)  # fmt: skip
    last = {row.key: row for row in [*here, *there]}
    yield Case("#10 the last shop wins", "b live", [forms.copy_by_hand(one, list(last.values()))], Expected(
        expect.FINDINGS,
        {name: None for name in ("schema", "invented-row", "invented-version", "missing-row", "missing-change", "wrong-value")},
        ("H9",),
    ), arguments)  # fmt: skip

    # One watermark for both: shop-2 is read 20 seconds after shop-1 and sets it.
    def shared_watermark(number: int):
        return two.created(two.live[number - 1].rows[max(two.live[number - 1].rows)]) if number else None

    lost = merge.increments(one, one.live, strict=True, watermark_of=shared_watermark)
    made = history(one, lost, deletes="keep")
    other = merge.increments(two, two.live, look_back=timedelta(seconds=120))
    right = history(two, other, deletes="keep")
    with_city = [course(one, made), course(two, right)]
    expected = findings(
        "H5", missing_row=missed_rows(one.live, held(made)), missing_change=missed_changes(one.live, held(made))
    )
    assert expected.findings["missing-row"] > 0
    yield Case("one watermark for both shops", "b live", with_city, expected, ("--table", "orders", "--preset", "course-g3"))


def course(source, versions) -> forms.Table:
    """A table of the course."""
    own = {
        "src_id": ("varchar", lambda v: source.city),
        "dag_run_id": ("varchar", lambda v: f"manual {v.stamp}"),
        "ingested_at": ("timestamp", lambda v: v.stamp),
    }
    columns = ("eff_from_dttm", "eff_to_dttm")
    return forms.by_hand(
        source, versions, name=f"dds.{source.table}", columns=columns, open_end="9999-12-31 23:59:59", before=SECOND, own=own
    )


def forms_that_do_not_fit(world) -> Iterator[Case]:
    """Warehouses that cannot be graded as asked."""
    orders = world.source("a")
    made = forms.copy_by_hand(orders, mirror(orders.reads))
    unclear = Expected(UNCLEAR)
    #17
    yield Case("#17 a mirror graded as a history", "a", [made], Expected(UNCLEAR, says=("current",)), (*ORDERS, "--preset", "history"))
    yield Case("no such preset's columns", "a", [made], unclear, (*ORDERS, "--preset", "dbt"))
    empty = forms.copy_by_hand(orders, [])
    yield Case("nothing loaded", "a", [empty], Expected(CANNOT_TELL), ORDERS)
    yield Case("no table at all", "a", [], Expected((UNCLEAR, CANNOT_TELL)), ORDERS)
    two = forms.copy_by_hand(orders, mirror(orders.reads), name="mart.orders")
    yield Case("two tables that could be meant", "a", [made, two], Expected(UNCLEAR, says=("mart.orders",)), ORDERS)
    # Without one column: what is missing is told once.
    without = "alter table dwh.orders drop column quantity"
    yield Case("a column left out", "a", [made], findings(schema=1, says="quantity"), ORDERS, sql=without)
    assert MILLISECOND

"""#11: values that a type, a format or a program has changed: one finding for each row, and what was done to it."""

from collections.abc import Iterator

import forms
from case import ORDERS, Case
from expect import findings
from merge import history, mirror


def cases(world) -> Iterator[Case]:
    """All of them."""
    orders = world.source("a")
    right = history(orders, orders.reads)
    at = orders.position("order_dttm")
    bought = sum(1 for row in right if not row.values[at].endswith("00:00:00"))

    def spoilt(
        name: str, statement: str, count: int, says: str = "", schema: int = 0, causes: str = ""
    ) -> Case:
        expected = findings(causes, says, wrong_value=count, **({"schema": schema} if schema else {}))
        return Case(f"#11 {name}", "a", [forms.by_hand(orders, right)], expected, ORDERS, sql=statement)

    yield spoilt(
        "order_dttm as a date",
        "alter table dwh.orders alter order_dttm type date",
        bought,
        "cut to the day",
        1,
    )
    yield spoilt(
        "order_dttm cut to the day",
        "update dwh.orders set order_dttm = date_trunc('day', order_dttm)",
        bought,
        "cut to the day",
    )
    yield spoilt(
        "order_dttm three hours late",
        "update dwh.orders set order_dttm = order_dttm + interval '3h'",
        len(right),
        "3 h",
    )
    yield spoilt(
        "created_at three hours late",
        "update dwh.orders set created_at = created_at + interval '3h'",
        len(right),
        "3 h",
        causes="H11|",
    )
    padded = "alter table dwh.orders alter order_status type char(30)"
    yield spoilt("order_status as char(30)", padded, len(right), "blanks|padded", 1)
    yield spoilt(
        "order_status padded",
        "update dwh.orders set order_status = rpad(order_status, 30)",
        len(right),
        "trailing blanks|padded",
    )
    yield spoilt(
        "order_status in upper case",
        "update dwh.orders set order_status = upper(order_status)",
        len(right),
        "case",
    )
    short = sum(1 for row in right if len(row.values[orders.position("order_status")]) > 5)
    yield spoilt(
        "order_status cut to 5",
        "update dwh.orders set order_status = left(order_status, 5)",
        short,
        "5 characters",
    )

    people = world.source("values", "people")
    rows = mirror(people.reads)

    def value(name: str, statement: str, spoils, schema: int = 0) -> Case:
        count = sum(1 for row in rows if spoils(lambda column, row=row: row.values[people.position(column)]))
        assert count > 0, name
        expected = findings(wrong_value=count, **({"schema": schema} if schema else {}))
        return Case(
            f"#11 {name}",
            "values",
            [forms.copy_by_hand(people, rows)],
            expected,
            ("--table", "people"),
            sql=statement,
        )

    null = forms.NULL
    yield value("height rounded to 2 digits", "update dwh.people set height = round(height::numeric, 2)",
                lambda at: at("height") != null and round(float(at("height")), 2) != float(at("height")))  # fmt: skip
    yield value("balance without digits", "update dwh.people set balance = round(balance)",
                lambda at: not at("balance").endswith(".0000"))  # fmt: skip
    yield value(
        "notes trimmed", "update dwh.people set note = trim(note)", lambda at: at("note") == " padded "
    )
    yield value(
        "empty notes as NULL", "update dwh.people set note = nullif(note, '')", lambda at: at("note") == ""
    )
    yield value(
        "missing nicks as None",
        "update dwh.people set nick = coalesce(nick, 'None')",
        lambda at: at("nick") == null,
    )
    yield value(
        "missing nicks as nan",
        "update dwh.people set nick = coalesce(nick, 'nan')",
        lambda at: at("nick") == null,
    )
    yield value(
        "missing flags as false",
        "update dwh.people set active = coalesce(active, false)",
        lambda at: at("active") == null,
    )
    yield value(
        "zip without its zeros",
        "update dwh.people set zip = ltrim(zip, '0')",
        lambda at: at("zip").startswith("0"),
    )
    yield value("mojibake", "update dwh.people set note = convert_from(convert_to(note, 'UTF8'), 'LATIN1')",
                lambda at: at("note") == "Ünïcödé")  # fmt: skip
    yield value(
        "line feeds as blanks",
        "update dwh.people set note = replace(note, E'\\n', ' ')",
        lambda at: r"\n" in at("note"),
    )
    yield value(
        "seen two hours early",
        "update dwh.people set seen = seen - interval '2h'",
        lambda at: at("seen") != null,
    )
    yield value("born a day early", "update dwh.people set born = born - 1", lambda at: at("born") != null)

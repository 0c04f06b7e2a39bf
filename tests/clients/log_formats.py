"""The output of three plugins of logical decoding, as `pg_recvlogical` writes it: read into transactions.

Owns the grammars of test_decoding, pgoutput and wal2json. Knows nothing of shops.
"""

import json
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

INSERT, UPDATE, DELETE = "insert", "update", "delete"


class _Unchanged:
    """In the place of a value that lies out of line and that an update has left as it was: the log does not have it."""

    def __repr__(self) -> str:
        return "unchanged"


UNCHANGED = _Unchanged()
# A value in PostgreSQL's text form, null, or UNCHANGED.
Values = dict[str, object]


@dataclass(frozen=True)
class Operation:
    """One change. A deletion has the columns of the replica identity only."""

    table: str
    kind: str
    values: Values


@dataclass
class Transaction:
    """What was committed together, in the order of the log."""

    xid: int | None
    operations: list[Operation] = field(default_factory=list)
    # When it was committed, if the format tells.
    committed: datetime | None = None


# test_decoding: a line for each change, but line feeds in values are printed as they are. -----------------------------

_HEAD = re.compile(r"(BEGIN|COMMIT) (\d+)(?: \(at (.*?)\))?\n|table ([^:]+): (INSERT|UPDATE|DELETE): ?")
# name[type]:value, where the value is a quoted text, or ends at the next blank.
_COLUMN = re.compile(r"(\"(?:[^\"]|\"\")+\"|[^\[\s]+)\[((?:[^\]\"]|\"[^\"]*\")+)\]:('(?:[^']|'')*'|[^\s']+)( ?)")
_WORDS = {"null": None, "unchanged-toast-datum": UNCHANGED, "true": "t", "false": "f"}


def test_decoding(output: bytes) -> list[Transaction]:
    """Of an identity `full`, which it marks by `old-key:`, the old row is left out."""
    text, at, made = output.decode(), 0, []
    open_one: Transaction | None = None
    while at < len(text):
        head = _HEAD.match(text, at)
        if head is None:
            # The file ends within a line if its writer was killed.
            assert "\n" not in text[at:] or open_one is not None, f"test_decoding: cannot read {text[at:at + 200]!r}"
            break
        at = head.end()
        word, xid, when, table, kind = head.groups()
        if word == "BEGIN":
            open_one = Transaction(int(xid))
        elif word == "COMMIT":
            assert open_one is not None and open_one.xid == int(xid), f"COMMIT {xid} without its BEGIN"
            open_one.committed = when and datetime.fromisoformat(when)
            made.append(open_one)
            open_one = None
        else:
            values, at = _columns(text, at)
            open_one.operations.append(Operation(table.replace('"', ""), kind.lower(), values))
    return made


def _columns(text: str, at: int) -> tuple[Values, int]:
    """The columns of a change up to the end of its line."""
    values: Values = {}
    while not text.startswith("\n", at):
        for mark in ("old-key: ", "new-tuple: "):
            if text.startswith(mark, at):
                values, at = {}, at + len(mark)
        column = _COLUMN.match(text, at)
        assert column, f"test_decoding: cannot read {text[at:at + 200]!r}"
        name, _, value, _ = column.groups()
        at = column.end()
        if value.startswith("'"):
            read: object = value[1:-1].replace("''", "'")
        else:
            read = _WORDS.get(value, value)
        values[name.strip('"')] = read
    return values, at + 1


# pgoutput: binary messages, each followed by a line feed of pg_recvlogical's. -----------------------------------------

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class _Bytes:
    """A cursor over the messages."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple:
        """Fields in network order."""
        size = struct.calcsize("!" + form)
        if self.at + size > len(self.data):
            raise EOFError
        made = struct.unpack_from("!" + form, self.data, self.at)
        self.at += size
        return made

    def text(self, size: int) -> str:
        """A text of so many bytes."""
        return self.take(f"{size}s")[0].decode()

    def name(self) -> str:
        """A text that ends with a zero."""
        end = self.data.find(b"\0", self.at)
        if end < 0:
            raise EOFError
        made = self.data[self.at : end].decode()
        self.at = end + 1
        return made


def pgoutput(output: bytes) -> list[Transaction]:
    """Of protocol version 1."""
    messages, made = _Bytes(output), []
    relations: dict[int, tuple[str, list[tuple[str, bool]]]] = {}
    open_one: Transaction | None = None

    def row(columns: list[tuple[str, bool]]) -> Values:
        values: Values = {}
        (count,) = messages.take("H")
        assert count == len(columns), "pgoutput: a row has as many values as its relation has columns"
        for name, _ in columns:
            (kind,) = messages.take("c")
            match kind:
                case b"n":
                    values[name] = None
                case b"u":
                    values[name] = UNCHANGED
                case b"t":
                    values[name] = messages.text(*messages.take("i"))
                case _:
                    raise AssertionError(f"pgoutput: unknown kind of value {kind!r}")
        return values

    try:
        while messages.at < len(messages.data):
            (kind,) = messages.take("c")
            match kind:
                case b"B":
                    _, microseconds, xid = messages.take("qqI")
                    open_one = Transaction(xid, committed=_EPOCH + timedelta(microseconds=microseconds))
                case b"C":
                    messages.take("bqqq")
                case b"R":
                    (oid,) = messages.take("I")
                    name = f"{messages.name()}.{messages.name()}"
                    _, count = messages.take("bH")
                    columns = []
                    for _ in range(count):
                        (flags,) = messages.take("b")
                        columns.append((messages.name(), flags == 1))
                        messages.take("Ii")
                    relations[oid] = (name, columns)
                case b"Y":
                    messages.take("I"), messages.name(), messages.name()
                case b"I" | b"U" | b"D":
                    oid, part = messages.take("Ic")
                    table, columns = relations[oid]
                    values = row(columns)
                    if kind == b"U" and part in b"KO":
                        messages.take("c")
                        values = row(columns)
                    if part == b"K" and kind == b"D":
                        values = {name: values[name] for name, is_key in columns if is_key}
                    word = {b"I": INSERT, b"U": UPDATE, b"D": DELETE}[kind]
                    open_one.operations.append(Operation(table, word, values))
                case _:
                    raise AssertionError(f"pgoutput: unknown message {kind!r} at byte {messages.at}")
            assert messages.take("c") == (b"\n",), f"pgoutput: no line feed after {kind!r} at byte {messages.at}"
            if kind == b"C":
                made.append(open_one)
                open_one = None
    except EOFError:
        # The file ends within a message if its writer was killed.
        pass
    return made


# wal2json, format version 2: an object for each line. -----------------------------------------------------------------


def wal2json(output: bytes) -> list[Transaction]:
    """With `include-xids`. A column that an update has left out of line is not told."""
    made: list[Transaction] = []
    open_one: Transaction | None = None
    for line in _whole_lines(output):
        told = json.loads(line, parse_float=str, parse_int=str)
        match told["action"]:
            case "B":
                open_one = Transaction(int(told["xid"]))
            case "C":
                made.append(open_one)
                open_one = None
            case action:
                kind = {"I": INSERT, "U": UPDATE, "D": DELETE}[action]
                columns = told["identity"] if kind == DELETE else told["columns"]
                values = {column["name"]: _json_text(column["value"]) for column in columns}
                open_one.operations.append(Operation(f"{told['schema']}.{told['table']}", kind, values))
    return made


def _whole_lines(output: bytes) -> Iterator[str]:
    """The last line may have been cut off."""
    yield from output.decode(errors="replace").split("\n")[:-1]


def _json_text(value: object) -> object:
    """A value of JSON in PostgreSQL's text form."""
    return {True: "t", False: "f"}[value] if isinstance(value, bool) else value


FORMATS: dict[str, Callable[[bytes], list[Transaction]]] = {
    "test_decoding": test_decoding,
    "pgoutput": pgoutput,
    "wal2json": wal2json,
}

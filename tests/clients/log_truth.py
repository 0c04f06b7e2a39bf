"""What a reader of the log must have got: each operation of each tick, with all values, and nothing else.

Compares transactions with what shopsim says that it has done. Knows no format of the log.
"""

import json
from collections import Counter, deque
from collections.abc import Iterable

from log_formats import DELETE, INSERT, UNCHANGED, UPDATE, Operation, Transaction

CHECKPOINT = "shopsim.checkpoint"
# A tick deletes first, then updates, then inserts.
ORDER = {DELETE: 0, UPDATE: 1, INSERT: 2}
Ticks = dict[int, Counter]


def expected(chain, shop, after_tick: int, to_tick: int) -> tuple[Ticks, dict]:
    """The operations of each tick after the first one up to the last one, and what each version of a row held and had changed."""
    done = chain.shopsim(
        "history", "--only", shop.name, "--database", "--from-tick", str(after_tick), "--to-tick", str(to_tick),
        "--format", "jsonl",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ticks: Ticks = {tick: Counter() for tick in range(after_tick + 1, to_tick + 1)}
    held: dict[tuple, dict] = {}
    for line in done.stdout.splitlines():
        version = json.loads(line, parse_float=str, parse_int=str)
        begun, ended = int(version["from_tick"]), version["to_tick"] and int(version["to_tick"])
        table = f"public.{version['table']}"
        ((_, key),) = version["key"].items()
        if begun > after_tick:
            ticks[begun][version["operation"], table, key] += 1
            values = {name: _text(value) for name, value in version["values"].items()}
            held[begun, table, key] = values, set(version["changed"])
        if version["ended_by"] == DELETE and ended <= to_tick:
            ticks[ended][DELETE, table, key] += 1
    return ticks, held


def _text(value: object) -> object:
    """A value of JSON in PostgreSQL's text form."""
    return {True: "t", False: "f"}[value] if isinstance(value, bool) else value


class Comparison:
    """Of what a reader has got with what a shop has done.

    The reader began after tick `after`, and at the latest with the one that follows `by`.
    """

    def __init__(self, chain, shop, after: int, by: int, to_tick: int):
        self.by = by
        self.keys = {f"public.{table}": key for table, key in shop.tables.items()}
        self.ticks, self.held = expected(chain, shop, after, to_tick)
        self.wrong: list[str] = []
        # What was compared: operations by kind, values that were told to be unchanged, rows of the checkpoint.
        self.operations: Counter = Counter()
        self.unchanged, self.checkpoints = 0, 0

    def differences(self, transactions: Iterable[Transaction]) -> list[str]:
        """What the transactions have otherwise; empty: each tick came whole, once, in order, with each value."""
        due = deque(sorted(self.ticks))
        seen: dict[int, Transaction] = {}
        for transaction in transactions:
            # A reader that was cut off gets a transaction again, and the same one.
            if transaction.xid in seen:
                if seen[transaction.xid].operations != transaction.operations:
                    self.wrong.append(f"transaction {transaction.xid} came again and was another one")
                continue
            seen[transaction.xid] = transaction
            own = [operation for operation in transaction.operations if operation.table in self.keys]
            if not own:
                continue
            if not self.operations:
                self._skip(own, due)
            self._transaction(transaction, own, due)
        self.wrong += [f"tick {tick} never came" for tick in due]
        return self.wrong

    def _skip(self, own: list[Operation], due: deque) -> None:
        """Drops the ticks before the one that the first transaction is of: a row is inserted once."""
        inserted = {key for key in self._counted(own) if key[0] == INSERT}
        while due and due[0] <= self.by and not inserted & self.ticks[due[0]].keys():
            due.popleft()

    def _counted(self, own: list[Operation]) -> Counter:
        return Counter((operation.kind, operation.table, self._key(operation)) for operation in own)

    def _transaction(self, transaction: Transaction, own: list[Operation], due: deque) -> None:
        """One transaction holds the next tick, or the next ticks where shopsim has caught up."""
        found = self._counted(own)
        ticks: list[int] = []
        wanted: Counter = Counter()
        while wanted.total() < found.total() and due:
            ticks.append(due.popleft())
            wanted += self.ticks[ticks[-1]]
        name = f"transaction {transaction.xid} with ticks {ticks[0]} to {ticks[-1]}" if ticks else f"transaction {transaction.xid}"
        for what, rest in (("lacks", wanted - found), ("has too much", found - wanted)):
            if rest:
                self.wrong.append(f"{name} {what}: {sorted(rest.elements(), key=str)[:3]} and so on, {rest.total()} in all")
        self._values(ticks, own, name)
        if len(ticks) == 1 and (places := [ORDER[operation.kind] for operation in own]) != sorted(places):
            self.wrong.append(f"{name} does not delete, update and insert in this order")
        self._checkpoint(transaction, ticks, name)

    def _values(self, ticks: list[int], own: list[Operation], name: str) -> None:
        """Each value of each row that was inserted or changed."""
        of_row: dict[tuple, list[tuple[dict, set]]] = {}
        for tick in ticks:
            for kind, table, key in self.ticks[tick]:
                if kind != DELETE:
                    of_row.setdefault((table, key), []).append(self.held[tick, table, key])
        for operation in own:
            self.operations[operation.kind] += 1
            versions = of_row.get((operation.table, self._key(operation)))
            if operation.kind == DELETE or not versions:
                continue
            values, changed = versions.pop(0)
            for column, value in values.items():
                got = operation.values.get(column, UNCHANGED)
                if got is UNCHANGED:
                    self.unchanged += 1
                    if operation.kind == INSERT or column in changed:
                        self.wrong.append(f"{name}: {operation.kind} of {operation.table} lacks {column}")
                elif got != value:
                    self.wrong.append(f"{name}: {column} of {operation.table} is {got!r} instead of {value!r}")

    def _checkpoint(self, transaction: Transaction, ticks: list[int], name: str) -> None:
        """The row of the checkpoint names the transaction's last tick, where the reader gets shopsim's own tables."""
        rows = [operation for operation in transaction.operations if operation.table == CHECKPOINT]
        self.checkpoints += len(rows)
        if rows and ticks and [row.values["last_tick"] for row in rows][-1] != str(ticks[-1]):
            self.wrong.append(f"{name}: its checkpoint says {rows[-1].values['last_tick']}")

    def _key(self, operation: Operation) -> object:
        return operation.values[self.keys[operation.table]]

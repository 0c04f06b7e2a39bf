"""What is expected of `shopsim grade`, and how its report is compared with it.

The numbers are counted from what the loads read and what a pipeline made of it. Nothing here is taken from the
report.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from merge import Values
from world import Read

RIGHT, FINDINGS, UNCLEAR, CANNOT_TELL = 0, 1, 2, 3


@dataclass(frozen=True)
class Expected:
    """The outcome of a grading."""

    # One, or several where each would do.
    exit_code: int | tuple[int, ...] = RIGHT
    # By class of findings, all tables of all shops together; None: any number.
    findings: dict[str, int | None] = field(default_factory=dict)
    # Identifiers of all causes that must be told, alternatives with `|` between them; one that ends with `|` may be
    # missing.
    causes: tuple[str, ...] = ()
    # Whatever causes are told, or none.
    any_cause: bool = False
    # Whatever is found, but something.
    any_finding: bool = False
    # By class of obligations, all tables of all shops together.
    obliged: dict[str, int] = field(default_factory=dict)
    # Texts, in lower case, of which one must be in what is printed.
    says: tuple[str, ...] = ()


def findings(causes: str = "", says: str = "", **classes: int) -> Expected:
    """Findings of these classes, written `missing_change=35`, and the causes of them."""
    counts = {name.replace("_", "-"): count for name, count in classes.items()}
    return Expected(FINDINGS, counts, tuple(causes.split()), says=tuple(says.split("|")) if says else ())


def differences(expected: Expected, exit_code: int, output: str, errors: str) -> list[str]:
    """What the outcome has otherwise than expected; empty: nothing."""
    wrong = []
    codes = expected.exit_code if isinstance(expected.exit_code, tuple) else (expected.exit_code,)
    if exit_code not in codes:
        wrong.append(f"exit code {exit_code}, expected {expected.exit_code}")
    if expected.says and not any(text in (output + errors).lower() for text in expected.says):
        wrong.append(f"nothing printed has {' or '.join(map(repr, expected.says))}")
    if not set(codes) <= {RIGHT, FINDINGS}:
        if wrong:
            wrong.append(f"it said: {' '.join(errors.split())[:300]}")
        return wrong
    try:
        report = json.loads(output)
    except ValueError:
        return [*wrong, f"no report: {' '.join((errors or output).split())[:400]}"]

    found = Counter()
    for table in report["tables"]:
        for name, count in table["findings"].items():
            found[name] += count
    wanted = dict(expected.findings)
    for names in [names for names in wanted if "|" in names]:
        # The class is open: the one that was found.
        count = wanted.pop(names)
        wanted[max(names.split("|"), key=lambda name: found[name])] = count
    for name in sorted(found.keys() | wanted.keys()):
        if not expected.any_finding and wanted.get(name, 0) not in (found[name], None):
            wrong.append(f"{name}: {found[name]}, expected {wanted.get(name, 0)}")

    told = [cause for table in report["tables"] for cause in table["causes"]]
    names = {cause["id"]: {cause["id"], *(twin["id"] for twin in cause["same_here"])} for cause in told}
    for cause in expected.causes:
        if not cause.endswith("|") and not any(set(cause.split("|")) & twins for twins in names.values()):
            wrong.append(f"cause {cause} is not told; told are {sorted(names) or 'none'}")
    for name, twins in names.items():
        if not expected.any_cause and not any(set(cause.split("|")) & twins for cause in expected.causes):
            wrong.append(f"cause {name} is told, expected {' '.join(expected.causes) or 'none'}")
    others = sum(cause["predicts_others"] for cause in told)
    if others:
        wrong.append(f"the causes predict {others} findings that are not there")

    obliged = Counter()
    for table in report["tables"]:
        for name, score in table["score"]["classes"].items():
            obliged[name] += (score or {}).get("obliged", 0)
    for name, count in expected.obliged.items():
        if obliged[name] != count:
            wrong.append(f"obliged {name}: {obliged[name]}, expected {count}")
    if not report["tables"]:
        wrong.append("the report has no table")
    if wrong:
        for table in report["tables"]:
            examples = [f"{e['class']} {e['key']}: {e['says']}" for e in table["examples"][:2]]
            wrong += [f"  {table['shop']}.{table['table']} ({table['reading']}): {text}" for text in examples]
    return wrong


# Counting. ------------------------------------------------------------------------------------------------------------


def states(reads: Iterable[Read]) -> dict[int, list[tuple[int, Values]]]:
    """What each key was seen as, with the number of the load that saw it first so; neighbours differ."""
    seen: dict[int, list[tuple[int, Values]]] = {}
    for number, read in enumerate(reads):
        for key, values in read.rows.items():
            of_key = seen.setdefault(key, [])
            if not of_key or of_key[-1][1] != values:
                of_key.append((number, values))
    return seen


def changes(reads: list[Read]) -> int:
    """The changes that a pipeline with these loads must have."""
    return sum(len(of_key) - 1 for of_key in states(reads).values())


def gone(reads: list[Read]) -> int:
    """The rows whose deletion it must have noticed."""
    return sum(1 for key in states(reads) if key not in reads[-1].rows)


def missed_rows(reads: list[Read], held: dict[int, list[Values]]) -> int:
    """The keys that the loads saw and the warehouse does not hold."""
    return sum(1 for key in states(reads) if key not in held)


def missed_changes(reads: list[Read], held: dict[int, list[Values]]) -> int:
    """The states that the loads saw of keys that the warehouse holds, and for which it has no row.

    While a row stands, a state with its values needs no other.
    """
    missed = 0
    for key, seen in states(reads).items():
        if key not in held:
            continue
        waiting, standing = list(held[key]), None
        for _, values in seen:
            if waiting and waiting[0] == values:
                standing = waiting.pop(0)
            elif standing != values:
                missed += 1
        assert not waiting, f"key {key} holds a row that is no state that a load saw"
    return missed


def held(versions) -> dict[int, list[Values]]:
    """The values of each key's rows, in order; equal neighbours once."""
    rows: dict[int, list[Values]] = {}
    for version in versions:
        rows.setdefault(version.key, []).append(version.values)
    return {key: [values for values, _ in groupby(of_key)] for key, of_key in rows.items()}

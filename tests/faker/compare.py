"""Compares every provider and param with Faker 22.2.0 itself: names, defaults, and 2,000 values of each case.

    python3 -m venv /tmp/faker && /tmp/faker/bin/pip install Faker==22.2.0 xmltodict
    cargo build && TZ=UTC /tmp/faker/bin/python tests/faker/compare.py target/debug/shopsim

It prints what differs: a param that one side has not; values of another shape (classes of letters), length, range, number
of distinct values, share of nulls, or frequency. What differs for a reason is listed in docs/faker.md and is marked by it.
"""

import bisect
import inspect
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, OrderedDict
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from faker import Faker

from compare_cases import CASES, OURS, WITHOUT

DRAWS = 2000
COLUMNS = 60
PROGRAM = pathlib.Path(sys.argv[1]).resolve()
REASONS = pathlib.Path(__file__).parents[2] / "docs/faker.md"


def toml(value):
    """A value of a config."""
    if isinstance(value, OrderedDict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value)


def ours(cases, kinds):
    """The values that shopsim draws for each case: as text, those of lists and bytes as jsonb and bytea."""
    text = '[[shop]]\nname = "s"\nseed = 7\ntick_interval = "1s"\n'
    for number, (provider, params) in enumerate(cases):
        if number % COLUMNS == 0:
            table = f"tables.t{number // COLUMNS}"
            text += f'[{table}]\nkey_type = "bigint"\ninsert_rows_per_tick = {DRAWS}\n[{table}.columns]\n'
        kind = {"list": "jsonb", "bytes": "bytea", "depends on its params": "jsonb"}.get(kinds[provider], "text")
        params = f", params = {toml(params)}" if params else ""
        text += f'c{number} = {{ type = "{kind}", faker = "{provider}"{params} }}\n'
    with tempfile.TemporaryDirectory() as folder:
        shops = pathlib.Path(folder) / "shops.toml"
        shops.write_text(text)
        command = [PROGRAM, "sample", "--shops", shops, "--start", "now", "--format", "jsonl"]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    columns = {}
    for line in done.stdout.splitlines():
        for name, value in json.loads(line)["values"].items():
            if name != "created_at":
                columns.setdefault(int(name[1:]), []).append(plain(value))
    return [columns[number] for number in range(len(cases))]


def plain(value):
    """A value as text; None is a null."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, (list, tuple, dict, set)):
        numbers = lambda item: float(item) if isinstance(item, Decimal) else str(item)
        return json.dumps(value, ensure_ascii=False, default=numbers)
    if isinstance(value, timedelta):
        return str((datetime.min + value).time())
    return str(value)


def theirs(fake, provider, params):
    """The values that Faker draws, or its error."""
    try:
        return [plain(getattr(fake, provider)(**params)) for _ in range(DRAWS)]
    except Exception as error:  # noqa: BLE001: whatever it is, it is told
        return f"{type(error).__name__}: {error}"


def shape(text):
    """Classes of letters in place of letters, each run of a class as one."""
    text = re.sub(r"\d+", "9", text)
    text = re.sub(r"[A-Z]+", "A", text)
    text = re.sub(r"[a-z]+", "a", text)
    text = re.sub(r"[^\x00-\x7f]+", "U", text)
    text = re.sub(r"A?a(?:[ '-]+A?a)+", "W", text)
    return text[:80]


def number(text):
    """A number of a text: its own, or the seconds of a moment."""
    try:
        return float(text)
    except ValueError:
        pass
    for kind in (datetime, date, time):
        try:
            moment = kind.fromisoformat(text)
        except ValueError:
            continue
        if isinstance(moment, datetime):
            return moment.replace(tzinfo=timezone.utc).timestamp()
        if isinstance(moment, date):
            return moment.toordinal() * 86_400.0
        return moment.hour * 3600 + moment.minute * 60 + moment.second
    raise ValueError(text)


def shares(counts):
    total = sum(counts.values())
    return {key: count / total for key, count in counts.items()}


def far(one, other):
    """The greatest part by which two distributions differ, and where."""
    keys = set(one) | set(other)
    distance = sum(abs(one.get(key, 0) - other.get(key, 0)) for key in keys) / 2
    worst = max(keys, key=lambda key: abs(one.get(key, 0) - other.get(key, 0)))
    return distance, worst, one.get(worst, 0), other.get(worst, 0)


def differences(mine, faker):
    """What differs between two lists of values, in words."""
    nulls = [sum(value is None for value in values) / len(values) for values in (mine, faker)]
    if abs(nulls[0] - nulls[1]) > 0.05:
        yield f"nulls {nulls[0]:.0%}, Faker {nulls[1]:.0%}"
    mine, faker = ([value for value in values if value is not None] for values in (mine, faker))
    if not mine or not faker:
        return
    few = len(set(faker)) <= 60 and len(set(mine)) <= 80
    if few:
        distance, worst, one, other = far(shares(Counter(mine)), shares(Counter(faker)))
        if distance > 0.03 + 1.6 * math.sqrt(len(set(faker)) / DRAWS / math.pi):
            yield f"frequencies differ by {distance:.0%}: {worst!r} {one:.1%}, Faker {other:.1%}"
        return
    distance, worst, one, other = far(shares(Counter(map(shape, mine))), shares(Counter(map(shape, faker))))
    if distance > 0.1 and abs(one - other) > 0.03:
        yield f"shapes differ by {distance:.0%}: {worst!r} {one:.1%}, Faker {other:.1%}"
    lengths = [sorted(map(len, values)) for values in (mine, faker)]
    means = [statistics.mean(lengths) for lengths in lengths]
    if abs(means[0] - means[1]) > 0.5 + 0.1 * means[1]:
        yield f"length {means[0]:.1f} on average, Faker {means[1]:.1f}"
    ends = [(lengths[0], lengths[-1]) for lengths in lengths]
    if ends[0][1] > ends[1][1] * 1.4 + 2 or ends[0][1] < ends[1][1] * 0.6 - 2:
        yield f"lengths {ends[0][0]} to {ends[0][1]}, Faker {ends[1][0]} to {ends[1][1]}"
    distinct = [len(set(mine)), len(set(faker))]
    if not 0.7 < distinct[0] / distinct[1] < 1.45:
        yield f"{distinct[0]} distinct, Faker {distinct[1]}"
    try:
        numbers = [sorted(map(number, values)) for values in (mine, faker)]
    except ValueError:
        return
    # The distance of Kolmogorov and Smirnov; from 0.043 on it is no chance in 19 of 20 cases.
    below = lambda values, point: bisect.bisect_right(values, point) / len(values)
    at = max(numbers[0] + numbers[1], key=lambda point: abs(below(numbers[0], point) - below(numbers[1], point)))
    one, other = (below(values, at) for values in numbers)
    if abs(one - other) > 0.07:
        yield f"{one:.0%} are at most {at:.6g}, Faker {other:.0%}"


def signature(fake, provider):
    found = inspect.signature(getattr(fake, provider)).parameters.values()
    return [param for param in found if param.kind not in (param.VAR_POSITIONAL, param.VAR_KEYWORD)]


def main():
    fake = Faker("en_US")
    fake.seed_instance(20240101)
    listed = json.loads(subprocess.check_output([PROGRAM, "providers", "--format", "json"]))
    reasons = REASONS.read_text() if REASONS.exists() else ""
    told = set(re.findall(r"`([a-z0-9_]+)`", "\n".join(re.findall(r"^\| (.*?) \|", reasons, re.M))))
    kinds = {provider["name"]: provider["kind"] for provider in listed}
    cases, counts = [], Counter()

    def tell(name, line):
        known = name in told
        counts["known" if known else "new"] += 1
        print(f"{'  (docs/faker.md) ' if known else ''}{line}")

    for provider in listed:
        name = provider["name"]
        if name in OURS:
            continue
        params = {param["name"]: param["default"] for param in provider["params"]}
        for param in signature(fake, name):
            if param.name not in params:
                tell(name, f"{name}: no param {param.name}, Faker's default is {param.default!r}")
        given = [{}] if name not in CASES or CASES[name][0] is not None else []
        given += [case for case in CASES.get(name, []) if case is not None]
        cases += [(name, case) for case in given]
        for param in params:
            if param not in WITHOUT and not any(param in case for case in given):
                tell(name, f"{name}: no case has the param {param}")
    for (name, params), mine in zip(cases, ours(cases, kinds)):
        faker = theirs(fake, name, params)
        case = f"{name}({', '.join(f'{key}={value!r}' for key, value in params.items())})"
        if isinstance(faker, str):
            tell(name, f"{case}: {mine[0]!r}, Faker {faker}")
            continue
        for difference in differences(mine, faker):
            tell(name, f"{case}: {difference}; such as {mine[0]!r:.60}, Faker {faker[0]!r:.60}")
    print(f"{len(cases)} cases of {len(kinds)} providers: {counts['new']} differences, {counts['known']} for a reason")


main()

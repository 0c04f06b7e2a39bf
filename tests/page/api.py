"""What `/api/v1` says, by requests alone: its shape, its numbers, its errors, and that its description holds.

Each check is a sentence, and a function of the scene that fails with an assertion.
"""

import time
from datetime import datetime

from scene import HOSTILE, Scene
from stream import Stream
from world import wait_for

SHOP_KEYS = {
    "name", "city", "url", "phase", "trouble", "open", "since", "retry_at", "last_tick", "ticks", "at",
    "tick_seconds_interval", "ticks_committed", "ticks_failed", "rows", "rates", "tick_seconds", "next_due",
    "lag_seconds", "restarts", "recent_failures", "last_error", "log_lines_dropped",
}  # fmt: skip
# What `/status` and the page's data both say of a shop.
COMMON = (
    "phase", "open", "last_tick", "ticks", "at", "ticks_committed", "ticks_failed", "restarts", "last_error",
    "log_lines_dropped",
)  # fmt: skip
PATHS = (
    "/api/v1/shops", "/api/v1/samples", "/api/v1/shops/shop-1", "/api/v1/shops/shop-1/slots",
    "/api/v1/shops/shop-1/rows", "/api/v1/shops/shop-1/history?table=orders&key=1", "/api/v1/timeline",
    "/api/v1/tree", "/api/v1/openapi.json",
)  # fmt: skip


def every_endpoint_answers_with_json_that_nobody_keeps(scene: Scene) -> None:
    for path in PATHS:
        answer = scene.chain.get(path)
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:200]}"
        assert answer.headers["content-type"].startswith("application/json"), f"{path}: {answer.headers}"
        assert answer.headers["cache-control"] == "no-store", f"{path}: {answer.headers}"
        answer.json()


def the_data_of_the_shops_say_what_status_says(scene: Scene) -> None:
    def same() -> bool:
        before, data = scene.chain.json("/status"), scene.chain.json("/api/v1/shops")
        if scene.chain.json("/status")["shops"] != before["shops"]:
            return False  # A tick in between, or a lag that grows.
        assert data["ready"] == before["ready"] and data["began"] == before["began"]
        for status, shop in zip(before["shops"], data["shops"], strict=True):
            assert SHOP_KEYS == set(shop), f"keys of {shop['name']}: {set(shop) ^ SHOP_KEYS}"
            wrong = {key: (status[key], shop[key]) for key in ("name", *COMMON) if status[key] != shop[key]}
            assert not wrong, f"{shop['name']}: {wrong}"
            for operation, rows in shop["rows"].items():
                assert rows == sum(table[operation] for table in status["rows"].values()), shop["name"]
        return True

    wait_for("a moment without a tick", same, pause_seconds=0)
    totals, shops = (data := scene.chain.json("/api/v1/shops"))["totals"], data["shops"]
    assert totals["shops"] == len(shops) == 5
    for phase, number in totals["phases"].items():
        assert number == sum(shop["phase"] == phase for shop in shops), phase
    for operation in ("inserted", "updated", "deleted"):
        assert totals["rows"][operation] == sum(shop["rows"][operation] for shop in shops)


def what_is_unknown_or_wrong_is_a_problem_that_helps(scene: Scene) -> None:
    for path, status, word in (
        ("/api/v1/shops/shop-l", 404, "shop-1"),
        ("/api/v1/shops/shop-1/rows?table=ordrs", 404, "orders"),
        ("/api/v1/shops/shop-1/history?table=ordrs&key=1", 404, "orders"),
        ("/api/v1/shops/shop-1/history?table=orders&key=999999", 404, ""),
        ("/api/v1/shops/shop-1/history?table=orders&key=one", 400, "key"),
        ("/api/v1/shops/shop-1/rows?tick=999999", 404, ""),
        ("/api/v1/shops/shop-1/rows?limit=0", 400, "limit"),
        ("/api/v1/shops/shop-1/rows?limit=101", 400, "limit"),
        ("/api/v1/samples?after=x", 400, "after"),
        ("/api/v1/timeline?from=yesterday", 400, "from"),
    ):
        answer = scene.chain.get(path)
        assert answer.status in ((400, 404) if "tick" in path else (status,)), f"{path}: {answer.status}"
        assert answer.headers["content-type"].startswith("application/problem+json"), f"{path}: {answer.headers}"
        problem = answer.json()
        assert {"title", "status", "detail"} <= set(problem) and problem["status"] == answer.status, f"{path}: {problem}"
        assert word in problem["detail"], f"{path}: {problem}"


def samples_are_kept_a_second_apart_and_asked_for_by_number(scene: Scene) -> None:
    wait_for("eight samples", lambda: len(scene.chain.json("/api/v1/samples")["times"]) >= 8)
    all_of_them = scene.chain.json("/api/v1/samples")
    times = all_of_them["times"]
    distances = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert all(0 < distance < 2_500 for distance in distances), f"distances in ms: {distances}"
    for name, shop in all_of_them["shops"].items():
        assert {len(column) for column in shop.values()} == {len(times)}, name
    assert any((rate or 0) > 0 for rate in all_of_them["shops"]["shop-1"]["inserted"])
    some = scene.chain.json(f"/api/v1/samples?after={all_of_them['last'] - 3}&shop=shop-2")
    assert set(some["shops"]) == {"shop-2"} and 3 <= len(some["times"]) <= 5, some["times"]
    assert len(scene.chain.json("/api/v1/samples?points=2")["times"]) == 2


def a_stream_tells_all_shops_then_those_that_changed_and_is_resumed_by_its_last_id(scene: Scene) -> None:
    stream = Stream(scene.chain.port)
    first, *later = stream.wait_for(4)
    stream.close()
    assert stream.status == 200 and stream.headers["content-type"].startswith("text/event-stream"), stream.headers
    assert first.event == "shops" and first.data["partial"] is False and len(first.data["shops"]) == 5
    run = first.data["run"]
    assert first.id.startswith(f"{run}-"), first.id
    for message in later:
        changed = {shop["name"] for shop in message.data["shops"]}
        # Rates of what has just finished still fall; nothing changes of what was given up.
        assert message.data["partial"] and "broken" not in changed, changed
    assert any("shop-1" in {shop["name"] for shop in message.data["shops"]} for message in later)
    # Two samples that it has not heard of come along.
    _, number = first.id.rsplit("-", 1)
    resumed = Stream(scene.chain.port, f"{run}-{max(int(number) - 2, 0)}")
    samples = resumed.wait_for(1)[0].data.get("samples")
    resumed.close()
    assert samples and len(samples["times"]) >= 2, samples
    foreign = Stream(scene.chain.port, "1-1")
    message = foreign.wait_for(1)[0]
    foreign.close()
    assert "samples" not in message.data and message.data["partial"] is False


def the_latest_rows_are_those_of_the_database(scene: Scene) -> None:
    rows = scene.chain.json("/api/v1/shops/shop-1/rows?limit=100")
    at = datetime.fromisoformat(rows["at"]).replace(tzinfo=None)
    tables = {table["table"]: table for table in rows["tables"]}
    assert set(tables) == {"orders", "customers", HOSTILE}
    for name, inserted in (("orders", 12), ("customers", 3), (HOSTILE, 2)):
        quoted = f'"{name}"'
        found = scene.one.rows("shop_1", f"select * from {quoted} where created_at = %s", at)
        drawn = {row["key"] for row in tables[name]["rows"] if row["op"] == "insert"}
        assert tables[name]["inserted"] == inserted == len(drawn), f"{name}: {drawn}"
        assert drawn == {row[0] for row in found}, f"{name} at {at}: {drawn}, {found}"
    # An update changed what it says; a later one may have changed it again, so the row's history is asked, too.
    updates = [row for row in tables["orders"]["rows"] if row["op"] == "update"]
    assert updates and all(
        value["old"] is not None and value["new"] is not None for row in updates for value in row["values"]
    ), updates
    history = scene.chain.json(f"/api/v1/shops/shop-1/history?table=orders&key={updates[0]['key']}")
    version = next(one for one in history["versions"] if one["from_tick"] == rows["tick"])
    for value in updates[0]["values"]:
        place = history["columns"].index(value["column"])
        assert version["values"][place] == value["new"], (updates[0], version)


def rows_alive_are_counted_as_the_database_counts_them(scene: Scene) -> None:
    def same() -> bool:
        before = scene.chain.json("/api/v1/shops/shop-1")
        counted = {
            name: scene.one.rows("shop_1", f'select count(*) from "{name}"')[0][0]
            for name in ("orders", "customers", HOSTILE)
        }
        if scene.chain.status("shop-1")["last_tick"] != before["last_tick"]:
            return False
        alive = {table["name"]: table["alive"] for table in before["tables"]}
        assert alive == counted, f"after tick {before['last_tick']}: {alive}, counted {counted}"
        return True

    wait_for("a moment without a tick", same)


def looking_does_not_delay_a_tick(scene: Scene) -> None:
    end = time.monotonic() + 1.5
    asked = 0
    while time.monotonic() < end:
        scene.chain.json("/api/v1/shops/shop-1/rows?limit=100")
        asked += 1
    lag = scene.chain.status("shop-1")["lag_seconds"]
    assert asked >= 3 and lag < 0.5, f"{asked} looks, {lag} s late"


def the_description_names_every_path_and_nothing_else(scene: Scene) -> None:
    described = set(scene.chain.json("/api/v1/openapi.json")["paths"])
    expected = {
        "/api/v1/shops", "/api/v1/events", "/api/v1/samples", "/api/v1/shops/{shop}", "/api/v1/shops/{shop}/slots",
        "/api/v1/shops/{shop}/rows", "/api/v1/shops/{shop}/history", "/api/v1/timeline", "/api/v1/tree",
        "/api/v1/openapi.json",
    }  # fmt: skip
    assert expected - described <= {"/api/v1/openapi.json"} and not described - expected - {
        "/livez", "/readyz", "/metrics", "/status", "/", "/page/{name}",
    }, described ^ expected  # fmt: skip


CHECKS = (
    every_endpoint_answers_with_json_that_nobody_keeps,
    the_data_of_the_shops_say_what_status_says,
    what_is_unknown_or_wrong_is_a_problem_that_helps,
    the_latest_rows_are_those_of_the_database,
    rows_alive_are_counted_as_the_database_counts_them,
    looking_does_not_delay_a_tick,
    the_description_names_every_path_and_nothing_else,
    a_stream_tells_all_shops_then_those_that_changed_and_is_resumed_by_its_last_id,
    samples_are_kept_a_second_apart_and_asked_for_by_number,
)

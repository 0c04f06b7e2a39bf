"""What the first view shows: the numbers of `/status`, at any width, in any zone, for fingers on a keyboard.

Each check is a sentence, and a function of the scene that fails with an assertion.
"""

import re
import time

from selenium.webdriver.common.keys import Keys

from scene import HOSTILE, Scene, row
from world import wait_for

# What the browser and `/status` say, in one script, so that little time passes in between.
BOTH = """
const rows = [...document.querySelectorAll("#shops tr[data-shop]")];
const cell = (row, field) => row.querySelector(`td[data-field="${field}"]`)?.textContent.trim() ?? null;
const shown = Object.fromEntries(rows.map((row) => [row.dataset.shop, {
  phase: row.dataset.phase, phaseText: cell(row, "phase"), tick: cell(row, "tick"), at: cell(row, "at"),
  restarts: cell(row, "restarts"), error: cell(row, "error"), lag: cell(row, "lag"),
}]));
const head = Object.fromEntries([...document.querySelectorAll("#head [data-field]")]
  .map((node) => [node.dataset.field, node.textContent.trim()]));
const before = window.__status;
return fetch("/status").then((answer) => answer.json()).then((status) => {
  window.__status = status;
  return { shown, head, before, status };
});
"""


def number(text: str | None) -> int | None:
    """The first whole number of a text."""
    found = re.search(r"\d[\d,]*", text or "")
    return int(found[0].replace(",", "")) if found else None


def the_list_and_the_head_show_what_status_says_at_the_same_moment(scene: Scene) -> None:
    browser = scene.all_shops()
    unequal = []

    def equal() -> bool:
        browser.js(BOTH)
        both = browser.js(BOTH)
        unequal[:] = list(differences(both))
        # With a tick in between nobody can say what is right.
        ticks = [[shop["ticks_committed"] for shop in both[when]["shops"]] for when in ("before", "status")]
        return ticks[0] == ticks[1] and not unequal

    try:
        wait_for("numbers that are equal", equal, seconds=8)
    except AssertionError as error:
        raise AssertionError(f"{error}\n" + "\n".join(unequal)) from None


def differences(both: dict):
    """Each number that the page shows otherwise than `/status`."""
    for shop in both["status"]["shops"]:
        name, shown = shop["name"], both["shown"].get(shop["name"])
        if shown is None:
            yield f"{name} is not in the list"
            continue
        if shown["phase"] != shop["phase"] or shop["phase"] not in shown["phaseText"]:
            yield f"{name}: phase {shown['phase']} ({shown['phaseText']}), status {shop['phase']}"
        # Counted from 0: after tick 7 there are eight.
        ticks = None if shop["last_tick"] is None else shop["last_tick"] + 1
        if number(shown["tick"]) != ticks:
            yield f"{name}: tick {shown['tick']}, status {shop['last_tick']}"
        # The sum, before the causes.
        if number(shown["restarts"]) != sum(shop["restarts"].values()):
            yield f"{name}: restarts {shown['restarts']}, status {shop['restarts']}"
        if shop["last_error"] and shop["last_error"][:40] not in shown["error"]:
            yield f"{name}: error {shown['error']}, status {shop['last_error']}"
    head, shops = both["head"], both["status"]["shops"]
    for field, phases in (
        ("live", ("live",)),
        ("waiting", ("waiting",)),
        ("finished", ("finished",)),
        ("given-up", ("given up", "refused")),
        ("starting", ("starting",)),
        ("history", ("history",)),
        ("backing-off", ("backing off",)),
        ("stopped", ("stopped",)),
    ):
        expected = sum(shop["phase"] in phases for shop in shops)
        if (number(head.get(field)) or 0) != expected:
            yield f"head: {field} {head.get(field)}, status {expected}"
    rows = sum(sum(table.values()) for shop in shops for table in shop["rows"].values())
    if number(head.get("rows")) != rows:
        yield f"head: rows {head.get('rows')}, status {rows}"
    age = re.search(r"(\d+(?:\.\d+)?)", head.get("age", ""))
    if not age or float(age[1]) > 2.5:
        yield f"head: age {head.get('age')}"


def rates_are_those_of_the_ticks(scene: Scene) -> None:
    browser = scene.all_shops()
    # 17 inserts a tick and second; deletes follow ten seconds later.
    wait_for("rates", lambda: "17" in browser.text(row("shop-1", "rates")), 5)
    assert browser.count(row("shop-1", "rates") + " svg") == 1, "there is no sparkline"
    rate = browser.number('#head [data-field="rate"]')
    assert 3 * 15 <= rate <= 3 * 60, f"{rate} rows a second of three shops"


def trouble_comes_first(scene: Scene) -> None:
    names = scene.all_shops().js("return [...document.querySelectorAll('#shops tr[data-shop]')].map((row) => row.dataset.shop)")
    assert names[0] == "broken" and names[1:] == ["shop-1", "shop-2", "private", "done"], names


def a_city_and_an_error_of_markup_are_text(scene: Scene) -> None:
    browser = scene.all_shops()
    assert HOSTILE in browser.text(row("shop-1")), browser.text(row("shop-1"))
    assert HOSTILE in browser.text(row("broken", "error")), browser.text(row("broken", "error"))
    assert browser.count("img") == 0 and browser.js("return window.__pwned === undefined")


def a_reload_keeps_the_plots(scene: Scene) -> None:
    browser = scene.all_shops()
    points = """[...document.querySelectorAll('#shops tr[data-shop="shop-1"] td[data-field="rates"] svg *')]
      .map((node) => (node.getAttribute('points') ?? node.getAttribute('d') ?? '').split(/[\\sLMV]+/).length)
      .reduce((most, one) => Math.max(most, one), 0)"""
    before = browser.until("a sparkline of eight points", f"{points} >= 8 && {points}")
    browser.driver.refresh()
    browser.until("the list again", "document.querySelector('#shops tr[data-shop]')")
    after = wait_for("as many points again", lambda: (now := browser.js(f"return {points}")) >= before and now, 1.5)
    assert after >= before, f"{before} points before, {after} after"


def keys_search_move_open_and_hold(scene: Scene) -> None:
    browser = scene.all_shops()
    browser.keys("/")
    assert browser.js("return document.activeElement.id") == "search"
    browser.keys("shop-2")
    browser.until("one row", "document.querySelectorAll('#shops tr[data-shop]').length === 1", seconds=2)
    browser.keys(Keys.CONTROL + "a", Keys.BACKSPACE)
    browser.until("all rows", "document.querySelectorAll('#shops tr[data-shop]').length === 5", seconds=2)
    # From the search field to the first row, and to the next one.
    browser.press("ARROW_DOWN")
    browser.press("ARROW_DOWN")
    focused = browser.js("return document.activeElement.closest('tr[data-shop]')?.dataset.shop")
    assert focused in ("broken", "shop-1", "shop-2"), f"the focus is on {focused}"
    browser.press("ENTER")
    browser.until("the shop", "location.hash === '#' + arguments[0]", focused, seconds=2)
    browser.until("the shop", "!document.querySelector('#shop').hidden", seconds=2)
    browser.press("ESCAPE")
    browser.until("the list alone", "document.querySelector('#shop').hidden && location.hash.length < 2", seconds=2)
    browser.js("document.activeElement.blur()")
    tick = lambda: browser.number(row("shop-1", "tick"))  # noqa: E731
    browser.press("SPACE")
    browser.until("a held page", "document.body.dataset.connection === 'held'", seconds=2)
    held = tick()
    served = scene.chain.status("shop-1")["last_tick"]
    wait_for("two more ticks", lambda: scene.chain.status("shop-1")["last_tick"] >= served + 2)
    assert tick() == held, "it went on though it was held"
    browser.press("SPACE")
    wait_for("the present ticks", lambda: tick() > held + 1, 3)


def a_connection_is_copied_whole(scene: Scene) -> None:
    browser = scene.all_shops()
    browser.cdp(
        "Browser.grantPermissions", origin=scene.chain.origin, permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    browser.click(row("private", "connect") + ' [data-action="copy"]')
    wait_for(
        "the copy",
        lambda: browser.js("return navigator.clipboard.readText()") == "postgresql://shop:shop@127.0.0.1:5433/shop",
        3,
    )


def zone_and_theme_are_kept_over_a_reload(scene: Scene) -> None:
    browser = scene.all_shops()
    browser.cdp("Emulation.setTimezoneOverride", timezoneId="Asia/Kolkata")
    try:
        browser.driver.refresh()
        scene.all_shops()
        # Five and a half hours apart, so the minutes tell.
        minute = lambda: int(re.search(r"\d+:(\d\d):\d\d", browser.text(row("done", "at")))[1])  # noqa: E731
        utc = int(scene.chain.status("done")["at"][14:16])
        assert minute() == (utc + 30) % 60, f"{browser.text(row('done', 'at'))} is not Kolkata's"
        browser.click('[data-action="zone"]')
        wait_for("UTC", lambda: minute() == utc, 2)
        scheme = "return getComputedStyle(document.documentElement).backgroundColor"
        first = browser.js(scheme)
        theme = "document.documentElement.dataset.theme"
        seen = set()
        for _ in range(3):
            browser.click('[data-action="theme"]')
            seen.add(browser.js(f"return {theme} ?? 'system'"))
        assert {"light", "dark"} <= seen, seen
        while browser.js(f"return {theme}") != "dark":
            browser.click('[data-action="theme"]')
        dark = browser.js(scheme)
        browser.driver.refresh()
        scene.all_shops()
        assert minute() == utc, "the zone is forgotten"
        assert browser.js(f"return {theme}") == "dark" and browser.js(scheme) == dark, "the theme is forgotten"
        assert dark != first, f"dark and light have one background {dark}"
    finally:
        browser.cdp("Emulation.setTimezoneOverride", timezoneId="")
        browser.js("localStorage.clear()")
        browser.driver.refresh()
        scene.all_shops()


def the_age_of_the_data_is_told(scene: Scene) -> None:
    browser = scene.all_shops()
    ages = []
    end = time.monotonic() + 1.2
    while time.monotonic() < end:
        ages.append(browser.text('#head [data-field="age"]'))
    assert len(set(ages)) > 3 and all(" s" in age or "ms" in age for age in ages), set(ages)


CHECKS = (
    the_list_and_the_head_show_what_status_says_at_the_same_moment,
    rates_are_those_of_the_ticks,
    trouble_comes_first,
    a_city_and_an_error_of_markup_are_text,
    a_reload_keeps_the_plots,
    the_age_of_the_data_is_told,
    keys_search_move_open_and_hold,
    a_connection_is_copied_whole,
    zone_and_theme_are_kept_over_a_reload,
)

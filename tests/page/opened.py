"""What an opened shop shows: its plots, its tables, its latest rows, a row's history, how to connect, its slots; and the
timeline and the tree.

Each check is a sentence, and a function of the scene that fails with an assertion.
"""

import os
import subprocess

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import Browser
from scene import HOSTILE, PASSWORD, Scene
from world import wait_for

# The cells of the table behind a plot.
BEHIND = """[...document.querySelectorAll(`#shop figure[data-plot="${arguments[0]}"] details table tbody tr`)]
  .map((row) => [...row.cells].map((cell) => cell.textContent.trim()))"""


def the_plots_have_pixels_one_cursor_and_a_table_behind_them(scene: Scene) -> None:
    browser = scene.opened("shop-1")
    for plot in ("rows", "lag", "tick"):
        figure = f'#shop figure[data-plot="{plot}"]'
        drawn = """(() => {
          const drawing = document.querySelector(arguments[0]).querySelector("canvas, svg");
          if (drawing.tagName !== "CANVAS") return drawing.querySelectorAll("path, polyline, polygon").length > 1;
          const { data } = drawing.getContext("2d").getImageData(0, 0, drawing.width, drawing.height);
          const colours = new Set();
          for (let at = 0; at < data.length; at += 4) {
            colours.add(data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3]);
          }
          return colours.size > 8;
        })()"""
        browser.until(f"a drawing in {plot}", drawn, figure, seconds=4)
        browser.js("document.querySelector(arguments[0] + ' details').open = true", figure)
        wait_for(f"a table behind {plot}", lambda plot=plot: len(browser.js(f"return {BEHIND}", plot)) >= 3, 4)
        browser.js("document.querySelector(arguments[0] + ' details').open = false", figure)
    # The pointer over the first plot is seen in all of them.
    pictures = "return [...document.querySelectorAll('#shop figure')].map((figure) => figure.textContent)"
    before = browser.js(pictures)
    canvas = browser.driver.find_element(By.CSS_SELECTOR, '#shop figure[data-plot="rows"] :is(canvas, svg)')
    place = canvas.rect
    browser.js("arguments[0].scrollIntoView({ block: 'center' })", canvas)
    place = browser.js("const r = arguments[0].getBoundingClientRect(); return [r.x + r.width * .8, r.y + r.height / 2]", canvas)
    browser.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])
    wait_for(
        "the cursor over all plots",
        lambda: sum(one != other for one, other in zip(before, browser.js(pictures), strict=True)) >= 3,
        2,
    )
    browser.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)


def plots_grow_with_the_window_and_shrink_again(scene: Scene) -> None:
    browser = scene.opened("shop-1")
    width = "return document.querySelector('#shop figure[data-plot=\"rows\"]').getBoundingClientRect().width"
    height = "return document.querySelector('#shop .plots, #shop figure').getBoundingClientRect().height"
    try:
        browser.size(1200, 900)
        wait_for("a plot of 1,200 pixels' page", lambda: browser.js(width) < 1200, 2)
        narrow, first = browser.js(width), browser.js(height)
        browser.size(1800, 900)
        wait_for("a wider plot", lambda: browser.js(width) > narrow, 2)
        browser.size(1200, 900)
        wait_for("the plot as it was", lambda: abs(browser.js(width) - narrow) < 2, 2)
        assert abs(browser.js(height) - first) < 2, f"{first} pixels high, then {browser.js(height)}"
    finally:
        browser.usual_size()


def tables_are_counted_as_status_counts_them(scene: Scene) -> None:
    browser = scene.opened("done")
    for table, counts in scene.chain.status("done")["rows"].items():
        for operation, rows in counts.items():
            at = f"#tables tr[data-table={quoted(table)}] td[data-field={operation}]"
            wait_for(f"{operation} of {table}", lambda at=at, rows=rows: browser.number(at) == rows, 3)
        alive = f"#tables tr[data-table={quoted(table)}] td[data-field=alive]"
        counted = scene.one.rows("done", f'select count(*) from "{table}"')[0][0]
        assert browser.number(alive) == counted, f"{table}: {browser.text(alive)}, counted {counted}"


def the_latest_changed_rows_are_those_of_the_database(scene: Scene) -> None:
    # Its last tick stays the last one.
    browser = _changes(scene, "done")
    tick = scene.chain.status("done")["last_tick"]
    assert f"tick {tick}" in browser.text("#changes"), browser.text("#changes")[:300]
    for table in ("orders", "customers", HOSTILE):
        text = _changes_of(browser, table)
        key, *values = scene.one.rows("done", f'select * from "{table}" order by 1 desc limit 1')[0]
        assert str(key) in text, f"{table} {key} is not in the latest rows: {text}"
        for value in values[:-1]:
            if value is None:
                continue
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            assert shown in text, f"{table} {key}: {shown!r} is not in the latest rows: {text}"
    _changes_of(browser, "orders")
    assert browser.count('#changes [data-op="update"]') > 0


def changed_rows_are_drawn_anew_as_ticks_come(scene: Scene) -> None:
    browser = _changes(scene, "shop-1")
    first = browser.text("#changes")
    wait_for("other rows", lambda: browser.text("#changes") != first, 5)
    browser.until("a deletion", "document.querySelector('#changes [data-op=\"delete\"]')", seconds=5)


def tables_columns_and_values_of_markup_are_text(scene: Scene) -> None:
    browser = _changes(scene, "done")
    assert browser.text(f"#tables tr[data-table={quoted(HOSTILE)}]").startswith(HOSTILE)
    # The table's name, and a column and a value for each of its rows.
    text = _changes_of(browser, HOSTILE)
    assert text.count(HOSTILE) >= 3, text[:500]
    assert browser.count("img") == 0 and browser.js("return window.__pwned === undefined")


def a_row_has_a_history(scene: Scene) -> None:
    browser = scene.opened("done")
    tick = scene.chain.status("done")["last_tick"]
    rows = scene.chain.json("/api/v1/shops/done/rows?table=orders&limit=100")["tables"][0]["rows"]
    updated = next(one for one in rows if one["op"] == "update")
    form = "#history form" if browser.count("#history form") else "#history"
    Select(browser.driver.find_element(By.CSS_SELECTOR, f"{form} select")).select_by_visible_text("orders")
    key = browser.driver.find_element(By.CSS_SELECTOR, f"{form} input")
    key.clear()
    key.send_keys(str(updated["key"]), Keys.ENTER)
    history = scene.chain.json(f"/api/v1/shops/done/history?table=orders&key={updated['key']}")
    assert len(history["versions"]) >= 2 and history["versions"][-1]["from_tick"] == tick
    stored = scene.one.rows("done", "select quantity from orders where order_id = %s", updated["key"])[0][0]
    place = history["columns"].index("quantity")
    assert float(history["versions"][-1]["values"][place]) == stored

    def shown() -> bool:
        text = browser.text("#history")
        return all(value in text for version in history["versions"] for value in version["values"] if value)

    wait_for("all versions", shown, 4)
    # One that never was is said so.
    key = browser.driver.find_element(By.CSS_SELECTOR, f"{form} input")
    key.clear()
    key.send_keys("123456", Keys.ENTER)
    wait_for("a sentence", lambda: "123456" in browser.text("#history"), 4)
    # The browser itself tells of the 404.
    wrong = [line for line in browser.console() if "key=123456" not in line]
    assert not wrong, wrong


def the_psql_snippet_connects(scene: Scene) -> None:
    for shop, password, database in (("private", None, "shop"), ("shop-1", PASSWORD, "shop_1")):
        browser = scene.opened(shop)
        selector = '#connect [data-client="psql"]'
        browser.until("the snippet", "document.querySelector(arguments[0])", selector, seconds=4)
        snippet = browser.js(
            "const at = document.querySelector(arguments[0]); return (at.querySelector('code, pre') ?? at).textContent", selector
        ).strip()  # fmt: skip
        assert snippet.startswith("psql "), snippet
        environment = {"PATH": os.environ["PATH"], **({"PGPASSWORD": password} if password else {})}
        command = f'{snippet} -XAtc "select current_database(), count(*) > 0 from orders"'
        done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=20)
        assert done.stdout == f"{database}|t\n", f"{command}: {done.stdout}{done.stderr}"


def all_clients_have_a_snippet(scene: Scene) -> None:
    browser = scene.opened("shop-1")
    browser.until("snippets", "document.querySelector('#connect [data-client]')", seconds=4)
    clients = browser.js("return [...document.querySelectorAll('#connect [data-client]')].map((one) => one.dataset.client)")
    titles = browser.text("#connect").lower()
    assert len(clients) == len(set(clients)) == 11, clients
    for client in ("psql", "sqlalchemy", "jdbc", "debezium", "airbyte", "dlt", "dbt", "sling"):
        assert client in titles, f"{client} is not among {clients}"


def a_slot_that_somebody_makes_is_shown_with_what_it_holds_back(scene: Scene) -> None:
    scene.one.rows("shop_1", "select pg_create_logical_replication_slot('of_the_test', 'test_decoding')")
    try:
        # Opened anew: slots are asked for every five seconds.
        scene.all_shops().until("no shop", "document.querySelector('#shop').hidden", seconds=2)
        browser = scene.opened("shop-1")
        browser.see("#slots")
        wait_for("the slot", lambda: "of_the_test" in browser.text("#slots"), 12)
        text = browser.text("#slots")
        assert "test_decoding" in text and ("KiB" in text or "MiB" in text or " B" in text), text
        slot = scene.chain.json("/api/v1/shops/shop-1/slots")["slots"][0]
        assert slot["kind"] == "logical" and slot["active"] is False and slot["held_bytes"] > 0, slot
    finally:
        scene.one.rows("shop_1", "select pg_drop_replication_slot('of_the_test')")


def an_address_of_no_shop_says_so_above_the_list(scene: Scene) -> None:
    browser = scene.all_shops()
    for name in ("shop-l", "%", "__proto__"):
        browser.open(f"{scene.chain.origin}/#{name}")
        browser.until("the list", "document.querySelectorAll('#shops tr[data-shop]').length === 5", seconds=3)
        browser.until("a sentence", "!document.querySelector('#shop').hidden", seconds=2)
        text = browser.text("#shop")
        assert f"this chain has no shop {name}" in text, text
        assert ("did you mean shop-1?" in text) == (name == "shop-l"), text
    scene.all_shops()


def the_tree_names_the_supervisor_its_threads_shops_and_servers(scene: Scene) -> None:
    browser = scene.all_shops()
    browser.see("#tree")
    text = wait_for("the tree", lambda: browser.count("#tree li") > 5 and browser.text("#tree"), 5)
    tree = scene.chain.json("/api/v1/tree")
    names = [one["name"] for one in (*tree["threads"], *tree["shops"])]
    for name in ("upervisor", *names, "5433"):
        assert name in text, f"{name} is not in the tree: {text[:500]}"


def the_timeline_has_a_line_for_each_shop_and_its_zooms(scene: Scene) -> None:
    browser = scene.all_shops()
    browser.see("#timeline")
    wait_for("the shops' lines", lambda: browser.count("#timeline [data-shop]") >= 5, 5)
    for zoom in ("300", "900", "3600", "run"):
        browser.click(f'#timeline [data-zoom="{zoom}"]')
    browser.click('#timeline [data-zoom="300"]')
    browser.click('#timeline [data-action="faults"]')
    shops = """[...document.querySelectorAll('#timeline [data-shop]')].filter((one) => one.checkVisibility())
      .map((one) => one.dataset.shop)"""
    wait_for("faults only", lambda: "broken" in (now := browser.js(f"return {shops}")) and "done" not in now, 3)
    browser.click('#timeline [data-action="faults"]')
    wait_for("everything again", lambda: len(browser.js(f"return {shops}")) >= 5, 3)


def _changes(scene: Scene, shop: str) -> Browser:
    """The browser with the latest changed rows of a shop in view."""
    browser = scene.opened(shop)
    browser.see("#changes")
    browser.until("changed rows", "document.querySelector('#changes [data-op]')", seconds=5)
    return browser


def _changes_of(browser: Browser, table: str) -> str:
    """The text of the latest changed rows of a table."""
    browser.js(
        "[...document.querySelectorAll('#changes [role=\"tab\"]')]"
        ".find((tab) => tab.textContent.startsWith(arguments[0])).click()",
        table,
    )
    browser.until(f"rows of {table}", "document.querySelector('#changes [data-op=\"insert\"]')", seconds=2)
    more = """[...document.querySelectorAll('#changes button')]
      .find((one) => one.textContent === 'show more' && one.checkVisibility())"""
    if browser.js(f"return !!({more})"):
        browser.js(f"({more}).click()")
        browser.until("all rows", f"!({more})", seconds=3)
    return browser.text("#changes")


def quoted(name: str) -> str:
    """A name as a string of a selector."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


CHECKS = (
    the_plots_have_pixels_one_cursor_and_a_table_behind_them,
    plots_grow_with_the_window_and_shrink_again,
    tables_are_counted_as_status_counts_them,
    the_latest_changed_rows_are_those_of_the_database,
    changed_rows_are_drawn_anew_as_ticks_come,
    tables_columns_and_values_of_markup_are_text,
    a_row_has_a_history,
    the_psql_snippet_connects,
    all_clients_have_a_snippet,
    a_slot_that_somebody_makes_is_shown_with_what_it_holds_back,
    an_address_of_no_shop_says_so_above_the_list,
    the_tree_names_the_supervisor_its_threads_shops_and_servers,
    the_timeline_has_a_line_for_each_shop_and_its_zooms,
)

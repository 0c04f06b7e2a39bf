"""Makes docs/page.png, a chain that is alive with a shop opened, and docs/timeline.png, its outages and its tree."""

import base64
import io
import time
from pathlib import Path

from PIL import Image

from browser import Browser
from scene import Scene
from world import wait_for

DOCS = Path(__file__).resolve().parents[2] / "docs"
WIDTH, HEIGHT = 1400, 1400
MOST_BYTES = 200_000
PORT = 9466

CONFIG = """
[defaults]
tick_interval = "1s"
delete_older_than = "40s"
update_not_older_than = "20s"
tick_deadline = "2s"

[embedded]
fetch = false

[[shop]]
name = "amsterdam"
city = "Amsterdam"
port = 5433

[[shop]]
name = "istanbul"
city = "İstanbul"
database = "{istanbul}"

[[shop]]
name = "new-york"
city = "New York"
tick_interval = "2s"
database = "{new_york}"

[[shop]]
name = "osaka"
city = "Ōsaka"
stop_after = "90s"
database = "{osaka}"

[tables.customers]
insert_rows_per_tick = 10
update_rows_per_tick = 2

[tables.customers.columns]
full_name = {{ type = "varchar", faker = "name" }}
email = {{ type = "varchar", faker = "safe_email" }}

[tables.orders]
insert_rows_per_tick = 60
update_rows_per_tick = 20

[tables.orders.columns]
customer_id = {{ type = "int", faker = "random_int", params = {{ min = 1, max = 99 }} }}
order_status = {{ type = "varchar", faker = "random_element", params = {{ elements = ["shipped", "paid", "delivered", "opened"] }} }}
quantity = {{ type = "int", faker = "random_int", params = {{ min = 1, max = 100 }} }}

[tables.products]
insert_rows_per_tick = 4
update_rows_per_tick = 3

[tables.products.columns]
name = {{ type = "varchar", faker = "random_element", params = {{ elements = ["Acai", "Durian", "Kumquat", "Tamarind", "Ugli"] }} }}
price = {{ type = "int", faker = "random_int", params = {{ min = 9, max = 999 }} }}
"""


def the_pictures_are_made(scene: Scene) -> None:
    for server, database in ((scene.two, "istanbul"), (scene.one, "new_york"), (scene.one, "osaka")):
        server.create(database)
    config = CONFIG.format(
        istanbul=scene.two.url("istanbul"), new_york=scene.one.url("new_york"), osaka=scene.one.url("osaka")
    )
    scene.chain.kill()
    chain = scene.begin("exotic-fruits", config, PORT)
    for _ in range(2):
        time.sleep(50)
        scene.two.stop()
        time.sleep(14)
        scene.two.start()
        chain.wait_for_phase("istanbul", "live")
    time.sleep(25)
    # The last outage is going on.
    scene.two.stop()
    chain.wait_for_phase("istanbul", "waiting")
    browser = scene.browser
    browser.size(WIDTH, HEIGHT)
    browser.scheme("light")
    browser.open(f"{chain.origin}/#amsterdam")
    browser.until("the shops", "document.querySelectorAll('#shops tr[data-shop]').length === 4")
    browser.until("an update", "document.querySelector('#changes [data-op=\"update\"]')")
    # A tick that stays, from its updates on, below the first lines of the page.
    browser.js("[...document.querySelectorAll('#changes button')].find((one) => one.textContent === 'pin').click()")
    time.sleep(2)
    browser.js("scrollTo(0, 0)")
    browser.js(
        "const row = document.querySelector('#changes [data-op=\"update\"]'); let box = row;"
        "while (!/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;"
        "box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top;"
    )
    _save(browser, "page", {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
    browser.see("#timeline")
    wait_for("the timeline", lambda: browser.count("#timeline [data-shop]") >= 4)
    browser.js("document.querySelector('#timeline [data-zoom=\"run\"]').click()")
    browser.see("#tree")
    browser.until("the tree", "document.querySelectorAll('#tree li').length > 5")
    time.sleep(2)
    place = "const { top, height } = document.querySelector(arguments[0]).getBoundingClientRect(); return [scrollY + top, height]"
    (top, height), (tree, below) = browser.js(place, "#timeline"), browser.js(place, "#tree")
    assert tree > top, "the tree stands below the timeline"
    _save(browser, "timeline", {"x": 0, "y": top - 12, "width": WIDTH, "height": tree + below - top + 24})
    assert height > 100, f"the timeline has a height of {height}"


def _save(browser: Browser, name: str, part: dict) -> None:
    """Writes a part of the page as a picture of few colours."""
    data = browser.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip={**part, "scale": 1})["data"]
    picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() < MOST_BYTES:
            break
    (DOCS / f"{name}.png").write_bytes(small.getvalue())
    print(f"          {name}.png: {picture.width} × {picture.height}, {colours} colours, {small.tell():,} bytes")
    assert picture.width == WIDTH and small.tell() < MOST_BYTES


CHECKS = (the_pictures_are_made,)

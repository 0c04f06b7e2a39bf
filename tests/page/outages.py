"""What the page shows when something goes: a database, and shopsim itself, killed or stopped.

Each check is a sentence, and a function of the scene that fails with an assertion.
"""

import time

from scene import Scene, row
from stream import Stream
from world import wait_for

# Counts what is taken out of a neighbour's row or its text, and put in: texts may change, elements may not.
WATCH_NEIGHBOUR = """
const row = document.querySelector(arguments[0]);
window.__rebuilt = [];
const elements = (list) => [...list].filter((node) => node.nodeType === Node.ELEMENT_NODE);
const inside = (node) => node.closest?.("svg") !== null && node.closest?.("svg") !== undefined;
window.__observer = new MutationObserver((records) => records.forEach((record) => {
  const gone = elements(record.removedNodes);
  if (gone.length && !inside(record.target)) window.__rebuilt.push(record.target.nodeName + " lost " + gone[0].nodeName);
}));
window.__observer.observe(row, { childList: true, subtree: true });
window.__neighbour = row;
"""


def a_stopped_database_shows_within_two_seconds_with_its_reason_and_its_neighbour_stands_still(scene: Scene) -> None:
    browser = scene.all_shops()
    browser.js(WATCH_NEIGHBOUR, row("shop-1"))
    scene.two.stop()
    try:
        failed = wait_for(
            "shopsim to notice",
            lambda: scene.chain.status("shop-2")["phase"] in ("waiting", "backing off") and time.monotonic(),
            pause_seconds=0.02,
        )
        browser.until(
            "the outage on the page",
            "['waiting', 'backing off'].includes(document.querySelector(arguments[0])?.dataset.phase)",
            row("shop-2"),
            seconds=3,
        )
        seconds = time.monotonic() - failed
        assert seconds < 2, f"{seconds:.1f} s after shopsim noticed"
        reason = wait_for("a reason", lambda: scene.chain.status("shop-2")["last_error"], 5)
        wait_for("the reason", lambda: reason[:40] in browser.text(row("shop-2", "error")), 2)
        wait_for("one waiting", lambda: browser.number('#head [data-field="waiting"]') == 1, 2)
        order = "return [...document.querySelectorAll('#shops tr[data-shop]')].map((row) => row.dataset.shop)"
        wait_for("trouble first", lambda: set(browser.js(order)[:2]) == {"broken", "shop-2"}, 2)
    finally:
        scene.two.start()
    scene.chain.wait_for_phase("shop-2", "live")
    browser.until("it is live again", "document.querySelector(arguments[0])?.dataset.phase === 'live'", row("shop-2"), seconds=3)
    rebuilt, same = browser.js(
        "window.__observer.disconnect();"
        "return [window.__rebuilt, document.querySelector(arguments[0]) === window.__neighbour]",
        row("shop-1"),
    )
    assert same and not rebuilt, f"the neighbour's row was rebuilt: {rebuilt}"


def the_timeline_has_the_outage_with_its_reason(scene: Scene) -> None:
    spans = scene.chain.json("/api/v1/timeline?shop=shop-2&kind=faults")["spans"]
    outage = [span for span in spans if span["shop"] == "shop-2" and span["phase"] in ("waiting", "backing off")]
    assert outage and any(span["error"] for span in outage) and all(span["to"] for span in outage), spans
    pauses = scene.chain.json("/api/v1/timeline?shop=shop-2")["pauses"]
    assert pauses and pauses[-1]["seconds"] >= 0 and pauses[-1]["before_tick"] > 0, pauses
    browser = scene.all_shops()
    browser.see("#timeline")
    error = next(span["error"] for span in outage if span["error"])
    # What a pointer over each mark of the shop's line shows, and readers hear.
    words = """[...document.querySelectorAll('#timeline [data-shop="shop-2"] *')].map((one) => {
      one.dispatchEvent(new PointerEvent("pointerenter"));
      return one.getAttribute("aria-label") ?? one.getAttribute("title") ?? "";
    }).join(" ")"""
    wait_for("the outage", lambda: "waiting" in (text := browser.js(f"return {words}")) and error[:30] in text, 4)


def a_killed_shopsim_shows_a_banner_and_a_new_one_is_taken_up_without_a_reload(scene: Scene) -> None:
    browser = scene.opened("shop-1")
    browser.js("window.__same = true")
    run = scene.chain.json("/api/v1/shops")["run"]
    browser.console()
    scene.chain.kill()
    killed = time.monotonic()
    browser.until("the banner", "!document.querySelector('#banner').hidden", seconds=8)
    browser.until("a lost connection", "document.body.dataset.connection === 'lost'", seconds=8)
    assert time.monotonic() - killed < 8
    # That nobody answers is the browser's own word, and there is nothing else.
    wrong = [line for line in browser.console() if "net::ERR_" not in line]
    assert not wrong, wrong
    scene.chain.start()
    browser.until("the new run", "document.body.dataset.connection === 'live'", seconds=20)
    browser.until("no banner", "document.querySelector('#banner').hidden", seconds=3)
    assert scene.chain.json("/api/v1/shops")["run"] != run
    scene.chain.wait_for_phase("shop-1", "live")
    tick = scene.chain.status("shop-1")["last_tick"]
    wait_for("ticks of the new run", lambda: browser.shows(row("shop-1", "tick"), lambda shown: shown > tick + 1), 5)
    assert browser.js("return window.__same === true && document.querySelector('#shop').dataset.shop === 'shop-1'")


def it_ends_at_once_though_a_tab_is_open_and_says_so(scene: Scene) -> None:
    browser = scene.all_shops()
    stream = Stream(scene.chain.port)
    stream.wait_for(1)
    seconds = scene.chain.terminate()
    assert seconds < 2, f"it took {seconds:.1f} s with a tab open"
    assert stream.ended.wait(3), "the stream was not ended"
    assert stream.messages[-1].event == "end", f"the last event is {stream.messages[-1].event}"
    assert {shop["phase"] for shop in stream.messages[-1].data["shops"]} <= {"stopped", "finished", "given up", "refused"}
    browser.until("the end", "document.body.dataset.connection === 'ended'", seconds=4)
    assert browser.js("return document.querySelector(arguments[0]).dataset.phase", row("shop-1")) == "stopped"


DATABASE = (
    a_stopped_database_shows_within_two_seconds_with_its_reason_and_its_neighbour_stands_still,
    the_timeline_has_the_outage_with_its_reason,
)
PROCESS = (
    a_killed_shopsim_shows_a_banner_and_a_new_one_is_taken_up_without_a_reload,
    it_ends_at_once_though_a_tab_is_open_and_says_so,
)

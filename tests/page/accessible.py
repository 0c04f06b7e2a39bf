"""Whether everybody can read the page: contrast and roles by axe-core, a phone's width, light and dark.

Each check is a sentence, and a function of the scene that fails with an assertion.
"""

from browser import Browser
from scene import Scene
from world import wait_for


def axe_finds_nothing_in_light(scene: Scene) -> None:
    _axe(scene, "light")


def axe_finds_nothing_in_dark(scene: Scene) -> None:
    _axe(scene, "dark")


def nothing_is_wider_than_a_phone(scene: Scene) -> None:
    try:
        browser = scene.all_shops()
        browser.size(360, 740)
        _fits(browser, "the list")
        scene.opened("shop-1")
        browser.see("#changes")
        browser.until("changed rows", "document.querySelector('#changes [data-op]')", seconds=5)
        _fits(browser, "an opened shop")
        browser.js("document.querySelectorAll('#shop details').forEach((one) => { one.open = true; })")
        _fits(browser, "an opened shop with its tables")
        scene.all_shops()
        browser.see("#timeline")
        _fits(browser, "the timeline")
    finally:
        scene.browser.usual_size()


def _axe(scene: Scene, scheme: str) -> None:
    browser = scene.browser
    try:
        browser.scheme(scheme)
        scene.all_shops()
        browser.see("#tree")
        browser.until("the tree", "document.querySelectorAll('#tree li').length > 5", seconds=5)
        found = [f"the list: {line}" for line in browser.axe()]
        browser.picture(f"list-{scheme}")
        scene.opened("shop-1")
        browser.see("#changes")
        browser.until("changed rows", "document.querySelector('#changes [data-op]')", seconds=5)
        found += [f"a shop: {line}" for line in browser.axe()]
        browser.picture(f"shop-{scheme}")
        assert not found, "\n".join([f"{len(found)} findings", *sorted(set(found))])
    finally:
        browser.scheme("")


def _fits(browser: Browser, what: str) -> None:
    wide = """(() => {
      const root = document.scrollingElement;
      // What is placed absolutely is cut by none of its parents but a positioned one.
      const isPlaced = (one) => getComputedStyle(one).position !== "static";
      const isInScrolled = (one, placed = getComputedStyle(one).position === "absolute") => {
        const parent = one.parentElement;
        if (parent === null) return false;
        const cuts = getComputedStyle(parent).overflowX !== "visible" && (!placed || isPlaced(parent));
        return cuts || isInScrolled(parent, placed && !isPlaced(parent));
      };
      if (root.scrollWidth <= innerWidth) return [];
      return [root.scrollWidth + " > " + innerWidth, ...[...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !isInScrolled(one))
        .map((one) => one.tagName + "#" + one.id + "." + one.className).slice(0, 8)];
    })()"""
    wait_for(f"the layout of {what}", lambda: browser.js("return innerWidth") == 360, 2)
    found = browser.js(f"return {wide}")
    browser.picture(f"phone-{what.replace(' ', '-')}")
    assert not found, f"{what} scrolls sideways: {found}"


CHECKS = (axe_finds_nothing_in_light, axe_finds_nothing_in_dark, nothing_is_wider_than_a_phone)

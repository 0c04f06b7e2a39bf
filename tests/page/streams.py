"""Whether many pages, hidden pages and slow ones leave the server to its probes.

Each check is a sentence, and a function of the scene that fails with an assertion.
"""

import time

from scene import Scene, row
from stream import Stream
from world import wait_for

STREAMS = 8


def a_hidden_tab_closes_its_stream_and_misses_no_sample(scene: Scene) -> None:
    browser = scene.all_shops()
    wait_for("one stream", lambda: scene.chain.connections() == 1, 5)
    tab = browser.new_tab()
    try:
        wait_for("no stream", lambda: scene.chain.connections() == 0, 5)
        numbers = scene.chain.json("/api/v1/samples?points=1")["last"]
        wait_for("three samples", lambda: scene.chain.json("/api/v1/samples?points=1")["last"] >= numbers + 3)
    finally:
        browser.close_tab(tab)
    wait_for("one stream again", lambda: scene.chain.connections() >= 1, 5)
    tick = scene.chain.status("shop-1")["last_tick"]
    wait_for("the present tick", lambda: browser.number(row("shop-1", "tick")) > tick, 3)
    # The module that the page itself has loaded, with the samples that it keeps.
    times = browser.js("return import('/page/samples.js').then(({ samples }) => samples.of('shop-1').times)")
    distances = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert len(times) >= 8 and max(distances) < 2_500, f"a hole of {max(distances)} ms"
    # It was the stream itself that told what was missed, as it does for anybody who asks in the same way.
    asked = next(url for url in reversed(browser.requests()) if "/api/v1/events" in url)
    stream = Stream(scene.chain.port, path=asked.removeprefix(scene.chain.origin))
    samples = stream.wait_for(1)[0].data.get("samples")
    stream.close()
    assert samples and samples["times"], f"{asked} is not resumed"


def the_ninth_page_is_refused_a_stream_and_polls(scene: Scene) -> None:
    browser = scene.browser
    browser.driver.get("about:blank")
    streams = []
    try:
        # The page's own is free once the server has written to it in vain.
        wait_for("eight streams", lambda: _open(scene, streams), 8, 0.3)
        ninth = Stream(scene.chain.port)
        assert ninth.status == 503 and int(ninth.headers["retry-after"]) > 0, (ninth.status, ninth.headers)
        ninth.close()
        browser.driver.get(scene.chain.origin)
        browser.until("the list", "document.querySelector(arguments[0])", row("shop-1"), seconds=3)
        first = browser.number(row("shop-1", "tick"))
        wait_for("two ticks more", lambda: browser.number(row("shop-1", "tick")) >= first + 2, 8)
        assert browser.js("return document.querySelector('#banner').hidden"), browser.text("#banner")
        _probes(scene)
    finally:
        for stream in streams:
            stream.close()
    wait_for("the end of the streams", lambda: scene.chain.connections() <= 1, 5)
    # What the browser says of the 503 is not the page's.
    wrong = [line for line in browser.console() if "503" not in line]
    assert not wrong, wrong


def a_stream_outlives_the_deadline_of_other_requests(scene: Scene) -> None:
    stream = Stream(scene.chain.port)
    try:
        wait_for("a message after 12 s", lambda: stream.ended.is_set() or _lasted(stream) > 12, 15)
        assert not stream.ended.is_set(), f"it ended after {_lasted(stream):.1f} s"
    finally:
        stream.close()


def thirty_two_open_tabs_leave_the_probes_alone(scene: Scene) -> None:
    browser = scene.all_shops()
    first = browser.driver.current_window_handle
    contexts = []
    try:
        # A browser opens six connections to a server at most; each context is as a browser of its own.
        for _ in range(8):
            context = browser.whole("Target.createBrowserContext")["browserContextId"]
            contexts.append(context)
            for _ in range(4):
                browser.whole("Target.createTarget", url=scene.chain.origin, browserContextId=context, newWindow=True)
        wait_for("32 tabs", lambda: len(browser.driver.window_handles) >= 33, 20)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            _probes(scene)
        for handle in browser.driver.window_handles:
            browser.driver.switch_to.window(handle)
            browser.until("its list", "document.querySelector(arguments[0])", row("shop-1"), seconds=10)
            tick = browser.number(row("shop-1", "tick"))
            wait_for("its ticks", lambda tick=tick: browser.number(row("shop-1", "tick")) > tick, 10)
    finally:
        for context in contexts:
            browser.whole("Target.disposeBrowserContext", browserContextId=context)
        browser.driver.switch_to.window(first)
        browser.console()


def _open(scene: Scene, streams: list[Stream]) -> bool:
    """Opens streams until there are as many as there can be."""
    stream = Stream(scene.chain.port)
    streams += [stream] if stream.status == 200 else []
    return len(streams) == STREAMS


def _probes(scene: Scene) -> None:
    for probe in ("/livez", "/readyz", "/metrics"):
        began = time.monotonic()
        answer = scene.chain.get(probe)
        seconds = time.monotonic() - began
        assert seconds < 1 and answer.status in ((200, 503) if probe == "/readyz" else (200,)), (
            f"{probe}: {answer.status} after {seconds:.2f} s"
        )


def _lasted(stream: Stream) -> float:
    return stream.messages[-1].at - stream.messages[0].at if stream.messages else 0


CHECKS = (a_hidden_tab_closes_its_stream_and_misses_no_sample, the_ninth_page_is_refused_a_stream_and_polls)
LONG = (a_stream_outlives_the_deadline_of_other_requests, thirty_two_open_tabs_leave_the_probes_alone)

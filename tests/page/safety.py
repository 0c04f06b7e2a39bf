"""What other sites' scripts and curious readers get: nothing.

Each check is a sentence, and a function of the scene that fails with an assertion. The browser's own words on all that
was done before are the first ones.
"""

import re

from scene import HOSTILE, PASSWORD, Scene
from stream import Stream
from world import wait_for

PROBES, DATA = ("/livez", "/readyz", "/metrics"), ("/", "/status", "/api/v1/shops", "/api/v1/openapi.json", "/page/main.js")


def the_console_and_the_policy_have_nothing_to_say(scene: Scene) -> None:
    browser = scene.opened("shop-1")
    wrong = [line for line in browser.console() if "503" not in line]
    assert not wrong, "\n".join(wrong)
    assert not (found := browser.js("return window.__violations")), found
    # That these would be heard: a script in the page is against the policy.
    browser.js("const script = document.createElement('script'); script.textContent = 'window.__ran = 1'; document.head.append(script)")
    browser.until("a violation", "window.__violations.length === 1 && window.__ran === undefined", seconds=2)
    browser.console()


def no_other_host_was_asked_for_anything(scene: Scene) -> None:
    hosts = scene.opened("shop-1").hosts()
    assert hosts == {scene.chain.origin}, hosts


def other_names_of_the_server_are_refused_but_for_probes(scene: Scene) -> None:
    port = scene.chain.port
    foreign = ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::1", "a@127.0.0.1")
    for path in DATA:
        for host in foreign:
            answer = scene.chain.get(path, host=host)
            assert answer.status in (400, 403) and b"shop-1" not in answer.body, f"{path} as {host!r}: {answer.status}"
        assert scene.chain.get(path, host="evil.example").status == 403
        for host in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "LOCALHOST"):
            assert scene.chain.get(path, host=host).status == 200, f"{path} as {host}"
    for path in PROBES:
        answer = scene.chain.get(path, host="evil.example")
        assert answer.status == (503 if path == "/readyz" else 200), f"{path}: {answer.status}"


def every_answer_has_the_headers_of_a_page_that_trusts_nobody(scene: Scene) -> None:
    for path in (*DATA, "/nothing-here", "/page/nothing.js", "/api/v1/shops/shop-l", "/api/v1/events"):
        answer = scene.chain.get(path) if path != "/api/v1/events" else None
        if answer is None:
            stream = Stream(scene.chain.port)
            headers = stream.headers
            stream.close()
        else:
            headers = answer.headers
        assert headers.get("x-content-type-options") == "nosniff", f"{path}: {headers}"
        assert headers.get("referrer-policy") == "no-referrer", f"{path}: {headers}"
        policy = headers.get("content-security-policy", "")
        for part in ("default-src 'none'", "frame-ancestors 'none'"):
            assert part in policy, f"{path}: {policy}"
        assert "unsafe" not in policy and "*" not in policy, f"{path}: {policy}"
    policy = scene.chain.get("/").headers["content-security-policy"]
    for part in ("script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action"):
        assert part in policy, policy


def no_answer_allows_another_origin(scene: Scene) -> None:
    for path in (*DATA, *PROBES):
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            answer = scene.chain.get(path, method, origin="http://evil.example", access_control_request_method="GET")
            found = [name for name in answer.headers if name.startswith("access-control-")]
            assert not found, f"{method} {path}: {found}"
            assert answer.status == (405 if method in ("OPTIONS", "POST") else answer.status), f"{method} {path}: {answer.status}"


def the_files_of_the_page_are_whole_and_name_no_host(scene: Scene) -> None:
    wanted, seen = ["/"], {}
    while wanted:
        path = wanted.pop()
        if path in seen:
            continue
        answer = scene.chain.get(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        seen[path] = text = answer.body.decode()
        found = re.findall(r"""(?:src|href|from|import|url)\s*[=(]?\s*["']?((?:\./|/page/|/)[\w./-]+\.(?:js|css|svg))""", text)
        wanted += [name if name.startswith("/") else "/page/" + name.removeprefix("./") for name in found]
    assert len(seen) > 10, sorted(seen)
    for path, text in seen.items():
        hosts = set(re.findall(r"https?://[^\s\"'`)>]+", text)) - {"http://www.w3.org/2000/svg"}
        assert not hosts, f"{path}: {hosts}"
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert word not in text, f"{path} has {word}"


def no_password_is_in_any_answer_or_on_the_page(scene: Scene) -> None:
    chain = scene.chain
    paths = [
        "/", "/status", "/metrics", "/livez", "/readyz", "/api/v1/shops", "/api/v1/samples", "/api/v1/timeline",
        "/api/v1/tree", "/api/v1/openapi.json",
    ]  # fmt: skip
    for shop in chain.json("/status")["shops"]:
        name = shop["name"]
        paths += [f"/api/v1/shops/{name}", f"/api/v1/shops/{name}/slots", f"/api/v1/shops/{name}/rows"]
        paths += [f"/api/v1/shops/{name}/history?table=orders&key=1"]
    for path in paths:
        assert PASSWORD.encode() not in chain.get(path).body, f"the password is in {path}"
    streams = []
    wait_for("a stream", lambda: streams.append(Stream(chain.port)) or streams[-1].status == 200, 8, 0.5)
    message = streams[-1].wait_for(1)[0]
    streams[-1].close()
    assert PASSWORD not in repr(message.data) and HOSTILE in repr(message.data)
    for shop in ("shop-1", "shop-2", "broken"):
        browser = scene.opened(shop)
        browser.until("snippets", "document.querySelector('#connect [data-client]')", seconds=4)
        assert PASSWORD not in browser.js("return document.documentElement.outerHTML"), f"it is on the page of {shop}"
    assert PASSWORD not in chain.output(100_000), "it is in the log"


CHECKS = (
    the_console_and_the_policy_have_nothing_to_say,
    no_other_host_was_asked_for_anything,
    other_names_of_the_server_are_refused_but_for_probes,
    every_answer_has_the_headers_of_a_page_that_trusts_nobody,
    no_answer_allows_another_origin,
    the_files_of_the_page_are_whole_and_name_no_host,
    no_password_is_in_any_answer_or_on_the_page,
)

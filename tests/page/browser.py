"""Headless Chromium, what it shows, and what it says of itself: its console, its requests, its heap.

Knows nothing of shopsim's page but that it is one.
"""

import json
import shutil
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from websocket import create_connection

from world import DEADLINE_SECONDS, wait_for

PICTURES = Path(__file__).resolve().parents[2] / "target" / "page" / "pictures"
AXE = Path(sys.prefix) / "lib" / "python3.11" / "site-packages" / "axe_playwright_python" / "axe.min.js"
# Runs before each document: what is against the policy, and when the first row of a shop stood.
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample));
new MutationObserver((_, observer) => {
  if (!document.querySelector("#shops tr[data-shop]")) return;
  observer.disconnect();
  requestAnimationFrame(() => { window.__firstRow = performance.now(); });
}).observe(document, { childList: true, subtree: true });
"""


class Browser:
    """One browser with a fresh profile; its present tab is what all of this is about."""

    def __init__(self, width: int = 1400, height: int = 1000):
        options = webdriver.ChromeOptions()
        for option in (
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--enable-precise-memory-info",
            "--disable-background-networking", "--disable-component-update", "--no-first-run",
            f"--window-size={width},{height}",
        ):  # fmt: skip
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        # What the page copies can be read.
        options.add_experimental_option(
            "prefs", {"profile.content_settings.exceptions.clipboard": {"*": {"setting": 1}}}
        )
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        self.driver.set_script_timeout(DEADLINE_SECONDS)
        self.driver.set_page_load_timeout(DEADLINE_SECONDS)
        # What the console and the requests were, of all tabs, since the last look.
        self._console: list[dict] = []
        self._requests: list[str] = []
        self.watch()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_) -> None:
        self.driver.quit()

    def cdp(self, command: str, **parameters):
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def whole(self, command: str, **parameters):
        """A command of the DevTools protocol to the browser itself, not to a tab."""
        address = self.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
        with urlopen(f"http://{address}/json/version") as answer:
            url = json.load(answer)["webSocketDebuggerUrl"]
        with closing(create_connection(url, suppress_origin=True)) as socket:
            socket.send(json.dumps({"id": 1, "method": command, "params": parameters}))
            while (answer := json.loads(socket.recv())).get("id") != 1:
                pass
        assert "result" in answer, answer
        return answer["result"]

    def watch(self) -> None:
        """Has the present tab's documents watched from their beginning; a new tab needs it anew."""
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    def open(self, url: str) -> None:
        """Goes to an address, also if only its fragment differs from the present one's."""
        if self.driver.current_url.split("#")[0] == url.split("#")[0]:
            self.driver.get("about:blank")
        self.driver.get(url)

    def js(self, script: str, *arguments):
        """What a script returns; a promise is awaited."""
        return self.driver.execute_script(script, *arguments)

    def until(self, what: str, script: str, *arguments, seconds: float = DEADLINE_SECONDS):
        """The first true value that a script returns."""
        return wait_for(what, lambda: self.js(f"return ({script})", *arguments), seconds)

    def text(self, selector: str) -> str:
        """The text of the first element that is found; fails without one."""
        found = self.js("return document.querySelector(arguments[0])?.textContent", selector)
        assert found is not None, f"there is no {selector}"
        return found.strip()

    def number(self, selector: str) -> int:
        """The first whole number in a text such as "1,204 rows"."""
        text = self.text(selector).replace(",", "").replace("\u202f", "").replace("\u00a0", " ")
        digits = "".join(c if c.isdigit() else " " for c in text).split()
        assert digits, f"{selector} has no number: {text!r}"
        return int(digits[0])

    def shows(self, selector: str, wanted) -> bool:
        """Whether there is a number, and the wanted one."""
        return any(c.isdigit() for c in self.text(selector)) and wanted(self.number(selector))

    def count(self, selector: str) -> int:
        """How many elements there are."""
        return self.js("return document.querySelectorAll(arguments[0]).length", selector)

    def click(self, selector: str) -> None:
        """A click as a person does it: on what is in view."""
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.js("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def see(self, selector: str) -> None:
        """Scrolls to an element: parts that nobody looks at need not be drawn."""
        self.js("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector)

    def keys(self, *keys: str) -> None:
        """Keys, to whatever has the focus."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def press(self, name: str) -> None:
        """A named key, such as "ESCAPE"."""
        self.keys(getattr(Keys, name))

    def picture(self, name: str) -> None:
        """What a person would see."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(PICTURES / f"{name}.png"))

    def scheme(self, name: str) -> None:
        """What the system prefers: light or dark."""
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def size(self, width: int, height: int) -> None:
        """The size of the view."""
        self.cdp(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def usual_size(self) -> None:
        """That of the window again."""
        self.cdp("Emulation.clearDeviceMetricsOverride")

    def new_tab(self, kind: str = "tab") -> str:
        """A further tab, in front; the handle of the one that was."""
        before = self.driver.current_window_handle
        self._collect()
        self.driver.switch_to.new_window(kind)
        self.watch()
        return before

    def close_tab(self, back_to: str) -> None:
        """Closes the present tab and returns to another."""
        self._collect()
        self.driver.close()
        self.driver.switch_to.window(back_to)

    def console(self) -> list[str]:
        """What the console has as errors and warnings since the last look."""
        self._collect()
        found, self._console = self._console, []
        return [f"{entry['level']} {entry['message']}" for entry in found if entry["level"] in ("SEVERE", "WARNING")]

    def requests(self) -> list[str]:
        """The addresses of all that was asked for so far, by all tabs."""
        self._collect()
        return self._requests

    def hosts(self) -> set[str]:
        """All hosts that were asked for anything so far."""
        urls = map(urlsplit, self.requests())
        return {f"{url.scheme}://{url.netloc}" for url in urls if url.scheme not in ("data", "about", "blob", "chrome")}

    def heap(self) -> int:
        """The bytes that the page's objects take, without garbage."""
        self.cdp("HeapProfiler.collectGarbage")
        return self.cdp("Runtime.getHeapUsage")["usedSize"]

    def work(self) -> float:
        """The seconds of processor time that the page's thread has worked, whatever else the machine does."""
        self.cdp("Performance.enable", timeDomain="threadTicks")
        metrics = self.cdp("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    def axe(self) -> list[str]:
        """What axe-core finds against WCAG A and AA and its own best practices: one line for each element."""
        if not self.js("return !!window.axe"):
            self.js(AXE.read_text())
        options = {
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            "resultTypes": ["violations"],
        }
        violations = self.js("return axe.run(document, arguments[0]).then((found) => found.violations)", options)
        return [
            f"{violation['id']}: {node['html'][:160]}: {' '.join(node['failureSummary'].split())[:300]}"
            for violation in violations
            for node in violation["nodes"]
        ]

    def _collect(self) -> None:
        self._console += self.driver.get_log("browser")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self._requests.append(message["params"]["request"]["url"])

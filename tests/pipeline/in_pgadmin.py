"""pgAdmin with the shipped servers.json and start script, looked at in a headless browser. What was seen last is in
target/pipeline/pictures.

Does what the image's entry point does, then what a learner does: log in, open the group, open each server. A
server that asked for a password, or did not answer, would show no databases.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from world import DEPLOY, PROJECT, World, say, wait_for

EMAIL, PASSWORD = "admin@admin.com", "root"
SECONDS = 300
PAGE = "http://127.0.0.1/"


class PgAdmin:
    """The server, on port 80 as in the stack."""

    def __init__(self, world: World):
        self.folder = world.folder / "pgadmin"
        self.log = world.folder / "pgadmin.log"
        self.program = Path(sys.prefix) / "lib" / "python3.11" / "site-packages" / "pgadmin4"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(world.folder),
            "PGADMIN_SETUP_EMAIL": EMAIL,
            "PGADMIN_SETUP_PASSWORD": PASSWORD,
        }

    def __enter__(self) -> "PgAdmin":
        self.folder.mkdir()
        (self.program / "config_local.py").write_text(
            f"DATA_DIR = {str(self.folder)!r}\nLOG_FILE = {str(self.folder / 'pgadmin4.log')!r}\n"
            "DEFAULT_SERVER_PORT = 80\nUPGRADE_CHECK_ENABLED = False\n"
        )
        self._setup("setup-db")
        self._setup("load-servers", DEPLOY / "pgadmin" / "servers.json", "--user", EMAIL, "--replace")
        self._passwords()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, self.program / "pgAdmin4.py"], env=self.environment, stdout=log, stderr=log
            )
        wait_for("pgAdmin", self._answers, SECONDS, 1)
        return self

    def __exit__(self, kind, *_) -> None:
        self.process.kill()
        if kind:
            print(
                "pgadmin's last lines:", *self.log.read_text().splitlines()[-30:], sep="\n", file=sys.stderr
            )

    def _passwords(self) -> None:
        """Runs the shipped start script and puts the password file where the image's entry point does."""
        file = self.folder / "pgpass"
        subprocess.run(
            ["sh", DEPLOY / "pgadmin" / "start"],
            check=True,
            env={
                "PATH": os.environ["PATH"],
                "ENV_FOLDER": str(DEPLOY / "env"),
                "PGPASS_FILE": str(file),
                "ENTRY_POINT": "true",
            },
        )
        storage = self.folder / "storage" / EMAIL.replace("@", "_")
        storage.mkdir(parents=True)
        shutil.move(file, storage / ".pgpass")

    def _setup(self, *arguments) -> None:
        done = subprocess.run(
            [sys.executable, self.program / "setup.py", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"setup.py {arguments[0]} failed:\n{done.stdout}"

    def _answers(self) -> bool:
        assert self.process.poll() is None, "pgadmin ended"
        try:
            with urllib.request.urlopen(PAGE + "misc/ping", timeout=5) as answer:
                return answer.read() == b"PING"
        except (urllib.error.URLError, OSError):
            return False


class Browser:
    """Headless Chromium on pgAdmin's page."""

    def __enter__(self) -> "Browser":
        options = webdriver.ChromeOptions()
        for option in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,900"):
            options.add_argument(option)
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options, service)
        self.pictures = PROJECT / "target" / "pipeline" / "pictures"
        self.pictures.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind, *_) -> None:
        self.picture("the-end")
        self.driver.quit()

    def log_in(self) -> None:
        """The page of the course: admin@admin.com, root."""
        self.driver.get(PAGE + "login")
        self.until("the login", lambda: self.driver.find_elements(By.NAME, "email"))[0].send_keys(EMAIL)
        self.driver.find_element(By.NAME, "password").send_keys(PASSWORD)
        self.driver.find_element(By.NAME, "internal_button").click()
        self.until("the object explorer", self.lines)

    def lines(self) -> list[str]:
        """The lines of the object explorer, from above."""
        return [text for text, _ in self._lines()]

    def open(self, text: str) -> None:
        """A double click on a line."""
        line = self.until(f"line {text}", lambda: dict(self._lines()).get(text))
        ActionChains(self.driver).double_click(line).perform()

    def connect(self, server: str) -> None:
        """Opens a server; its databases, which are there once it is connected, are shown right below it."""

        def opened() -> bool:
            asked = self.driver.find_elements(By.CSS_SELECTOR, "[role=dialog] input[type=password]")
            assert not asked, f"pgAdmin asks for a password of {server}"
            lines = self.lines()
            return server in lines and lines[lines.index(server) + 1 :][:1] == ["Databases"]

        self.open(server)
        self.until(f"databases of {server}", opened)

    def picture(self, name: str) -> None:
        """What a person would see."""
        self.driver.save_screenshot(str(self.pictures / f"{name}.png"))

    def until(self, what: str, look):
        """The first true value of `look()`."""
        wait = WebDriverWait(self.driver, SECONDS, ignored_exceptions=[StaleElementReferenceException])
        return wait.until(lambda _: look(), f"no {what}")

    def _lines(self) -> list:
        found = self.driver.find_elements(By.CSS_SELECTOR, ".file-entry")
        return [
            (line.text.strip().split(" (")[0], line)
            for line in sorted(found, key=lambda line: line.location["y"])
        ]


def run(world: World) -> None:
    """Log in, open all servers."""
    world.open_shops()
    world.wait_for_ticks(1)
    servers = json.loads((DEPLOY / "pgadmin" / "servers.json").read_text())["Servers"].values()
    hosts = {server.host for server in world.servers.values()}
    assert {server["Host"] for server in servers} == hosts, f"servers.json does not have {hosts}"
    with PgAdmin(world), Browser() as browser:
        browser.log_in()
        browser.picture("logged-in")
        browser.open("shopsim")
        for server in servers:
            browser.connect(server["Name"])
            say(f"pgAdmin: {server['Name']} is open, without a password prompt")
        browser.picture("connected")

"""The chain that most checks look at, its servers, and the browser.

Owns the configs. Knows nothing of what is checked.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from browser import Browser
from world import PASSWORD, Chain, Server, wait_for

# What must be text wherever it stands: it is the name of a table, a column, a city and a database, and a value.
HOSTILE = "<img src=x onerror=window.__pwned=1>"
PORT, CROWD_PORT = 9464, 9465

TABLES = f"""
[tables.orders]
insert_rows_per_tick = 12
update_rows_per_tick = 4

[tables.orders.columns]
customer_id = {{ type = "int", faker = "random_int", params = {{ min = 1, max = 99 }} }}
order_status = {{ type = "varchar", faker = "random_element", params = {{ elements = ["shipped", "paid", "closed"] }} }}
quantity = {{ type = "float", faker = "random_int", params = {{ min = 1, max = 100 }} }}

[tables.customers]
insert_rows_per_tick = 3
update_rows_per_tick = 1

[tables.customers.columns]
full_name = {{ type = "varchar", faker = "name" }}
email = {{ type = "varchar", faker = "safe_email", null_ratio = 0.2 }}

[tables."{HOSTILE}"]
key = "id"
insert_rows_per_tick = 2

[tables."{HOSTILE}".columns]
"{HOSTILE}" = {{ type = "varchar", faker = "random_element", params = {{ elements = ["{HOSTILE}"] }} }}
"""

CHAIN = """
[defaults]
tick_interval = "1s"
delete_older_than = "10s"
update_not_older_than = "5s"
# A server that is down is looked for often, so that the test need not wait.
tick_deadline = "2s"

[supervisor]
backoff_initial = "200ms"
backoff_max = "1s"
max_restarts = 1000
threads = 2

[embedded]
fetch = false

[[shop]]
name = "shop-1"
city = "{hostile}"
database = "{shop_1}"

[[shop]]
name = "shop-2"
city = "Istanbul"
database = "{shop_2}"

[[shop]]
name = "private"
database = "embedded"
port = 5433

[[shop]]
name = "done"
stop_after = "3s"
database = "{done}"

[[shop]]
name = "broken"
database = "{broken}"
{tables}
"""


class Scene:
    """Everything that a check may look at or disturb; what it disturbs it puts back."""

    def __init__(self, folder: Path, shopsim: Path, programs: Path):
        self.folder, self.shopsim = folder, shopsim
        self.one = Server("one", 5501, folder, programs)
        self.two = Server("two", 5502, folder, programs)
        self._chains: list[Chain] = []

    def __enter__(self) -> "Scene":
        with ThreadPoolExecutor(4) as pool:
            browser = pool.submit(Browser)
            list(pool.map(Server.make, (self.one, self.two)))
            for server, databases in ((self.one, ("shop_1", "done", "crowd")), (self.two, ("shop_2",))):
                for database in databases:
                    server.create(database)
            config = CHAIN.format(
                hostile=HOSTILE,
                shop_1=self.one.url("shop_1"),
                shop_2=self.two.url("shop_2"),
                done=self.one.url("done"),
                broken=self.one.url(quote(HOSTILE, safe="")),
                tables=TABLES,
            )
            self.chain = self.begin("chain", config, PORT)
            self.browser = browser.result()
        wait_for("the first ticks", lambda: all((shop["last_tick"] or 0) >= 2 for shop in self._good()))
        self.chain.wait_for_phase("done", "finished")
        return self

    def __exit__(self, *_) -> None:
        for chain in self._chains:
            chain.kill()
        self.browser.__exit__()
        for server in (self.one, self.two):
            server.stop()

    def begin(self, name: str, config: str, port: int, *arguments: str) -> Chain:
        """Starts a further chain, which is ended with the scene."""
        chain = Chain(name, config, port, self.folder, self.shopsim)
        self._chains.append(chain)
        return chain.start(*arguments)

    def all_shops(self) -> Browser:
        """The browser with the list of shops, live."""
        if not self.browser.driver.current_url.startswith(self.chain.origin):
            self.browser.open(self.chain.origin)
        self.browser.js("location.hash = ''")
        self.browser.until("the list of shops", "document.querySelector('#shops tr[data-shop]')", seconds=5)
        self.browser.until("a live connection", "document.body.dataset.connection === 'live'", seconds=5)
        return self.browser

    def opened(self, shop: str) -> Browser:
        """The browser with a shop opened."""
        browser = self.all_shops()
        browser.js("location.hash = encodeURIComponent(arguments[0])", shop)
        browser.until(
            f"{shop} to be opened", "document.querySelector(`#shop:not([hidden])[data-shop=\"${arguments[0]}\"]`)", shop, seconds=5
        )
        return browser

    def _good(self) -> list[dict]:
        shops = self.chain.json("/status")["shops"]
        return [shop for shop in shops if shop["name"] in ("shop-1", "shop-2", "private")]


def row(shop: str, field: str = "") -> str:
    """The selector of a shop's row, or of a field in it."""
    return f'#shops tr[data-shop="{shop}"]' + (f' td[data-field="{field}"]' if field else "")


__all__ = ["CROWD_PORT", "HOSTILE", "PASSWORD", "PORT", "TABLES", "Scene", "row"]

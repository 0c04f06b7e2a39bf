"""Shops that run in real time, with history before, that are killed, stay down and come back, while loads go on.

One pauses for the time it was down, the other catches up. They tick while they are graded.
"""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import forms
from case import Case
from expect import Expected
from merge import history, mirror
from shipped import Pipeline
from world import Chain, Step, utc_now

CONFIG = """
[defaults]
start = "-45s"
delete_older_than = "20s"
update_not_older_than = "5s"
stop_after = "0s"
tick_interval = "500ms"
[[shop]]
name = "shop-1"
seed = 1
database = "${SHOP_1_DATABASE}"
[[shop]]
name = "shop-2"
seed = 2
after_downtime = "catch-up"
database = "${SHOP_2_DATABASE}"
[tech_fields]
created_at = "timestamp"
[tables.orders]
insert_rows_per_tick = 20
update_rows_per_tick = 6
[tables.orders.columns]
status = { type = "varchar", faker = "random_element", params = { elements = ["opened", "paid", "closed"] } }
quantity = { type = "int", faker = "random_int", params = { min = 1, max = 100 } }
"""
SHOPS = ("shop-1", "shop-2")
LOADS, PAUSE_SECONDS = 7, 1.1


class Live(threading.Thread):
    """The shops, and the loads of them."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world, self.failure, self.process = world, None, None
        intervals = dict.fromkeys(SHOPS, 0.5)
        self.chain = Chain("live", world.server, world.shopsim, world.folder, CONFIG, intervals, [])
        self.chain.shops = list(SHOPS)
        self.pipeline = Pipeline(world, "live")

    def run(self) -> None:
        """Everything up to the first grading."""
        try:
            self._run()
        except BaseException as failure:  # noqa: BLE001 - told by the cases
            self.failure = failure

    def _run(self) -> None:
        for shop in SHOPS:
            self.chain.server.create(self.chain.database(shop))
        self._open()
        for number in range(LOADS):
            # Loads go on while the shops are down.
            if number == 2:
                self.process.kill()
                self.process.wait()
            if number == 4:
                self._open()
            self._load(number)
            time.sleep(PAUSE_SECONDS)

    def _open(self) -> None:
        log = open(self.chain.folder / "log", "ab")  # noqa: SIM115 - lives as long as the process
        self.process = subprocess.Popen(
            [self.chain.shopsim_program, "run", "--shops", self.chain.config, "-q"],
            env=self.chain.environment(), stdout=log, stderr=log,
        )  # fmt: skip
        end = time.monotonic() + 60
        query = "select coalesce(max(extract(epoch from now() - created_at at time zone 'UTC')), 99) from (select max(created_at) as created_at from orders) t"
        for shop in SHOPS:
            # Until its history is written.
            while True:
                try:
                    if self.chain.server.rows(self.chain.database(shop), query)[0][0] < 3:
                        break
                except Exception:  # noqa: BLE001 - the table is not there yet
                    pass
                assert self.process.poll() is None, (self.chain.folder / "log").read_text()[-2000:]
                assert time.monotonic() < end, f"{shop} does not tick"
                time.sleep(0.1)

    def _load(self, number: int) -> None:
        step = Step(-1, SHOPS)
        for shop in SHOPS:
            self.chain.read(shop, -1, utc_now())
        self.pipeline.step(self.chain, step, number)

    def stop(self) -> None:
        """Closes the shops."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def listeners(world) -> list:
    """Begins at once, beside everything else."""
    world.live = Live(world)
    world.live.start()
    return []


def cases(world) -> Iterator[Case]:
    """Right warehouses of shops that go on."""
    live: Live = world.live
    live.join()
    if live.failure:
        raise live.failure
    world.chains["live"] = live.chain
    sources = list(live.chain.sources.values())

    def each(make) -> list[forms.Table]:
        return [make(source) for source in sources]

    def own(source) -> dict:
        return {"shop": ("text", lambda v: source.shop)}

    stamped = {"loaded_at": ("timestamp", lambda v: v.stamp)}
    yield Case("right: live, the shipped DAGs", "live", template="shipped_live")
    yield Case(
        "right: live, history by loads",
        "live",
        each(lambda s: forms.by_hand(s, history(s, s.reads), own=own(s))),
    )
    yield Case("right: live, history from created_at", "live", each(
        lambda s: forms.by_hand(s, history(s, s.reads, starts="created"), own=own(s) | stamped)
    ))  # fmt: skip
    yield Case("right: live, mirror", "live", each(
        lambda s: forms.table("dwh.orders", s, mirror(s.reads), own(s) | stamped)
    ))  # fmt: skip
    kept = each(lambda s: forms.by_hand(s, history(s, s.reads, deletes="keep"), own=own(s) | stamped))
    due = Expected(1, {"delete-open": None}, ("H7",))
    yield Case("live, deletions ignored", "live", kept, due)

"""pg_recvlogical with three plugins: each tick of the shop is in the log, whole, once, and with each value."""

import signal
import subprocess

import capture
from capture import LogClient
from chain import wait_for
from client import FULL, SHORT
from log_formats import FORMATS
from log_truth import Comparison

BOTH = {SHORT: ("shop-1",), FULL: ("shop-1", "shop-2")}


class Recvlogical(LogClient):
    """Writes what a plugin prints into files."""

    shops = BOTH
    plugin = ""
    # Options of the plugin.
    options: tuple[str, ...] = ()
    # Whether the plugin tells of shopsim's own tables.
    tells_checkpoint = True

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.folder = world.folder(self.label)
        self.files: list = []
        self.before = shop.tick()
        self.make_slot()
        # Ticks that were committed while the slot was made may be in it or not.
        self.by = shop.tick()
        self._start()

    def make_slot(self) -> None:
        """And whatever the plugin needs besides."""
        capture.slot(self.shop, self.label, self.plugin)

    def catch_up(self) -> None:
        # It goes on when it has lost its server, but ends if it cannot connect at its start.
        if self.process.poll() is not None:
            self._start()
        position = capture.position(self.shop)
        wait_for(lambda: f"{self.name} to read on:\n{self._log()}", lambda: capture.has_read(self.shop, self.label, position))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        wait_for("its slot to be free", lambda: not capture.is_read(self.shop, self.label))
        self._start()

    def finish(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        # A file for each start: the last line of one that was killed may be half a line.
        transactions = [
            transaction for file in self.files for transaction in FORMATS[self.plugin](file.read_bytes())
        ]
        compared = Comparison(self.world.chain, self.shop, self.before, self.by, self.shop.tick())
        wrong = compared.differences(transactions)
        assert not wrong, "\n".join([f"{len(wrong)} differences:", *wrong[:10]])
        assert compared.operations["delete"] and compared.operations["update"] and compared.operations["insert"]
        assert compared.unchanged, "no update left a wide value as it was: the test says nothing of them"
        assert bool(compared.checkpoints) == self.tells_checkpoint, f"{compared.checkpoints} rows of the checkpoint"

    def expected(self) -> None:
        """There is no warehouse: `finish` has compared."""

    def _start(self) -> None:
        self.files.append(self.folder / f"out_{len(self.files)}")
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.world.programs / "pg_recvlogical", "--dbname", self.shop.url, "--slot", self.label, "--start",
                 "--file", self.files[-1], "--status-interval=1",
                 # Its default of 10 s is how late it confirms what it has got.
                 "--fsync-interval=1", *(f"--option={option}" for option in self.options)],
                stdout=log, stderr=log,
            )  # fmt: skip

    def _log(self) -> str:
        return (self.folder / "log").read_text()[-1000:]


class TestDecoding(Recvlogical):
    name = "pg_recvlogical, test_decoding"
    plugin = "test_decoding"
    options = ("include-timestamp=on", "skip-empty-xacts=on")


class PgOutput(Recvlogical):
    name = "pg_recvlogical, pgoutput"
    plugin = "pgoutput"
    tells_checkpoint = False

    def make_slot(self) -> None:
        capture.publish(self.shop, self.label)
        super().make_slot()

    @property
    def options(self) -> tuple[str, ...]:
        return "proto_version=1", f"publication_names={self.label}"


class Wal2json(Recvlogical):
    """From the distribution's packages, and not everywhere."""

    name = "pg_recvlogical, wal2json"
    plugin = "wal2json"
    options = ("format-version=2", "include-xids=1", "include-lsn=1")

    def cannot_run(self, world) -> str:
        return capture.lacks_wal2json(world)


CLIENTS = (TestDecoding, PgOutput, Wal2json)

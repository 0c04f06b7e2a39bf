"""A reader of `/api/v1/events` without a browser.

Owns the grammar of event streams as far as shopsim writes it. Knows nothing of what the messages mean.
"""

import json
import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Message:
    """One event, and when it came."""

    event: str
    id: str | None
    data: dict
    at: float = field(default_factory=time.monotonic)


class Stream:
    """An open stream whose messages are read by a thread."""

    def __init__(self, port: int, last_id: str | None = None, path: str = "/api/v1/events"):
        self.messages: list[Message] = []
        self.ended = threading.Event()
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        resumed = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n{resumed}\r\n"
        self._socket.sendall(request.encode())
        self._lines = self._socket.makefile("rb")
        self.status = int(self._lines.readline().split()[1])
        self.headers = {}
        while line := self._lines.readline().decode().strip():
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        self._socket.settimeout(None)
        if self.status != 200:
            self.ended.set()
            return
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hangs up."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def wait_for(self, number: int, seconds: float = 10) -> list[Message]:
        """The messages, once there are so many."""
        end = time.monotonic() + seconds
        while len(self.messages) < number:
            assert time.monotonic() < end and not self.ended.is_set(), (
                f"the stream has {len(self.messages)} messages, not {number}"
            )
            time.sleep(0.02)
        return list(self.messages)

    def _read(self) -> None:
        event = {}
        try:
            for line in self._body():
                name, colon, value = line.partition(":")
                if not line and "data" in event:
                    self.messages.append(
                        Message(event.get("event", "message"), event.get("id"), json.loads(event["data"]))
                    )
                    event = {}
                elif colon and name:
                    event[name] = event.get(name, "") + value.removeprefix(" ")
        except OSError:
            pass
        self.ended.set()

    def _body(self):
        """The lines of the body, in chunks or to the connection's end."""
        if self.headers.get("transfer-encoding") != "chunked":
            yield from (line.decode().rstrip("\r\n") for line in self._lines)
            return
        rest = b""
        while (line := self._lines.readline().strip()) and (size := int(line, 16)):
            rest += self._lines.read(size)
            self._lines.readline()
            *lines, rest = rest.split(b"\n")
            yield from (line.decode().rstrip("\r") for line in lines)

"""A line to the database that can be cut at either end, so that the other end hears nothing of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit, urlunsplit

CHUNK = 65_536


@dataclass
class Connection:
    ours: socket.socket
    theirs: socket.socket
    is_cut: bool = False

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        """What ends by itself ends on the other side too."""
        with suppress(OSError):
            while chunk := source.recv(CHUNK):
                target.sendall(chunk)
        if not self.is_cut:
            self.end(self.ours, self.theirs)

    def end(self, *ends: socket.socket) -> None:
        for each in ends:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


class Line:
    """Whoever asks, and the server, each with an end of its own of every connection."""

    def __init__(self, server: str) -> None:
        self._server = urlsplit(server)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections: list[Connection] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def address(self, store: str) -> str:
        """Of a schema of this server, by this line."""
        user = f"{self._server.username}@" if self._server.username else ""
        place = f"{user}127.0.0.1:{self._listening.getsockname()[1]}"
        schema = parse_qs(urlsplit(store).query)["schema"][0]
        return urlunsplit(self._server._replace(netloc=place, query=f"schema={schema}"))

    def cut_for_us(self) -> None:
        """The server is not told: for it the sessions go on."""
        for each in self._cut():
            each.end(each.ours)

    def cut_for_the_server(self) -> None:
        """Whoever asked is not told, and waits for an answer."""
        for each in self._cut():
            each.end(each.theirs)

    def tell(self) -> None:
        """In the end both hear of it."""
        for each in self._connections:
            if each.is_cut:
                each.end(each.ours, each.theirs)

    def close(self) -> None:
        self._listening.close()
        for each in self._cut():
            each.end(each.ours, each.theirs)

    def _cut(self) -> list[Connection]:
        for each in self._connections:
            each.is_cut = True
        return list(self._connections)

    def _accept(self) -> None:
        with suppress(OSError):  # nobody listens any more
            while True:
                ours, _ = self._listening.accept()
                self._connect(ours)

    def _connect(self, ours: socket.socket) -> None:
        try:
            made = Connection(ours, self._reach())
        except OSError:
            ours.close()
            return
        self._connections.append(made)
        for ends in ((made.ours, made.theirs), (made.theirs, made.ours)):
            threading.Thread(target=made.carry, args=ends, daemon=True).start()

    def _reach(self) -> socket.socket:
        port = self._server.port or 5432
        if not (folder := parse_qs(self._server.query).get("host")):
            return socket.create_connection((self._server.hostname or "127.0.0.1", port))
        reached = socket.socket(socket.AF_UNIX)
        try:
            reached.connect(f"{folder[0]}/.s.PGSQL.{port}")
        except OSError:
            reached.close()
            raise
        return reached


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    line = Line(server)
    try:
        yield line
    finally:
        line.close()

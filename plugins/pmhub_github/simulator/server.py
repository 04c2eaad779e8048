"""The simulator on a loopback socket: threads, HTTP/1.1 keep-alive, no log."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .app import Application, ConnectionDropped
from .enterprise import PREFIX

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from .simulator import GitHubSimulator


class Connection(WSGIRequestHandler):
    """One client's connection. Werkzeug's own writer closes it after each answer; this one keeps it, as GitHub does."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: LoopbackServer

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def run_wsgi(self) -> None:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        try:
            chunks = self.server.app(self.make_environ(), lambda *head: started.append(head[:2]))  # type: ignore[arg-type]
        except ConnectionDropped:
            self.hang_up()
            return
        self.send(*started[0], b"".join(chunks))

    def send(self, status: str, headers: list[tuple[str, str]], content: bytes) -> None:
        phrase = HTTPStatus(int(status)).phrase
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.wfile.write(f"HTTP/1.1 {status} {phrase}\r\n{head}\r\n".encode("latin-1") + content)
        promised = dict(headers).get("Content-Length")
        if promised is not None and int(promised) > len(content):
            self.hang_up()

    def hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Stay quiet: the simulator keeps its own record."""


class LoopbackServer(ThreadedWSGIServer):
    daemon_threads = True

    def __init__(self, port: int, application: Application) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__("127.0.0.1", port, application, handler=Connection)


class Server:
    """A running simulator; `close()` cuts all connections, like a server that goes down."""

    def __init__(self, simulator: GitHubSimulator, port: int) -> None:
        """`url` is the API's."""
        self.loopback = LoopbackServer(port, Application(simulator))
        self.url = f"http://127.0.0.1:{self.loopback.port}"
        if simulator.world.enterprise is not None:
            simulator.world.web, self.url = self.url, f"{self.url}{PREFIX}"
        simulator.world.base_url = self.url
        self.thread = threading.Thread(target=self.loopback.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.loopback.shutdown()
        self.thread.join()
        for connection in list(self.loopback.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.loopback.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(simulator: GitHubSimulator, port: int = 0) -> Server:
    """Serve a simulator on 127.0.0.1 (port 0 picks a free one) in a thread of its own."""
    return Server(simulator, port)

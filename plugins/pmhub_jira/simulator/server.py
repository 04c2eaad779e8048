"""Serves a simulator over a real loopback socket, HTTP/1.1 with connections kept open."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from http import HTTPStatus
from threading import Thread
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .app import App
from .simulator import JiraSimulator


class _Connection(WSGIRequestHandler):
    """werkzeug's own handler closes after each answer and waits 10 ms for stray bytes; ours reads every body whole."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.open_connections.add(self.connection)  # type: ignore[attr-defined]

    def finish(self) -> None:
        self.server.open_connections.discard(self.connection)  # type: ignore[attr-defined]
        super().finish()

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401  werkzeug's signature
        """Quiet."""

    def run_wsgi(self) -> None:
        answer: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            answer.append((status, headers))

        try:
            self._send(answer, self.server.app(self.make_environ(), start_response))  # type: ignore[arg-type]
        except ConnectionError:
            self.close_connection = True

    def _send(self, answer: list[tuple[str, list[tuple[str, str]]]], body: Iterable[bytes]) -> None:
        for chunk in body:
            if answer:
                self._send_headers(*answer.pop())
            self.wfile.write(chunk)
        if answer:
            self._send_headers(*answer.pop())

    def _send_headers(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.send_response_only(int(status.split(maxsplit=1)[0]))
        for name, value in headers:
            if not (name == "Content-Length" and status.startswith(str(int(HTTPStatus.NO_CONTENT)))):
                self.send_header(name, value)
        self.end_headers()


class Server:
    """A running simulator; `close` (or leaving the `with`) stops it and drops every open connection."""

    def __init__(self, simulator: JiraSimulator, port: int) -> None:
        self.simulator = simulator
        self._http: BaseWSGIServer = make_server(
            "127.0.0.1", port, App(simulator), threaded=True, request_handler=_Connection
        )
        self._http.open_connections = set[socket.socket]()  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        simulator.base_url = self.url
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), name="jira-simulator", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        for connection in list(self._http.open_connections):  # type: ignore[attr-defined]
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(simulator: JiraSimulator, port: int = 0) -> Server:
    """Starts serving in a thread of its own; port 0 takes a free one."""
    return Server(simulator, port)

"""The simulator on a loopback socket: threads, HTTP/1.1 keep-alive, no log."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .routes import answer
from .state import Fault, Json, RedmineSimulator, Refusal, Request


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    simulator: RedmineSimulator

    def respond(self) -> None:
        sim, size = self.simulator, int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}")
        path = urlsplit(self.path).path
        with sim.lock:
            fault = self.fault(path)
            if fault and fault.kind != "drop_after":
                self.send(500 if fault.kind == "locked" else int(fault.kind), None)
                return
            try:
                status, data = answer(sim, self.command, self.path, body, self.user())
            except Refusal as refusal:
                status, data = refusal.status, {"errors": list(refusal.errors)} if refusal.errors else None
            sim.requests.append(Request(self.command, path))
        if fault:
            self.close_connection = True
            return
        self.send(status, data)

    do_GET = do_POST = do_PUT = respond  # noqa: N815 - the names that http.server calls

    def fault(self, path: str) -> Fault | None:
        for fault in self.simulator.faults:
            if fault.method == self.command and re.search(fault.path, path) and fault.nth > 0:
                fault.nth -= 1
                return fault if fault.nth == 0 else None
        return None

    def user(self) -> Json:
        kind, _, coded = (self.headers.get("Authorization") or "").partition(" ")
        key = base64.b64decode(coded).decode().partition(":")[0] if kind == "Basic" else ""
        user = self.simulator.users.get(key)
        if user is None:
            raise Refusal(401)
        return {**user, "api_key": key}

    def send(self, status: int, data: Json | None) -> None:
        """401, 404 and 204 come without a body."""
        content = b"" if data is None else json.dumps(data).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        if status != 204:  # noqa: PLR2004 - as Redmine does
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Stay quiet."""


@contextmanager
def serve(simulator: RedmineSimulator) -> Iterator[str]:
    """The address of a running one."""
    handler = type("Connected", (Connection,), {"simulator": simulator})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""How a worker is, for whoever looks after processes: over HTTP, for those who may reach the address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from pmhub.errors import UserError
from pmhub.workers.pulse import Pulse

PATIENCE: Final = 5
"""Seconds for whoever asks to say what."""
_GAUGES: Final = (
    ("pmhub_worker_heartbeat_age_seconds", "Since the last heartbeat that reached the queue."),
    ("pmhub_worker_slots", "Runs that it carries out at once."),
    ("pmhub_worker_runs_under_way", "Runs that it carries out now."),
    ("pmhub_worker_jobs_waiting", "Jobs that a free slot of it would take, at the last heartbeat."),
)
_RUNS: Final = "pmhub_worker_runs_total"


@contextmanager
def served(pulse: Pulse, host: str, port: int) -> Iterator[str]:
    """`GET /healthz` and `GET /metrics`, at the address that is given back. Raises UserError where it is taken."""
    try:
        server = ThreadingHTTPServer((host, port), _page_of(pulse))
    except OSError as error:
        raise UserError(
            f"nothing can listen on {host}:{port}: {error.strerror or error}", hint="Give --health another address."
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def told(pulse: Pulse) -> dict[str, object]:
    return {
        "worker": pulse.name,
        "version": pulse.version,
        "queue": "reached" if pulse.is_well else "away",
        "heartbeat_age_seconds": round(pulse.age, 1),
        "slots": pulse.slots,
        "running": sorted(pulse.running),
        "waiting": pulse.waiting,
    }


def metrics(pulse: Pulse) -> str:
    """The exposition format, version 0.0.4."""
    values = (pulse.age, pulse.slots, len(pulse.running), pulse.waiting)
    lines = [
        line
        for (name, said), value in zip(_GAUGES, values, strict=True)
        for line in (f"# HELP {name} {said}", f"# TYPE {name} gauge", f"{name} {float(value)!r}")
    ]
    lines += [f"# HELP {_RUNS} Runs that ended, by exit code.", f"# TYPE {_RUNS} counter"]
    lines += [f'{_RUNS}{{exit_code="{code}"}} {float(number)!r}' for code, number in sorted(pulse.ended.items())]
    return "".join(f"{line}\n" for line in lines)


def _page_of(pulse: Pulse) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        timeout = PATIENCE
        server_version, sys_version = "pmhub", ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/healthz":
                status = HTTPStatus.OK if pulse.is_well else HTTPStatus.SERVICE_UNAVAILABLE
                self._answer(status, "application/json", json.dumps(told(pulse)) + "\n")
            elif path == "/metrics":
                self._answer(HTTPStatus.OK, "text/plain; version=0.0.4; charset=utf-8", metrics(pulse))
            else:
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", "/healthz or /metrics\n")

        def _answer(self, status: HTTPStatus, type_: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", type_)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's
            """Whoever asks every ten seconds is no news."""

    return Page

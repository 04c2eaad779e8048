"""A scripted server on a real loopback socket, a clock that nobody waits for, and a client between the two."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pmhub.http import Account, Client, Metrics, Secrets

TOKEN = "fake-token-canary"
NOW = 1_800_000_000_000


Headers = dict[str, str] | Iterable[tuple[str, str]]
Step = Callable[["Answers"], Any]


@dataclass
class Clock:
    now: int = NOW
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += round(seconds * 1000)


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.script.seen.append(Seen(self.command, self.path, headers, body))
        self.script.next()(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = respond  # noqa: N815

    def send(
        self, status: int, body: bytes = b"", headers: Headers = (), *, length: int | None = None, framed: bool = True
    ) -> None:
        self.send_response_only(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        if framed:
            self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the play."""


class Script:
    """What the server answers, in order; the last answer repeats."""

    def __init__(self, host: str) -> None:
        self.seen: list[Seen] = []
        self.steps: deque[Step] = deque()
        self.server = Server((host, 0), type("Scripted", (Answers,), {"script": self}))
        self.released = threading.Event()
        self.url = f"http://{host}:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def next(self) -> Step:
        return self.steps.popleft() if len(self.steps) > 1 else self.steps[0]

    def says(self, status: int, data: Any = None, /, headers: Headers = (), *, raw: bytes | None = None) -> Script:
        body = raw if raw is not None else b"" if data is None else json.dumps(data).encode()
        self.steps.append(lambda request: request.send(status, body, headers))
        return self

    def does(self, act: Step) -> Script:
        self.steps.append(act)
        return self

    def hangs_up(self) -> Script:
        def act(request: Answers) -> None:
            request.connection.close()
            request.close_connection = True

        return self.does(act)

    def truncates(self, body: bytes = b'{"id": 1') -> Script:
        def act(request: Answers) -> None:
            request.send(200, body, length=len(body) + 10)
            request.close_connection = True

        return self.does(act)

    def stalls(self) -> Script:
        return self.does(lambda _: self.released.wait(10))

    def stop(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def server() -> Iterator[Script]:
    script = Script("127.0.0.1")
    yield script
    script.stop()


@pytest.fixture
def elsewhere() -> Iterator[Script]:
    """Another origin: same machine, another name and port."""
    script = Script("localhost")
    yield script
    script.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_client(server: Script, clock: Clock) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(base_url: str | None = None, *, account: Account | None = None, **settings: Any) -> Client:
        account = account or Account(base_url or server.url, f"Bearer {TOKEN}", "me", timeout=5.0)
        defaults = {
            "clock": clock,
            "sleep": clock.sleep,
            "jitter": lambda: 1.0,
            "metrics": Metrics(),
            "secrets": Secrets(),
        }
        made.append(Client(account, **{**defaults, **settings}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()

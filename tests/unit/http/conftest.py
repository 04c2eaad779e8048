"""A scripted server on a real loopback socket, a clock that nobody waits for, and a client between the two."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pmhub.http import Account, Client, Metrics, Secrets

TOKEN = "fake-token-canary"
NOW = 1_800_000_000_000


@dataclass
class Clock:
    now: int = NOW
    naps: list = field(default_factory=list)

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += round(seconds * 1000)


@dataclass
class Seen:
    method: str
    path: str
    headers: dict
    body: bytes


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def respond(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.script.seen.append(Seen(self.command, self.path, headers, body))
        self.server.script.next()(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond  # noqa: N815

    def send(self, status, body=b"", headers=(), *, length=None):
        self.send_response_only(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        if length != "none":
            self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Script:
    """What the server answers, in order; the last answer repeats."""

    def __init__(self, host):
        self.seen = []
        self.steps = deque()
        self.server = ThreadingHTTPServer((host, 0), Answers)
        self.server.script = self
        self.server.handle_error = lambda *_: None
        self.server.daemon_threads = True
        self.released = threading.Event()
        self.url = f"http://{host}:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def next(self):
        return self.steps.popleft() if len(self.steps) > 1 else self.steps[0]

    def says(self, status, data=None, /, headers=(), *, raw=None):
        body = raw if raw is not None else b"" if data is None else json.dumps(data).encode()
        self.steps.append(lambda request: request.send(status, body, headers))
        return self

    def does(self, act):
        self.steps.append(act)
        return self

    def hangs_up(self):
        return self.does(lambda request: request.connection.close() or setattr(request, "close_connection", True))

    def truncates(self, body=b'{"id": 1'):
        def act(request):
            request.send(200, body, length=len(body) + 10)
            request.close_connection = True

        return self.does(act)

    def stalls(self):
        return self.does(lambda _: self.released.wait(10))

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def server():
    script = Script("127.0.0.1")
    yield script
    script.stop()


@pytest.fixture
def elsewhere():
    """Another origin: same machine, another name and port."""
    script = Script("localhost")
    yield script
    script.stop()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_client(server, clock):
    made = []

    def make(base_url=None, *, account=None, **settings):
        account = account or Account(base_url or server.url, f"Bearer {TOKEN}", "me", timeout=5.0)
        defaults = {"clock": clock, "sleep": clock.sleep, "jitter": lambda: 1.0, "metrics": Metrics(), "secrets": Secrets()}
        made.append(Client(account, **{**defaults, **settings}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client):
    return make_client()

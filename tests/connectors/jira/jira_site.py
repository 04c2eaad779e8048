"""A simulated site on a socket, with a client that is signed in, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from pmhub.http.tls import TRUSTS_NOBODY
from pmhub_jira.simulator import JiraSimulator, Server, serve

START = 1_795_341_600.123  # 2026-11-22T10:00:00.123 UTC
BOT = ("bot@example.com", "fake-token")
PAT = "fake-personal-access-token"


@dataclass
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Site:
    simulator: JiraSimulator
    server: Server
    client: httpx.Client
    clock: Clock

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """`path` is under /rest/api/3/, or /rest/api/2/ of a Data Center."""
        api = 2 if self.simulator.state.data_center else 3
        return self.client.request(method, f"/rest/api/{api}/{path}", json=body, params=query)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any, status: int = 200, **query: Any) -> Any:
        answer = self.ask("POST", path, body, **query)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def put(self, path: str, body: Any, status: int = 204, **query: Any) -> Any:
        answer = self.ask("PUT", path, body, **query)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def search(self, jql: str, **more: Any) -> list[str]:
        """The keys found, in order, following the tokens."""
        keys: list[str] = []
        token = None
        while True:
            body = {"jql": jql, "fields": ["key"], **more} | ({"nextPageToken": token} if token else {})
            page = self.post("search/jql", body)
            keys += [issue["key"] for issue in page["issues"]]
            token = page.get("nextPageToken")
            if token is None:
                return keys


@contextmanager
def open_site(*, client_options: dict[str, Any] | None = None, data_center: bool = False) -> Iterator[Site]:
    clock = Clock()
    simulator = JiraSimulator(clock, data_center=data_center)
    simulator.add_user("Sync Bot", email=BOT[0], account_id="bot")
    simulator.add_user("Ann Lee", email="ann@example.com", account_id="ann")
    simulator.token(*BOT, "bot")
    simulator.token("", PAT, "bot")
    simulator.add_project("SHOP", "Shop")
    options = {"auth": BOT, "timeout": 10.0, "trust_env": False} | (client_options or {})
    with serve(simulator) as server, httpx.Client(base_url=server.url, verify=TRUSTS_NOBODY, **options) as client:
        yield Site(simulator, server, client, clock)
    assert simulator.failures == []


def new_issue(summary: str, **fields: Any) -> dict[str, Any]:
    """One element of a bulk create, or the body of a single one."""
    kind = fields.pop("type", "Story")
    return {"fields": {"project": {"key": "SHOP"}, "issuetype": {"name": kind}, "summary": summary, **fields}}

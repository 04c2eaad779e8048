"""A Jira connector on a simulated site, through the real transport, for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.jira.jira_spec import check_exchange
from jira_operations import check_operation
from jira_site import BOT, PAT, Site, open_site

from pmhub.http import Client
from pmhub.sdk import Context, Cursor, Draft, Kind, Observation, People, Ref, Scope, Secret, Stream, Target, Vocabulary
from pmhub_jira import texts
from pmhub_jira.connector import JiraConnector
from pmhub_jira.settings import JiraScope, JiraSettings

PEOPLE = People({"ann": "Ann Lee", "bot": "Sync Bot"})
VOCABULARY = Vocabulary(people=PEOPLE, fields={"estimate": "customfield_10016"})
API = re.compile("^/rest/api/[23]/")
MARKER = "pmhub:0123456789abcdef@abcdef"


@dataclass
class Remembered:
    """Memory as the shell gives it, in a dict."""

    clock: Any
    held: dict[str, tuple[Any, int]] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        value, until = self.held.get(key, (None, 0))
        return value if self.clock() < until else None

    def put(self, key: str, value: Any, *, until: int) -> None:
        self.held[key] = (value, until)


@dataclass
class Connection:
    connector: JiraConnector
    site: Site
    memory: Remembered
    naps: list[float]

    @property
    def simulator(self) -> Any:
        return self.site.simulator

    def requests(self) -> list[str]:
        """What was asked since the last call of this, as `POST search/jql`; each of it is held against the description."""
        exchanges = list(self.simulator.requests)
        self.simulator.requests.clear()
        for each in exchanges:
            if each.fault:
                continue
            assert self.problems(each) == []
        return [f"{each.method} {API.sub('', each.path)}" for each in exchanges]

    def problems(self, each: Any) -> list[str]:
        if self.simulator.state.data_center:
            return check_operation(each.method, each.path)
        return check_exchange(each.method, each.path, each.query, each.request_json, each.status, each.response_json)

    def body(self, markdown: str) -> Any:
        """As a person's text stands there."""
        return texts.document(markdown, PEOPLE, form=texts.WIKI if self.simulator.state.data_center else texts.ADF)

    def fetch(self, *streams: Stream) -> dict[tuple[Kind, str], list[Observation]]:
        found: dict[tuple[Kind, str], list[Observation]] = {(each.kind, each.scope.key): [] for each in streams}
        for page in self.connector.fetch(streams):
            found[page.stream.kind, page.stream.scope.key] += page.observations
        return found

    def read(self, ref: Ref, scope: Scope | None = None) -> Any:
        return next(iter(self.connector.read([Target(scope or shop(), ref)])))

    def ticket(self, key: str) -> Ref:
        issue = self.simulator.issue(key)
        return Ref(Kind.TICKET, str(issue.id), issue.key)

    def epic(self, key: str) -> Ref:
        return replace(self.ticket(key), kind=Kind.ROADMAP_ITEM)

    def version(self, name: str) -> Ref:
        return Ref(Kind.RELEASE, str(self.simulator.version("SHOP", name).id), f"SHOP@{name}")

    def seen(self, ref: Ref, scope: Scope | None = None) -> Observation:
        found = self.read(ref, scope)
        assert isinstance(found, Observation)
        return found

    def create(self, record: Any, scope: Scope | None = None, marker: str = MARKER) -> Any:
        return self.connector.create([Draft(scope or shop(), record, marker)])[0]


def scope(project: str = "SHOP", vocabulary: Vocabulary = VOCABULARY, **settings: Any) -> Scope:
    return Scope(project, JiraScope(project, **settings), vocabulary)


def shop() -> Scope:
    return scope()


def stream(kind: Kind = Kind.TICKET, project: str = "SHOP", since: int | None = None) -> Stream:
    return Stream(kind, scope(project), None if since is None else Cursor(since))


@contextmanager
def connect(memory: Mapping[str, Any] | None = None, *, data_center: bool = False) -> Iterator[Connection]:
    with open_site(data_center=data_center) as site:

        def now() -> int:
            return round(site.clock() * 1000)

        naps: list[float] = []

        def nap(seconds: float) -> None:
            naps.append(seconds)
            site.clock.pass_time(seconds)

        clients: list[Client] = []

        def opened(account: Any) -> Client:
            clients.append(Client(account, clock=now, sleep=nap))
            return clients[-1]

        held = Remembered(now, dict(memory or {}))
        kind = "Server" if data_center else "Cloud"
        held.put(f"deployment:{site.server.url.removeprefix('http://')}", kind, until=2**63)
        user, token = (None, PAT) if data_center else BOT
        settings = JiraSettings(site.server.url, Secret({"env": "JIRA_TOKEN"}, token), user)
        context = Context(open=opened, clock=now, sleep=nap, memory=held)
        try:
            connection = Connection(JiraConnector(settings, context), site, held, naps)
            yield connection
            connection.requests()
        finally:
            for client in clients:
                client.close()

"""Of tests and releases."""

from __future__ import annotations

from pmhub.engine.gate import Finding, Freshness
from pmhub.model.lean import dataclass


@dataclass
class Totals:
    """`pmhub ingest`. `tickets`: those that the results speak of."""

    run: str
    attempt: int
    outcome: str
    reports: int
    passed: int
    failed: int
    error: int
    skipped: int
    flaky: int
    tickets: list[str]


@dataclass
class NotedRelease:
    version: str
    status: str
    date: str | None


@dataclass
class NotedRequest:
    """A pull request that did it."""

    key: str
    title: str
    url: str


@dataclass
class NotedEntry:
    key: str
    title: str
    url: str
    type: str
    labels: list[str]
    components: list[str]
    status: str
    pull_requests: list[NotedRequest]


@dataclass
class NotedGroup:
    heading: str
    entries: list[NotedEntry]


@dataclass
class Notes:
    """`pmhub notes`. `counts`: heading → entries."""

    release: NotedRelease
    audience: str
    summary: str
    counts: dict[str, int]
    groups: list[NotedGroup]


@dataclass
class Age:
    """`seconds` None: never read."""

    connection: str
    seconds: float | None


@dataclass
class Checked:
    tickets: int
    tests: int


@dataclass
class Gate:
    """`pmhub gate`."""

    release: str
    status: str | None
    date: str | None
    ready: bool
    at: str
    checked: Checked
    connections: list[Age]
    sources: list[Freshness]
    signals: list[Finding]

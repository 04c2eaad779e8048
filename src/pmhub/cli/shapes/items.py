"""Of one item."""

from __future__ import annotations

from typing import Any

from pmhub.cli.shapes.values import Value
from pmhub.model.lean import dataclass


@dataclass
class Counterpart:
    """`originals`: a field → the native word that stands behind it. `missing`: so often in a row it was not listed; `gone`: known to be deleted."""

    connection: str
    id: str | None
    key: str | None
    url: str | None
    gone: bool
    missing: int
    updated: str | None
    read: str | None
    visibility: str | None
    originals: dict[str, Any]


@dataclass
class TestResult:
    """The last result of a test that speaks of the item. `reasons`: why it is believed to."""

    __test__ = False

    test: str | None
    suite: str | None
    outcome: str
    flaky: bool
    environment: str | None
    message: str | None
    run: str
    attempt: int
    commit: str | None
    branch: str | None
    url: str | None
    finished: str
    of: str
    verdict: str
    failures: int
    runs: int
    reasons: list[str]


@dataclass
class Tests:
    __test__ = False

    state: str
    results: list[TestResult]


@dataclass
class Share:
    done: float
    doing: float
    todo: float


@dataclass
class Slip:
    """`because`: the piece of work that is due that late."""

    days: int
    because: str | None


@dataclass
class Blocked:
    item: str
    by: str


@dataclass
class Leaf:
    """A piece of work that was counted."""

    item: str
    name: str
    title: str
    category: str
    estimate: float | None


@dataclass
class Progress:
    items: Share
    points: Share | None
    unestimated: list[str]
    state: str
    environments: dict[str, str]
    uncovered: list[str]
    slip: Slip | None
    blocked: list[Blocked]
    counted: list[Leaf]


@dataclass
class Pending:
    """A write under way. `state`: planned, sent, acked."""

    op: str
    on: str
    state: str
    fields: list[str]


@dataclass
class Item:
    """`pmhub show`. `on`: the item that a comment stands on. `held`: fields with a conflict that waits."""

    id: str
    name: str
    title: str
    kind: str
    sync: str
    on: str | None
    closed: bool
    fields: dict[str, Value]
    held: list[str]
    counterparts: list[Counterpart]
    tests: Tests | None
    progress: Progress | None
    pending: list[Pending]
    as_of: str = ""


@dataclass
class Told:
    """A value that was taken over or written."""

    run: int
    at: str
    where: str
    did: str
    result: str
    before: Value
    after: Value


@dataclass
class Lost:
    """A value that lost a conflict, or waits in one."""

    id: int
    at: str
    kind: str
    state: str
    where: str
    value: Value


@dataclass
class Story:
    """`exact` False: it was set then or earlier. `by_us`: pmhub wrote it there."""

    field: str
    value: Value
    set_on: str | None
    set_at: str | None
    exact: bool
    by_us: bool
    journal: list[Told]
    conflicts: list[Lost]


@dataclass
class Why:
    """`pmhub why`."""

    id: str
    name: str
    title: str
    tests: Tests | None
    fields: list[Story]

"""Of what was done, what waits for a person, and what is out of order."""

from __future__ import annotations

from pmhub.cli.shapes.runs import Ended
from pmhub.cli.shapes.values import Value
from pmhub.model.lean import dataclass


@dataclass
class Entry:
    """A row of the journal. `request`: what the remote calls the request."""

    run: int
    at: str
    item: str
    name: str
    title: str
    kind: str
    remote: str
    where: str
    op: str
    field: str
    before: Value
    after: Value
    result: str
    request: str


@dataclass
class Runs:
    """`pmhub log`."""

    count: int
    runs: list[Ended]


@dataclass
class RunLog(Ended):
    """`pmhub log RUN`."""

    rows: list[Entry]


@dataclass
class ItemLog:
    """`pmhub log ITEM`."""

    item: str
    name: str
    title: str
    rows: list[Entry]


@dataclass
class Conflict:
    """`side`: a connection, or `ours`."""

    id: int
    item: str
    name: str
    title: str
    item_kind: str
    field: str
    kind: str
    side: str
    value: Value
    state: str
    at: str


@dataclass
class Conflicts:
    """`pmhub conflicts list`."""

    count: int
    conflicts: list[Conflict]


@dataclass
class Failure:
    """A write that a remote refuses. `state`: trying, dead, ignored."""

    id: int
    item: str
    name: str
    title: str
    remote: str
    connection: str
    op: str
    field: str
    tries: int
    state: str
    message: str
    hint: str
    at: str


@dataclass
class Errors:
    """`pmhub errors list`."""

    count: int
    errors: list[Failure]


@dataclass
class Reversal:
    item: str
    name: str
    title: str
    kind: str
    field: str
    now: Value
    back: Value


@dataclass
class LeftAlone:
    """`field` empty: the whole item."""

    item: str
    name: str
    title: str
    kind: str
    field: str
    why: str


@dataclass
class Undo:
    """`pmhub undo` without --yes."""

    run: int
    left_alone: list[LeftAlone]
    rows: list[Reversal]


@dataclass
class Ill:
    """`mends`: `pmhub repair --yes` does it."""

    found: str
    connection: str | None
    name: str
    url: str | None
    title: str
    item: str | None
    mends: bool
    remedy: str


@dataclass
class Repair:
    """`pmhub repair`. `mended`: with --yes, how many."""

    count: int
    findings: list[Ill]
    mended: int = 0

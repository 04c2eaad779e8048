"""What a configuration says, once it has been checked. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from pmhub.engine.gate_rules import GateRules
from pmhub.engine.notes.rules import Rules
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Value
from pmhub.sdk.connector import Connector
from pmhub.sdk.secret import Secret


@dataclass(frozen=True)
class Connection:
    """`settings` is an instance of `connector.settings_type`. `budget`: requests an hour, 0 for no limit of ours."""

    name: str
    connector: type[Connector[Any]]
    settings: Any
    budget: int = 0


@dataclass(frozen=True)
class Endpoint:
    """`connection` is a name; `scope.settings` is an instance of its connector's `scope_type`. `route`: a condition on new
    items that go there, empty for all.
    """

    connection: str
    scope: Scope
    route: str = ""


@dataclass(frozen=True)
class FieldPolicy:
    """`conflict`: `newest`, `hold`, or the connection whose value wins. `source`: the one connection a field comes from.

    `once`: what is made gets it, and then it is left alone. `when`: a condition on the item, empty for always. `default`:
    what an item gets where the thing it is born as says nothing. `unmapped`: what becomes of a word that no map has:
    `keep`, `skip` or `error`.
    """

    conflict: str = "newest"
    source: str | None = None
    once: bool = False
    when: str = ""
    default: Value = None
    unmapped: str = "keep"


@dataclass(frozen=True)
class NotesRules:
    """`template`: the name of one that comes with pmhub, or a file's path from the workspace's folder.

    `publish`: the connections where the notes are written, None for all of them. `pull_requests`: those that were merged
    are read, for the notes to tell of.
    """

    template: str
    publish: tuple[str, ...] | None
    rules: Rules
    pull_requests: bool = False


@dataclass(frozen=True)
class TestTickets:
    """A test that is broken opens a ticket in the sync of this name, and its recovery closes it.

    `branches`: only their runs count, none for all. `type` and `labels`: in our words.
    """

    __test__ = False

    sync: str
    type: str | None = None
    labels: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matching:
    """Things that exist on several sides are paired first. `window_days`: how far apart two of one title may have been
    made; 0 for any time.
    """

    window_days: int = 30


@dataclass(frozen=True)
class CommentRules:
    """`deleted`: what the deletion of a comment does to its copies: `ignore`, `notice` or `delete`. `header`: whether the line
    above a copy tells when and where it was said (`full`), or only who did (`author`).
    """

    deleted: str = "ignore"
    header: str = "full"


@dataclass(frozen=True)
class Sync:
    """`new_items`: the connections on which items may be created, None for all of them. `skip`: fields left alone.

    `deleted`: what a deletion on one side does to the others: `ignore`, `notice` or `close`. `notes`: of releases, whether
    and how they are composed. Of test runs `source` is where they are read, None where they are only ingested, and
    `endpoints` are where they are shown.
    """

    name: str
    kind: Kind
    endpoints: tuple[Endpoint, ...]
    comments: bool = True
    new_items: tuple[str, ...] | None = None
    policies: Mapping[str, FieldPolicy] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()
    deleted: str = "close"
    notes: NotesRules | None = None
    source: Endpoint | None = None
    tickets: TestTickets | None = None
    matching: Matching | None = None
    comment_rules: CommentRules = CommentRules()

    @property
    def places(self) -> tuple[Endpoint, ...]:
        return (*self.endpoints, self.source) if self.source else self.endpoints


@dataclass(frozen=True)
class MaxClose:
    """How many items one run may close on a remote: `count`, or `percent` of its items where that is more."""

    count: int = 2
    percent: int = 10


@dataclass(frozen=True)
class Guards:
    """`max_changes`: edits of one run, 0 for no limit. Creating is not counted."""

    max_changes: int = 200
    max_close: MaxClose = MaxClose()


@dataclass(frozen=True)
class Flow:
    """In `sync`, text of the connection `source` may be written where more people see it: on the connection `target`."""

    sync: str
    source: str
    target: str


@dataclass(frozen=True)
class Schedule:
    """When workers run this workspace. `name`: what it is called on every machine. `sync`, `deep`: cron's five words, in UTC,
    which has no hour twice; empty for never. `seconds`: how long a run may begin new writes.
    """

    name: str
    sync: str = "*/5 * * * *"
    deep: str = ""
    seconds: int = 900


@dataclass(frozen=True)
class Workspace:
    """`fingerprint` changes when the meaning of the syncs does: not with secrets, guards or places of files.

    `database`: the file, or with a `store` (the address of a server) only the name of what stands beside. `emails`: of people whose account is to be found by it: e-mail → our name. `heartbeat`: an address to ping around each
    run; `metrics`: a file to write after each.
    """

    file: Path
    folder: Path
    database: Path
    connections: Mapping[str, Connection]
    syncs: Mapping[str, Sync]
    guards: Guards = Guards()
    flows: tuple[Flow, ...] = ()
    fingerprint: str = ""
    gate: GateRules = field(default_factory=GateRules)
    emails: Mapping[str, str] = field(default_factory=dict)
    heartbeat: Secret | None = None
    metrics: Path | None = None
    store: Secret | None = None
    schedule: Schedule = Schedule("")

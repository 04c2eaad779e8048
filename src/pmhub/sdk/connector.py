"""What a connector is. Times are milliseconds since the epoch; records and observations are described in pmhub.model."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pmhub.errors import Refused
from pmhub.model.capabilities import Capabilities
from pmhub.model.ci import Announcement, CiRun
from pmhub.model.discovery import Account, Finding, NativeField, NativeStatus, Place
from pmhub.model.exchange import (
    Changes,
    Created,
    Draft,
    FieldChange,
    Fitted,
    Identity,
    Native,
    Observation,
    Page,
    Scope,
    Stream,
    Tombstone,
)
from pmhub.model.files import File
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.pull_requests import PullRequest
from pmhub.model.records import Record
from pmhub.model.refs import Ref

API_VERSION = 1

Settings = TypeVar("Settings")


class Memory(Protocol):
    """A small store of JSON for what a connector looks up rarely (field ids, transitions). It may forget at any time."""

    def get(self, key: str) -> Any: ...  # noqa: ANN401 - JSON

    def put(self, key: str, value: Any, *, until: int) -> None:  # noqa: ANN401 - JSON
        """`until`: our clock, milliseconds; after that the value is no longer given back."""


@dataclass(frozen=True)
class Context:
    """All that a connector gets from the outside.

    `open`: takes a pmhub.http Account and gives its Client, with this run's counting, validators and redaction.
    `deadline`: our clock, milliseconds, or None. `sleep` takes seconds.
    """

    open: Callable[..., Any]
    clock: Callable[[], int]
    sleep: Callable[[float], None]
    memory: Memory
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("pmhub.connector"))
    deadline: int | None = None


@dataclass(frozen=True)
class Target:
    """A thing that exists, in the scope whose words it is read in."""

    scope: Scope
    ref: Ref


class Connector(ABC, Generic[Settings]):
    """One account of one system.

    Every method that talks may raise Denied, Limited or Unavailable; those that write may also raise Ambiguous, which
    means that nobody knows whether it happened. Nothing here retries a write, decides anything, or keeps state between
    runs. `settings_type` and `scope_type` are frozen dataclasses; their fields are the keys of the configuration.
    """

    name: ClassVar[str]
    settings_type: ClassVar[type[Any]]
    scope_type: ClassVar[type[Any]]
    capabilities: ClassVar[Capabilities]

    def __init__(self, settings: Settings, context: Context) -> None:
        self.settings = settings
        self.context = context

    @abstractmethod
    def site(self) -> str:
        """What names the system behind this connection, from the settings alone (`example.atlassian.net`)."""

    @abstractmethod
    def check(self, scopes: Sequence[Scope]) -> Identity:
        """Who we are, and that every scope can be seen. Raises Denied naming what is wrong."""

    def begin_check(self, scopes: Sequence[Scope]) -> None:
        """As `begin`, for what `check` will soon be asked."""
        del scopes

    def begin(self, streams: Sequence[Stream]) -> None:
        """`fetch` will be asked for these streams soon, once other connections were read: what it asks first may leave now.

        The default does nothing, and so does whoever cannot read ahead (see `Client.get_ahead`). What goes wrong is told
        by `fetch`.
        """
        del streams

    @abstractmethod
    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """What changed since each stream's cursor (inclusive, with an overlap), or everything without one.

        All streams of a connection at once, so that one request can serve several. A thing may come twice.
        """

    @abstractmethod
    def sweep(self, stream: Stream) -> Iterator[Ref]:
        """The ids of everything in the scope, as strongly as `capabilities.listing` says."""

    @abstractmethod
    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """Direct reads, never an index, in as few calls as possible. Tombstone: the server says it is not there."""

    @abstractmethod
    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        """Pure: a remote's JSON as we read it."""

    @abstractmethod
    def fit(self, scope: Scope, record: Record) -> Fitted:
        """Pure: what this remote would hold and show of `record` (its present fields only)."""

    @abstractmethod
    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        """At most `capabilities.bulk_create` of one kind, in one call with the marker inside; answers in their order."""

    @abstractmethod
    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        """Write these fields only. `over` is the state we believe stands there. None when the answer has no body.

        Raises Refused (with `field`, in our words, where the server names it) when nothing more will be done.
        """

    def losses(self, target: Target, over: Observation, changes: Changes) -> Sequence[str]:
        """What `update` with these changes would take away that nobody can have meant, or why it would wait for a person:
        phrases that name each thing and its place. Sets are given as a whole. Pure; asked by a plan. The default knows of none.
        """
        del target, over, changes
        return ()

    @abstractmethod
    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        """Change-log entries at or after `since` (server's clock), oldest first for each thing; in bulk."""

    def mark(self, target: Target, marker: str) -> None:
        """Tie an adopted thing to our item, where a mark is invisible to people. The default does nothing."""

    @property
    def can_mark(self) -> bool:
        """Whether `mark` does anything. Where it does, people cannot put a mark somewhere by copying text."""
        return type(self).mark is not Connector.mark

    def traces(self, targets: Sequence[Target]) -> Iterator[tuple[Ref, str]]:
        """What others left at these things, outside of their texts, to say what each is elsewhere: addresses and keys.
        The default has none.
        """
        del targets
        return iter(())

    # For whoever writes the configuration. The defaults know nothing.

    def places(self) -> Iterator[Place]:
        """The containers that our account can see."""
        return iter(())

    def people(self, scopes: Sequence[Scope]) -> Iterator[Account]:
        """Who can be given something to do in these scopes; each once or more."""
        del scopes
        return iter(())

    def native_fields(self, scope: Scope) -> Iterator[NativeField]:
        """The fields that a configuration may name."""
        del scope
        return iter(())

    def native_statuses(self, scope: Scope) -> Iterator[NativeStatus]:
        """In the order in which work goes through them, where there is one."""
        del scope
        return iter(())

    def examine(self, kind: Kind, scope: Scope) -> Iterator[Finding]:
        """Whether what the configuration wants of a scope can be had: permissions, fields, words. Reads, and writes nothing."""
        del kind, scope
        return iter(())

    @classmethod
    def misfits(cls, scopes: Sequence[tuple[Kind, Any]]) -> Sequence[str]:
        """What about these kinds and scope settings of one connection cannot go together, in sentences for a person.

        One thing must never be two: of a container that two syncs look at, each kind has to be told apart.
        """
        del scopes
        return ()

    def later(self, kind: Kind, scope: Scope) -> frozenset[str]:
        """The fields that a create call in this scope cannot carry (see Capabilities). The default is the same everywhere."""
        del scope
        return self.capabilities.later.get(kind, frozenset())

    def test_runs(self, scope: Scope, since: int) -> Iterator[CiRun]:
        """Attempts of runs in the scope that ended at or after `since` (server's clock), oldest first. The default has none."""
        del scope, since
        return iter(())

    def files(self, target: Target) -> Iterator[File]:
        """The files that a thing's text shows, from places of this system alone. The default has none."""
        del target
        return iter(())

    def attached(self, target: Target) -> Sequence[str]:
        """The names of the files that are attached to a thing, by a direct read. The default has none."""
        del target
        return ()

    def attach(self, target: Target, name: str, content: bytes) -> None:
        """Put a file on a thing, in one call. The default raises Refused."""
        del content
        raise Refused(f"{name} cannot be attached to {target.ref.key or target.ref.id}")

    def pull_requests(self, scope: Scope, since: int) -> Iterator[PullRequest]:
        """Those merged into the scope's code at or after `since` (server's clock), oldest first. The default has none."""
        del scope, since
        return iter(())

    def open_pull_requests(self, scope: Scope) -> Iterator[PullRequest]:
        """All that wait to be merged into the scope's code, in any order. Asked in every run where somebody wants to know
        whether a release is ready, so it should cost next to nothing when nothing changed. The default has none.
        """
        del scope
        return iter(())

    @classmethod
    def tells_pull_requests(cls) -> bool:
        """Whether `open_pull_requests` does anything."""
        return cls.open_pull_requests is not Connector.open_pull_requests

    def announce(self, scope: Scope, told: Announcement) -> None:
        """Show how tests stand, where `told` says. The same call again changes nothing, so it may be repeated after any
        failure. Raises Refused when nothing more will be done.
        """
        raise NotImplementedError

    def parse_key(self, text: str) -> str | None:
        """The key of a thing as `Ref.key` writes it, from what a person types (`SHOP-12`, a URL), or None."""
        del text
        return None

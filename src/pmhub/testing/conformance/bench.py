"""What an author gives the kit: a connector, the remote it talks to, and a person who works there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from pmhub.sdk import Connector, Context, Fields, Kind, Ref, Scope, Value
from pmhub.testing.choke import Choke

Sample = tuple[Value, Value]


class Failure(StrEnum):
    """How every request fails while it lasts."""

    LIMITED = "limited"
    """Answered, not done: too many requests, wait 30 seconds."""
    DENIED = "denied"
    """Answered, not done: these credentials are not good."""
    DOWN = "down"
    """Not done, and no usable answer: no connection, or an error of the server."""
    LOST = "lost"
    """A write is done, but its answer never comes; reads go well."""
    GARBLED = "garbled"
    """Done, but what comes back cannot be read, such as a proxy's own page."""
    HIDDEN = "hidden"
    """Answered, not done: there is nothing here that we may see."""


@dataclass
class Clock:
    """The time in a test, milliseconds since the epoch. Nothing waits: who sleeps moves it."""

    choke: Choke

    def __call__(self) -> int:
        return self.choke.now

    def seconds(self) -> float:
        return self.choke.now / 1000

    def wait(self, milliseconds: int) -> None:
        self.choke.now += milliseconds


class Bench(ABC):
    """One remote with one container in it, new for every check; `clock` is the only time there is.

    What people do and see is told in our words, as in records. Refs are as the connector's own observations bear them;
    of those that the kit gives, only kind and id count. Where an optional method
    is not given, or one raises NotImplementedError, the checks that need it are skipped.

    `connector_type`: the class under test. `kinds`: those to check; empty for all that its capabilities can read.
    `account`: who the connector is on the remote, as `author` and `actor` name it. `page`: how many things a listing page
    holds, if the kit shall go past it. `free_text`: fields that take any text, which the kit then watches in its ring.
    """

    connector_type: ClassVar[type[Connector[Any]]]
    kinds: ClassVar[tuple[Kind, ...]] = ()
    page: ClassVar[int] = 0
    free_text: ClassVar[frozenset[str]] = frozenset({"title", "body", "labels", "version"})

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    @abstractmethod
    def connector(self, context: Context) -> Connector[Any]:
        """A new one on the same remote, as the next process would make it."""

    @abstractmethod
    def scope(self, kind: Kind) -> Scope:
        """The container, and the words used for it."""

    @abstractmethod
    def create(self, kind: Kind, fields: Fields, on: Ref | None = None) -> Ref:
        """A person makes a thing; a comment is `on` another."""

    @abstractmethod
    def edit(self, ref: Ref, fields: Fields) -> None:
        """A person changes these fields, each to a whole new value."""

    @abstractmethod
    def look(self, ref: Ref) -> Fields | None:
        """What a person sees there, at least of the fields in `samples`; None where it is gone."""

    def delete(self, ref: Ref) -> None:
        """A person deletes it."""
        raise NotImplementedError

    def restrict(self, ref: Ref) -> None:
        """A person hides it from most members of the container."""
        raise NotImplementedError

    def refused(self, kind: Kind) -> Fields:
        """Values that this remote refuses for good in a create and in an update, where there are such."""
        raise NotImplementedError

    def lag(self, milliseconds: int) -> None:
        """From now on listings and searches show a write so much later; direct reads do not."""
        raise NotImplementedError

    def failing(self, failure: Failure) -> AbstractContextManager[None]:
        """Every request fails so. Not needed where all requests go through `context.open`: the kit then does it itself."""
        raise NotImplementedError

    def samples(self, kind: Kind) -> Mapping[str, Sample]:
        """More values to write, or others than the kit's own (see samples.py): field → two values that differ."""
        del kind
        return {}

    def close(self) -> None:  # noqa: B027 - there may be nothing to stop
        """Stop what was started."""

    @classmethod
    def checked_kinds(cls) -> tuple[Kind, ...]:
        declared = () if cls.kinds else cls.connector_type.capabilities.access
        return cls.kinds or tuple(sorted((k for k in declared if k is not Kind.TEST_RUN), key=lambda k: k.order))

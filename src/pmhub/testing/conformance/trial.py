"""One check's own remote, with a connector on it: what a hub would ask, and what the person beside it does."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from pmhub.http import Client, Validators
from pmhub.model.records import NATURAL_KEY
from pmhub.sdk import (
    Changes,
    Connector,
    Context,
    Created,
    Cursor,
    Draft,
    Fields,
    Kind,
    Observation,
    Page,
    Record,
    Ref,
    Scope,
    Stream,
    Target,
    Tombstone,
    Value,
    kind_of,
    record,
    values,
)
from pmhub.testing.choke import Choke
from pmhub.testing.conformance.bench import Bench, Clock, Failure, Sample
from pmhub.testing.conformance.expectation import Unmet
from pmhub.testing.conformance.samples import SAMPLES
from pmhub.testing.conformance.transport import ChokedClient, Weather

START = 1_772_532_000_000
"""2026-03-03T10:00:00Z"""
MARKERS = tuple(f"pmhub:{number:016x}@abcdef" for number in range(1, 200))
NO_FIELDS: Fields = {}
LOG = logging.getLogger("pmhub.conformance")


class Remembered:
    """A connector's memory that outlives it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, tuple[Any, int]] = {}

    def get(self, key: str) -> Any:  # noqa: ANN401 - JSON
        value, until = self._held.get(key, (None, 0))
        return value if self._clock() < until else None

    def put(self, key: str, value: Any, *, until: int) -> None:  # noqa: ANN401 - JSON
        self._held[key] = value, until


@dataclass
class Trial:
    """`connector`: the one in use; `renew` makes the next process's."""

    bench: Bench
    kind: Kind
    choke: Choke
    weather: Weather
    connector: Connector[Any] = field(init=False)
    on: Ref | None = None
    clients: list[Client] = field(default_factory=list)
    validators: Validators | None = None
    marked: int = 0

    def __post_init__(self) -> None:
        self.memory = Remembered(self.bench.clock)
        self.connector = self.renew()
        if self.kind is Kind.COMMENT:
            self.on = self.bench.create(Kind.TICKET, {"title": "What is spoken of", "status": "todo"})

    def renew(self) -> Connector[Any]:
        self.connector = self.bench.connector(self.context())
        return self.connector

    def renewed(self) -> Trial:
        self.renew()
        return self

    def context(self, deadline: int | None = None) -> Context:
        def open_client(account: Any, **more: Any) -> Client:  # noqa: ANN401 - the client's own options
            given: dict[str, Any] = {"clock": self.clock, "sleep": self._sleep, "jitter": _no_jitter, "log": LOG}
            given |= {"validators": self.validators, "deadline": deadline}
            self.clients.append(ChokedClient(self.weather, account, **{**given, **more}))
            return self.clients[-1]

        return Context(open_client, self.clock, self._sleep, self.memory, LOG, deadline)

    def _sleep(self, seconds: float) -> None:
        self.bench.clock.wait(round(seconds * 1000))

    # What there is.

    @property
    def scope(self) -> Scope:
        return self.bench.scope(self.kind)

    @property
    def declared(self) -> frozenset[str]:
        return self.connector.capabilities.fields.get(self.kind, frozenset())

    @property
    def clock(self) -> Clock:
        return self.bench.clock

    def samples(self) -> dict[str, Sample]:
        """Of the fields that are declared."""
        every = {**SAMPLES.get(self.kind, {}), **self.bench.samples(self.kind)}
        return {name: pair for name, pair in every.items() if name in self.declared}

    def settable(self) -> dict[str, Sample]:
        """Of those, the fields that this remote keeps."""
        return {name: pair for name, pair in self.samples().items() if name in values(self.fitted({name: pair[0]}))}

    def sample(self, which: int = 0, fields: Fields = NO_FIELDS) -> Record:
        """A record of samples with these fields instead, as much of it as this remote can hold."""
        return self.fitted({**{name: pair[which] for name, pair in self.samples().items()}, **fields})

    def fitted(self, fields: Fields) -> Record:
        return self.connector.fit(self.scope, record(self.kind, fields)).record

    def headline(self) -> str:
        """The field that tells things of this kind apart."""
        return next((name for name in ("version", "title", "body") if name in self.declared), "")

    def named(self, text: str) -> dict[str, Value]:
        """What people call a thing by; a version holds no blanks everywhere."""
        name = text.lower().replace(" ", "-") if self.kind in NATURAL_KEY else text
        return {self.headline(): name}

    def later(self) -> frozenset[str]:
        return frozenset(name.partition(":")[0] for name in self.connector.later(self.kind, self.scope))

    # What a hub asks.

    def check(self) -> Any:  # noqa: ANN401 - Identity, or what came instead
        return self.connector.check([self.scope])

    def pages(self, cursor: Cursor | None = None) -> list[Page]:
        return list(self.connector.fetch([Stream(self.kind, self.scope, cursor)]))

    def fetch(self, cursor: Cursor | None = None) -> tuple[dict[str, Observation], Cursor | None]:
        """The last observation of each thing by id, and the last cursor."""
        found: dict[str, Observation] = {}
        for page in self.pages(cursor):
            if page.stream.kind is not self.kind:
                continue
            cursor = page.cursor or cursor
            found.update((one.ref.id, one) for one in page.observations if isinstance(one, Observation))
        return found, cursor

    def answers(self, refs: Sequence[Ref]) -> list[Observation | Tombstone]:
        return list(self.connector.read([Target(self.scope, ref) for ref in refs]))

    def read(self, ref: Ref) -> Observation:
        """Raises Unmet where it is not there."""
        answers = self.answers([ref])
        if len(answers) != 1 or not isinstance(answers[0], Observation):
            raise Unmet("read", "Each target has one answer.", f"the {self.kind} {ref.id}", answers or "nothing")
        return answers[0]

    def swept(self) -> list[Ref]:
        return list(self.connector.sweep(Stream(self.kind, self.scope)))

    def draft(self, wanted: Record, marker: str = "") -> Draft:
        """What a create call may carry; what can only follow is left out."""
        now = {name: value for name, value in values(wanted).items() if name not in self.later()}
        return Draft(self.scope, record(kind_of(wanted), now), marker or self.marker(), self.on)

    def marker(self) -> str:
        self.marked += 1
        return MARKERS[self.marked]

    def create(self, wanted: Record, marker: str = "") -> Observation:
        """Created, and read back. Raises Unmet where it was refused."""
        (answer,) = self.connector.create([self.draft(wanted, marker)])
        if not isinstance(answer, Created):
            raise Unmet("create", "What `fit` gives can be created.", "Created", repr(answer))
        return self.read(answer.ref)

    def update(self, over: Observation, changes: Changes) -> Observation:
        """Updated, and read back."""
        self.connector.update(Target(self.scope, over.ref), over, changes)
        return self.read(over.ref)

    # What people do.

    def person_makes(self, which: int = 0, fields: Fields = NO_FIELDS) -> Ref:
        return self.bench.create(self.kind, values(self.sample(which, fields)), self.on)

    def person_makes_many(self, count: int) -> list[Ref]:
        return [self.person_makes(0, self.named(f"Number {number}")) for number in range(count)]

    def looked(self, ref: Ref) -> Fields:
        seen = self.bench.look(ref)
        if seen is None:
            raise Unmet("bench.look", "A person sees what exists.", f"the {self.kind} {ref.id}", "None")
        return seen

    @contextmanager
    def failing(self, failure: Failure) -> Iterator[None]:
        with self._failing(failure):
            yield

    def _failing(self, failure: Failure) -> AbstractContextManager[None]:
        """By the author's means, else by the transport's."""
        own = type(self.bench).failing is not Bench.failing
        return self.bench.failing(failure) if own else self.weather.only(failure)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.bench.close()


def _no_jitter() -> float:
    return 1.0

"""A hub that keeps the author's remote and two memory remotes in step, killed and failing at every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pmhub.http import Client
from pmhub.model.records import schema
from pmhub.sdk import Context, Kind, Observation, Ref, Stream, Value, values
from pmhub.store.items import Bound
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Place, Remote
from pmhub.testing.choke import SECOND, Choke
from pmhub.testing.conformance.bench import Bench, Clock
from pmhub.testing.conformance.stepping import stepping
from pmhub.testing.conformance.transport import ChokedClient, Weather
from pmhub.testing.conformance.trial import LOG, START, Remembered
from pmhub.testing.oracles import violations
from pmhub.testing.people import People
from pmhub.testing.witness import tokens
from pmhub.testing.world import FREE, PACE, World

RUNS, DEEDS = 3, 4
KINDS = (Kind.TICKET, Kind.COMMENT)
WAIT = 300 * SECOND
YOURS = "yours"
"""Instead of the site, which may hold a port: another one in each process, and no failure could be seen twice."""


class Ring(World):
    """Two memory remotes, A and C, with the author's as the third side. Close it when done."""

    def __init__(self, bench: type[Bench], seed: int, choke: Choke) -> None:
        choke.now = START
        self.bench = bench(Clock(choke))
        self.weather = Weather(choke)
        self.memory = Remembered(self.bench.clock)
        self.clients: list[Client] = []
        self.wrote = 0
        kinds = tuple(kind for kind in KINDS if kind in bench.checked_kinds())
        super().__init__(seed, 2, "AC", choke=choke, kinds=kinds)
        self.people.wipe = 0.0
        self.person = Person(self)
        self.inner().check([self.bench.scope(Kind.TICKET)])
        self.weather.stepping = self.weather.used
        for _ in range(2):
            self.person.new_ticket()

    def close(self) -> None:
        self._hang_up()
        self.bench.close()
        super().close()

    def inner(self) -> Any:  # noqa: ANN401 - the author's connector
        context = Context(self._open, self.choke.clock, self._sleep, self.memory, LOG)
        return self.bench.connector(context)

    def hub(self) -> Hub:
        self._hang_up()
        connector = stepping(self.inner(), None if self.weather.stepping else self.choke, self._note_write)
        yours = Remote(f"{connector.name}:{YOURS}", YOURS, connector)
        base = super().hub()
        lanes = tuple(
            replace(lane, places=(*lane.places, Place(yours, lane.kind, self.bench.scope(lane.kind), len(lane.places))))
            for lane in base.lanes
        )
        remotes = {**base.remotes, yours.id: yours}
        return Hub(self.store, self.choke.clock, remotes, lanes, pace=PACE, limits=FREE, allow_public=True)

    def act(self, deed: str | None = None) -> None:
        if deed is None and self.rng.random() < 0.5:  # noqa: PLR2004
            self.person.act()
        else:
            super().act(deed)

    def writes(self) -> int:
        return super().writes() + self.wrote

    def _note_write(self) -> None:
        self.wrote += 1

    def _open(self, account: Any, **more: Any) -> Client:  # noqa: ANN401 - the client's own options
        given: dict[str, Any] = {"clock": self.choke.clock, "sleep": self._sleep, "jitter": lambda: 1.0, "log": LOG}
        self.clients.append(ChokedClient(self.weather, account, **{**given, **more}))
        return self.clients[-1]

    def _sleep(self, seconds: float) -> None:
        self.wait(round(seconds * 1000))

    def _hang_up(self) -> None:
        for client in self.clients:
            client.close()
        self.clients.clear()

    # What stands on the author's remote.

    def yours(self, kind: Kind) -> list[Observation]:
        """Everything, by id, read in peace."""
        stepping, self.weather.stepping = self.weather.stepping, False
        found: dict[str, Observation] = {}
        with self.choke.calm():
            for page in self.inner().fetch([Stream(kind, self.bench.scope(kind))]):
                found.update((one.ref.id, one) for one in page.observations if isinstance(one, Observation))
        self.weather.stepping = stepping
        return [found[id_] for id_ in sorted(found)]

    def watched(self, kind: Kind) -> frozenset[str]:
        held = self.bench.connector_type.capabilities if hasattr(self.bench.connector_type, "capabilities") else None
        held = held or self.inner().capabilities
        return held.fields.get(kind, frozenset()) & self.bench.free_text


@dataclass
class Person:
    """Somebody who works on the author's remote."""

    ring: Ring

    @property
    def people(self) -> People:
        return self.ring.people

    def new_ticket(self) -> None:
        held = self.ring.watched(Kind.TICKET)
        self.people.made[Kind.TICKET] += 1
        fields: dict[str, Value] = {"title": self.people.token("title"), "status": "todo"}
        if "body" in held:
            fields["body"] = f"first {self.people.token('body')}\nlast {self.people.token('body')}"
        if "labels" in held:
            fields["labels"] = (self.people.token("labels"),)
        self.ring.bench.create(Kind.TICKET, fields)

    def act(self) -> None:
        things = self._things(Kind.TICKET)
        deeds = ["title", "body", "labels", "comment", "create"]
        deed = self.ring.rng.choice(deeds)
        if deed == "create" and self.people.made[Kind.TICKET] < self.people.most_tickets:
            self.new_ticket()
        elif deed == "comment" and Kind.COMMENT in self.ring.kinds and things:
            self._comment(self.ring.rng.choice(things))
        elif deed in self.ring.watched(Kind.TICKET) and things:
            self._edit(self.ring.rng.choice(things), deed)

    def _things(self, kind: Kind) -> list[Ref]:
        """Those the hub knows of: made there, or by it."""
        names = {f"memory:{name}" for name in self.ring.remotes}
        bound = [one for id_ in self.ring.store.items.ids(kind) for one in self.ring.store.items.bound(id_)]
        mine: list[Bound] = [one for one in bound if one.remote not in names and one.thing and not one.gone]
        return sorted({Ref(kind, one.thing or "") for one in mine}, key=lambda ref: ref.id)

    def _comment(self, ref: Ref) -> None:
        if self.people.made[Kind.COMMENT] < self.people.most_comments:
            self.people.made[Kind.COMMENT] += 1
            self.ring.bench.create(Kind.COMMENT, {"body": f"said {self.people.token('body')}"}, ref)

    def _edit(self, ref: Ref, name: str) -> None:
        looked = self.ring.bench.look(ref)
        if looked is None or name not in looked:
            return
        old = looked[name]
        new = self._fresh(name, old)
        if not schema(ref.kind)[name].is_set:
            gone, come = tokens(old) - tokens(new), tokens(new) - tokens(old)
            self.people.superseded |= gone
            self.ring.witness.person_replaced(gone, come)
        self.ring.bench.edit(ref, {name: new})

    def _fresh(self, name: str, old: Value) -> Value:
        token = self.people.token(name)
        if isinstance(old, tuple) or name == "labels":
            return tuple(sorted([*(old if isinstance(old, tuple) else ()), token]))
        if name == "body":
            lines = str(old or "").split("\n")
            return "\n".join([*lines[:-1], f"changed {token}"])
        return token


def script(ring: Ring, seed: int, crash_at: int | None = None) -> None:
    """A few runs with people between them, killed at a step."""
    ring.choke.crash_at = crash_at
    ring.rng.seed(seed * 7919 + 1)
    for number in range(RUNS):
        crashed = ring.run()
        if number < RUNS - 1:
            for _ in range(DEEDS):
                ring.act()
        ring.wait(5 * SECOND if crashed and (crash_at or 0) % 3 == 0 else WAIT)


def steps_of(bench: type[Bench], seed: int) -> int:
    with Ring(bench, seed, Choke(seed)) as ring:
        script(ring, seed)
        return ring.choke.steps


def killed(bench: type[Bench], seed: int, crash_at: int | None) -> list[str]:
    """What is wrong when all is at rest again, after a kill at this step (None: after none)."""
    with Ring(bench, seed, Choke(seed)) as ring:
        script(ring, seed, crash_at)
        return at_rest(ring)


def battered(bench: type[Bench], seed: int, fault: float = 0.15) -> list[str]:
    """The same after runs whose requests fail by chance, with an answer lost here and there."""
    with Ring(bench, seed, Choke(seed)) as ring:
        ring.choke.fault = fault
        script(ring, seed)
        return at_rest(ring)


def at_rest(ring: Ring) -> list[str]:
    ring.settle(20)
    return [*violations(ring), *yours_violations(ring)]


def yours_violations(ring: Ring) -> Iterator[str]:
    there: Counter[str] = Counter()
    for kind in ring.kinds:
        things = ring.yours(kind)
        if len(things) != ring.people.made[kind]:
            yield f"yours has {len(things)} {kind}s of {ring.people.made[kind]}"
        for one in things:
            shown = values(one.record)
            there.update(token for name in ring.watched(kind) for token in _lines(shown.get(name)))
            if any("pmhub:" in str(value) for value in shown.values()):
                yield f"a marker stands in a field of {one.ref.id} on yours"
    yield from _lost_or_doubled(ring, there)


def _lines(value: Value) -> list[str]:
    """A token twice in a text counts twice."""
    parts = value.split("\n") if isinstance(value, str) else [value]
    return [token for part in parts for token in tokens(part)]


def _lost_or_doubled(ring: Ring, there: Counter[str]) -> Iterator[str]:
    people, kept = ring.people, {t for c in ring.store.conflicts.all() for t in tokens(c.clash.value)}
    watched = {name for kind in ring.kinds for name in ring.watched(kind)}
    for token, name in people.born.items():
        if name not in watched:
            continue
        if there[token] > 1:
            yield f"{token} ({name}) stands {there[token]} times on yours"
        gone = people.removed if name == "labels" else people.superseded | kept
        if there[token] and name == "labels" and token in people.removed:
            yield f"the label {token}, which a person took off, is back on yours"
        if not there[token] and token not in gone:
            yield f"{token} ({name}), which nobody replaced, is lost on yours"

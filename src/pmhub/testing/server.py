"""A stateful stand-in for a tracker: no transactions, a lagging index, stale replicas, a coarse and skewed clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pmhub.engine.canon import as_set, as_value, equal
from pmhub.errors import Gone, Refused
from pmhub.model.exchange import Changes, SetChange
from pmhub.model.kinds import Kind
from pmhub.model.records import NATURAL_KEY, Fields, Value, schema
from pmhub.testing.choke import SECOND, Choke
from pmhub.testing.dialects import BACKLOG, Dialect
from pmhub.testing.witness import Landed, Trace, Witness

BOT = "bot"
PERSON = "person"
POISON = "POISON"
REPLICA = 10 * SECOND
"""How far behind a replica may be."""
_VERSIONS = 4
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Shown:
    """A thing as the server showed it from one moment on. Times are the server's clock."""

    id: str
    kind: Kind
    number: int
    on: str | None
    fields: Fields
    marker: str | None
    author: str
    created: int
    updated: int


@dataclass
class Held:
    """A thing as the server holds it. `index`: (our time it appears in listings, state); `past`: (our time it ended, state)."""

    shown: Shown
    index: list[tuple[int, Shown]] = field(default_factory=list)
    past: list[tuple[int, Shown]] = field(default_factory=list)
    deleted: bool = False
    trace: Trace = field(default_factory=Trace)

    @property
    def fields(self) -> Fields:
        return self.shown.fields


@dataclass(frozen=True)
class Logged:
    """One entry of the change log; `at` is the server's clock."""

    thing: str
    kind: Kind
    field: str
    old: Value
    new: Value
    actor: str
    at: int


@dataclass
class MemoryRemote:
    """`lag`: longest delay of the index. `skew`: its clock minus ours. `grain`: the resolution of its `updated`.

    `stale`: how often a direct read meets a replica. `page`: things a listing page. `body`: do writes answer with the
    thing? `log`: has it a change log? `bulk`: tickets a create call may carry. What has a natural key has neither a
    marker nor an author. All times in milliseconds.
    """

    name: str
    choke: Choke
    dialect: Dialect
    witness: Witness = field(default_factory=Witness)
    lag: int = 50 * SECOND
    skew: int = 0
    grain: int = 1
    stale: float = 0.0
    page: int = 4
    body: bool = True
    log: bool = True
    bulk: int = 1
    kinds: tuple[Kind, ...] = BACKLOG
    down: bool = False
    things: dict[str, Held] = field(default_factory=dict)
    changes: list[Logged] = field(default_factory=list)
    writes: int = 0

    @property
    def id(self) -> str:
        return f"memory:{self.name}"

    @property
    def time(self) -> int:
        return self.choke.now + self.skew

    # What people do.

    def admin_adds_a_field(self, name: str) -> None:
        """What the dialect was without: from now on it is there, empty, and nothing has changed."""
        self.dialect = replace(self.dialect, without=self.dialect.without - {name})
        for held in self.things.values():
            if name in self.dialect.holds(held.shown.kind):
                held.shown = replace(held.shown, fields={**held.fields, name: None})

    def person_creates(self, kind: Kind, fields: Fields, on: str | None = None, marker: str | None = None) -> str:
        return self._add(kind, on, fields, marker, PERSON).id

    def person_edits(self, thing: str, **fields: Value) -> None:
        self._set(self.things[thing], fields, PERSON)

    def person_wipes_marker(self, thing: str) -> None:
        held = self.things[thing]
        self._log(held, "marker", held.shown.marker, None, PERSON)
        self._publish(held, held.fields, None)

    def person_deletes(self, thing: str) -> None:
        for held in self.things.values():
            held.deleted = held.deleted or thing in {held.shown.id, held.shown.on}

    def is_free(self, kind: Kind, fields: Fields) -> bool:
        """May there be a thing of this natural key?"""
        name = NATURAL_KEY.get(kind, "")
        return name not in fields or all(held.fields[name] != fields[name] for held in self.live(kind))

    def live(self, kind: Kind) -> list[Held]:
        return [held for held in self.things.values() if held.shown.kind is kind and not held.deleted]

    # What a connector can ask; each is one call.

    def offset(self) -> int:
        """Its clock minus ours, as the date of any answer tells."""
        return self._call("check", None, lambda: self.skew)

    def search(self, kinds: Collection[Kind], since: int) -> tuple[list[Shown], bool]:
        """One page, ascending by update time, `since` included; the index lags, and the first entry is given twice."""

        def effect() -> tuple[list[Shown], bool]:
            found = sorted(self._indexed(kinds, since), key=lambda s: (s.updated, s.number))
            size = self.page
            while size < len(found) and found[size - 1].updated == found[0].updated:
                size += 1
            return found[:size] + found[: min(1, size)], size >= len(found)

        return self._call("search", [sorted(kinds), since], effect)

    def list_ids(self, kind: Kind) -> list[str]:
        return self._call("list", kind, lambda: [held.shown.id for held in self.live(kind)])

    def read(self, ids: Sequence[str]) -> dict[str, Shown | None]:
        return self._call("read", ids, lambda: {id_: self._read(id_) for id_ in ids})

    def history(self, ids: Collection[str], since: int) -> list[Logged]:
        wanted = set(ids)
        return self._call(
            "history", [sorted(ids), since], lambda: [c for c in self.changes if c.thing in wanted and c.at >= since]
        )

    def create(self, drafts: Sequence[tuple[Kind, str | None, Fields, str]]) -> list[Shown | Refused]:
        arguments = [[kind, on, dict(fields), marker] for kind, on, fields, marker in drafts]
        return self._call("create", arguments, lambda: [self._create(*draft) for draft in drafts], write=True)

    def update(self, thing: str, changes: Changes, over: Fields) -> Shown:
        """`over`: what the hub believes stands there; only the oracle looks at it."""
        return self._call("update", [thing, _plain(changes)], lambda: self._update(thing, changes, over), write=True)

    # The server itself.

    def _call(self, name: str, arguments: object, effect: Callable[[], Answer], *, write: bool = False) -> Answer:
        return self.choke.call(self.name, name, arguments, effect, write=write, down=self.down)

    def _indexed(self, kinds: Collection[Kind], since: int) -> list[Shown]:
        found: list[Shown] = []
        for held in self.things.values():
            visible = [shown for at, shown in held.index if at <= self.choke.now]
            if held.shown.kind in kinds and not held.deleted and visible and visible[-1].updated >= since:
                found.append(visible[-1])
        return found

    def _read(self, id_: str) -> Shown | None:
        held = self.things.get(id_)
        if held is None or held.deleted:
            return None
        held.trace.read_at = self.choke.now
        past = [shown for ended, shown in held.past if ended > self.choke.now - REPLICA]
        return past[0] if past and self.choke.rng.random() < self.stale else held.shown

    def _create(self, kind: Kind, on: str | None, fields: Fields, marker: str) -> Shown | Refused:
        if POISON in str(fields.get("title")):
            return Refused(f"{self.name}: this title is not accepted")
        if not self.is_free(kind, fields):
            return Refused(f"{self.name}: there is one already")
        if on is not None and self.things[on].deleted:
            return Refused(f"{self.name}: {on} does not exist")
        self.writes += 1
        return self._add(kind, on, fields, marker, BOT)

    def _update(self, thing: str, changes: Changes, over: Fields) -> Shown:
        held = self.things[thing]
        if held.deleted:
            raise Gone(f"{thing} does not exist")
        if POISON in str(changes.get("title")):
            raise Refused(f"{self.name}: this title is not accepted", field="title")
        if not self.is_free(held.shown.kind, _plain_values(changes)):
            raise Refused(f"{self.name}: there is one already", field=NATURAL_KEY[held.shown.kind])
        self.writes += 1
        self._note_write(held, changes, over)
        self._set(held, changes, BOT)
        return held.shown

    def _note_write(self, held: Held, changes: Changes, over: Fields) -> None:
        for name, new in changes.items():
            spec, old = schema(held.shown.kind)[name], held.fields[name]
            if isinstance(new, SetChange):
                continue
            blind = not equal(spec, old, over.get(name))
            self.witness.blind += blind
            if not blind and equal(spec, old, self.dialect.fit(held.shown.kind, {name: new}).get(name)):
                self.witness.reformats.append(self._landed(held, name, old, new))

    def _add(self, kind: Kind, on: str | None, fields: Mapping[str, Value], marker: str | None, author: str) -> Shown:
        number = len(self.things) + 1
        if kind in NATURAL_KEY:
            marker, author = None, ""
        stored = {
            name: self.dialect.stored(name, fields.get(name, _empty(kind, name))) for name in self.dialect.holds(kind)
        }
        shown = Shown(f"{self.name}{number}", kind, number, on, stored, marker, author, self.time, 0)
        held = self.things[shown.id] = Held(shown)
        for name, value in stored.items():
            self.witness.person_wrote(held.trace, self._landed(held, name, _empty(kind, name), value))
        self._publish(held, stored, marker)
        return held.shown

    def _set(self, held: Held, changes: Changes, actor: str) -> None:
        fields = dict(held.fields)
        for name, change in changes.items():
            old, new = fields[name], self.dialect.stored(name, _applied(fields[name], change))
            if new == old:
                continue
            tell = self.witness.hub_wrote if actor == BOT else self.witness.person_wrote
            tell(held.trace, self._landed(held, name, old, new))
            self._log(held, name, old, new, actor)
            fields[name] = new
        self._publish(held, fields, held.shown.marker)

    def _publish(self, held: Held, fields: Fields, marker: str | None) -> None:
        now, was = self.choke.now, held.shown
        updated = self.time // self.grain * self.grain
        held.shown = Shown(was.id, was.kind, was.number, was.on, dict(fields), marker, was.author, was.created, updated)
        if was.updated:
            held.past = [*held.past, (now, was)][-_VERSIONS:]
        held.index.append((now + (self.choke.rng.randrange(self.lag) if self.lag else 0), held.shown))

    def _log(self, held: Held, name: str, old: Value, new: Value, actor: str) -> None:
        self.changes.append(Logged(held.shown.id, held.shown.kind, name, old, new, actor, self.time))

    def _landed(self, held: Held, name: str, old: Value, new: Value) -> Landed:
        return Landed(self.name, held.shown.id, name, old, new, self.choke.now)


def _empty(kind: Kind, name: str) -> Value:
    return () if schema(kind)[name].is_set else None


def _applied(old: Value, change: Value | SetChange) -> Value:
    """Sets change by add and remove, on the server."""
    if isinstance(change, SetChange):
        return as_value((as_set(old) | set(change.add)) - set(change.remove))
    return change


def _plain_values(changes: Changes) -> Fields:
    return {name: change for name, change in changes.items() if not isinstance(change, SetChange)}


def _plain(changes: Changes) -> dict[str, object]:
    return {n: [list(c.add), list(c.remove)] if isinstance(c, SetChange) else c for n, c in changes.items()}

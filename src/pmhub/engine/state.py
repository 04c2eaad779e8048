"""What the engine decides about: items, their counterparts, and what is seen of them. Times are our clock, in ms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Fields, FieldSpec, Merge, Value, schema

HUB = "hub"
"""Stands for a person at the hub itself where a remote is named."""
DELETED = "deleted"
"""Stands for a confirmed deletion where a remote is named."""

NEWEST = "newest"
HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who set a value: on which remote, when, and whether it was we.

    `sure` False: `at` is only the thing's last change, an upper bound, and `by_us` is not known yet.
    """

    remote: str
    at: int
    by_us: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    kind: Kind
    record: Fields
    stamps: Mapping[str, Stamp]
    on: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The same item on one remote. `local` and `remote`: how both stood when they last agreed, each in its own words.

    A field missing from them was never agreed on.
    """

    item: str
    remote: str
    ref: str
    local: Fields = field(default_factory=dict)
    agreed: Fields = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """How a clash on one field is settled: `newest`, `hold`, or the remote that wins; `source`: the only remote that may
    change it.
    """

    conflict: str = NEWEST
    source: str | None = None


@dataclass(frozen=True)
class Side:
    """One remote, as far as the engine needs to know it: what it can hold, and what it makes of our values.

    `fit` gives what the remote would show for these fields; a field it has no word for is left out. `rank`: its place
    in the configuration, the tie-breaker of last resort. `create`: may new items be made there? `once`: see `is_once`.
    """

    remote: str
    kind: Kind
    holds: frozenset[str]
    fit: Callable[[Fields], Fields]
    rank: int = 0
    later: frozenset[str] = frozenset()
    create: bool = True
    update: bool = True
    once: frozenset[str] = frozenset()

    def is_once(self, name: str) -> bool:
        """Written when a counterpart is created and never merged afterwards."""
        return name in self.once or self.spec(name).set_once

    @property
    def followers(self) -> frozenset[str]:
        """The fields that may have to follow as an update."""
        return frozenset(name.partition(":")[0] for name in self.later)

    def spec(self, name: str) -> FieldSpec:
        return schema(self.kind)[name]

    def shown(self, name: str, value: Value) -> Value | None:
        """What stands there after writing `value`; None also where it has no word for it (see `can_say`)."""
        return self.fit({name: value}).get(name)

    def part(self, name: str, value: Value) -> Value:
        """What of our value concerns this remote: of links, those that it can hold and whose other end is there."""
        return self.shown(name, value) if self.spec(name).merge is Merge.LINKS else value

    def can_say(self, name: str, value: Value) -> bool:
        return name in self.fit({name: value})


@dataclass(frozen=True)
class View:
    """One side of an item as it stands: the agreed state, what is seen now, and when the thing last changed."""

    side: Side
    counterpart: Counterpart
    seen: Fields
    at: int

    @property
    def remote(self) -> str:
        return self.side.remote


@dataclass(frozen=True)
class Clash:
    """A conflict as the engine found it. `value` is the losing (or, when held, the shown) value of `remote`.

    `kind`: `lost` (a policy chose), `held` (a person must choose), `overwritten` (a write met an edit not yet seen),
    `one-way` (edited where the field only arrives), `delete/edit`, `deleted` (the thing is gone, and only told of),
    `duplicate`.
    """

    field: str
    kind: str
    remote: str
    value: Value

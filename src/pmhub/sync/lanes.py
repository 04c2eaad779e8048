"""What a run works on: remotes, and lanes. A lane is one kind of one sync with its places, in the order configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from pmhub.config.workspace import TestTickets
from pmhub.engine.conditions import Condition
from pmhub.engine.deletion import Deleted
from pmhub.engine.mentions import Patterns
from pmhub.engine.merge import Ranks
from pmhub.engine.notes.rules import Rules
from pmhub.engine.state import Policy
from pmhub.errors import ConnectorError
from pmhub.model.exchange import Identity, Scope
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Fields
from pmhub.sdk import Connector

if TYPE_CHECKING:
    from pmhub.engine.notes.compose import Notes

KEEP, SKIP, ERROR = "keep", "skip", "error"
"""What becomes of a native word that a map has not: as the connector reads it; no opinion; the same, and told."""


@dataclass
class Remote:
    """A connected system. `id` is `<connector>:<site>`, the same whatever the connection is called.

    `requests`: what it calls the requests of the write under way, where it tells. `budget`: requests an hour, 0 for any.
    """

    id: str
    connection: str
    connector: Connector[Any]
    identity: Identity = field(default_factory=lambda: Identity("", "", ""))
    requests: list[str] = field(default_factory=list)
    broken: list[ConnectorError] = field(default_factory=list)
    """How its connector broke where nobody waited for an answer."""
    budget: int = 0

    @property
    def offset(self) -> int:
        """Server clock minus ours, in milliseconds."""
        return self.identity.clock_offset


@dataclass(frozen=True)
class Publishing:
    """How the notes of a lane's releases are composed. `render` raises UserError for a template that does not work.

    `remotes`: where they are written. `mark` changes when the rules or the template do.
    """

    rules: Rules
    render: Callable[[Notes], str]
    remotes: frozenset[str]
    mark: str
    pull_requests: bool = False


@dataclass(frozen=True)
class Place:
    """One endpoint of a lane. `create`: are new items made here? `skip`: fields left alone here. `route`: which new items
    go here, None for all. `unmapped`: what becomes of a native word that the map of a field has not.
    """

    remote: Remote
    kind: Kind
    scope: Scope
    rank: int
    create: bool = True
    skip: frozenset[str] = frozenset()
    route: Condition | None = None
    unmapped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lane:
    sync: str
    kind: Kind
    places: tuple[Place, ...]
    policies: Mapping[str, Policy] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()
    flows: frozenset[tuple[str, str]] = frozenset()
    """(source remote, target remote): text may go to a more public place this way."""
    deleted: Deleted = Deleted.CLOSE
    notes: Publishing | None = None
    match: int | None = None
    """What exists on several sides is paired first: how far apart two of one title may have been made, milliseconds."""

    once: frozenset[str] = frozenset()
    """Fields that a new thing gets, and that are left alone from then on."""
    when: Mapping[str, Condition] = field(default_factory=dict)
    """Fields that only take part in items for which this holds."""
    defaults: Fields = field(default_factory=dict)
    """What an item gets where the thing it is born as says nothing."""
    says_when: bool = True
    """Does the line above a copied comment tell when and where it was said?"""

    def left_out(self, item: Fields) -> frozenset[str]:
        return frozenset(name for name, condition in self.when.items() if not condition.holds(item))

    def route(self, remote: str, item: Fields) -> Place | None:
        """Where a new thing goes on that remote: the first of its places that takes it."""
        mine = (place for place in self.places if place.remote.id == remote)
        return next((place for place in mine if place.route is None or place.route.holds(item)), None)

    def makes(self, remote: str) -> bool:
        """Are new items made anywhere there?"""
        return any(place.create for place in self.places if place.remote.id == remote)

    @property
    def ranks(self) -> Ranks:
        return {place.remote.id: place.rank for place in self.places}

    @property
    def remotes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place.remote.id for place in self.places))

    def target(self, remote: str, scope: str | None = None) -> Place | None:
        """The place of a thing in `scope`, or the first of that remote, where new things go."""
        mine = [place for place in self.places if place.remote.id == remote]
        return next((place for place in mine if place.scope.key == scope), mine[0] if mine else None)


@dataclass(frozen=True)
class CiLane:
    """Test runs of one sync: where they are read (None: they are only ingested), and where they are shown."""

    sync: str
    source: Place | None
    targets: tuple[Place, ...]
    patterns: Patterns
    flows: frozenset[tuple[str, str]] = frozenset()
    tickets: TestTickets | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        return (*self.targets, self.source) if self.source else self.targets


@dataclass(frozen=True)
class CodeLane:
    """A container whose pull requests are read. `patterns`: what in them names a ticket; a bare number is of this place.
    `open`: for the gate; `merged`: for the notes.
    """

    place: Place
    patterns: Patterns
    open: bool = True
    merged: bool = False


@dataclass(frozen=True)
class Pace:
    """Times in milliseconds and counts that decide how careful a run is.

    `horizon`: how long a replica may show an older state. `settle`: how long a write may take to show up in a listing.
    `deep_every`: every so many runs everything is listed and read again. `tries`: runs that meet a refusal before it is a dead letter.
    `misses`: sweeps a thing must be missing from. `rounds`: absorb-plan-apply rounds in one run.
    """

    horizon: int = 30_000
    settle: int = 300_000
    deep_every: int = 200
    tries: int = 2
    misses: int = 2
    rounds: int = 3

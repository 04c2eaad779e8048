"""What one run holds in its hands. Passed to every step; the steps hold nothing of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

from pmhub.engine.guard import Limits
from pmhub.http import Metrics
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.refs import Ref
from pmhub.store import Store
from pmhub.store.observations import Thing
from pmhub.sync.lanes import CiLane, CodeLane, Lane, Pace, Place, Remote
from pmhub.sync.report import Report
from pmhub.sync.sides import Sides
from pmhub.sync.steps import Watch, unwatched


@dataclass
class Hub:
    """`clock`: milliseconds since the epoch. `only`: items to confine writes to, `approved`: marks of the only actions
    that may be sent (see preview.py), each None for all. `ci`: where test runs are read and shown. `code`: where open pull requests are read. `allow_public`: a person said that public places may be written to. `deep`: everything is listed and read in this run. `deadline`: when to begin no write any more, in our clock. `made`: what this run created, whose later fields may follow.
    `looked_at`: when this run read a thing whose change log told more than had been seen. `refused`: (item, remote, op, field, value) that this run need not try again.
    """

    store: Store
    clock: Callable[[], int]
    remotes: Mapping[str, Remote]
    lanes: tuple[Lane, ...]
    ci: tuple[CiLane, ...] = ()
    code: tuple[CodeLane, ...] = ()
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    only: frozenset[str] | None = None
    approved: frozenset[str] | None = None
    allow_public: bool = False
    deep: bool = False
    deadline: int | None = None
    made: set[tuple[str, str]] = field(default_factory=set)
    refused: set[tuple[str, str, str, str, str]] = field(default_factory=set)
    hooks: Any = None
    metrics: Metrics = field(default_factory=Metrics)
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("pmhub.sync"))
    report: Report = field(default_factory=Report)
    run: int = 0
    generation: str = ""
    pulled: set[str] = field(default_factory=set)
    swept: set[tuple[str, Kind, str]] = field(default_factory=set)
    moved: dict[tuple[str, Ref], Ref] = field(default_factory=dict)
    looked_at: dict[Thing, int] = field(default_factory=dict)
    ci_read: set[str] = field(default_factory=set)
    progress: bool = False
    watch: Watch = unwatched
    sides: Sides = field(init=False)

    def __post_init__(self) -> None:
        self.sides = Sides(self.store, self.hooks)

    @property
    def syncs(self) -> list[str]:
        return sorted({lane.sync for lane in self.lanes})

    def lane_of(self, sync: str, kind: Kind) -> Lane | None:
        return next((lane for lane in self.lanes if lane.sync == sync and lane.kind is kind), None)

    def places_on(self, remote: str) -> list[Place]:
        """Every endpoint of this run on a remote, one a (kind, scope)."""
        found: dict[tuple[Kind, str], Place] = {}
        for lane in self.lanes:
            for place in lane.places:
                if place.remote.id == remote:
                    found.setdefault((place.kind, place.scope.key), place)
        return list(found.values())

    def place_at(self, remote: str, kind: Kind, scope: str) -> Place | None:
        found = (place for lane in self.lanes for place in lane.places if place.kind is kind)
        return next((place for place in found if (place.remote.id, place.scope.key) == (remote, scope)), None)

    def scopes_on(self, remote: str) -> list[Scope]:
        """Every container of this run on a remote, once for each way it is looked at."""
        shown = [place for lane in self.ci for place in lane.places if place.remote.id == remote]
        return [place.scope for place in (*self.places_on(remote), *shown)]

    def lane_at(self, remote: str, kind: Kind, scope: str) -> Lane | None:
        for lane in self.lanes:
            if lane.kind is kind and any(p.remote.id == remote and p.scope.key == scope for p in lane.places):
                return lane
        return None

    def working(self) -> Iterable[Remote]:
        """The remotes that have not failed in this run."""
        for remote in self.remotes.values():
            for error in remote.broken:
                self.report.fail(remote.id, error)
        return [remote for remote in self.remotes.values() if remote.id not in self.report.down]

    def is_late(self) -> bool:
        return self.deadline is not None and self.clock() >= self.deadline

    def ours(self, remote: str, time: int) -> int:
        """A server's time in our clock."""
        return time - self.remotes[remote].offset

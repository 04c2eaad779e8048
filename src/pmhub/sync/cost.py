"""What carrying out a plan would cost on each remote, before anybody says yes: requests, people told, public writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field
from math import ceil

from pmhub.engine.plan import Action, Op
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Value
from pmhub.model.visibility import Visibility
from pmhub.sync.guards import audience, place_of
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Remote

TELLS = ("assignees", "owner")
"""Whoever is named here anew is told by the remote; mentions in mirrored texts are made silent."""


@dataclass(frozen=True)
class Cost:
    """`requests`: about how many it takes to write, with the reads before and after. `people`: who would be told by name.
    `public`: writes that everybody may read. `hours`: how many it takes at least, as only so many new things are taken in
    each; 0 where that is no matter. `budget_hours`: the same, as the connection's `budget` allows so many requests in each.
    """

    connection: str
    items: int
    requests: int
    people: tuple[str, ...]
    public: int
    hours: int = 0
    budget_hours: int = 0


@dataclass
class _Sum:
    made: dict[Kind, int] = field(default_factory=lambda: defaultdict(int))
    changed: dict[Kind, int] = field(default_factory=lambda: defaultdict(int))
    items: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    public: int = 0


def costs(hub: Hub, actions: Iterable[Action]) -> list[Cost]:
    """Of every remote that is written to, in the order of the configuration."""
    sums: dict[str, _Sum] = defaultdict(_Sum)
    for action in actions:
        item = hub.store.items.get(action.item)
        if item is not None:
            _add(hub, sums[action.remote], action, item.kind)
    return [_cost(remote, sums[remote.id]) for remote in hub.remotes.values() if remote.id in sums]


def _add(hub: Hub, total: _Sum, action: Action, kind: Kind) -> None:
    (total.made if action.op is Op.CREATE else total.changed)[kind] += 1
    total.items.add(action.item)
    for name in TELLS:
        total.people |= _people(action.data.get(name)) - _people(action.pre.get(name))
    place = place_of(hub, action)
    total.public += place is not None and audience(place) is Visibility.PUBLIC


def _people(value: Value) -> set[str]:
    if isinstance(value, tuple):
        return set(value)
    return {value} if isinstance(value, str) and value else set()


def _cost(remote: Remote, total: _Sum) -> Cost:
    known = remote.connector.capabilities
    creating = sum(ceil(number / known.bulk_create.get(kind, 1)) for kind, number in total.made.items())
    read_back = [kind for kind in total.made if known.bulk_create.get(kind, 1) > 1]
    reading = sum(_reads(total.changed[kind], known.bulk_read.get(kind, 1)) for kind in total.changed)
    verifying = sum(_reads(total.made[kind], known.bulk_read.get(kind, 1)) for kind in read_back)
    requests = creating + verifying + reading + sum(total.changed.values())
    return Cost(
        remote.connection,
        len(total.items),
        requests,
        tuple(sorted(total.people)),
        total.public,
        _hours(sum(total.made.values()), known.made_an_hour),
        _hours(requests, remote.budget),
    )


def _hours(number: int, an_hour: int) -> int:
    return ceil(number / an_hour) if number > an_hour > 0 else 0


def _reads(number: int, together: int) -> int:
    """In bulk, and the change log of the same."""
    return 2 * ceil(number / together)


def told(costs_: Sequence[Cost]) -> list[str]:
    """For people, a line a remote."""
    return [_line(cost) for cost in costs_]


def _line(cost: Cost) -> str:
    people = f"{len(cost.people)} ({', '.join(cost.people)})" if cost.people else "nobody"
    public = f"; {cost.public} public writes" if cost.public else ""
    return (
        f"{cost.connection}: about {cost.requests} requests for {cost.items} items; tells {people}{public}{_time(cost)}"
    )


def _time(cost: Cost) -> str:
    """What takes longer."""
    if cost.budget_hours > cost.hours:
        return f"; takes {cost.budget_hours} hours and a run in each, as `budget` allows no more requests"
    return f"; takes {cost.hours} hours, as the service limits what is new in each" if cost.hours else ""

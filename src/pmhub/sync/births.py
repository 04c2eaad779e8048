"""People's new things become items of their own: many at once, as most of a first read is nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import groupby

from pmhub.engine.canon import as_set, is_empty
from pmhub.engine.state import HUB, Counterpart, Item, Stamp
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.links import target_of
from pmhub.model.records import naming
from pmhub.store.items import Bound
from pmhub.store.observations import Seen, Thing
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane
from pmhub.sync.sides import lifted


@dataclass(frozen=True)
class Birth:
    """An item to be, with the sync it belongs to and the thing it is born as."""

    item: Item
    sync: str
    bound: Bound


@dataclass
class Births:
    """Those of one transaction that are not written yet; they come into the store in their order."""

    hub: Hub
    homes: Mapping[Thing, str]
    """Thing → the item that it is on."""
    waiting: dict[Thing, Birth] = field(default_factory=dict)

    def expect(self, seen: Seen, lane: Lane, item: str) -> None:
        """What it names must be an item by now."""
        if any((seen.remote, *named) in self.waiting for named in _named(seen)):
            self.write()
        self.waiting[seen.thing] = birth(self.hub, seen, lane, item, self.homes.get(seen.thing))

    def write(self) -> None:
        born, self.waiting = list(self.waiting.values()), {}
        if born:
            bear(self.hub, born)


def _named(seen: Seen) -> Iterator[tuple[Kind, str]]:
    """A remote may not tell which kind of thing it names."""
    for name in naming(seen.ref.kind):
        value = seen.record.get(name)
        named = [target_of(one) for one in as_set(value)] if isinstance(value, tuple) else [str(value or "")]
        yield from ((kind, one.partition(":")[2]) for one in named if one for kind in Kind)


def birth(hub: Hub, seen: Seen, lane: Lane, item: str, on: str | None) -> Birth:
    """`on`: the item that it is on."""
    fields = lifted(hub.store, seen.remote, seen.ref.kind, seen.record)
    stamp = Stamp(seen.remote, hub.ours(seen.remote, seen.updated_at))
    defaults = {name: value for name, value in lane.defaults.items() if is_empty(fields.get(name))}
    stamps = dict.fromkeys(fields, stamp) | dict.fromkeys(defaults, Stamp(HUB, 0, sure=True))
    record = {**fields, **defaults} if defaults else fields
    counterpart = Counterpart(item, seen.remote, seen.ref.id, local=record, agreed=fields)
    bound = Bound(counterpart, seen.ref.kind, seen.ref.id)
    return Birth(Item(item, seen.ref.kind, record, stamps, on), lane.sync, bound)


def bear(hub: Hub, born: Sequence[Birth]) -> None:
    items = [(one.item, one.sync, one.bound.remote) for one in born]
    hub.store.items.bear_all(items, [one.bound for one in born])


def still_strays(hub: Hub, stubs: Sequence[Seen]) -> dict[Thing, Seen]:
    """Whole, as they are now: those that no item has claimed since they were found."""
    found: dict[Thing, Seen] = {}
    for (remote, kind), some in _alike(stubs):
        seen = hub.store.observations.unclaimed(remote, kind, [stub.ref.id for stub in some])
        found |= {each.thing: each for each in seen}
    return found


def homes(hub: Hub, things: Iterable[Seen]) -> dict[Thing, str]:
    """The item that each is on, of those that are on one."""
    found: dict[Thing, str] = {}
    for (remote, kind), some in _alike([seen for seen in things if seen.on]):
        items = hub.store.items.containers(remote, kind, sorted({str(seen.on) for seen in some}))
        found |= {seen.thing: items[str(seen.on)] for seen in some if seen.on in items}
    return found


def _alike(things: Sequence[Seen]) -> Iterator[tuple[tuple[str, Kind], list[Seen]]]:
    """Of one remote and kind."""
    ordered = sorted(things, key=lambda seen: seen.thing)
    return ((key, list(some)) for key, some in groupby(ordered, key=lambda seen: (seen.remote, seen.ref.kind)))

"""A place as the engine sees it: what it can hold, what it makes of our values, and which items it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from pmhub.engine.canon import as_set, as_value
from pmhub.engine.state import Side
from pmhub.model.capabilities import Access
from pmhub.model.codec import dump, fields_from
from pmhub.model.kinds import Kind
from pmhub.model.records import ABSENT, Fields, Merge, Value, naming, record, schema, values
from pmhub.store import Store
from pmhub.sync.hooks import Relay, restored, shown_again
from pmhub.sync.lanes import Lane, Place
from pmhub.sync.pointers import item_named, linked_items, linked_things, links_of_others, thing_named

MAX_DEPTH: Final = 16
REMEMBERED: Final = 1024
"""Conversions a place: an item asks for the same one many times in a row, and there may be any number of items."""
TO_BE: Final = "?"
"""Stands for the remote id of what is still to be created."""

Fit = Callable[[Fields], dict[str, Value]]


class Sides:
    """The sides of every lane of a run. The last conversions are remembered: a text is not fitted once for each field."""

    def __init__(self, store: Store, hooks: Relay = None) -> None:
        self._store = store
        self._hooks = hooks
        self._sides: dict[tuple[str, Kind, str, str], Side] = {}

    def of(self, lane: Lane, place: Place) -> Side:
        key = (lane.sync, lane.kind, place.remote.id, place.scope.key)
        if key not in self._sides:
            self._sides[key] = self._make(lane, place)
        return self._sides[key]

    def of_item(self, lane: Lane, place: Place, item: Fields) -> Side:
        """Without the fields that take no part in this item."""
        side, out = self.of(lane, place), lane.left_out(item)
        return replace(side, holds=side.holds - out) if out else side

    def _make(self, lane: Lane, place: Place) -> Side:
        capabilities = place.remote.connector.capabilities
        access = capabilities.access.get(lane.kind, Access(0))
        return Side(
            remote=place.remote.id,
            kind=lane.kind,
            holds=capabilities.fields.get(lane.kind, frozenset()) - lane.skip - place.skip,
            fit=self._fit(place),
            rank=place.rank,
            later=place.remote.connector.later(lane.kind, place.scope),
            create=place.create and Access.CREATE in access,
            update=Access.UPDATE in access,
            once=lane.once,
        )

    def _fit(self, place: Place) -> Fit:
        @lru_cache(maxsize=REMEMBERED)
        def shown(plain: str) -> dict[str, Value]:
            return self._shown(place, fields_from(plain))

        merges = {name: spec.merge for name, spec in schema(place.kind).items()}

        def fit(fields: Fields) -> dict[str, Value]:
            plain = {name: value for name, value in fields.items() if merges[name] not in {Merge.REF, Merge.LINKS}}
            above = {
                n: v for n, v in fields.items() if merges[n] is Merge.REF and (v is None or self._can_name(place, n, v))
            }
            links = {n: self._can_link(place, n, v) for n, v in fields.items() if merges[n] is Merge.LINKS}
            return {**(shown(dump(plain)) if plain else {}), **above, **links}

        return fit

    def _shown(self, place: Place, fields: Fields) -> dict[str, Value]:
        kind, remote = place.kind, place.remote.id
        fitted = _fitted(place, restored(self._hooks, kind, remote, fields))
        return dict(shown_again(self._hooks, kind, remote, fields, fitted))

    def _can_name(self, place: Place, name: str, item: Value) -> bool:
        """Only what is on that remote can be named there, and only where the remote has a way to say so."""
        lower = lowered(self._store, place.remote.id, place.kind, {name: item})
        return name in lower and name in _fitted(place, lower)

    def _can_link(self, place: Place, name: str, links: Value) -> Value:
        there = linked_things(self._store, place.remote.id, links)
        held = as_set(_fitted(place, {name: tuple(there)}).get(name)) if there else frozenset()
        return as_value(frozenset(there[word] for word in held))

    def could_name(self, place: Place, name: str, kind: str) -> bool:
        """Has the remote a way to name a thing of that kind, once it is there?"""
        return name in _fitted(place, {name: f"{kind}:{TO_BE}"})


def _fitted(place: Place, fields: Fields) -> dict[str, Value]:
    return values(place.remote.connector.fit(place.scope, record(place.kind, fields)).record)


def lifted(store: Store, remote: str, kind: Kind, fields: Fields) -> dict[str, Value]:
    """A remote's fields with the things they name replaced by our items; a thing nobody bound is no opinion."""
    out: dict[str, Any] = dict(fields)
    for name in naming(kind):
        if (value := out.pop(name, ABSENT)) is ABSENT:
            continue
        if schema(kind)[name].merge is Merge.LINKS:
            out[name] = linked_items(store, remote, value)
        elif value is None:
            out[name] = None
        elif (item := item_named(store, remote, str(value))) is not None:
            out[name] = item
    return out


def depth(store: Store, parent: Value) -> int:
    """How far below a thing without a parent one is that has this one; a cycle ends the count."""
    seen: set[str] = set()
    while isinstance(parent, str) and parent not in seen and len(seen) < MAX_DEPTH:
        seen.add(parent)
        above = store.items.get(parent)
        parent = above.record.get("parent") if above else None
    return len(seen)


def lowered(store: Store, remote: str, kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The other way: our items named as this remote's things."""
    out: dict[str, Any] = {}
    for name, value in fields.items():
        merge = schema(kind)[name].merge
        if merge is Merge.LINKS:
            out[name] = tuple(linked_things(store, remote, value))
        elif merge is Merge.REF and value is not None:
            if (thing := thing_named(store, remote, str(value))) is not None:
                out[name] = thing
        else:
            out[name] = value
    return out


def lowered_onto(store: Store, remote: str, kind: Kind, fields: Fields, stands: Fields) -> dict[str, Any]:
    """The same where `stands` stands: links to what is no item of ours stay as they are."""
    out = lowered(store, remote, kind, fields)
    for name in out:
        if schema(kind)[name].merge is Merge.LINKS:
            out[name] = as_value(as_set(out[name]) | links_of_others(store, remote, stands.get(name)))
    return out

"""A place as the engine sees it: what it can hold, what it makes of our values, and which items it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pmhub.engine.state import Item, Side
from pmhub.model.capabilities import Access
from pmhub.model.codec import dump
from pmhub.model.kinds import Kind
from pmhub.model.records import Fields, Merge, Value, record, schema, values
from pmhub.store import Store
from pmhub.sync.hooks import Relay, transform
from pmhub.sync.lanes import Lane, Place

MAX_DEPTH: Final = 16
TO_BE: Final = "?"
"""Stands for the remote id of what is still to be created."""

Fit = Callable[[Fields], dict[str, Value]]


class Sides:
    """The sides of every lane of a run. Conversions are remembered: one text is fitted once a run."""

    def __init__(self, store: Store, hooks: Relay = None) -> None:
        self._store = store
        self._hooks = hooks
        self._sides: dict[tuple[str, Kind, str, str], Side] = {}

    def of(self, lane: Lane, place: Place) -> Side:
        key = (lane.sync, lane.kind, place.remote.id, place.scope.key)
        if key not in self._sides:
            self._sides[key] = self._make(lane, place)
        return self._sides[key]

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
        )

    def _fit(self, place: Place) -> Fit:
        remembered: dict[str, dict[str, Value]] = {}
        references = {name for name, spec in schema(place.kind).items() if spec.merge is Merge.REF}

        def fit(fields: Fields) -> dict[str, Value]:
            plain = {name: value for name, value in fields.items() if name not in references}
            key = dump(plain)
            if key not in remembered:
                remembered[key] = self._shown(place, plain) if plain else {}
            named = {n: v for n, v in fields.items() if n in references and (v is None or self._can_name(place, n, v))}
            return {**remembered[key], **named}

        return fit

    def _shown(self, place: Place, fields: Fields) -> dict[str, Value]:
        return dict(transform(self._hooks, place.kind, place.remote.id, _fitted(place, fields)))

    def _can_name(self, place: Place, name: str, item: Value) -> bool:
        """Only what is on that remote can be named there, and only where the remote has a way to say so."""
        lower = lowered(self._store, place.remote.id, place.kind, {name: item})
        return name in lower and name in _fitted(place, lower)

    def could_name(self, place: Place, name: str, kind: str) -> bool:
        """Has the remote a way to name a thing of that kind, once it is there?"""
        return name in _fitted(place, {name: f"{kind}:{TO_BE}"})


def _fitted(place: Place, fields: Fields) -> dict[str, Value]:
    return values(place.remote.connector.fit(place.scope, record(place.kind, fields)).record)


def lifted(store: Store, remote: str, kind: Kind, fields: Fields) -> dict[str, Value]:
    """A remote's fields with the things they name replaced by our items; a thing nobody bound is no opinion."""
    out: dict[str, Value] = {}
    for name, value in fields.items():
        if schema(kind)[name].merge is not Merge.REF or value is None:
            out[name] = value
        elif (item := _item_named(store, remote, str(value))) is not None:
            out[name] = item
    return out


def depth(store: Store, item: Item) -> int:
    """How far below a thing without a parent; a cycle ends the count."""
    seen: set[str] = set()
    parent = item.record.get("parent")
    while isinstance(parent, str) and parent not in seen and len(seen) < MAX_DEPTH:
        seen.add(parent)
        above = store.items.get(parent)
        parent = above.record.get("parent") if above else None
    return len(seen)


def _item_named(store: Store, remote: str, named: str) -> str | None:
    """A remote may not tell with a child which kind its parent is: then a ticket may be a roadmap item."""
    kind, _, thing = named.partition(":")
    kinds = [Kind.TICKET, Kind.ROADMAP_ITEM] if kind == Kind.TICKET else [Kind(kind)]
    found = (store.items.item_of((remote, each, thing)) for each in kinds)
    return next((item for item in found if item is not None), None)


def lowered(store: Store, remote: str, kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The other way: our items named as this remote's things."""
    out: dict[str, Any] = {}
    for name, value in fields.items():
        if schema(kind)[name].merge is Merge.REF and value is not None:
            bound = store.items.bound_on(str(value), remote)
            if bound is not None and bound.thing is not None and not bound.gone:
                out[name] = f"{bound.kind}:{bound.thing}"
        else:
            out[name] = value
    return out

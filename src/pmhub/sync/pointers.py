"""What an item names: our items as a remote's things and back. What has no name on the other side is no opinion there."""

from __future__ import annotations

from dataclasses import replace

from pmhub.engine.canon import as_set, as_value
from pmhub.engine.state import Counterpart
from pmhub.model.kinds import Kind
from pmhub.model.links import link, relation_of, target_of
from pmhub.model.records import Fields, Merge, Value, schema
from pmhub.store import Store


def item_named(store: Store, remote: str, named: str) -> str | None:
    """A remote may not tell with a child which kind its parent is: then a ticket may be a roadmap item."""
    kind, _, thing = named.partition(":")
    kinds = [Kind.TICKET, Kind.ROADMAP_ITEM] if kind == Kind.TICKET else [Kind(kind)]
    found = (store.items.item_of((remote, each, thing)) for each in kinds)
    return next((item for item in found if item is not None), None)


def thing_named(store: Store, remote: str, item: str) -> str | None:
    bound = store.items.bound_on(item, remote)
    return f"{bound.kind}:{bound.thing}" if bound and bound.thing is not None and not bound.gone else None


def linked_items(store: Store, remote: str, links: Value) -> Value:
    """A remote's links as ours."""
    named = ((one, item_named(store, remote, target_of(one))) for one in as_set(links))
    there = {link(relation_of(one), item) for one, item in named if item and thing_named(store, remote, item)}
    return as_value(frozenset(there))


def linked_things(store: Store, remote: str, links: Value) -> dict[str, str]:
    """Its word for each of our links whose other end it has: its word, ours."""
    named = ((one, thing_named(store, remote, target_of(one))) for one in sorted(as_set(links)))
    return {link(relation_of(one), thing): one for one, thing in named if thing}


def links_of_others(store: Store, remote: str, links: Value) -> frozenset[str]:
    """A remote's links to things that are no items there: they are left alone."""
    named = ((one, item_named(store, remote, target_of(one))) for one in as_set(links))
    return frozenset(one for one, item in named if item is None or thing_named(store, remote, item) is None)


def in_reach(store: Store, kind: Kind, counterpart: Counterpart) -> Counterpart:
    """Without the links that were agreed on and whose other end has left: nobody took those off."""
    names = [name for name, spec in schema(kind).items() if spec.merge is Merge.LINKS]
    if not any(fields.get(name) for fields in (counterpart.local, counterpart.agreed) for name in names):
        return counterpart

    def kept(fields: Fields) -> Fields:
        held = {name: linked_things(store, counterpart.remote, fields[name]) for name in names if name in fields}
        return {**fields, **{name: as_value(frozenset(each.values())) for name, each in held.items()}}

    return replace(counterpart, local=kept(counterpart.local), agreed=kept(counterpart.agreed))

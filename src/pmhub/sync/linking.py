"""A person's word on what belongs together: two items are one thing, or a thing is not what we took it for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pmhub.engine.canon import as_set, as_value, is_empty
from pmhub.engine.state import Counterpart
from pmhub.errors import ConnectorError, NoMatch
from pmhub.model.kinds import Kind
from pmhub.model.links import link as link_to
from pmhub.model.links import relation_of, target_of
from pmhub.model.records import Fields, Merge, Value, schema
from pmhub.model.refs import Ref, item_id, marker
from pmhub.store.items import Bound
from pmhub.store.observations import Seen
from pmhub.sync.bind import add_item
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_linked
from pmhub.sync.naming import name_of
from pmhub.sync.pull import targets


def link(hub: Hub, item: str, other: str) -> None:
    """Two items become one, the first. What its sides do not agree on is merged by policy in the next run. Raises NoMatch."""
    joined = join(hub, item, other, "link")
    _mark(hub, item, joined)
    _mark_the_others(hub, item, joined)


def join(hub: Hub, item: str, other: str, op: str) -> list[Bound]:
    """The same without marks; what stood for the other. `op`: what the journal calls it. Raises NoMatch."""
    _check_alike(hub, item, other)
    _check_known(hub, item, other)
    joined = [b for b in hub.store.items.bound(other) if _is_live(b)]
    _check_free(hub, item, joined)
    with hub.store.transaction():
        here = [b for b in hub.store.items.bound(item) if _is_live(b)]
        for bound in hub.store.items.bound(other):
            _move(hub, bound, item)
        for bound in joined:
            _join(hub, item, bound)
        _rename(hub, other, item)
        _reopen(hub, item, joined)
        _reopen(hub, other, here)
        hub.store.links.remove_item(other, item)
        hub.store.items.touch([item, *hub.store.links.items_on(item)])
        note_linked(hub, item, op, joined[0].remote if joined else "", other)
    return joined


def take_in(hub: Hub, item: str, seen: Seen) -> None:
    """A thing that is no item becomes a counterpart of one. Raises NoMatch."""
    found = hub.store.items.get(item)
    if found is None or found.kind is not seen.ref.kind or _sync_at(hub, seen) != hub.store.items.sync_of(item):
        raise NoMatch(f"{seen.ref.key} and {name_of(hub, item)} are not of one kind in one sync")
    _check_known(hub, item)
    counterpart = Counterpart(item, seen.remote, seen.ref.id, local=_unsaid(found.record))
    bound = Bound(counterpart, seen.ref.kind, seen.ref.id)
    _check_free(hub, item, [bound])
    with hub.store.transaction():
        hub.store.links.forget(item, seen.remote)
        hub.store.items.bind(bound)
        hub.store.links.welcome(seen.thing)
        _reopen(hub, item, [bound])
        _forgive(hub, item, seen)
        note_linked(hub, item, "link", seen.remote, seen.ref.key or seen.ref.id)
    _mark(hub, item, [bound])


def new_item(hub: Hub, seen: Seen) -> str:
    """The item that binding would make of a person's thing. Raises NoMatch where it would make none."""
    lane, item = hub.lane_at(seen.remote, seen.ref.kind, seen.scope), item_id(seen.remote, seen.ref)
    if lane is None or seen.duplicate or seen.unlinked or seen.marker or hub.store.items.get(item) is not None:
        raise NoMatch(f"{seen.ref.key} cannot be an item of its own", hint="Name an item first, then this.")
    with hub.store.transaction():
        add_item(hub, seen, lane, item)
    return item


def unlink(hub: Hub, item: str, remote: str) -> None:
    """The thing there stays as it is and is nobody's; nothing is made in its place. Raises NoMatch."""
    _check_known(hub, item)
    bounds = hub.store.items.bound(item)
    bound = next((b for b in bounds if b.remote == remote and _is_live(b)), None)
    if bound is None:
        raise NoMatch(f"{name_of(hub, item)} has nothing on {hub.remotes[remote].connection}")
    if not any(_is_live(b) for b in bounds if b is not bound):
        raise NoMatch(f"{name_of(hub, item)} is nowhere else", hint="An item needs a thing to stand for it.")
    with hub.store.transaction():
        note_linked(hub, item, "unlink", remote, _key(hub, bound))
        for each in (item, *hub.store.links.items_on(item)):
            _let_go(hub, each, remote)


def _is_live(bound: Bound) -> bool:
    return bound.thing is not None and not bound.gone


def _check_alike(hub: Hub, item: str, other: str) -> None:
    one, two = hub.store.items.get(item), hub.store.items.get(other)
    if one is None or two is None or item == other:
        raise NoMatch("these are one item already" if item == other else "there is no such item")
    if (one.kind, one.on, hub.store.items.sync_of(item)) != (two.kind, two.on, hub.store.items.sync_of(other)):
        raise NoMatch(f"{name_of(hub, item)} and {name_of(hub, other)} are not of one kind in one sync")


def _check_known(hub: Hub, *items: str) -> None:
    waiting = next((item for item, _ in sorted(hub.store.intents.unknown()) if item in items), None)
    if waiting is not None:
        raise NoMatch(
            f"what became of the last write to {name_of(hub, waiting)} is not known yet",
            hint="`pmhub sync` finds out; then try again.",
        )


def _check_free(hub: Hub, item: str, joining: Sequence[Bound]) -> None:
    for bound in joining:
        mine = hub.store.items.bound_on(item, bound.remote)
        if mine is not None and _is_live(mine):
            where = hub.remotes[bound.remote].connection if bound.remote in hub.remotes else bound.remote
            raise NoMatch(
                f"both are on {where}: {_key(hub, mine)} and {_key(hub, bound)}",
                hint=f"An item is one thing on each. Take one out first: `pmhub unlink {_key(hub, mine)} {where}`.",
            )


def _key(hub: Hub, bound: Bound) -> str:
    seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing or "")
    return (seen.ref.key if seen else "") or bound.thing or "nothing"


def _sync_at(hub: Hub, seen: Seen) -> str:
    lane = hub.lane_at(seen.remote, seen.ref.kind, seen.scope)
    return lane.sync if lane else ""


def _move(hub: Hub, bound: Bound, item: str) -> None:
    """A place that is empty, or whose thing is gone, gives way to one that is not."""
    mine = hub.store.items.bound_on(item, bound.remote)
    if mine is not None and not _is_live(bound):
        hub.store.links.forget(bound.counterpart.item, bound.remote)
        return
    if mine is not None:
        hub.store.links.forget(item, bound.remote)
    hub.store.links.move(bound.remote, bound.counterpart.item, item)


def _join(hub: Hub, item: str, bound: Bound) -> None:
    """With no agreed value: whatever differs is news on both sides."""
    found = hub.store.items.get(item)
    if found is not None:
        ref = bound.counterpart.ref
        hub.store.items.agree(Counterpart(item, bound.remote, ref, local=_unsaid(found.record)))


def _unsaid(record: Fields) -> dict[str, Value]:
    """Where nothing was ever agreed on, an empty field is no opinion: what the other side says there is no clash."""
    return {name: value for name, value in record.items() if is_empty(value)}


def _rename(hub: Hub, other: str, item: str) -> None:
    """Children of the other become children of the one, and what links to it links to the one."""
    for id_ in hub.store.links.naming(other):
        child = hub.store.items.get(id_)
        if child is not None:
            hub.store.items.put(replace(child, record=_renamed(child.kind, child.record, other, item)))
    for id_ in hub.store.links.naming(item):
        for bound in hub.store.items.bound(id_):
            c, kind = bound.counterpart, bound.kind
            local, agreed = (_renamed(kind, fields, other, item) for fields in (c.local, c.agreed))
            hub.store.items.agree(replace(c, local=local, agreed=agreed))


def _renamed(kind: Kind, fields: Fields, other: str, item: str) -> dict[str, Value]:
    merges = {name: spec.merge for name, spec in schema(kind).items()}
    found = dict(fields)
    for name, value in fields.items():
        if merges[name] is Merge.REF and value == other:
            found[name] = item
        elif merges[name] is Merge.LINKS:
            ends = ((one, item if target_of(one) == other else target_of(one)) for one in as_set(value))
            found[name] = as_value(frozenset(link_to(relation_of(one), end) for one, end in ends))
    return found


def _reopen(hub: Hub, item: str, joined: Sequence[Bound]) -> None:
    """What is on the item is looked for, and if need be made, where it now is, too."""
    for bound in joined:
        hub.store.links.forget_empty_on(item, bound.remote)
    hub.store.items.touch([item, *hub.store.links.items_on(item)])


def _forgive(hub: Hub, item: str, seen: Seen) -> None:
    """A duplicate that is taken in is none."""
    for conflict in hub.store.conflicts.all(open_only=True, item=item):
        if conflict.clash.kind == "duplicate" and conflict.clash.remote == seen.remote:
            hub.store.conflicts.resolve(conflict.id)


def _let_go(hub: Hub, item: str, remote: str) -> None:
    bound = hub.store.items.bound_on(item, remote)
    if bound is not None and bound.thing is not None:
        hub.store.links.set_unlinked((remote, bound.kind, bound.thing))
        hub.store.links.empty(item, remote)


def _mark_the_others(hub: Hub, item: str, joined: Sequence[Bound]) -> None:
    """Where what joined cannot be marked, what it joined names it: either way the two know each other."""
    for bound in joined:
        remote = hub.remotes.get(bound.remote)
        if remote is None or remote.connector.can_mark or bound.thing is None:
            continue
        here = [b for b in hub.store.items.bound(item) if _is_live(b) and b not in joined and _is_unmarked(hub, b)]
        _mark(hub, item_id(bound.remote, Ref(bound.kind, bound.thing)), here)


def _is_unmarked(hub: Hub, bound: Bound) -> bool:
    seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing or "")
    return seen is not None and seen.marker is None


def _mark(hub: Hub, item: str, joined: Sequence[Bound]) -> None:
    """Where a mark is invisible to people. The link holds without it."""
    for bound in joined:
        remote = hub.remotes.get(bound.remote)
        if remote is None:
            continue
        try:
            for target in targets(hub, remote, [Ref(bound.kind, bound.thing or "")]):
                remote.connector.mark(target, marker(item))
        except ConnectorError as error:
            hub.report.fail(bound.remote, error)

"""Find what a cursor missed: list every id, read what is unknown, and treat what is gone as a movement like any other."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.absorb import moved_there, shared_fields
from pmhub.engine.deletion import Deleted, vanished
from pmhub.engine.plan import outgoing
from pmhub.engine.state import Item
from pmhub.errors import ConnectorError
from pmhub.model.exchange import Observation, Stream
from pmhub.model.records import CLOSED, TAKEN_BACK
from pmhub.model.refs import Ref, origin_of
from pmhub.sdk import Target
from pmhub.store.items import Bound
from pmhub.sync.absorb import parties
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_absorbed, note_clash
from pmhub.sync.lanes import Lane, Place, Remote
from pmhub.sync.notices import new_among
from pmhub.sync.pull import read, targets


def sweep_due(hub: Hub, place: Place) -> bool:
    remote, key = place.remote, (place.remote.id, place.kind, place.scope.key)
    if key in hub.swept:  # a full read was a sweep
        return is_deep(hub) and hub.store.items.any_missing(remote.id, place.kind)
    return (
        is_deep(hub)
        or hub.store.observations.swept(*key) != hub.generation
        or hub.store.items.any_missing(remote.id, place.kind)
        or _has_lost_create(hub, place)
    )


def is_deep(hub: Hub) -> bool:
    return hub.deep or hub.run % hub.pace.deep_every == 0


def _has_lost_create(hub: Hub, place: Place) -> bool:
    sent = hub.store.intents.in_state("sent", remote=place.remote.id)
    kinds = {item.kind for w in sent if w.action.op == "create" and (item := hub.store.items.get(w.item))}
    return place.kind in kinds


def sweep(hub: Hub, remote: Remote) -> None:
    for place in hub.places_on(remote.id):
        if not sweep_due(hub, place):
            continue
        try:
            _sweep_place(hub, remote, place)
        except ConnectorError as error:
            hub.report.fail(remote.id, error)
            return
    if is_deep(hub):
        _settle_doubts(hub, remote)


def _settle_doubts(hub: Hub, remote: Remote) -> None:
    """A change that did not move the server's time is believed on a second direct read: where it can be had, now."""
    try:
        read(hub, remote, targets(hub, remote, hub.store.observations.rechecks(remote.id, hub.clock())))
    except ConnectorError as error:
        hub.report.fail(remote.id, error)


def _sweep_place(hub: Hub, remote: Remote, place: Place) -> None:
    stream = Stream(place.kind, place.scope)
    listed = {ref.id: ref for ref in remote.connector.sweep(stream)}
    known = hub.store.observations.ids(remote.id, place.kind)
    wanted = listed if is_deep(hub) else {id_: ref for id_, ref in listed.items() if id_ not in known}
    read(hub, remote, [Target(place.scope, ref) for ref in wanted.values()])
    live = hub.store.items.live(remote.id, place.kind, place.scope.key) + _never_seen(hub, place)
    _note_missing(hub, place, [b for b in live if b.thing not in listed], len(live))
    with hub.store.transaction():
        for bound in live:
            if bound.missing and bound.thing in listed:
                hub.store.items.set_missing(bound.counterpart.item, remote.id, 0)
        hub.store.observations.set_swept(remote.id, place.kind, place.scope.key, hub.generation)
    hub.swept.add((remote.id, place.kind, place.scope.key))


def _never_seen(hub: Hub, place: Place) -> list[Bound]:
    """Of what we made and never saw, what was made here."""
    found: list[Bound] = []
    for bound in hub.store.items.unseen(place.remote.id, place.kind):
        lane = hub.lane_of(hub.store.items.sync_of(bound.counterpart.item), bound.kind)
        made_at = lane.target(place.remote.id) if lane else None
        if made_at is not None and made_at.scope.key == place.scope.key:
            found.append(bound)
    return found


def _note_missing(hub: Hub, place: Place, missing: Sequence[Bound], live: int) -> None:
    remote = place.remote
    if not missing:
        _tell_of_leavers(hub, place, [])
        return
    if len(missing) > max(2, live // 2):
        hub.report.stopped = (
            f"{len(missing)} of {live} things are missing from {remote.connection}; nothing was closed. "
            "That looks like an outage or a changed filter, not like deletions."
        )
        return
    refs = [Ref(b.kind, b.thing or "") for b in missing]
    wanted = targets(hub, remote, refs)
    unseen = set(refs) - {target.ref for target in wanted}
    there = read(hub, remote, wanted + [Target(place.scope, ref) for ref in refs if ref in unseen])
    _tell_of_leavers(hub, place, [found for found in there.values() if found is not None])
    for bound in missing:
        if there.get(Ref(bound.kind, bound.thing or ""), "unread") is None:
            _missed(hub, remote, bound)


def _tell_of_leavers(hub: Hub, place: Place, there: Sequence[Observation]) -> None:
    """What is there, and no more among what the scope holds: its link stays, and it comes back as what it was. What changed
    a moment ago a listing may only not show yet.
    """
    now = hub.clock() - hub.pace.settle
    left = {one.ref.id: one.ref.key for one in there if hub.ours(place.remote.id, one.updated_at) < now}
    for number in new_among(hub, f"left {place.remote.id} {place.kind} {place.scope.key}", left):
        told = "%s left what the configuration names of %s: its link stays as it is"
        hub.log.warning(told, left[number] or number, place.scope.key)


def _missed(hub: Hub, remote: Remote, bound: Bound) -> None:
    """A direct read says that it is gone. The second time, in another run, it is."""
    item, missing = bound.counterpart.item, bound.missing + 1
    taken_back = False
    if missing >= hub.pace.misses:
        read_the_others(hub, remote, item)
        taken_back = _is_taken_back(hub, remote, item)
    with hub.store.transaction():
        hub.store.items.set_missing(item, remote.id, missing)
        if missing >= hub.pace.misses:
            vanish(hub, remote, item, taken_back=taken_back)


def read_the_others(hub: Hub, remote: Remote, item: str) -> None:
    """An edit beats a delete, also one that no index shows yet."""
    for bound in hub.store.items.bound(item):
        if bound.remote != remote.id and not bound.gone and bound.thing is not None and bound.remote in hub.remotes:
            other = hub.remotes[bound.remote]
            read(hub, other, targets(hub, other, [Ref(bound.kind, bound.thing)]))


def _is_taken_back(hub: Hub, remote: Remote, item_id: str) -> bool:
    """Was it deleted where a person made it, from a thing that still stands there? Else its copies are nobody's to delete."""
    item = hub.store.items.get(item_id)
    lane = hub.lane_of(hub.store.items.sync_of(item_id), item.kind) if item else None
    if item is None or item.on is None or lane is None or lane.deleted is not Deleted.DELETE:
        return False
    if item.id.partition("@")[2] != origin_of(remote.id):
        return False
    above = hub.store.items.bound_on(item.on, remote.id)
    if above is None or above.thing is None or above.gone:
        return False
    ref = Ref(above.kind, above.thing)
    return read(hub, remote, targets(hub, remote, [ref])).get(ref) is not None


def vanish(hub: Hub, remote: Remote, item_id: str, *, taken_back: bool = False) -> None:
    """The item goes on without the thing, as the sync's policy says. Inside a transaction.

    `taken_back`: a person deleted it where it was said; what else it may be deletes nothing.
    """
    store, item = hub.store, hub.store.items.get(item_id)
    lane = hub.lane_of(store.items.sync_of(item_id), item.kind) if item else None
    if item is None or lane is None:
        return
    edited = _edited_elsewhere(hub, remote, item, lane)
    store.items.set_gone(item_id, remote.id)
    policy = Deleted.IGNORE if lane.deleted is Deleted.DELETE and not taken_back else lane.deleted
    found = vanished(item, remote.id, policy, edited=edited, at=hub.clock())
    if found.clash is not None:
        note_clash(hub, item_id, found.clash)
    if found.item != item:
        name, _ = {**CLOSED, **TAKEN_BACK}[item.kind]
        store.items.put(found.item)
        note_absorbed(hub, item_id, name, item.record.get(name), found.item.record[name], remote.id)


def _edited_elsewhere(hub: Hub, remote: Remote, item: Item, lane: Lane) -> bool:
    for party in parties(hub, item, lane, ()):
        if party.view.remote == remote.id:
            if outgoing(item, party.view.side, party.view.counterpart, ()).write:
                return True
        elif any(moved_there(party.view, name) for name in shared_fields(party.view)):
            return True
    return False

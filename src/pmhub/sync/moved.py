"""Things that were moved to another container: their item goes with them, where both containers are in the same sync or the
other sync holds its other sides, too. Else the link stays as it is, nothing is written to a place that nobody named, and a person is told once.
"""

from __future__ import annotations

from pmhub.engine.moved import rebased
from pmhub.errors import ConnectorError
from pmhub.model.refs import Ref
from pmhub.store.observations import Seen
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_linked
from pmhub.sync.lanes import Lane
from pmhub.sync.notices import tell_once
from pmhub.sync.pull import read, targets
from pmhub.sync.sides import lifted

MOST_SUSPECTS = 200
"""In one run: more were not moved by a person."""


def follow_moves(hub: Hub) -> None:
    """Before what is new is placed: it may be old."""
    for remote in hub.working():
        suspects = hub.store.moves.suspects(remote.id, MOST_SUSPECTS)
        try:
            read(hub, remote, targets(hub, remote, suspects))
        except ConnectorError as error:
            hub.report.fail(remote.id, error)
    strangers = _strangers(hub)
    if not hub.moved and not strangers:
        return
    with hub.store.transaction():
        for (remote_id, old), new in sorted(hub.moved.items()):
            if not _follow(hub, remote_id, old, new):
                _tell(hub, remote_id, old, new)
        hub.moved.clear()
        for item, seen in strangers:
            if not _goes_with(hub, item, seen):
                _tell(hub, seen.remote, seen.ref, seen.ref)


def _follow(hub: Hub, remote: str, old: Ref, new: Ref) -> bool:
    item, seen = (
        hub.store.items.item_of((remote, old.kind, old.id)),
        hub.store.observations.get(remote, new.kind, new.id),
    )
    if item is None:
        return True
    if seen is None or hub.store.items.item_of(seen.thing) is not None or not _goes_with(hub, item, seen):
        return False
    bound, lane = hub.store.items.bound_on(item, remote), hub.lane_at(remote, seen.ref.kind, seen.scope)
    place = lane.target(remote, seen.scope) if lane else None
    if bound is None or lane is None or place is None:
        return False
    now = lifted(hub.store, remote, seen.ref.kind, seen.record)
    hub.store.moves.rebind(rebased(hub.sides.of(lane, place), bound.counterpart, new.id, now), old)
    note_linked(hub, item, "moved", remote, seen.ref.key or seen.ref.id)
    hub.log.info("%s was moved to %s: its item goes with it", old.key or old.id, seen.ref.key or seen.ref.id)
    hub.progress = True
    return True


def _goes_with(hub: Hub, item: str, seen: Seen) -> bool:
    """May the item belong to the sync that this place is of? Then it does."""
    lane = hub.lane_at(seen.remote, seen.ref.kind, seen.scope)
    if lane is None:
        return False
    if lane.sync != hub.store.items.sync_of(item):
        if not all(_holds(hub, lane, item, remote) for remote in _others(hub, item, seen.remote)):
            return False
        hub.store.moves.assign(item, lane.sync)
    return True


def _others(hub: Hub, item: str, remote: str) -> list[str]:
    return [bound.remote for bound in hub.store.items.bound(item) if bound.remote != remote and not bound.gone]


def _holds(hub: Hub, lane: Lane, item: str, remote: str) -> bool:
    bound = hub.store.items.bound_on(item, remote)
    seen = hub.store.observations.get(remote, bound.kind, bound.thing) if bound and bound.thing else None
    return seen is not None and any((p.remote.id, p.scope.key) == (remote, seen.scope) for p in lane.places)


def _strangers(hub: Hub) -> list[tuple[str, Seen]]:
    """Of the items to look at, those with a thing that kept its id and is in a container of another sync by now."""
    found: list[tuple[str, Seen]] = []
    for sync, remote, kind, scope in hub.store.moves.standing(hub.syncs):
        lane = hub.lane_at(remote, kind, scope)
        if lane is not None and lane.sync != sync:
            found += hub.store.moves.of(sync, remote, kind, scope)
    return found


def _tell(hub: Hub, remote: str, old: Ref, new: Ref) -> None:
    message = f"{old.key or old.id} was moved to {new.key or new.id}: it is left alone, here and there"
    tell_once(hub, f"moved {remote} {old.kind} {old.id} {new.key}", message)

"""Where on a remote a new thing goes."""

from __future__ import annotations

from pmhub.engine.state import Item
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane, Place


def destination(hub: Hub, lane: Lane, item: Item, remote: str) -> Place | None:
    """What is on something goes where that is; else to the first endpoint whose route takes it. None: nowhere there."""
    if item.on is not None and (scope := _scope_of_container(hub, item.on, remote)) is not None:
        return lane.target(remote, scope)
    return lane.route(remote, item.record)


def _scope_of_container(hub: Hub, container: str, remote: str) -> str | None:
    bound = hub.store.items.bound_on(container, remote)
    seen = hub.store.observations.get(remote, bound.kind, bound.thing) if bound and bound.thing else None
    if seen is not None:
        return seen.scope
    above = hub.store.items.get(container)
    lane = hub.lane_of(hub.store.items.sync_of(container), above.kind) if above else None
    place = lane.route(remote, above.record) if lane and above else None
    return place.scope.key if place else None

"""What stops a run before its first write."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.guard import overrun
from pmhub.engine.plan import Action
from pmhub.model.exchange import Scope
from pmhub.model.visibility import Visibility
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Place
from pmhub.sync.recover import lane_of


def reason_to_stop(hub: Hub, planned: Sequence[Action]) -> str:
    """Empty when nothing speaks against this plan."""
    items = sum(hub.store.items.count(lane.sync, lane.kind) for lane in hub.lanes)
    return overrun(planned, items, hub.limits) or _unapproved_audience(hub, planned) or ""


def audience(place: Place) -> Visibility:
    """Who can see what is written here: the configuration's word, else the remote's, else its members."""
    if place.scope.visibility is not None:
        return place.scope.visibility
    container = place.remote.identity.containers.get(place.scope.key)
    told = container.visibility if container else None
    return Visibility.MEMBERS if told is None else told


def _unapproved_audience(hub: Hub, planned: Sequence[Action]) -> str | None:
    """The first write into a public place is a person's decision; so is the first after a place turned public."""
    places = {(p.remote.id, p.scope.key): p for a in planned if (p := _place(hub, a)) and _is_public(p)}
    for place in places.values():
        if not _approved(hub, place):
            return (
                f"{place.scope.key} on {place.remote.connection} is public and nothing was ever written there. "
                "If everybody may read what is synced, run once with --allow-public"
            )
    return None


def _place(hub: Hub, action: Action) -> Place | None:
    lane = lane_of(hub, action.item)
    return lane.target(action.remote) if lane else None


def _is_public(place: Place) -> bool:
    return audience(place) is Visibility.PUBLIC


def _approved(hub: Hub, place: Place) -> bool:
    key = _key(place.remote.id, place.scope)
    if hub.allow_public:
        with hub.store.transaction():
            hub.store.meta.put(key, "approved")
    return hub.store.meta.get(key) is not None


def _key(remote: str, scope: Scope) -> str:
    return f"public {remote} {scope.key}"

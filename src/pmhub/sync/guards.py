"""What stops a run before its first write."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.guard import overrun
from pmhub.engine.plan import Action
from pmhub.model.exchange import Scope
from pmhub.model.visibility import Visibility
from pmhub.sync.destination import destination
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Place
from pmhub.sync.recover import lane_of

APPROVED = "approved"


def reason_to_stop(hub: Hub, planned: Sequence[Action], *, first: bool = True) -> str:
    """Empty when nothing speaks against this plan. The limits are for a run's `first`; who can read it, for every plan."""
    if not first or not planned:
        return _unapproved_audience(hub, planned) or ""
    items = sum(hub.store.items.count(lane.sync, lane.kind) for lane in hub.lanes)
    return overrun(planned, items, hub.limits) or _unapproved_audience(hub, planned) or ""


def audience(place: Place) -> Visibility:
    """Who can see what is written here: the wider of the remote's word and the configuration's, else its members.

    The remote is believed over a configuration that says less: a repository can turn public behind its back.
    """
    container = place.remote.identity.containers.get(place.scope.key)
    told = (place.scope.visibility, container.visibility if container else None)
    return max((each for each in told if each is not None), default=Visibility.MEMBERS)


def may_be_read_by_everybody(hub: Hub, place: Place) -> bool:
    """What is written here outside a plan: not public, or approved by an earlier run or by this one's person."""
    return not _is_public(place) or _approved(hub, place)


def _unapproved_audience(hub: Hub, planned: Sequence[Action]) -> str | None:
    """The first write into a public place is a person's decision; so is the first after a place turned public."""
    _forget_what_turned_private(hub)
    places = {(p.remote.id, p.scope.key): p for a in planned if (p := place_of(hub, a)) and _is_public(p)}
    for place in places.values():
        if not _approved(hub, place):
            return (
                f"{place.scope.key} on {place.remote.connection} is public and nothing was ever written there. "
                "If everybody may read what is synced, run once with --allow-public"
            )
    return None


def place_of(hub: Hub, action: Action) -> Place | None:
    lane, bound = lane_of(hub, action.item), hub.store.items.bound_on(action.item, action.remote)
    seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing) if bound and bound.thing else None
    item = hub.store.items.get(action.item) if seen is None else None
    if lane and item:
        return destination(hub, lane, item, action.remote)
    return lane.target(action.remote, seen.scope if seen else None) if lane else None


def _is_public(place: Place) -> bool:
    return audience(place) is Visibility.PUBLIC


def _approved(hub: Hub, place: Place) -> bool:
    key = _key(place.remote.id, place.scope)
    if hub.allow_public:
        with hub.store.transaction():
            hub.store.meta.put(key, APPROVED)
    return hub.store.meta.get(key) == APPROVED


def _forget_what_turned_private(hub: Hub) -> None:
    """What was said of a public place does not hold for the next time it turns public."""
    for lane in hub.lanes:
        for place in lane.places:
            key, known = _key(place.remote.id, place.scope), place.scope.key in place.remote.identity.containers
            if known and not _is_public(place) and hub.store.meta.get(key) == APPROVED:
                with hub.store.transaction():
                    hub.store.meta.put(key, "withdrawn")


def _key(remote: str, scope: Scope) -> str:
    return f"public {remote} {scope.key}"

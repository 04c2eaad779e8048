"""When the configuration means something else than last time: read what is stored anew, in the new words."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.model.exchange import Scope
from pmhub.store import Store
from pmhub.store.observations import Seen
from pmhub.sync.lanes import Lane, Place

_KEY = "meaning"


def rederive(store: Store, lanes: Sequence[Lane], fingerprint: str, now: int) -> None:
    """Stored native payloads are normalised again, and everything is read directly once in the next pull, since a field
    that was never asked for is in no payload.
    """
    before = store.meta.get(_KEY)
    if before == fingerprint:
        return
    with store.transaction():
        if before is not None:
            for lane in lanes:
                for place in lane.places:
                    _rederive_place(store, lane, place, now)
            store.items.touch_all()
        store.meta.put(_KEY, fingerprint)


def _rederive_place(store: Store, lane: Lane, place: Place, now: int) -> None:
    store.items.assign(lane.sync, place.remote.id, place.kind, place.scope.key)
    for seen in store.observations.all(place.remote.id, place.kind, place.scope.key):
        _renormalise(store, place, place.scope, seen)
        store.observations.recheck(seen.thing, now)


def _renormalise(store: Store, place: Place, scope: Scope, seen: Seen) -> None:
    again = place.remote.connector.normalise(place.kind, scope, seen.observation().native)
    store.observations.put(place.remote.id, seen.scope, again, seen.read_at)

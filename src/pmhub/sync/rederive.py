"""When the configuration means something else than last time: read what is stored anew, in the new words."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.model.codec import fingerprint
from pmhub.store import Store
from pmhub.sync.hooks import Relay
from pmhub.sync.in_our_words import in_our_words
from pmhub.sync.lanes import Lane, Place

_KEY = "meaning"


def rederive(store: Store, lanes: Sequence[Lane], meaning: str, now: int, hooks: Relay = None) -> None:
    """Stored native payloads are normalised again. Only where something is asked for that never was, and so is in no
    payload, everything is read directly once in the next pull.
    """
    before = store.meta.get(_KEY)
    if before == meaning:
        return
    with store.transaction():
        if before is not None:
            for lane in lanes:
                for place in lane.places:
                    _rederive_place(store, lane, place, now, hooks)
            store.items.touch_all()
        for place in (place for lane in lanes for place in lane.places):
            store.meta.put(_asked_key(place), _asked(place))
        store.meta.put(_KEY, meaning)


def _rederive_place(store: Store, lane: Lane, place: Place, now: int, hooks: Relay) -> None:
    store.items.assign(lane.sync, place.remote.id, place.kind, place.scope.key)
    is_new = store.meta.get(_asked_key(place)) != _asked(place)
    for seen in store.observations.all(place.remote.id, place.kind, place.scope.key):
        again = place.remote.connector.normalise(place.kind, place.scope, seen.observation().native)
        if again.updated_at < seen.updated_at:
            continue  # we know of a write of ours that its payload does not show: the read that is due anyway will
        store.observations.put(
            place.remote.id, seen.scope, in_our_words(hooks, place, place.remote.id, again), seen.read_at
        )
        if is_new:
            store.observations.recheck(seen.thing, now)


def _asked_key(place: Place) -> str:
    return f"asked {place.remote.id} {place.kind} {place.scope.key}"


def _asked(place: Place) -> str:
    """All that decides what is in a payload: the scope, the native fields, and what the connector can hold."""
    holds = sorted(place.remote.connector.capabilities.fields.get(place.kind, ()))
    return fingerprint([repr(place.scope.settings), dict(place.scope.vocabulary.fields), holds])

"""What was read, as the configuration and plugins would have it, before anything is merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pmhub.errors import UNMAPPED
from pmhub.model.exchange import Observation
from pmhub.model.records import record, values
from pmhub.sync.hooks import Relay, transform_observation
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import ERROR, KEEP, Place
from pmhub.sync.report import Problem


def in_our_words(relay: Relay, place: Place | None, remote: str, seen: Observation) -> Observation:
    """A native word that no map has is no opinion, unless it shall be kept as the connector reads it."""
    seen = transform_observation(relay, remote, seen)
    unknown = {name for name in place.unmapped if _is_unknown(place, name, seen)} if place else set()
    if not unknown:
        return seen
    known = {name: value for name, value in values(seen.record).items() if name not in unknown}
    return replace(seen, record=record(seen.ref.kind, known))


def _is_unknown(place: Place, name: str, seen: Observation) -> bool:
    words, native = place.scope.vocabulary.words.get(name), seen.originals.get(name)
    return place.unmapped[name] != KEEP and words is not None and native is not None and words.lift(native) is None


def tell_unmapped(hub: Hub) -> None:
    """Every run again, until the word is in the map."""
    for lane in hub.lanes:
        for place in lane.places:
            hub.report.refused += _untranslated(hub, place)


def _untranslated(hub: Hub, place: Place) -> Iterator[Problem]:
    for name in sorted(name for name, policy in place.unmapped.items() if policy == ERROR):
        words = place.scope.vocabulary.words.get(name)
        found = hub.store.matching.native_words(place.remote.id, place.kind, place.scope.key, name) if words else {}
        for native, (number, key) in found.items():
            if words and words.lift(native) is None:
                more = f" and {number - 1} more" if number > 1 else ""
                yield Problem(
                    f"{place.remote.connection}: {key}",
                    f"{name} `{native}` is no word of the map{more}: the field is left alone there",
                    f'Give it a word in the map of `{name}`, or write unmapped = "skip".',
                    f"unmapped {place.remote.id} {name} {native}",
                    UNMAPPED,
                    name,
                )

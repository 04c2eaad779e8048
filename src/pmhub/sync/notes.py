"""The notes of every release, composed of the tickets as they stand, and taken into the release like an edit of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from pmhub.engine.notes.assign import assign
from pmhub.engine.notes.compose import compose, may_publish
from pmhub.engine.notes.entries import Entry, PullRequest, ReleaseFacts
from pmhub.engine.state import HUB, Item, Stamp
from pmhub.model.kinds import Kind
from pmhub.model.records import Value
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Category, Vocabulary
from pmhub.store.observations import Seen
from pmhub.store.pull_requests import ByTicket, by_ticket, of_ticket
from pmhub.sync.guards import audience
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_absorbed
from pmhub.sync.lanes import Lane, Publishing
from pmhub.sync.read_pull_requests import TOLD


def compose_notes(hub: Hub) -> None:
    """Inside a transaction. Nothing is composed where nothing moved since the last time."""
    for lane in hub.lanes:
        if lane.notes is not None and (hub.store.items.todo(hub.syncs) or _is_new(hub, lane, lane.notes)):
            _compose_lane(hub, lane, lane.notes)


def _is_new(hub: Hub, lane: Lane, publishing: Publishing) -> bool:
    """Another template, other rules or more pull requests than when these notes were last composed."""
    return hub.store.meta.get(f"notes {lane.sync}") != _mark(hub, publishing)


def _mark(hub: Hub, publishing: Publishing) -> str:
    return f"{publishing.mark} {hub.store.meta.get(TOLD)}" if publishing.pull_requests else publishing.mark


def _compose_lane(hub: Hub, lane: Lane, publishing: Publishing) -> None:
    releases = {str(item.record.get("version")): item for item in _releases(hub, lane)}
    members = assign(_entries(hub, lane, _pulls(hub, publishing)), map(_facts, releases.values()))
    shown_to = max((audience(p) for p in lane.places if p.remote.id in publishing.remotes), default=Visibility.MEMBERS)
    for version, item in releases.items():
        notes = compose(_facts(item), members[version], publishing.rules, shown_to)
        if may_publish(notes, has_some=bool(item.record.get("notes"))):
            _set(hub, item, publishing.render(notes))
    hub.store.meta.put(f"notes {lane.sync}", _mark(hub, publishing))


def _pulls(hub: Hub, publishing: Publishing) -> ByTicket:
    return by_ticket(hub.store.pull_requests.merged() if publishing.pull_requests else ())


def _set(hub: Hub, item: Item, text: Value) -> None:
    before = item.record.get("notes")
    if before == text:
        return
    stamp = Stamp(HUB, hub.clock(), by_us=True, sure=True)
    note_absorbed(hub, item.id, "notes", before, text, HUB)
    hub.store.items.put(replace(item, record={**item.record, "notes": text}, stamps={**item.stamps, "notes": stamp}))


def _facts(item: Item) -> ReleaseFacts:
    date = item.record.get("date")
    return ReleaseFacts(
        version=str(item.record.get("version")),
        status=str(item.record.get("status") or "planned"),
        date=str(date) if date else None,
    )


def _releases(hub: Hub, lane: Lane) -> list[Item]:
    found = (hub.store.items.get(id_) for id_ in hub.store.items.ids(Kind.RELEASE))
    return [item for item in found if item and not item.closed and hub.store.items.sync_of(item.id) == lane.sync]


def _entries(hub: Hub, lane: Lane, pulls: ByTicket) -> list[Entry]:
    """Of the tickets that are in a container of the lane: two products may each have a version 1.0."""
    containers = {(place.remote.id, place.scope.key) for place in lane.places}
    shown: dict[str, list[Seen]] = defaultdict(list)
    for ticket, seen in hub.store.observations.of_released_tickets():
        shown[ticket].append(seen)
    return [
        _entry(hub, item, seen, of_ticket(pulls, (each.ref.key for each in seen)))
        for id_, seen in shown.items()
        if containers & {(each.remote, each.scope) for each in seen} and (item := hub.store.items.get(id_))
    ]


def _entry(hub: Hub, item: Item, shown: list[Seen], pulls: tuple[PullRequest, ...]) -> Entry:
    """As it is shown where most people see it: what they may see there, and no more, they may read in the notes."""
    ranks = list(hub.remotes)
    widest = max(shown, key=lambda seen: (seen.visibility, -ranks.index(seen.remote) if seen.remote in ranks else -99))
    record: Mapping[str, Value] = widest.record
    return Entry(
        item=item.id,
        key=widest.ref.key,
        title=str(record.get("title") or ""),
        visibility=widest.visibility,
        type=str(record.get("type") or ""),
        labels=_names(record.get("labels")),
        components=_names(record.get("components")),
        releases=_names(item.record.get("releases")),
        url=widest.ref.url,
        status_category=_category(hub, widest, str(item.record.get("status") or "")),
        pull_requests=pulls,
    )


def _category(hub: Hub, seen: Seen, status: str) -> Category:
    lane = hub.lane_at(seen.remote, seen.ref.kind, seen.scope)
    place = lane.target(seen.remote, seen.scope) if lane else None
    return (place.scope.vocabulary if place else Vocabulary()).category(status)


def _names(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()

"""Releases and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub.engine.notes.assign import assign
from pmhub.engine.notes.entries import Entry, PullRequest, ReleaseFacts
from pmhub.engine.notes.loose_ends import LooseEnds, loose_ends
from pmhub.errors import AmbiguousName, UnknownName
from pmhub.insight.picture import Picture, names, text
from pmhub.model.kinds import Kind
from pmhub.model.visibility import Visibility
from pmhub.store.pull_requests import by_ticket, of_ticket
from pmhub.store.reading import ItemRow, ThingRow


def releases(picture: Picture) -> list[ItemRow]:
    return picture.of(Kind.RELEASE)


def release_named(picture: Picture, name: str) -> ItemRow:
    """By its version, tag, key, address or our id. Raises UserError when there is none, or more than one."""
    found = [row for row in releases(picture) if name in _names_of(picture, row)]
    if len(found) == 1:
        return found[0]
    if found:
        told = "".join(f"\n  {row.id}  {picture.name(row.id)}" for row in found)
        raise AmbiguousName(f"{name} means {len(found)} releases:{told}", hint="Give the id of one of them.")
    known = ", ".join(str(row.record.get("version")) for row in releases(picture)) or "none"
    raise UnknownName(f"there is no release {name}", hint=f"Known: {known}.")


def _names_of(picture: Picture, row: ItemRow) -> set[str]:
    version = str(row.record.get("version") or "")
    things = picture.things.get(row.id, ())
    tags = {thing.key.rpartition("@")[2] for thing in things}
    return {row.id, row.id.partition("@")[0], version, *tags, *(t.key for t in things), *(t.url for t in things)} - {""}


def facts(row: ItemRow) -> ReleaseFacts:
    return ReleaseFacts(
        version=str(row.record.get("version")),
        status=str(row.record.get("status") or "planned"),
        date=text(row.record.get("date")),
    )


def members(picture: Picture, release: ItemRow) -> tuple[Entry, ...]:
    """The tickets its notes tell of: those that name it, unless an earlier release tells of them."""
    alike = [row for row in releases(picture) if row.sync == release.sync]
    return assign(_entries(picture, release.sync), map(facts, alike))[facts(release).version]


def tickets_of(picture: Picture, release: ItemRow) -> list[ItemRow]:
    """Those that name it, and what is below them and names no release: all of it must be done."""
    version = facts(release).version
    places = _containers(picture, release.sync)
    naming = [
        row
        for row in picture.of(Kind.TICKET)
        if version in names(row.record.get("releases")) and places & _scopes(picture, row.id)
    ]
    below = picture.forest.reached(row.id for row in naming)
    rows = (picture.items[item] for item in below)
    named = {row.id for row in naming}
    return [row for row in rows if row.id in named or not names(row.record.get("releases"))]


def _containers(picture: Picture, sync: str) -> set[tuple[str, str]]:
    """Two products may each have a version 1.0: only tickets in the containers of the release's sync are its own."""
    remotes = {name: remote for remote, name in picture.connections.items()}
    configured = picture.workspace.syncs.get(sync)
    return {(remotes[e.connection], e.scope.key) for e in configured.endpoints} if configured else set()


def _scopes(picture: Picture, item: str) -> set[tuple[str, str]]:
    return {(thing.remote, thing.scope) for thing in picture.things.get(item, ())}


def _entries(picture: Picture, sync: str) -> Iterator[Entry]:
    places = _containers(picture, sync)
    pulls = by_ticket(picture.merged if _tells_pulls(picture, sync) else ())
    for row in picture.of(Kind.TICKET):
        things = picture.things.get(row.id, ())
        if names(row.record.get("releases")) and places & {(thing.remote, thing.scope) for thing in things}:
            widest = max(things, key=lambda thing: thing.visibility)
            yield _entry(picture, row, widest, of_ticket(pulls, (thing.key for thing in things)))


def _tells_pulls(picture: Picture, sync: str) -> bool:
    configured = picture.workspace.syncs.get(sync)
    return bool(configured and configured.notes and configured.notes.pull_requests)


def _entry(picture: Picture, row: ItemRow, widest: ThingRow, pulls: tuple[PullRequest, ...]) -> Entry:
    """As it is shown where most people see it: what they may see there, and no more, they may read in the notes."""
    record = widest.record
    return Entry(
        item=row.id,
        key=widest.key,
        title=str(record.get("title") or ""),
        visibility=widest.visibility,
        type=str(record.get("type") or ""),
        labels=names(record.get("labels")),
        components=names(record.get("components")),
        releases=names(row.record.get("releases")),
        url=widest.url,
        status_category=picture.category(row),
        pull_requests=pulls,
    )


def loose_ends_of(picture: Picture, release: ItemRow) -> LooseEnds | None:
    """Its finished tickets that no merged pull request brought, and merged ones in its containers that name it and have no
    ticket that is known; None where merged ones are not read.
    """
    if not _tells_pulls(picture, release.sync):
        return None
    version, places = facts(release).version, _containers(picture, release.sync)
    keys = {thing.key for things in picture.things.values() for thing in things}
    alone = [
        each.pull
        for each in picture.merged
        if (each.remote, each.scope) in places and version in each.pull.releases and not keys & set(each.tickets)
    ]
    return loose_ends(members(picture, release), alone)


def audience_of(picture: Picture, release: ItemRow) -> Visibility:
    """Who can see the places where the release stands."""
    places = (thing.visibility for thing in picture.things.get(release.id, ()))
    return max(places, default=Visibility.MEMBERS)

"""Read what changed. A page and its cursor are one transaction; nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from pmhub.errors import ConnectorError, OutOfTime
from pmhub.model.codec import dump
from pmhub.model.exchange import Observation, Page, Stream, Tombstone
from pmhub.model.records import values
from pmhub.model.refs import Ref
from pmhub.sdk import Target
from pmhub.store.observations import Seen, Thing
from pmhub.sync.hub import Hub
from pmhub.sync.in_our_words import in_our_words
from pmhub.sync.lanes import Remote
from pmhub.sync.steps import Doing, Step

TOGETHER = 500


def begin_pulls(hub: Hub) -> None:
    """What the later remotes are asked first need not wait for the others to be read; what is wrong there is told by `pull`."""
    for remote in list(hub.working())[1:]:
        with suppress(ConnectorError):
            remote.connector.begin(_streams(hub, remote))


def _streams(hub: Hub, remote: Remote) -> list[Stream]:
    places, cursor = hub.places_on(remote.id), hub.store.observations.cursor
    return [Stream(place.kind, place.scope, cursor(remote.id, place.kind, place.scope.key)) for place in places]


def pull(hub: Hub, remote: Remote) -> None:
    """All streams of a remote, then the direct reads that earlier doubts ask for. A failure is this remote's alone."""
    try:
        seen = hub.report.seen
        hub.watch(Step(Doing.READING, remote.connection))
        for page in remote.connector.fetch(_streams(hub, remote)):
            _store_page(hub, remote, page)
            _mind_the_time(hub, remote, page)
            hub.watch(Step(Doing.READING, remote.connection, hub.report.seen - seen))
        read(hub, remote, targets(hub, remote, hub.store.observations.rechecks(remote.id, hub.clock())))
    except ConnectorError as error:
        hub.store.validators.forget_pending()
        hub.report.fail(remote.id, error)
        return
    hub.pulled.add(remote.id)


def _mind_the_time(hub: Hub, remote: Remote, page: Page) -> None:
    """What takes longer than the run may goes on in the next one: raises OutOfTime where a page keeps the place for that."""
    if page.more and page.cursor is not None and hub.is_late():
        hub.report.out_of_time = True
        told = f"{remote.connection} was not read to its end in the time of this run"
        raise OutOfTime(told, hint="The next run goes on where this one ended.")


def targets(hub: Hub, remote: Remote, refs: Sequence[Ref]) -> list[Target]:
    """Refs with the scope they were last seen in; those of no scope in this run are left out."""
    places = {(p.kind, p.scope.key): p for p in hub.places_on(remote.id)}
    found: list[Target] = []
    for ref in refs:
        seen = hub.store.observations.get(remote.id, ref.kind, ref.id)
        place = places.get((ref.kind, seen.scope)) if seen else None
        if seen and place:
            found.append(Target(place.scope, seen.ref))
    return found


def _store_page(hub: Hub, remote: Remote, page: Page) -> None:
    stream, store = page.stream, hub.store
    with store.transaction():
        seen = [one for one in page.observations if isinstance(one, Observation)]
        for start in range(0, len(seen), TOGETHER):
            _observe_all(hub, remote, stream, seen[start : start + TOGETHER])
        if page.cursor is not None:
            store.observations.set_cursor(remote.id, stream.kind, stream.scope.key, page.cursor)
            store.validators.keep()
        if page.complete:  # what a sweep would list was just listed
            store.observations.set_swept(remote.id, stream.kind, stream.scope.key, hub.generation)
    if page.complete:
        hub.swept.add((remote.id, stream.kind, stream.scope.key))
    hub.report.left_out.update(page.left_out)


def _observe_all(hub: Hub, remote: Remote, stream: Stream, observations: Sequence[Observation]) -> None:
    """What was never seen contradicts nothing, and is written together."""
    store, scope = hub.store.observations, stream.scope.key
    known = store.known(remote.id, stream.kind, [one.ref.id for one in observations])
    fresh: dict[str, Observation] = {}
    for one in observations:
        if one.ref.id in known or one.ref.id in fresh:
            _write(hub, remote, scope, fresh)
            observe(hub, remote, scope, understood(hub, remote, scope, one))
        else:
            fresh[one.ref.id] = understood(hub, remote, scope, one)
    _write(hub, remote, scope, fresh)


def _write(hub: Hub, remote: Remote, scope: str, fresh: dict[str, Observation]) -> None:
    hub.report.seen += len(fresh)
    hub.store.observations.put_all(remote.id, scope, list(fresh.values()), hub.clock())
    fresh.clear()


def read(hub: Hub, remote: Remote, wanted: Sequence[Target]) -> dict[Ref, Observation | None]:
    """Direct reads, stored as they are seen. None: the server says it is not there. Raises ConnectorError."""
    found: dict[Ref, Observation | None] = {}
    if not wanted:
        return found
    scopes = {target.ref: target.scope.key for target in wanted}
    answers = list(remote.connector.read(sorted(wanted, key=lambda t: (t.ref.kind, t.ref.id))))
    with hub.store.transaction():
        for answer in answers:
            if isinstance(answer, Tombstone):
                hub.store.observations.recheck((remote.id, answer.ref.kind, answer.ref.id), None)
                if answer.moved is None:
                    found[answer.ref] = None
                else:
                    hub.moved[remote.id, answer.ref] = answer.moved
            else:
                scope = scopes.get(answer.ref, "")
                found[answer.ref] = answer
                observe(hub, remote, scope, understood(hub, remote, scope, answer), direct=True)
        now = hub.clock()
        hub.store.observations.read_at([(remote.id, r.kind, r.id) for r, o in found.items() if o], now)
    return found


def understood(hub: Hub, remote: Remote, scope: str, new: Observation) -> Observation:
    """As the configuration of that scope and plugins would have it."""
    return in_our_words(hub.hooks, hub.place_at(remote.id, new.ref.kind, scope), remote.id, new)


def observe(hub: Hub, remote: Remote, scope: str, new: Observation, *, direct: bool = False) -> bool:
    """Store what was seen, inside a transaction. Never goes back in time.

    Equal time with other content proves nothing: it is noted for a direct read a replica's horizon later, and that read
    is believed whatever its time says.
    """
    store, now = hub.store.observations, hub.clock()
    thing: Thing = (remote.id, new.ref.kind, new.ref.id)
    old = store.get(*thing)
    scope = scope or (old.scope if old else "")
    hub.report.seen += 1
    if old is None:
        store.put(remote.id, scope, new, now)
        return True
    if old.marker and not new.marker:  # wiped by a person: our name for it stays
        new = replace(new, marker=old.marker)
    due = store.recheck_due(thing)
    settled = direct and due is not None and now >= due
    if not settled:
        if new.updated_at < old.updated_at or (new.updated_at == old.updated_at and _says_the_same(old, new)):
            return False
        if new.updated_at == old.updated_at:
            look_again(hub, thing, hub.pace.horizon - (now + remote.offset - new.updated_at))
            return False
        if _says_the_same(old, new) and scope == old.scope:
            store.renew(remote.id, scope, new, now)
            return False
    else:
        store.recheck(thing, None)
    store.put(remote.id, scope, new, now)
    return True


def look_again(hub: Hub, thing: Thing, wait: int) -> None:
    hub.store.observations.recheck(thing, hub.clock() + max(0, wait))


def _says_the_same(old: Seen, new: Observation) -> bool:
    return (
        dump(dict(old.record)) == dump(values(new.record))
        and (old.marker, old.author, old.on, old.visibility) == (new.marker, new.author, new.on, new.visibility)
        and (old.ref.key, old.ref.url) == (new.ref.key, new.ref.url)
    )

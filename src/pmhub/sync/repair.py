"""Gather what may be wrong, and mend what can be mended without deleting anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pmhub.engine.deletion import Deleted
from pmhub.engine.guard import overrun
from pmhub.engine.plan import Action, Op
from pmhub.engine.repair import Finding, Ill, Standing, findings
from pmhub.engine.state import HUB
from pmhub.errors import Ambiguous, ConnectorError, Refused
from pmhub.model.capabilities import Access
from pmhub.model.records import CLOSED
from pmhub.sdk import Target
from pmhub.store.items import Bound
from pmhub.store.observations import Seen, Thing
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_linked, note_write
from pmhub.sync.lanes import Place, Remote
from pmhub.sync.pull import read
from pmhub.sync.report import Problem, Report
from pmhub.sync.run import begin, end, gather, remembered


def find(hub: Hub) -> list[Finding]:
    """As things were last read: asks no remote."""
    items = {id_: item for id_ in hub.store.items.ids() if (item := hub.store.items.get(id_))}
    bound = {id_: hub.store.items.bound(id_) for id_ in items}
    places = {(b.remote, b.kind, b.thing): b for each in bound.values() for b in each if b.thing is not None}
    living = {id_: any(_is_live(b) for b in each) for id_, each in bound.items()}
    every = [seen for seen in hub.store.observations.every() if _is_there(places.get(seen.thing))]
    us = {(remote.id, remembered(hub, remote).account) for remote in hub.remotes.values()}
    theirs = {seen.thing for seen in every if (seen.remote, seen.author) not in us}
    things = [_standing(seen, places.get(seen.thing), bound, theirs) for seen in every]
    return findings(things, items, living)


def _is_live(bound: Bound) -> bool:
    return bound.thing is not None and not bound.gone


def _is_there(bound: Bound | None) -> bool:
    return bound is None or not bound.gone


def _standing(
    seen: Seen, place: Bound | None, bound: Mapping[str, Sequence[Bound]], theirs: Collection[Thing]
) -> Standing:
    """`theirs`: the things that others than we created."""
    item = place.counterpart.item if place else None
    elsewhere = [b for b in bound.get(item or "", ()) if b.remote != seen.remote and _is_live(b)]
    return Standing(
        remote=seen.remote,
        kind=seen.ref.kind,
        id=seen.ref.id,
        fields=seen.record,
        item=item,
        on=seen.on,
        created_at=seen.created_at,
        by_us=seen.thing not in theirs,
        marked=seen.marker is not None,
        duplicate=seen.duplicate,
        unlinked=seen.unlinked,
        missing=bool(place and place.missing),
        mirrors=any((b.remote, b.kind, b.thing) in theirs for b in elsewhere),
    )


def repair(hub: Hub) -> tuple[list[Finding], Report]:
    """A run that lists and reads everything, binds what it can, mends what is left, and carries no edit anywhere.

    Answers with what is still wrong afterwards.
    """
    begin(hub)
    hub.deep = True
    gather(hub)
    _forget_dead_parents(hub, find(hub))
    _close_doubles(hub, [f for f in find(hub) if f.ill is Ill.DOUBLE and f.mends])
    return find(hub), end(hub)


def _forget_dead_parents(hub: Hub, found: Sequence[Finding]) -> None:
    """Ours alone: what the remotes name as the parent is read again by the next absorb."""
    with hub.store.transaction():
        for finding in found:
            item = hub.store.items.get(finding.item or "") if finding.ill is Ill.DEAD_PARENT and finding.mends else None
            if item is None:
                continue
            note_linked(hub, item.id, "forget parent", HUB, str(item.record.get("parent")))
            kept = {name: value for name, value in item.record.items() if name != "parent"}
            hub.store.items.put(replace(item, record=kept))
            for bound in hub.store.items.bound(item.id):
                c = bound.counterpart
                local, agreed = ({n: v for n, v in each.items() if n != "parent"} for each in (c.local, c.agreed))
                hub.store.items.agree(replace(c, local=local, agreed=agreed))


# Doubles that we made. Closing one is no action of an item: it is safe to repeat, and the next repair sees whether it held.


def _close_doubles(hub: Hub, found: Sequence[Finding]) -> None:
    jobs = [(finding, place) for finding in found if (place := _place(hub, finding)) is not None]
    closing = [Action(f.thing, f.remote, Op.UPDATE, dict([CLOSED[f.kind]]), {}, closes=True) for f, _ in jobs]
    reason = overrun(closing, len(hub.store.items.ids()), hub.limits)
    if reason:
        hub.report.stopped = reason
        return
    for finding, place in jobs:
        if place.remote.id not in hub.report.down:
            _close(hub, place.remote, place, finding)


def _place(hub: Hub, finding: Finding) -> Place | None:
    """Where the sync's deletion policy and the connector let us close it."""
    seen = hub.store.observations.get(finding.remote, finding.kind, finding.thing)
    lane = hub.lane_at(finding.remote, finding.kind, seen.scope) if seen else None
    place = lane.target(finding.remote, seen.scope) if lane and seen else None
    if lane is None or place is None or lane.deleted is not Deleted.CLOSE:
        return None
    access = place.remote.connector.capabilities.access.get(finding.kind, Access(0))
    return place if Access.UPDATE in access else None


def _close(hub: Hub, remote: Remote, place: Place, finding: Finding) -> None:
    seen = hub.store.observations.get(finding.remote, finding.kind, finding.thing)
    if seen is None:
        return
    name, value = CLOSED[finding.kind]
    try:
        over = read(hub, remote, [Target(place.scope, seen.ref)]).get(seen.ref)
        remote.requests.clear()
        answer = remote.connector.update(Target(place.scope, seen.ref), over, {name: value}) if over else None
        after = answer or (over and read(hub, remote, [Target(place.scope, seen.ref)]).get(seen.ref))
    except (Refused, Ambiguous) as error:
        hub.report.refused.append(
            Problem(f"{remote.connection}: {seen.ref.key}", error.message, error.hint, code=error.code)
        )
        return
    except ConnectorError as error:
        hub.report.fail(remote.id, error)
        return
    with hub.store.transaction():
        if over is None or after is None:
            hub.store.links.forget_thing(seen.thing)
        else:
            hub.store.observations.put(remote.id, place.scope.key, after, hub.clock())
            before = {name: seen.record.get(name)}
            note_write(hub, _settled(hub, seen), remote.id, "closed", before, {name: value}, "done")


def _settled(hub: Hub, seen: Seen) -> str:
    """The item it was a double of, as the conflict that is over now names it."""
    for conflict in hub.store.conflicts.all(open_only=True):
        clash = conflict.clash
        if clash.kind == "duplicate" and clash.remote == seen.remote and clash.value in (seen.ref.key, seen.ref.id):
            hub.store.conflicts.resolve(conflict.id)
            return conflict.item
    return ""

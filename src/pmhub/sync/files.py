"""Files that a ticket's text shows, copied to where a sync says so: each content once, known by the name of its copy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from pmhub.engine.state import Item
from pmhub.errors import Ambiguous, ConnectorError, Refused
from pmhub.model.files import LARGEST, File
from pmhub.model.lean import dataclass
from pmhub.model.refs import Ref
from pmhub.sdk import Target
from pmhub.sync.guards import may_be_read_by_everybody
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_write
from pmhub.sync.lanes import Lane, Place
from pmhub.sync.plan import in_focus, may_go_there
from pmhub.sync.report import Problem
from pmhub.sync.shown_files import KEY, WAITING

ATTACH: Final = "attach"
DIGITS: Final = 12
"""Of the content's SHA-256, in front of a copy's name: by them a copy is known again."""
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")


def copy_files(hub: Hub) -> None:
    """A place that cannot be reached is tried again by the next run; a file that cannot be had is told of once."""
    for key, shown in hub.store.meta.starting(KEY):
        item = hub.store.items.get(key.removeprefix(KEY)) if shown.startswith(WAITING) else None
        if hub.is_late():
            return
        if item and in_focus(hub, item) and _is_done(hub, item):
            with hub.store.transaction():
                hub.store.meta.put(key, shown.removeprefix(WAITING))


def _is_done(hub: Hub, item: Item) -> bool:
    """Not where another side is still to be made."""
    lane = hub.lane_of(hub.store.items.sync_of(item.id), item.kind)
    if lane is None:
        return False
    flows = list(_flows(hub, item, lane))
    if not flows:
        return len(list(_ends(hub, item, lane))) == len(lane.remotes)
    done = [_copied(hub, item, flow) for flow in flows]
    return all(done)


@dataclass(frozen=True)
class _Flow:
    """From one counterpart of an item to another."""

    source: tuple[Place, Ref]
    target: tuple[Place, Ref]


def _flows(hub: Hub, item: Item, lane: Lane) -> Iterator[_Flow]:
    ends = list(_ends(hub, item, lane))
    offering = [end for end in ends if item.kind in end[0].remote.connector.capabilities.offers_files]
    taking = [end for end in ends if item.kind in end[0].remote.connector.capabilities.takes_files]
    for source in offering:
        yield from (_Flow(source, target) for target in taking if _may_flow(hub, item, lane, source[0], target[0]))


def _may_flow(hub: Hub, item: Item, lane: Lane, source: Place, target: Place) -> bool:
    """A file is part of the text that shows it."""
    if source.remote is target.remote or not may_be_read_by_everybody(hub, target):
        return False
    return may_go_there(hub, item, lane, target, ("body",))


def _ends(hub: Hub, item: Item, lane: Lane) -> Iterator[tuple[Place, Ref]]:
    for bound in hub.store.items.bound(item.id):
        seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing or "")
        place = lane.target(bound.remote, seen.scope) if seen and not bound.gone else None
        if seen and place:
            yield place, seen.ref


def _copied(hub: Hub, item: Item, flow: _Flow) -> bool:
    """False where it has to be tried again."""
    (source, from_), (target, to) = flow.source, flow.target
    if {source.remote.id, target.remote.id} & hub.report.down.keys():
        return False
    asked = source
    try:
        offered = list(source.remote.connector.files(Target(source.scope, from_)))
        asked = target
        there = target.remote.connector.attached(Target(target.scope, to)) if offered else ()
        known = {name[:DIGITS] for name in there}
        for file in offered:
            asked = source
            name, content = _named(hub, item, target, file)
            asked = target
            if name and name[:DIGITS] not in known:
                known.add(name[:DIGITS])
                _attach(hub, item, target, to, name, content)
    except Ambiguous:
        return False
    except Refused as error:
        _tell(hub, item, target, error)
    except ConnectorError as error:
        hub.report.fail(asked.remote.id, error)
        return False
    return True


def _attach(hub: Hub, item: Item, target: Place, to: Ref, name: str, content: bytes) -> None:
    target.remote.requests.clear()
    target.remote.connector.attach(Target(target.scope, to), name, content)
    with hub.store.transaction():
        note_write(hub, item.id, target.remote.id, ATTACH, {}, {"file": name}, "done")
    hub.report.done["attached file"] += 1


def _named(hub: Hub, item: Item, target: Place, file: File) -> tuple[str, bytes]:
    """What the copy is called, and its content; no name for one that cannot be had or is too large, which is told."""
    try:
        content = file.fetch()
    except Refused as error:
        _tell(hub, item, target, error)
        return "", b""
    if len(content) > LARGEST:
        told = f"{file.name} has {len(content)} bytes, more than {LARGEST}: it stays where it is"
        _tell(hub, item, target, Refused(told))
        return "", b""
    plain = _ODD.sub("-", file.name)[-80:].strip("-.") or "file"
    return f"{hashlib.sha256(content).hexdigest()[:DIGITS]}-{plain}", content


def _tell(hub: Hub, item: Item, target: Place, error: Refused) -> None:
    where = f"{target.remote.connection}: {item.id}"
    hub.report.refused.append(
        Problem(where, error.message, error.hint, f"file {target.remote.id} {item.id}", error.code)
    )

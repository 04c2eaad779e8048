"""The things that no item claims yet, and the change logs that it takes to place those we made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Final

from pmhub.engine.lost_base import unseen_since
from pmhub.engine.plan import Op
from pmhub.engine.verify import Entry
from pmhub.errors import ConnectorError
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import ABSENT
from pmhub.model.refs import Ref, item_id, marked_item, origin_of
from pmhub.sdk import Target
from pmhub.store.intents import Intent
from pmhub.store.observations import Seen, Thing
from pmhub.sync.history import Logs, read_logs
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane, Remote
from pmhub.sync.notices import tell_once
from pmhub.sync.pull import read, targets
from pmhub.sync.sides import lifted

Stray = tuple[Seen, Lane]
Families = dict[str, list[Stray]]
_TURNS: Final = {Kind.TICKET: Kind.ROADMAP_ITEM, Kind.ROADMAP_ITEM: Kind.TICKET}
_WORDS: Final = {Kind.TICKET: "ticket", Kind.ROADMAP_ITEM: "roadmap item"}


@dataclass
class Strays:
    """Of all remotes. `logs`: the change logs of those that we made, and of what they are copies of.

    `unread`: remotes where ours must wait, for want of a log. `doubtful`: items of which more is known than was seen.
    """

    things: list[Stray]
    logs: dict[str, Logs] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def log(self, seen: Seen) -> list[Entry]:
        return self.logs.get(seen.remote, {}).get(seen.ref, [])


def names_unplaced(hub: Hub, remote: str) -> set[tuple[str, str, str | None]]:
    """Kind, scope and, where its marker still stands, item of everything of ours there that no item claims."""
    ours = (seen for seen in hub.store.observations.strays(remote) if by_us(hub, seen) and turned(hub, seen) is None)
    return {(seen.ref.kind, seen.scope, marked_item(seen.marker)) for seen in ours}


def turned(hub: Hub, seen: Seen) -> Kind | None:
    """What this very thing is an item as, where it is of another kind by now: the kinds are one list of things there."""
    was = _TURNS.get(seen.ref.kind)
    item = hub.store.items.item_of((seen.remote, was, seen.ref.id)) if was and seen.ref.key else None
    before = hub.store.observations.get(seen.remote, was, seen.ref.id) if was and item else None
    return was if before is not None and before.ref.key == seen.ref.key else None


def by_us(hub: Hub, seen: Seen) -> bool:
    return seen.author == hub.remotes[seen.remote].identity.account


def marked(seen: Seen, log: list[Entry]) -> str | None:
    """The marker that stands there, else the one that a person has wiped since."""
    wiped = (e.old for e in log if e.field == "marker" and e.old is not ABSENT and e.old)
    return marked_item(seen.marker) or next((m for old in wiped if (m := marked_item(str(old)))), None)


def sent_creates(hub: Hub, item: str, remote: str) -> list[Intent]:
    sent = hub.store.intents.in_state("sent", remote=remote)
    return [intent for intent in sent if intent.item == item and intent.action.op is Op.CREATE]


def source_of(hub: Hub, lane: Lane, item: str) -> Seen | None:
    """The thing that the item was born as or, where that is gone, any other that it stands on."""
    bound = [b for b in hub.store.items.bound(item) if b.thing is not None and not b.gone and b.remote in lane.remotes]
    bound.sort(key=lambda b: origin_of(b.remote) != item.partition("@")[2])
    return hub.store.observations.get(bound[0].remote, bound[0].kind, bound[0].thing or "") if bound else None


def collect(hub: Hub) -> Strays:
    """People's things first, then ours; containers before what is on them."""
    found = Strays([])
    for remote in hub.remotes.values():
        suspects = hub.store.items.under_another_kind(remote.id, tuple(_TURNS))
        for seen in hub.store.observations.strays(remote.id):
            lane = hub.lane_at(remote.id, seen.ref.kind, seen.scope)
            was = turned(hub, seen) if seen.ref.id in suspects else None
            if lane is not None and was is not None:
                _tell_of_a_turn(hub, seen, was)
            elif lane is not None:
                found.things.append((seen, lane))
    ranks = list(hub.remotes)
    found.things.sort(
        key=lambda pair: (
            by_us(hub, pair[0]),
            pair[0].ref.kind.order,
            ranks.index(pair[0].remote),
            pair[0].created_at,
            pair[0].ref.id,
        )
    )
    _read_logs_of_ours(hub, found)
    forgotten = _forgotten(hub, found)
    _read_logs_of_sources(hub, found, forgotten)
    _look_again(hub, found, forgotten)
    return found


def _tell_of_a_turn(hub: Hub, seen: Seen, was: Kind) -> None:
    """One thing is never two items: a person says when the old one is over."""
    key = f"turned {seen.remote} {seen.ref.kind} {seen.ref.id}"
    if hub.store.meta.get(key) is None:
        with hub.store.transaction():
            tell_once(
                hub,
                key,
                f"{seen.ref.key} was a {_WORDS[was]} and is a {_WORDS[seen.ref.kind]} now: it stays linked as what it was until "
                f"`pmhub unlink {seen.ref.key} {hub.remotes[seen.remote].connection}`, and is the other from then on",
            )


def _read_logs_of_ours(hub: Hub, strays: Strays) -> None:
    for remote in hub.remotes.values():
        mine = [(s, lane) for s, lane in strays.things if s.remote == remote.id and by_us(hub, s)]
        if not _read_logs(hub, strays, remote, mine):
            strays.unread.add(remote.id)


def _forgotten(hub: Hub, strays: Strays) -> Families:
    """Our copies that no create of ours waits for, by their item, with what they are copies of."""
    ours = [pair for pair in strays.things if by_us(hub, pair[0])]
    unbound = {item_id(seen.remote, seen.ref): (seen, lane) for seen, lane in strays.things} if ours else {}
    found: Families = {}
    for seen, lane in ours:
        item = marked(seen, strays.log(seen))
        if item is None or sent_creates(hub, item, seen.remote):
            continue
        found.setdefault(item, []).append((seen, lane))
        if item in unbound:
            found[item].append(unbound[item])
        elif (source := source_of(hub, lane, item)) is not None:
            found[item].append((source, lane))
    return found


def _read_logs_of_sources(hub: Hub, strays: Strays, forgotten: Families) -> None:
    """Both logs together tell how copy and source stood when they last agreed."""
    things = [pair for family in forgotten.values() for pair in family]
    for remote in hub.remotes.values():
        if not _read_logs(hub, strays, remote, [pair for pair in things if pair[0].remote == remote.id]):
            strays.unread.update(hub.remotes)


def _look_again(hub: Hub, strays: Strays, forgotten: Families) -> None:
    """What a log tells and nobody has seen yet would be taken for undone: it is read directly, a replica's horizon later."""
    things = {seen.thing: (item, seen) for item, family in forgotten.items() for seen, _ in family}
    seen_now = _read_what_is_due(hub, _behind(hub, strays, things))
    for remote, kind, id_ in seen_now:
        strays.logs[remote].pop(Ref(kind, id_), None)
    if seen_now:  # what was seen must not be newer than its log
        _read_logs_of_sources(hub, strays, forgotten)
    strays.doubtful.update(things[thing][0] for thing in _behind(hub, strays, things))


def _behind(hub: Hub, strays: Strays, things: Mapping[Thing, tuple[str, Seen]]) -> dict[Thing, int]:
    """Each thing that shows less than its log tells, and when a direct read shows it all."""
    found: dict[Thing, int] = {}
    for thing, (_, seen) in things.items():
        at = _unseen_since(hub, seen, strays.log(seen))
        if at is not None and hub.looked_at.get(thing, 0) < at + hub.pace.horizon:
            found[thing] = max(at + hub.pace.horizon, hub.store.observations.recheck_due(thing) or 0)
    return found


def _unseen_since(hub: Hub, stub: Seen, log: Sequence[Entry]) -> int | None:
    seen = hub.store.observations.get(*stub.thing) if log else None
    if seen is None:
        return None
    return unseen_since(seen.ref.kind, lifted(hub.store, seen.remote, seen.ref.kind, seen.record), log)


def _read_what_is_due(hub: Hub, due: Mapping[Thing, int]) -> list[Thing]:
    if not due:
        return []
    now, found = hub.clock(), list[Thing]()
    with hub.store.transaction():
        for thing, at in due.items():
            hub.store.observations.recheck(thing, at)
    for remote in hub.remotes.values():
        things = [thing for thing, at in due.items() if thing[0] == remote.id and at <= now]
        try:
            read(hub, remote, targets(hub, remote, [Ref(kind, id_) for _, kind, id_ in things]))
        except ConnectorError as error:
            hub.report.fail(remote.id, error)
        else:
            hub.looked_at.update(dict.fromkeys(things, now))
            found += things
    return found


def _read_logs(hub: Hub, strays: Strays, remote: Remote, things: Iterable[Stray]) -> bool:
    known = strays.logs.setdefault(remote.id, {})
    wanted = [(seen, p) for seen, lane in things if seen.ref not in known and (p := lane.target(remote.id, seen.scope))]
    if not wanted:
        return True
    try:
        known.update(read_logs(hub, remote, [Target(p.scope, seen.ref) for seen, p in wanted], 0))
    except ConnectorError as error:
        hub.report.fail(remote.id, error)
        return False
    return True

"""What became of every write: verified in bulk, by read-back where the answer had no body and by the change log."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.plan import Op
from pmhub.engine.state import Counterpart, Side
from pmhub.engine.verify import CLOCK_GRAIN, Entry, Setting, Write, agreed_at_birth, created_values, settle
from pmhub.errors import ConnectorError
from pmhub.model.exchange import Observation
from pmhub.model.records import Fields, values
from pmhub.model.refs import Ref
from pmhub.sdk import Target
from pmhub.store.intents import Intent
from pmhub.store.items import Bound
from pmhub.sync.destination import destination
from pmhub.sync.history import Logs, history_of, read_logs
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_clash, note_write
from pmhub.sync.lanes import Lane, Place, Remote
from pmhub.sync.pointers import in_reach
from pmhub.sync.pull import look_again, read, targets, understood
from pmhub.sync.sides import lifted, lowered_onto

TOGETHER = 200
"""Writes that are concluded in one transaction: a commit each would be most of the time it takes."""


def recover(hub: Hub) -> None:
    for remote in hub.working():
        verify(hub, remote)
    for intent in hub.store.intents.in_state("sent"):
        if intent.action.op is Op.CREATE and _surely_did_not_happen(hub, intent):
            with hub.store.transaction():
                hub.store.intents.mark(intent.id, "dropped")
                hub.store.items.touch([intent.item])


def _surely_did_not_happen(hub: Hub, intent: Intent) -> bool:
    """Time alone proves nothing: everything there was pulled and listed in this run.

    What was found and not placed yet is looked at where it is planned again (see `_may_stand_there` in plan).
    """
    lane = lane_of(hub, intent.item)
    places = [place for place in lane.places if place.remote.id == intent.remote] if lane else []
    return (
        bool(places)
        and intent.remote in hub.pulled
        and all((intent.remote, place.kind, place.scope.key) in hub.swept for place in places)
        and hub.clock() > intent.sent_at + hub.pace.settle
    )


def lane_of(hub: Hub, item: str) -> Lane | None:
    found = hub.store.items.get(item)
    return hub.lane_of(hub.store.items.sync_of(item), found.kind) if found else None


def _place(hub: Hub, intent: Intent) -> Place | None:
    lane, item = lane_of(hub, intent.item), hub.store.items.get(intent.item)
    return destination(hub, lane, item, intent.remote) if lane and item else None


def verify(hub: Hub, remote: Remote) -> None:
    """An error of the check is not an error of the write: what cannot be checked stays unknown."""
    waiting = [
        w
        for w in hub.store.intents.in_state("sent", "acked", remote=remote.id)
        if (w.state == "acked" or w.action.op is Op.UPDATE) and lane_of(hub, w.item) is not None
    ]
    if not waiting:
        return
    try:
        back = read(hub, remote, _targets(hub, remote, [w for w in waiting if not w.answered]))
        since = min(w.read_at or w.sent_at for w in waiting)
        logs = read_logs(hub, remote, _targets(hub, remote, waiting), since - hub.pace.horizon)
    except ConnectorError as error:
        hub.report.fail(remote.id, error)
        return
    for start in range(0, len(waiting), TOGETHER):
        with hub.store.transaction():
            for intent in waiting[start : start + TOGETHER]:
                _conclude(hub, remote, intent, back, logs)
        hub.progress = True


def _targets(hub: Hub, remote: Remote, intents: Sequence[Intent]) -> list[Target]:
    bound = [hub.store.items.bound_on(w.item, remote.id) for w in intents]
    refs = {Ref(b.kind, b.thing) for b in bound if b is not None and b.thing is not None}
    known = targets(hub, remote, sorted(refs, key=lambda r: (r.kind, r.id)))
    missing = refs - {t.ref for t in known}
    return known + [t for w in intents if (t := _unseen(hub, remote, w, missing))]


def _unseen(hub: Hub, remote: Remote, intent: Intent, missing: set[Ref]) -> Target | None:
    """A thing we just made and have not seen yet: it is where we made it."""
    bound, place = hub.store.items.bound_on(intent.item, remote.id), _place(hub, intent)
    if bound is None or bound.thing is None or place is None:
        return None
    ref = Ref(bound.kind, bound.thing)
    return Target(place.scope, ref) if ref in missing else None


def _conclude(hub: Hub, remote: Remote, intent: Intent, back: dict[Ref, Observation | None], logs: Logs) -> None:
    bound, lane = hub.store.items.bound_on(intent.item, remote.id), lane_of(hub, intent.item)
    if bound is None or bound.thing is None or lane is None:
        hub.store.intents.mark(intent.id, "dropped")
        return
    ref = Ref(bound.kind, bound.thing)
    if not _is_believed(hub, remote, intent, ref, back.get(ref)):
        return
    now, at = _now(hub, remote, intent, ref, back)
    if now is None:
        if intent.answered or ref in back:  # gone, or never read: the next sweep says which
            hub.store.intents.mark(intent.id, "dropped")
            hub.store.items.set_missing(intent.item, remote.id, max(bound.missing, 1))
        return
    place = lane.target(remote.id, _scope(hub, remote, ref))
    if place is None:
        return
    side, log = hub.sides.of(lane, place), logs.get(ref, [])
    if intent.action.op is Op.CREATE:
        _conclude_create(hub, remote, intent, bound, side, now, log)
    else:
        _conclude_update(hub, remote, intent, bound, lane, side, (now, at), log)


def _is_believed(hub: Hub, remote: Remote, intent: Intent, ref: Ref, found: Observation | None) -> bool:
    """What was read back may contradict what was seen at that very moment: then a later read decides."""
    thing = (remote.id, ref.kind, ref.id)
    if found is None or hub.store.observations.recheck_due(thing) is None:
        return True
    seen, now = hub.store.observations.get(*thing), values(found.record)
    return seen is None or all(seen.record.get(name) == now[name] for name in intent.action.data if name in now)


def _scope(hub: Hub, remote: Remote, ref: Ref) -> str | None:
    seen = hub.store.observations.get(remote.id, ref.kind, ref.id)
    return seen.scope if seen else None


def _now(
    hub: Hub, remote: Remote, intent: Intent, ref: Ref, back: dict[Ref, Observation | None]
) -> tuple[Fields | None, int]:
    """What stands there, by the answer or the read-back, and when it last changed (server's clock)."""
    if intent.answered:
        seen = hub.store.observations.get(remote.id, ref.kind, ref.id)
        return (lifted(hub.store, remote.id, ref.kind, seen.record), seen.updated_at) if seen else (None, 0)
    found = back.get(ref)
    if found is None:
        return None, 0
    stands = understood(hub, remote, _scope(hub, remote, ref) or "", found)
    return lifted(hub.store, remote.id, ref.kind, values(stands.record)), found.updated_at


def _conclude_create(
    hub: Hub, remote: Remote, intent: Intent, bound: Bound, side: Side, now: Fields, log: list[Entry]
) -> None:
    agreed = created_values(side, intent.action.data, now, log, history_of(remote, bound.kind))
    item, c = hub.store.items.get(intent.item), bound.counterpart
    local = agreed_at_birth(item, side, c.local, agreed) if item else c.local
    hub.store.items.agree(Counterpart(intent.item, remote.id, c.ref, local, agreed))
    hub.store.intents.mark(intent.id, "done")


def _conclude_update(
    hub: Hub,
    remote: Remote,
    intent: Intent,
    bound: Bound,
    lane: Lane,
    side: Side,
    stands: tuple[Fields, int],
    log: list[Entry],
) -> None:
    item = hub.store.items.get(intent.item)
    if item is None:
        return
    now, at = stands
    action = intent.action
    certain = intent.state == "acked"
    write = Write(action.data, action.pre, intent.seen_at, intent.sent_at, certain=certain, answered=intent.answered)
    sides = {p.remote.id: hub.sides.of(lane, p) for p in lane.places}
    setting = Setting(side, sides, lane.ranks, lane.policies, history_of(remote, bound.kind))
    result = settle(item, in_reach(hub.store, bound.kind, bound.counterpart), write, now, log, setting)
    for clash in result.clashes:
        note_clash(hub, item.id, clash)
    if result.item != item:
        hub.store.items.put(result.item)
    hub.store.items.agree(result.counterpart)
    hub.store.intents.mark(intent.id, "done")
    if not certain:  # its answer never came: the journal hears of it only now, without the request's name
        remote.requests.clear()
        arrived = {name: action.data[name] for name in sorted(result.applied)}
        note_write(hub, item.id, remote.id, Op.UPDATE, action.pre, arrived, "done")
    if not intent.answered:
        _mistrust_a_stale_read_back(hub, remote, bound, write, result.counterpart, at, log)


def _mistrust_a_stale_read_back(
    hub: Hub, remote: Remote, bound: Bound, write: Write, counterpart: Counterpart, at: int, log: list[Entry]
) -> None:
    """Read from a lagging replica: older than our own log entry, or, where no log tells, than the call that the server
    said yes to. Keep what we know we wrote, and look again later.
    """
    mine = [
        e.at + remote.offset for e in log if e.by_us and e.field in write.data and e.at >= write.sent_at - CLOCK_GRAIN
    ]
    if not mine and write.certain:
        mine = [write.sent_at + remote.offset - CLOCK_GRAIN]
    seen = hub.store.observations.get(remote.id, bound.kind, bound.thing or "")
    if seen is None or not mine or at >= max(mine):
        return
    wrote = {name: counterpart.agreed[name] for name in write.data if name in counterpart.agreed}
    record = {**seen.record, **lowered_onto(hub.store, remote.id, bound.kind, wrote, seen.record)}
    hub.store.observations.amend(seen.thing, record, max(*mine, seen.updated_at))
    look_again(hub, seen.thing, hub.pace.horizon)

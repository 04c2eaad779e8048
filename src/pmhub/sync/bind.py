"""Which item is each unbound thing? A function of the database after all pulls, so their order cannot matter."""

from __future__ import annotations

from dataclasses import dataclass, field

from pmhub.engine.bind import Binding, Knowledge, Stray, decide, names
from pmhub.engine.plan import Op
from pmhub.engine.state import Clash, Counterpart, Item, Stamp
from pmhub.engine.verify import Entry, agreed_at_birth, created_values, first_values
from pmhub.errors import ConnectorError
from pmhub.model.kinds import Kind
from pmhub.model.records import ABSENT, NATURAL_KEY
from pmhub.model.refs import item_id, marked_item, origin_of
from pmhub.sdk import Target
from pmhub.store.intents import Intent
from pmhub.store.items import Bound
from pmhub.store.observations import Seen
from pmhub.sync.history import Logs, history_of, read_logs
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_clash
from pmhub.sync.lanes import Lane
from pmhub.sync.sides import lifted


@dataclass
class _Strays:
    """The unbound things of all remotes and, of those that we made, their change logs. `unread`: a log that failed."""

    things: list[tuple[Seen, Lane]]
    logs: dict[str, Logs] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


def bind(hub: Hub) -> None:
    """People's things first, then ours; containers before what is on them."""
    while _bind_round(hub, _collect(hub)):
        pass


def _bind_round(hub: Hub, strays: _Strays) -> bool:
    """Was anything bound? Then look again: a comment is a stray only once what it is on is bound.

    So copies become an item of their own last, containers first: their origin may be such a comment.
    """
    if any([_bind_one(hub, strays, seen, lane, last=False) for seen, lane in strays.things]):
        return True
    for kind in Kind:
        alike = [(seen, lane) for seen, lane in strays.things if seen.ref.kind is kind]
        if any([_bind_one(hub, strays, seen, lane, last=True) for seen, lane in alike]):
            return True
    return False


def unplaced(hub: Hub, remote: str) -> bool:
    """Is anything of ours on this remote that no item claims? It may be the very create whose answer was lost."""
    account = hub.remotes[remote].identity.account
    return any(seen.author == account for seen in hub.store.observations.strays(remote))


def _collect(hub: Hub) -> _Strays:
    found = _Strays([])
    for remote in hub.remotes.values():
        for seen in hub.store.observations.strays(remote.id):
            lane = hub.lane_at(remote.id, seen.ref.kind, seen.scope)
            if lane is not None:
                found.things.append((seen, lane))
    ranks = list(hub.remotes)
    found.things.sort(
        key=lambda pair: (
            _by_us(hub, pair[0]),
            pair[0].ref.kind.order,
            ranks.index(pair[0].remote),
            pair[0].created_at,
            pair[0].ref.id,
        )
    )
    _read_logs_of_ours(hub, found)
    return found


def _by_us(hub: Hub, seen: Seen) -> bool:
    return seen.author == hub.remotes[seen.remote].identity.account


def _read_logs_of_ours(hub: Hub, strays: _Strays) -> None:
    for remote in hub.remotes.values():
        mine = [(s, lane) for s, lane in strays.things if s.remote == remote.id and _by_us(hub, s)]
        targets = [Target(p.scope, s.ref) for s, lane in mine if (p := lane.target(remote.id, s.scope))]
        if not targets:
            continue
        try:
            strays.logs[remote.id] = read_logs(hub, remote, targets, 0)
        except ConnectorError as error:
            strays.unread.add(remote.id)
            hub.report.fail(remote.id, error)


def _bind_one(hub: Hub, strays: _Strays, seen: Seen, lane: Lane, *, last: bool) -> bool:
    store = hub.store
    if seen.remote in strays.unread and _by_us(hub, seen):
        return False
    log = strays.logs.get(seen.remote, {}).get(seen.ref, [])
    own = item_id(seen.remote, seen.ref)
    with store.transaction():
        if store.items.item_of(seen.thing) is not None or _is_set_aside(hub, seen):
            return False
        stray = Stray(_by_us(hub, seen), _marked(seen, log), own, _namesake(hub, seen, lane, own))
        item = names(stray)
        swept = last and _all_looked_through(hub, strays, lane)
        known = store.items.get(item) is not None
        taken = store.items.bound_on(item, seen.remote) is not None
        binding = decide(stray, Knowledge(known, taken, swept))
        return _carry_out(hub, binding, seen, lane, item, log)


def _namesake(hub: Hub, seen: Seen, lane: Lane, own: str) -> str | None:
    """An item that this very thing became is never another's namesake."""
    name = NATURAL_KEY.get(seen.ref.kind)
    if name is None or hub.store.items.get(own) is not None:
        return None
    return hub.store.items.namesake(lane.sync, seen.ref.kind, name, seen.record.get(name), seen.remote)


def _sent(hub: Hub, item: str, remote: str) -> list[Intent]:
    sent = hub.store.intents.in_state("sent", remote=remote)
    return [intent for intent in sent if intent.item == item and intent.action.op is Op.CREATE]


def _all_looked_through(hub: Hub, strays: _Strays, lane: Lane) -> bool:
    """Where a log was not read, a container of ours waits, and what is on it was not looked at."""
    return all(
        (p.remote.id, p.kind, p.scope.key) in hub.swept and p.remote.id not in strays.unread for p in lane.places
    )


def _is_set_aside(hub: Hub, seen: Seen) -> bool:
    now = hub.store.observations.get(*seen.thing)
    return now is None or now.duplicate or now.unlinked


def _marked(seen: Seen, log: list[Entry]) -> str | None:
    """The marker that stands there, else the one that a person has wiped since."""
    wiped = (e.old for e in log if e.field == "marker" and e.old is not ABSENT and e.old)
    return marked_item(seen.marker) or next((m for old in wiped if (m := marked_item(str(old)))), None)


def _carry_out(hub: Hub, binding: Binding, seen: Seen, lane: Lane, item: str, log: list[Entry]) -> bool:
    if binding is Binding.WAIT:
        return False
    if binding is Binding.DUPLICATE:
        hub.store.observations.set_duplicate(seen.thing)
        note_clash(hub, item, Clash("", "duplicate", seen.remote, seen.ref.key or seen.ref.id))
    elif binding is Binding.NEW:
        add_item(hub, seen, lane, item)
    elif binding is Binding.JOIN:
        _join(hub, seen, item)
    elif binding is Binding.ADOPT:
        _adopt(hub, seen, lane, item, log)
    else:
        _rebuild(hub, seen, lane, item)
    hub.progress = True
    return True


def _bind(hub: Hub, seen: Seen, counterpart: Counterpart) -> None:
    hub.store.items.bind(Bound(counterpart, seen.ref.kind, seen.ref.id))


def _join(hub: Hub, seen: Seen, item: str) -> None:
    """A create that was on its way there has found its place taken, or is this very thing: both merge alike."""
    for intent in _sent(hub, item, seen.remote):
        hub.store.intents.mark(intent.id, "dropped")
    _bind(hub, seen, Counterpart(item, seen.remote, seen.ref.id))


def add_item(hub: Hub, seen: Seen, lane: Lane, item: str) -> None:
    fields = lifted(hub.store, seen.remote, seen.ref.kind, seen.record)
    stamp = Stamp(seen.remote, hub.ours(seen.remote, seen.updated_at))
    on = hub.store.items.container_of(seen.remote, seen.ref.kind, seen.on) if seen.on else None
    new = Item(item, seen.ref.kind, fields, dict.fromkeys(fields, stamp), on)
    hub.store.items.add(new, lane.sync, seen.remote)
    _bind(hub, seen, Counterpart(item, seen.remote, seen.ref.id, local=fields, agreed=fields))


def _adopt(hub: Hub, seen: Seen, lane: Lane, item: str, log: list[Entry]) -> None:
    """A copy that we made and whose answer we never got, or that a lost database forgot. Its base is what it was made with."""
    now = lifted(hub.store, seen.remote, seen.ref.kind, seen.record)
    sent = _sent(hub, item, seen.remote)
    for intent in sent:
        hub.store.intents.mark(intent.id, "done")
    place = lane.target(seen.remote, seen.scope)
    if sent and place is not None:
        data = sent[-1].action.data
        side, known = hub.sides.of(lane, place), hub.store.items.get(item)
        agreed = created_values(side, data, now, log, history_of(place.remote, seen.ref.kind))
        data = agreed_at_birth(known, side, data, agreed) if known else data
    else:
        data = agreed = first_values(now, log)
    _bind(hub, seen, Counterpart(item, seen.remote, seen.ref.id, local=data, agreed=agreed))


def _rebuild(hub: Hub, seen: Seen, lane: Lane, item: str) -> None:
    """The origin is nowhere: the copies are the item now, and the origin is never made again."""
    add_item(hub, seen, lane, item)
    origin = next((r for r in lane.remotes if origin_of(r) == item.partition("@")[2]), None)
    if origin is not None and origin != seen.remote:
        gone = Counterpart(item, origin, "")
        hub.store.items.bind(Bound(gone, seen.ref.kind, None, gone=True))

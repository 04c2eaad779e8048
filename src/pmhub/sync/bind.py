"""Which item is each unbound thing? A function of the database after all pulls, so their order cannot matter."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.bind import Binding, Knowledge, Stray, decide, names
from pmhub.engine.lost_base import Past, last_as_ours, last_in_step, overwritten, perhaps_written_over
from pmhub.engine.plan import Op
from pmhub.engine.state import HOLD, Clash, Counterpart, Policy, Side
from pmhub.engine.verify import agreed_at_birth, created_values, said_alike
from pmhub.model.kinds import Kind
from pmhub.model.records import NATURAL_KEY, Fields
from pmhub.model.refs import item_id, origin_of
from pmhub.store.intents import Intent
from pmhub.store.items import Bound
from pmhub.store.observations import Seen
from pmhub.sync.births import Births, bear, birth, homes, still_strays
from pmhub.sync.history import history_of
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_clash, note_write
from pmhub.sync.lanes import Lane
from pmhub.sync.moved import follow_moves
from pmhub.sync.sides import lifted
from pmhub.sync.strays import Strays, by_us, collect, marked, sent_creates, source_of

TOGETHER = 1_000


def bind(hub: Hub) -> None:
    """People's things first, then ours; containers before what is on them. What was only moved is no new thing."""
    follow_moves(hub)
    while _bind_round(hub, collect(hub)):
        pass


def _bind_round(hub: Hub, strays: Strays) -> bool:
    """Was anything bound? Then look again: a comment is a stray only once what it is on is bound.

    So copies become an item of their own last, containers first: their origin may be such a comment.
    """
    bound = _bind_each(hub, strays, strays.things, last=False)
    for kind in Kind:
        if bound:
            break
        alike = [(seen, lane) for seen, lane in strays.things if seen.ref.kind is kind]
        bound = _bind_each(hub, strays, alike, last=True)
    return bound


def _bind_each(hub: Hub, strays: Strays, things: Sequence[tuple[Seen, Lane]], *, last: bool) -> bool:
    """Was any of them bound? A commit a thing would be most of the time it takes."""
    bound = False
    for start in range(0, len(things), TOGETHER):
        with hub.store.transaction():
            bound |= _bind_together(hub, strays, things[start : start + TOGETHER], last=last)
    return bound


def _bind_together(hub: Hub, strays: Strays, things: Sequence[tuple[Seen, Lane]], *, last: bool) -> bool:
    """Inside a transaction. What is plainly new is written together, all else one by one, in the same order."""
    plain = still_strays(hub, [seen for seen, _ in things if _is_plain(hub, seen)])
    own = {thing: item_id(seen.remote, seen.ref) for thing, seen in plain.items()}
    known, births, bound = hub.store.items.known(list(own.values())), Births(hub, homes(hub, plain.values())), False
    for stub, lane in things:
        seen = plain.get(stub.thing)
        if seen is not None and _is_plain(hub, seen) and own[seen.thing] not in known:
            births.expect(seen, lane, own[seen.thing])
            hub.progress = bound = True
        else:
            births.write()
            bound |= _bind_one(hub, strays, stub, lane, last=last)
    births.write()
    return bound


def _is_plain(hub: Hub, seen: Seen) -> bool:
    """Somebody else's, of a kind whose things go by no name: where nobody knows its item, it is one of its own."""
    return not by_us(hub, seen) and seen.ref.kind not in NATURAL_KEY


def _bind_one(hub: Hub, strays: Strays, stub: Seen, lane: Lane, *, last: bool) -> bool:
    """Inside a transaction."""
    store = hub.store
    if stub.remote in strays.unread and by_us(hub, stub):
        return False
    seen, own = store.observations.get(*stub.thing), item_id(stub.remote, stub.ref)
    if seen is None or seen.duplicate or seen.unlinked or store.items.item_of(seen.thing) is not None:
        return False
    stray = Stray(by_us(hub, seen), marked(seen, strays.log(seen)), own, _namesake(hub, seen, lane, own))
    item = names(stray)
    if item in strays.doubtful:
        return False
    swept = last and _all_looked_through(hub, strays, lane) and not _waits_below(hub, strays, seen)
    known, there = store.items.get(item) is not None, store.items.bound_on(item, seen.remote)
    left = there is not None and there.thing is not None and (there.gone or there.missing > 0)
    binding = decide(stray, Knowledge(known, there is not None, swept, left))
    return _carry_out(hub, strays, binding, seen, lane, item)


def _namesake(hub: Hub, seen: Seen, lane: Lane, own: str) -> str | None:
    """An item that this very thing became is never another's namesake."""
    name = NATURAL_KEY.get(seen.ref.kind)
    if name is None or hub.store.items.get(own) is not None:
        return None
    return hub.store.items.namesake(lane.sync, seen.ref.kind, name, seen.record.get(name), seen.remote)


def _all_looked_through(hub: Hub, strays: Strays, lane: Lane) -> bool:
    """Where a log was not read, a container of ours waits, and what is on it was not looked at."""
    return all(
        (p.remote.id, p.kind, p.scope.key) in hub.swept and p.remote.id not in strays.unread for p in lane.places
    )


def _waits_below(hub: Hub, strays: Strays, seen: Seen) -> bool:
    """What it is on is not placed everywhere: what this is a copy of may stand there."""
    return seen.on is not None and hub.store.items.container_of(seen.remote, seen.ref.kind, seen.on) in strays.doubtful


def _carry_out(hub: Hub, strays: Strays, binding: Binding, seen: Seen, lane: Lane, item: str) -> bool:
    if binding is Binding.WAIT:
        return False
    if binding is Binding.DUPLICATE:
        hub.store.observations.set_duplicate(seen.thing)
        note_clash(hub, item, Clash("", "duplicate", seen.remote, seen.ref.key or seen.ref.id))
    elif binding is Binding.NEW:
        add_item(hub, seen, lane, item)
    elif binding is Binding.JOIN:
        _join(hub, seen, lane, item)
    elif binding is Binding.ADOPT:
        _adopt(hub, strays, seen, lane, item)
    else:
        _rebuild(hub, seen, lane, item)
    hub.progress = True
    return True


def _bind(hub: Hub, seen: Seen, counterpart: Counterpart) -> None:
    hub.store.items.bind(Bound(counterpart, seen.ref.kind, seen.ref.id))


def _join(hub: Hub, seen: Seen, lane: Lane, item: str) -> None:
    """A create that was on its way there has found its place taken, or is this very thing: both merge alike, but what we
    said ourselves is nobody's edit.
    """
    sent = sent_creates(hub, item, seen.remote)
    for intent in sent:
        hub.store.intents.mark(intent.id, "dropped")
    data = sent[-1].action.data if sent else {}
    now = lifted(hub.store, seen.remote, seen.ref.kind, seen.record)
    local, agreed = said_alike(_side(hub, lane, seen), data, now)
    _bind(hub, seen, Counterpart(item, seen.remote, seen.ref.id, local=local, agreed=agreed))


def add_item(hub: Hub, seen: Seen, lane: Lane, item: str) -> None:
    on = hub.store.items.container_of(seen.remote, seen.ref.kind, seen.on) if seen.on else None
    bear(hub, [birth(hub, seen, lane, item, on)])


def _adopt(hub: Hub, strays: Strays, seen: Seen, lane: Lane, item: str) -> None:
    """A copy that we made and whose answer we never got, or that a lost database forgot."""
    sent, side = sent_creates(hub, item, seen.remote), _side(hub, lane, seen)
    if sent:
        local, agreed = _base_of_a_create(hub, strays, seen, side, item, sent[-1])
    else:
        local, agreed = _base_of_a_copy(hub, strays, seen, lane, side, item)
    for intent in sent:
        hub.store.intents.mark(intent.id, "done")
        note_write(hub, item, seen.remote, Op.CREATE, {}, intent.action.data, "done")
    _clear_the_place(hub, item, seen.remote)
    _bind(hub, seen, Counterpart(item, seen.remote, seen.ref.id, local=local, agreed=agreed))


def _clear_the_place(hub: Hub, item: str, remote: str) -> None:
    """What an older database knew there, and is gone since."""
    left = hub.store.items.bound_on(item, remote)
    if left is not None:
        hub.store.links.forget(item, remote)
        hub.store.links.forget_thing((remote, left.kind, left.thing or ""))


def _side(hub: Hub, lane: Lane, seen: Seen) -> Side:
    place = lane.target(seen.remote, seen.scope)
    if place is None:
        raise LookupError(f"{seen.remote} is not in {lane.sync}")
    return hub.sides.of(lane, place)


def _base_of_a_create(
    hub: Hub, strays: Strays, seen: Seen, side: Side, item: str, sent: Intent
) -> tuple[Fields, Fields]:
    """What it was made with."""
    now, data, known = (
        lifted(hub.store, seen.remote, seen.ref.kind, seen.record),
        sent.action.data,
        hub.store.items.get(item),
    )
    agreed = created_values(side, data, now, strays.log(seen), history_of(hub.remotes[seen.remote], seen.ref.kind))
    return (agreed_at_birth(known, side, data, agreed) if known else data), agreed


def _base_of_a_copy(hub: Hub, strays: Strays, seen: Seen, lane: Lane, side: Side, item: str) -> tuple[Fields, Fields]:
    """The database that knew it is lost; the change logs know."""
    copy, source = _past(hub, strays, seen), source_of(hub, lane, item)
    if source is None:
        known = hub.store.items.get(item)
        return last_as_ours(side, known.record if known else {}, copy)
    origin = _past(hub, strays, source)
    for clash in (*overwritten(side, copy, origin), *overwritten(_side(hub, lane, source), origin, copy)):
        note_clash(hub, item, clash)
    local, agreed = last_in_step(side, origin, copy)
    for name in perhaps_written_over(origin, copy, local, agreed):  # then the later must win, whichever side is named
        if lane.policies.get(name, Policy()).conflict != HOLD:
            local[name] = origin.now[name]
            note_clash(hub, item, Clash(name, "lost", source.remote, origin.now[name]))
    return local, agreed


def _past(hub: Hub, strays: Strays, seen: Seen) -> Past:
    now = lifted(hub.store, seen.remote, seen.ref.kind, seen.record)
    return Past(now, strays.log(seen), hub.ours(seen.remote, seen.created_at))


def _rebuild(hub: Hub, seen: Seen, lane: Lane, item: str) -> None:
    """The origin is nowhere: the copies are the item now, and the origin is never made again."""
    add_item(hub, seen, lane, item)
    origin = next((r for r in lane.remotes if origin_of(r) == item.partition("@")[2]), None)
    if origin is not None and origin != seen.remote:
        gone = Counterpart(item, origin, "")
        hub.store.items.bind(Bound(gone, seen.ref.kind, None, gone=True))

"""What became of a write: judged by its answer, a read-back and the change log, never by what we hoped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pmhub.engine.canon import as_set, equal, in_step
from pmhub.engine.merge import Edit, Ranks, combine, losing_remote
from pmhub.engine.state import Clash, Counterpart, Item, Policy, Side, Stamp
from pmhub.model.lean import dataclass
from pmhub.model.records import ABSENT, Absent, Fields, Value

CLOCK_GRAIN = 2000
"""Servers stamp whole seconds and the offset of their clock is known to about one: a log entry may look this much too old."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change-log entry of one thing, in our words and our clock. ABSENT: the log does not tell the value."""

    field: str
    old: Value | Absent
    new: Value | Absent
    by_us: bool
    at: int


@dataclass(frozen=True)
class Write:
    """An update that was sent. `seen_at`: the last change that the target showed when it was read just before.

    `certain`: the server said yes.

    `answered`: it said so with the thing as it then stood, and that is agreed already where no change log tells.
    """

    data: Fields
    pre: Fields
    seen_at: int
    sent_at: int
    certain: bool
    answered: bool = False


@dataclass(frozen=True)
class Setting:
    """What `settle` needs to know of the sync around one item."""

    side: Side
    sides: Mapping[str, Side]
    ranks: Ranks
    policies: Mapping[str, Policy]
    history: frozenset[str]


@dataclass(frozen=True)
class Settled:
    item: Item
    counterpart: Counterpart
    clashes: tuple[Clash, ...]
    applied: frozenset[str]


def first_values(now: Fields, log: Sequence[Entry]) -> dict[str, Value]:
    """What a thing held when it was created: the first `old` of each field, else what stands there."""
    first = dict(now)
    for entry in reversed(log):
        if entry.field in first and entry.old is not ABSENT:
            first[entry.field] = entry.old
    return first


def created_values(
    side: Side, data: Fields, now: Fields, log: Sequence[Entry], history: frozenset[str]
) -> dict[str, Value]:
    """The agreed remote values of a thing we created: what the server made of *our* values, not of a later edit.

    What it set by itself (a default priority) is agreed too: it is nobody's opinion and travels nowhere.
    """
    agreed = first_values(now, log)
    for name in data.keys() & now.keys() - history:
        if not in_step(side, name, data[name], now[name]):
            agreed[name] = side.shown(name, data[name])
    return agreed


def said_alike(side: Side, data: Fields, now: Fields) -> tuple[dict[str, Value], dict[str, Value]]:
    """The base, ours and its, of a thing that may be what we sent a create for: what stands there as it was sent."""
    alike = [name for name in data.keys() & now.keys() if in_step(side, name, data[name], now[name])]
    return {name: data[name] for name in alike}, {name: now[name] for name in alike}


def agreed_at_birth(item: Item, side: Side, data: Fields, agreed: Fields) -> dict[str, Value]:
    """The item's side of a new thing: what was sent, and of what could only follow that which stands right already."""
    follows = side.followers & (item.record.keys() - data.keys()) & agreed.keys()
    stands = {
        name: side.part(name, item.record[name])
        for name in follows
        if in_step(side, name, item.record[name], agreed[name])
    }
    return {**data, **stands}


def settle(
    item: Item, counterpart: Counterpart, write: Write, now: Fields, log: Sequence[Entry], setting: Setting
) -> Settled:
    """Only fields that were written move, only to what the remote made of our value.

    Where the log shows that our write met a person's edit we had not seen, that edit is taken in like an observation.
    """
    local, agreed = dict(counterpart.local), dict(counterpart.agreed)
    clashes: list[Clash] = []
    applied: set[str] = set()
    for name, value in write.data.items():
        ours = [e for e in log if e.field == name and e.by_us and e.at >= write.sent_at - CLOCK_GRAIN]
        if not _was_applied(setting.side, name, value, write, now, bool(ours)):
            continue
        applied.add(name)
        local[name] = value
        if not (write.answered and told_by_answer(setting.side, name, setting.history)):
            agreed[name] = _stored(setting, name, value, now, ours, write.pre.get(name))
        if ours:
            item, found = _take_in_overwritten(item, name, write, log, ours[-1], setting)
            clashes += found
    return Settled(item, replace(counterpart, local=local, agreed=agreed), tuple(clashes), frozenset(applied))


def told_by_answer(side: Side, name: str, history: Collection[str]) -> bool:
    """Is the answer to a write the only thing to say what the server made of this field? A set shows others' members too."""
    return name not in history and not side.spec(name).is_set


def _was_applied(side: Side, name: str, value: Value, write: Write, now: Fields, logged: bool) -> bool:  # noqa: FBT001
    if write.certain or logged:
        return True
    if name not in now:
        return False
    if side.spec(name).is_set:
        shown, pre, stands = as_set(side.shown(name, value)), as_set(write.pre.get(name)), as_set(now[name])
        return shown - pre <= stands and not (pre - shown) & stands
    return in_step(side, name, value, now[name])


def _stored(setting: Setting, name: str, value: Value, now: Fields, ours: Sequence[Entry], pre: Value) -> Value:
    side, spec = setting.side, setting.side.spec(name)
    shown = side.shown(name, value)
    if spec.is_set:  # what others added meanwhile is theirs, and arrives as news
        return shown
    if ours and ours[-1].new is not ABSENT:
        return ours[-1].new
    took_it_for_the_same = not ours and name in setting.history and equal(spec, now.get(name), pre)
    if name in now and (took_it_for_the_same or equal(spec, now[name], shown)):
        return now[name]
    return shown


def _take_in_overwritten(
    item: Item, name: str, write: Write, log: Sequence[Entry], ours: Entry, setting: Setting
) -> tuple[Item, list[Clash]]:
    side, remote = setting.side, setting.side.remote
    before = [e for e in log if e.field == name and not e.by_us and e.at <= ours.at]
    pre, old = write.pre.get(name), ours.old
    if old is ABSENT:  # the log does not tell the value: what came after the state we had read is lost
        unseen = any(e.at > write.seen_at for e in before)
        return item, [Clash(name, "overwritten", remote, None)] if unseen else []
    if not before or equal(side.spec(name), old, pre):
        return item, []
    edit = Edit(side, name, pre, known=True, seen=old, stamp=Stamp(remote, before[-1].at, sure=True))
    mine = item.stamps.get(name, Stamp(remote, 0))
    policy = setting.policies.get(name, Policy())
    outcome = combine(
        edit, item.record[name], mine, we_moved=True, policy=policy, sides=setting.sides, ranks=setting.ranks
    )
    loser = losing_remote(outcome, edit.stamp, mine)
    lost = [(loser, value) for value in outcome.lost] + ([(remote, edit.seen)] if outcome.held else [])
    record = {**item.record, name: outcome.value}
    stamps = {**item.stamps, name: outcome.stamp or mine}
    return replace(item, record=record, stamps=stamps), [
        Clash(name, "overwritten", whose, value) for whose, value in lost
    ]

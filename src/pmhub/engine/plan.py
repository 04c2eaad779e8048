"""The item out to its remotes: which fields must be written where, and what is new there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum

from pmhub.engine.absorb import moved_here
from pmhub.engine.canon import as_set, as_value, equal, in_step, is_empty
from pmhub.engine.state import Counterpart, Item, Side
from pmhub.model.codec import fingerprint
from pmhub.model.exchange import SetChange
from pmhub.model.lean import dataclass
from pmhub.model.records import CLOSED, TAKEN_BACK, Merge, Value, schema


class Op(StrEnum):
    CREATE = "create"
    UPDATE = "update"


@dataclass(frozen=True)
class Action:
    """`data` in our words. `pre`: for an update, the agreed remote values it replaces.

    `closes`: it closes what both sides had agreed was open (the first delivery of a closed item does not), or deletes a copy.
    """

    item: str
    remote: str
    op: Op
    data: Mapping[str, Value]
    pre: Mapping[str, Value]
    closes: bool = False


def mark_of(action: Action) -> str:
    """Names exactly this action: another value, or another state it would replace, has another mark."""
    return fingerprint([action.item, action.remote, action.op, dict(action.data), dict(action.pre)])


@dataclass(frozen=True)
class Outgoing:
    """What to write, and the counterpart with what was found to agree already."""

    write: Mapping[str, Value]
    counterpart: Counterpart


def outgoing(item: Item, side: Side, counterpart: Counterpart, held: Collection[str]) -> Outgoing:
    write: dict[str, Value] = {}
    local = dict(counterpart.local)
    for spec in schema(item.kind).values():
        name = spec.name
        if (
            side.is_once(name)
            or name in held
            or name not in side.holds
            or not moved_here(side, counterpart, item, name)
        ):
            continue
        value = side.part(name, item.record[name])
        if name in counterpart.agreed and in_step(side, name, value, counterpart.agreed[name]):
            local[name] = value
        elif name not in counterpart.agreed and is_empty(value):
            continue  # neither side ever said anything
        elif side.can_say(name, value):
            write[name] = value
    return Outgoing(write, replace(counterpart, local=local))


def creation(item: Item, side: Side, held: Collection[str]) -> dict[str, Value]:
    """What a create call carries: all that the remote can hold, but references and what is held or can only follow."""
    names = side.holds - side.later - frozenset(held)
    return {
        name: value
        for name, value in item.record.items()
        if name in names
        and side.spec(name).merge not in {Merge.REF, Merge.LINKS}
        and not is_empty(value)
        and side.can_say(name, value)
    }


def updates(item: Item, side: Side, counterpart: Counterpart, write: Mapping[str, Value]) -> Action:
    pre = {name: counterpart.agreed.get(name) for name in write}
    return Action(item.id, side.remote, Op.UPDATE, dict(write), pre, closes=_closes(item, counterpart, write))


def _closes(item: Item, counterpart: Counterpart, write: Mapping[str, Value]) -> bool:
    if item.kind in TAKEN_BACK:
        return TAKEN_BACK[item.kind][0] in write
    name, closed = CLOSED.get(item.kind, ("", ""))
    return name in write and write[name] == closed and counterpart.local.get(name) not in {None, closed}


def change(side: Side, name: str, value: Value, pre: Value) -> Value | SetChange:
    """How one field travels: a set by what is added and removed, all else as what the remote will show."""
    if side.spec(name).is_set:
        shown, was = as_set(side.shown(name, value)), as_set(pre)
        return SetChange(as_value(shown - was), as_value(was - shown))
    return value


def still_valid(side: Side, pre: Mapping[str, Value], now: Mapping[str, Value]) -> bool:
    """Does the target still show, in the fields to be written, what the plan was made against? Where nothing was ever
    agreed on that is emptiness: what else stands there has not been taken into account yet.
    """
    return all(equal(side.spec(name), value, now[name]) for name, value in pre.items() if name in now)

"""A thing is confirmed gone: what becomes of its item elsewhere, by the sync's policy."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from pmhub.engine.state import DELETED, Clash, Item, Stamp
from pmhub.model.lean import dataclass
from pmhub.model.records import CLOSED, TAKEN_BACK


class Deleted(StrEnum):
    IGNORE = "ignore"
    """The item goes on where it still is."""
    NOTICE = "notice"
    """The same, and a conflict row tells of it."""
    CLOSE = "close"
    """The item is closed elsewhere, unless somebody edited it there: an edit beats a delete."""
    DELETE = "delete"
    """What we made of it elsewhere is deleted there, unless somebody edited it."""


@dataclass(frozen=True)
class Vanished:
    """What the item is from now on, and what is to be written down of it."""

    item: Item
    clash: Clash | None = None


def vanished(item: Item, remote: str, policy: Deleted, *, edited: bool, at: int) -> Vanished:
    """`edited`: somebody moved it, there or elsewhere, since all agreed. A kind that cannot be closed goes on."""
    if policy is Deleted.NOTICE:
        return Vanished(item, Clash("", "deleted", remote, None))
    fate = (TAKEN_BACK if policy is Deleted.DELETE else CLOSED).get(item.kind)
    if policy is Deleted.IGNORE or fate is None:
        return Vanished(item)
    if edited:
        return Vanished(item, Clash("", "delete/edit", remote, None))
    name, value = fate
    record, stamps = {**item.record, name: value}, {**item.stamps, name: Stamp(DELETED, at, sure=True)}
    return Vanished(replace(item, closed=True, record=record, stamps=stamps))

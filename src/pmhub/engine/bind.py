"""Which item is a thing that nobody has bound yet?"""

from __future__ import annotations

from enum import StrEnum

from pmhub.model.lean import dataclass


class Binding(StrEnum):
    NEW = "new"
    """A person's thing: an item of its own."""
    ADOPT = "adopt"
    """Ours, of a known item that has nothing there: the create whose answer we never got, or one that a database made
    which is lost, where an older one knows only what stood there before.
    """
    JOIN = "join"
    """A thing that a restored database knows as an item but not on this remote, or one of the same natural key, whoever
    made it: bound without an agreed value.
    """
    DUPLICATE = "duplicate"
    """Another thing already stands for that item there: recorded, never an item."""
    REBUILD = "rebuild"
    """Ours, of an item nobody knows, and every remote was looked through: the copies are the item now."""
    WAIT = "wait"


@dataclass(frozen=True)
class Stray:
    """An unbound thing. `by_us`: its author is our account. `marked`: the item its marker names, believed only if by us.

    `own`: the item id it would have if it were born here. `namesake`: the item of the same natural key, still without a
    counterpart here.
    """

    by_us: bool
    marked: str | None
    own: str
    namesake: str | None = None


@dataclass(frozen=True)
class Knowledge:
    """`known`: is that item in the database? `taken`: has it a counterpart on this remote already? `left`: is the thing
    that took the place no longer there?
    """

    known: bool
    taken: bool
    all_swept: bool
    left: bool = False


def names(stray: Stray) -> str:
    """The item this stray would belong to."""
    return stray.marked if stray.by_us and stray.marked else stray.namesake or stray.own


def decide(stray: Stray, knowledge: Knowledge) -> Binding:
    marked = stray.by_us and stray.marked
    if knowledge.known:
        if knowledge.taken and not (marked and knowledge.left):
            return Binding.DUPLICATE
        return Binding.ADOPT if marked else Binding.JOIN
    if marked:
        return Binding.REBUILD if knowledge.all_swept else Binding.WAIT
    return Binding.NEW

"""One field, two opinions: what becomes of the item's value when a remote's has moved."""

from __future__ import annotations

from collections.abc import Mapping

from pmhub.engine.canon import as_set, as_value, equal
from pmhub.engine.state import HOLD, Policy, Side, Stamp
from pmhub.engine.text import merge_texts
from pmhub.model.lean import dataclass
from pmhub.model.records import FieldSpec, Merge, Value

Ranks = Mapping[str, int]


@dataclass(frozen=True)
class Edit:
    """A remote's new value of one field, and what it was when we last agreed (`known` False: never).

    `local`: the item's value when we last agreed, in our words; None where that is not known.
    """

    side: Side
    name: str
    base: Value
    known: bool
    seen: Value
    stamp: Stamp
    local: Value = None


@dataclass(frozen=True)
class Outcome:
    value: Value
    stamp: Stamp | None
    lost: tuple[Value, ...] = ()
    held: bool = False


def losing_remote(outcome: Outcome, theirs: Stamp, mine: Stamp | None) -> str:
    """Whose value it was that lost: the item's, set by `mine`, where theirs was taken."""
    return mine.remote if mine is not None and outcome.stamp == theirs else theirs.remote


def wins(policy: Policy, mine: Stamp, theirs: Stamp, ranks: Ranks) -> bool:
    """Does the remote's value beat the item's? A total order, so that nothing else can matter.

    A named side first; then a person before ourselves; then the later; then the endpoint listed first.
    """
    named = policy.conflict
    if mine.remote != theirs.remote and named in {mine.remote, theirs.remote}:
        return theirs.remote == named
    return _order(theirs, ranks) > _order(mine, ranks)


def _order(stamp: Stamp, ranks: Ranks) -> tuple[bool, int, int]:
    return (not stamp.by_us, stamp.at, -ranks.get(stamp.remote, len(ranks)))


def age(stamp: Stamp, ranks: Ranks) -> tuple[bool, int, int]:
    """Sort key: what yields first comes first, so that movers are taken in oldest first."""
    return _order(stamp, ranks)


def combine(
    edit: Edit, value: Value, stamp: Stamp, *, we_moved: bool, policy: Policy, sides: Mapping[str, Side], ranks: Ranks
) -> Outcome:
    spec = edit.side.spec(edit.name)
    if policy.source and edit.side.remote != policy.source:
        return Outcome(value, stamp, lost=(edit.seen,))
    if spec.is_set:
        return Outcome(_merge_sets(edit.base, value, edit.seen), edit.stamp)
    if spec.merge is Merge.TEXT and edit.known:
        return _combine_texts(edit, value, stamp, we_moved=we_moved, policy=policy, ranks=ranks)
    if not we_moved:
        return Outcome(edit.seen, edit.stamp)
    if _is_finer(edit, value, stamp, sides):
        return Outcome(edit.seen, edit.stamp)
    return _settle(edit, value, stamp, policy, ranks)


def _settle(edit: Edit, value: Value, stamp: Stamp, policy: Policy, ranks: Ranks) -> Outcome:
    if (
        edit.stamp.by_us
    ):  # our own forgotten write: no opinion, but it may tell of an edit at the hub that is forgotten too
        return Outcome(value, stamp, lost=(edit.seen,))
    if policy.conflict == HOLD:
        return Outcome(value, stamp, held=True)
    if wins(policy, stamp, edit.stamp, ranks):
        return Outcome(edit.seen, edit.stamp, lost=(value,))
    return Outcome(value, stamp, lost=(edit.seen,))


def both(spec: FieldSpec, base: Value, ours: Value, theirs: Value, our_base: Value) -> tuple[Value, bool]:
    """A text or a set with what both sides changed of it, and whether these changes never met. Bases as in `Edit`."""
    if spec.is_set:
        return _merge_sets(base, ours, theirs), True
    merged = merge_texts(_text(base), _text(ours), _text(theirs), theirs_win=False, our_base=_text(our_base) or None)
    return merged.text, not merged.lost


def _merge_sets(base: Value, ours: Value, theirs: Value) -> Value:
    added, removed = as_set(theirs) - as_set(base), as_set(base) - as_set(theirs)
    return as_value((as_set(ours) | added) - removed)


def _combine_texts(edit: Edit, value: Value, stamp: Stamp, *, we_moved: bool, policy: Policy, ranks: Ranks) -> Outcome:
    theirs_win = wins(policy, stamp, edit.stamp, ranks)
    base, our_base = _text(edit.base), _text(edit.local) or None
    merged = merge_texts(base, _text(value), _text(edit.seen), theirs_win=theirs_win, our_base=our_base)
    if merged.lost and policy.conflict == HOLD:
        return Outcome(value, stamp, held=True)
    keep_ours = we_moved and not theirs_win
    return Outcome(merged.text, stamp if keep_ours else edit.stamp, lost=merged.lost)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _is_finer(edit: Edit, value: Value, stamp: Stamp, sides: Mapping[str, Side]) -> bool:
    """The item's value was only a coarse reading of this one: the remote that set it shows the same word for both."""
    setter = sides.get(stamp.remote)
    if setter is None or edit.side.spec(edit.name).merge is not Merge.ATOMIC or edit.name not in setter.holds:
        return False
    finer, coarse = setter.shown(edit.name, edit.seen), setter.shown(edit.name, value)
    return finer is not None and equal(edit.side.spec(edit.name), finer, coarse)

"""Three-way merge of texts by lines and the gaps between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub.model.markdown import line_key

CAREFUL: Final = 250_000
"""Pairs of lines up to which every line may be a landmark."""

NEAR: Final = 50
"""Lines looked at to find the one that stands for a line that was replaced."""

Change: TypeAlias = tuple[str, int, int, int, int]
"""difflib's opcode: what happened, and the lines of both sides that it is about."""


@dataclass(frozen=True)
class Merged:
    """`lost`: the lines that lost where both sides had replaced the same one."""

    text: str
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Slots:
    """For each line of `base` the lines that stand in its place now; for each gap around them the lines put there."""

    base: list[str]
    lines: list[list[str]]
    gaps: list[list[str]]


def merge_texts(base: str, ours: str, theirs: str, *, theirs_win: bool, our_base: str | None = None) -> Merged:
    """Every base line and every gap is a slot of its own, so an insertion beside a changed line is no clash.

    `base` is in their words; `our_base` is the same in ours: a line that a lossy remote only weakened did not move here.

    Two insertions in one gap are both kept, common lines once; an edit beats a deletion; where all agree our (richer)
    form of the line stays.
    """
    there, here = base.split("\n"), (base if our_base is None else our_base).split("\n")
    if len(here) != len(there):  # the remote changed more than lines: they cannot be told by their places
        here = there
    other = _slots(there, _lines(theirs))
    mine = _slots(here, _lines(ours), other)
    other = _slots(there, _lines(theirs), mine)
    out: list[str] = []
    lost: list[str] = []
    for n, bases in enumerate(zip(here, there, strict=True)):
        out += _union(mine.gaps[n], other.gaps[n])
        kept, loser = _slot(bases, mine.lines[n], other.lines[n], theirs_win=theirs_win)
        out += kept
        lost += loser
    out += _union(mine.gaps[-1], other.gaps[-1])
    return Merged("\n".join(_once(out, base, ours, theirs)), tuple(lost))


def _once(lines: list[str], base: str, ours: str, theirs: str) -> list[str]:
    """What both sides put in once, though each in a place of its own, is kept once."""
    known, mine, others = (Counter(_keys(text.split("\n"))) for text in (base, ours, theirs))
    both = {key for key, count in mine.items() if key and count == others[key] == 1 and not known[key]}
    seen: set[str] = set()
    out: list[str] = []
    for line, key in zip(lines, _keys(lines), strict=True):
        if key not in both or key not in seen:
            out.append(line)
        seen.add(key)
    return out


def _lines(text: str) -> list[str]:
    """A text that was cleared has no lines: all of them were deleted, none replaced by a blank one."""
    return text.split("\n") if text else []


def _slot(
    bases: tuple[str, str], ours: list[str], theirs: list[str], *, theirs_win: bool
) -> tuple[list[str], list[str]]:
    now, there = _keys(ours), _keys(theirs)
    we_moved, they_moved = now != _keys([bases[0]]), there != _keys([bases[1]])
    if now == there or not they_moved or (not theirs and we_moved):
        return ours, []
    if not we_moved or not ours:
        return theirs, []
    kept, lost = (theirs, ours) if theirs_win else (ours, theirs)
    return kept, ["\n".join(lost)]


def _keys(lines: list[str]) -> list[str]:
    return [line_key(line) for line in lines]


def _changes(one: list[str], other: list[str]) -> Iterator[Change]:
    """How `one` became `other`, by the keys of their lines. Common ends are set apart first in long texts, and lines that
    repeat all over the rest are no landmarks there: a text of one line a thousand times must not take minutes.
    """
    mine, theirs = _keys(one), _keys(other)
    if len(mine) * len(theirs) <= CAREFUL:
        yield from SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
        return
    head = _common(mine, theirs)
    tail = _common(mine[head:][::-1], theirs[head:][::-1])
    yield ("equal", 0, head, 0, head)
    middle = SequenceMatcher(None, mine[head : len(mine) - tail], theirs[head : len(theirs) - tail], autojunk=True)
    for op, a, b, c, d in middle.get_opcodes():
        yield (op, a + head, b + head, c + head, d + head)
    yield ("equal", len(mine) - tail, len(mine), len(theirs) - tail, len(theirs))


def _common(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _slots(base: list[str], side: list[str], other: _Slots | None = None) -> _Slots:
    """`other`: the other side, by which it is told which of several lines stands for the one that they replaced."""
    slots = _Slots(base, [[] for _ in base], [[] for _ in range(len(base) + 1)])
    for op, a, b, c, d in _changes(base, side):
        if op == "insert":
            slots.gaps[a] = side[c:d]
            continue
        at, end = c, c if op == "delete" else d
        for n in range(a, b if end > c else a):
            spare = min(end - at - (b - n), NEAR)
            if at < end:
                skip = _standing_for(n, side[at : at + spare + 1], other) if other and spare > 0 else 0
                slots.gaps[n] += side[at : at + skip]
                slots.lines[n] = [side[at + skip]]
                at += skip + 1
        slots.gaps[b] += side[at:end]
    return slots


def _standing_for(n: int, lines: list[str], other: _Slots) -> int:
    """Which of these lines replaced base line `n`: one that the other side has there too or, where it kept that line, one
    that it has not.
    """
    keys, there = _keys(lines), _keys(other.lines[n])
    around = {*there, *_keys(other.gaps[n]), *_keys(other.gaps[n + 1])}
    kept = there == _keys([other.base[n]])
    return next((k for k, key in enumerate(keys) if (key in around) is not kept), 0)


def _union(ours: list[str], theirs: list[str]) -> list[str]:
    out: list[str] = []
    for op, a, b, c, d in _changes(ours, theirs):
        out += ours[a:b] if op in {"equal", "delete"} else ours[a:b] + theirs[c:d]
    return out

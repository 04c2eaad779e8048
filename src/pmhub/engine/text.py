"""Three-way merge of texts by lines and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from pmhub.model.markdown import line_key


@dataclass(frozen=True)
class Merged:
    """`lost`: the lines that lost where both sides had replaced the same one."""

    text: str
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Slots:
    """For each base line the lines that stand in its place now; for each gap around them the lines put there."""

    lines: list[list[str]]
    gaps: list[list[str]]


def merge_texts(base: str, ours: str, theirs: str, *, theirs_win: bool) -> Merged:
    """Every base line and every gap is a slot of its own, so an insertion beside a changed line is no clash.

    Two insertions in one gap are both kept, common lines once; an edit beats a deletion; where all agree our (richer)
    form of the line stays.
    """
    old = base.split("\n")
    mine, other = _slots(old, ours.split("\n")), _slots(old, theirs.split("\n"))
    out: list[str] = []
    lost: list[str] = []
    for n, line in enumerate(old):
        out += _union(mine.gaps[n], other.gaps[n])
        kept, loser = _slot(line, mine.lines[n], other.lines[n], theirs_win=theirs_win)
        out += kept
        lost += loser
    out += _union(mine.gaps[-1], other.gaps[-1])
    return Merged("\n".join(out), tuple(lost))


def _slot(base: str, ours: list[str], theirs: list[str], *, theirs_win: bool) -> tuple[list[str], list[str]]:
    was, now, there = [line_key(base)], _keys(ours), _keys(theirs)
    if now == there:
        return ours, []
    if there == was or (not theirs and now != was):
        return ours, []
    if now == was or not ours:
        return theirs, []
    kept, lost = (theirs, ours) if theirs_win else (ours, theirs)
    return kept, ["\n".join(lost)]


def _keys(lines: list[str]) -> list[str]:
    return [line_key(line) for line in lines]


def _matcher(one: list[str], other: list[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, _keys(one), _keys(other), autojunk=False)


def _slots(base: list[str], side: list[str]) -> _Slots:
    slots = _Slots([[] for _ in base], [[] for _ in range(len(base) + 1)])
    for op, a, b, c, d in _matcher(base, side).get_opcodes():
        if op == "insert":
            slots.gaps[a] = side[c:d]
            continue
        shared = 0 if op == "delete" else min(b - a, d - c)
        for k in range(shared):
            slots.lines[a + k] = [side[c + k]]
        if d - c > b - a:
            slots.gaps[b] = side[c + shared : d]
    return slots


def _union(ours: list[str], theirs: list[str]) -> list[str]:
    out: list[str] = []
    for op, a, b, c, d in _matcher(ours, theirs).get_opcodes():
        out += ours[a:b] if op in {"equal", "delete"} else ours[a:b] + theirs[c:d]
    return out

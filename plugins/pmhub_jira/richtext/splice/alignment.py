"""What of two sequences stayed, and which of the rest became which. Every bound here is linear or capped."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, TypeVar

T = TypeVar("T")
U = TypeVar("U")

_EXACT: Final = 250_000  # cells of the comparison; beyond, frequent elements do not count as matches
_PAIRED: Final = 900
_ALIKE: Final = 0.3
"""The share of common words from which a block is taken for an edit of another."""


def same(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Places of equal elements in the same order on both sides, ascending."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, inner_old, inner_new, autojunk=len(inner_old) * len(inner_new) > _EXACT)
    pairs = [(place, place) for place in range(head)]
    for start, other, size in matcher.get_matching_blocks() if inner_old and inner_new else ():
        pairs += [(head + start + step, head + other + step) for step in range(size)]
    return pairs + [(len(old) - left, len(new) - left) for left in range(tail, 0, -1)]


def paired(old: Sequence[T], new: Sequence[U], likeness: Callable[[T, U], float]) -> list[tuple[int, int]]:
    """Places of elements that are edits of each other, ascending; `likeness` is 0 for what cannot be, else up to 1."""
    if len(old) == len(new) and (len(old) == 1 or len(old) ** 2 > _PAIRED):
        return [(place, place) for place in range(len(old)) if likeness(old[place], new[place])]
    if not old or not new or len(old) * len(new) > _PAIRED:
        return []
    return _best([[_counted(likeness(one, other)) for other in new] for one in old])


def _counted(likeness: float) -> float:
    return likeness if likeness >= _ALIKE else 0.0


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    return next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def _best(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The ascending pairs with the greatest sum."""
    width = len(scores[0])
    best = [[0.0] * (width + 1) for _ in range(len(scores) + 1)]
    for row in range(len(scores) - 1, -1, -1):
        for column in range(width - 1, -1, -1):
            taken = scores[row][column] and scores[row][column] + best[row + 1][column + 1]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], taken)
    return list(_walked(scores, best))


def _walked(scores: Sequence[Sequence[float]], best: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    row = column = 0
    while row < len(scores) and column < len(scores[0]):
        score = scores[row][column]
        if score and best[row][column] == score + best[row + 1][column + 1]:
            yield row, column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1

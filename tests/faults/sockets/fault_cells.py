"""The cells of the fault matrix and deterministic covers of it: every pair of factors at least once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from both_sides import Side
from fault_rows import ROWS

POSITIONS = ("first", "middle", "last")
Pair = tuple[int, object, int, object]


@dataclass(frozen=True, order=True)
class Cell:
    row: str
    call: str
    position: str
    side: Side

    def __str__(self) -> str:
        return f"{self.side}: {self.row}, {self.position} {self.call}"

    def pairs(self, factors: Sequence[tuple[int, int]]) -> set[Pair]:
        values = (self.row, self.call, self.position, self.side)
        return {(a, values[a], b, values[b]) for a, b in factors}


ROW, CALL, POSITION, SIDE = range(4)
EVERY_PAIR = tuple(combinations(range(4), 2))
A_ROW_AND_A_CALL_EACH_SIDE = ((ROW, SIDE), (CALL, POSITION), (CALL, SIDE))


def whole() -> list[Cell]:
    """Every row at every call it can fall on, at each side that has it."""
    return [
        Cell(row.name, call, position, side)
        for row in ROWS.values()
        for call in row.calls
        for position in POSITIONS
        for side in row.sides
    ]


def cover(cells: Iterable[Cell], factors: Sequence[tuple[int, int]]) -> list[Cell]:
    """Greedy: always the cell that shows most pairs not seen yet, the first of equals."""
    left = {cell: cell.pairs(factors) for cell in cells}
    chosen: list[Cell] = []
    while left:
        best = max(left, key=lambda cell: len(left[cell]))
        chosen.append(best)
        seen = left[best]
        left = {cell: new for cell, pairs in left.items() if (new := pairs - seen)}
    return chosen

"""The fault matrix over real sockets: whatever goes wrong at whichever call, the next runs heal it and nothing is doubled or lost.

The normal run takes every row and every call at every position on each side; the soak takes the whole product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from both_sides import Side
from fault_cells import A_ROW_AND_A_CALL_EACH_SIDE, EVERY_PAIR, Cell, cover, whole
from fault_rows import ROWS
from faulted_stage import Faulted, faulted, is_deep, more_of, suffer

WHOLE = whole()
PAIRWISE = cover(WHOLE, EVERY_PAIR)
CHOSEN = cover(PAIRWISE, A_ROW_AND_A_CALL_EACH_SIDE)
REST = [cell for cell in WHOLE if cell not in CHOSEN]
CELLS_A_WORLD = 8


class Worlds:
    """One world serves several cells, as each must leave it settled; one that did not is never used again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: dict[tuple[Side, str, bool], Counter[str]] = {}
        self.used = self.opened = 0
        self.world: Faulted | None = None
        self.stack = ExitStack()

    def suffer(self, cell: Cell) -> str:
        count = self._count(cell)
        world = self._world()
        self.used += 1
        try:
            wrong = suffer(world, cell, count)
        except BaseException:
            self.close()
            raise
        if wrong or any(ticket.left for ticket in world.sides.tickets.values()):
            self.close()
        return wrong

    def _count(self, cell: Cell) -> int:
        key = (cell.side, more_of(cell.call), is_deep(cell.call))
        if key not in self.counts:
            self.counts[key] = self._world().counted(cell.side, cell.call)
        return self.counts[key][f"{cell.call} after a write" if ROWS[cell.row].after_write else cell.call]

    def _world(self) -> Faulted:
        if self.used >= CELLS_A_WORLD:
            self.close()
        if self.world is None:
            self.opened += 1
            self.world = self.stack.enter_context(faulted(self.folder / str(self.opened)))
        return self.world

    def close(self) -> None:
        self.stack.close()
        self.world, self.used = None, 0


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    worlds = Worlds(tmp_path_factory.mktemp("worlds"))
    yield worlds
    worlds.close()


def test_the_pairwise_cells_show_every_pair_of_row_call_position_and_side() -> None:
    shown = set().union(*(cell.pairs(EVERY_PAIR) for cell in PAIRWISE))
    assert shown == set().union(*(cell.pairs(EVERY_PAIR) for cell in WHOLE))
    assert {cell.row for cell in CHOSEN} == set(ROWS)


@pytest.mark.parametrize("cell", CHOSEN, ids=str)
def test_a_fault_is_healed_and_nothing_is_doubled_or_lost(worlds: Worlds, cell: Cell) -> None:
    assert worlds.suffer(cell) == ""


@pytest.mark.soak
@pytest.mark.parametrize("cell", sorted(REST, key=lambda cell: (cell not in PAIRWISE, cell)), ids=str)
def test_every_fault_at_every_call_is_healed(worlds: Worlds, cell: Cell) -> None:
    assert worlds.suffer(cell) == ""

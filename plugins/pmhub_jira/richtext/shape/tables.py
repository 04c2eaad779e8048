"""Tables: rows of one length, or lines of a paragraph where ADF has no tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pmhub_jira.richtext.settle import settle
from pmhub_jira.richtext.tree import Block, Break, Inline, Inlines, Paragraph, Table, Text, joined

if TYPE_CHECKING:
    from pmhub_jira.richtext.shape.room import Room


def fit_table(block: Table, room: Room) -> Iterator[Block]:
    rows = [[settle(cell) for cell in row] for row in block.rows]
    width = max(map(len, rows), default=0)
    if width and room.holds(Table):
        yield Table(tuple((*row, *[()] * (width - len(row))) for row in rows))
    elif width:
        yield from room.fit(Paragraph(joined([_as_line(row) for row in rows])))


def _as_line(cells: Sequence[Inlines]) -> Inlines:
    line: list[Inline] = []
    for number, cell in enumerate(cells):
        line.extend([Text(" | "), *cell] if number else cell)
    return tuple(Text(" ") if isinstance(inline, Break) else inline for inline in line)

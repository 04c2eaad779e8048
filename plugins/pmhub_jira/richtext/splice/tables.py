"""Tables edited row by row and cell by cell: widths, colours and spans stay."""

from __future__ import annotations

from typing import TypeAlias

from pmhub_jira.richtext.splice.cells import edited_lines
from pmhub_jira.richtext.splice.context import Context, Node
from pmhub_jira.richtext.splice.inlines import spliced_inlines
from pmhub_jira.richtext.splice.likeness import likeness_of_rows
from pmhub_jira.richtext.splice.merging import Merge, Slot
from pmhub_jira.richtext.tree import Inlines, Table

Row: TypeAlias = tuple[Inlines, ...]


def rewrite_table(node: Node, wanted: Table, context: Context) -> Node | None:
    """The table in which every cell that stayed is as it was; None where columns came or went."""
    read = context.read([node])
    rows = node.get("content", [])
    if len(read) != 1 or not isinstance(old := read[0], Table) or len(old.rows) != len(rows):
        return None
    if len(old.rows[0]) != len(wanted.rows[0]):
        return None
    slots = [Slot((row,), (cells,)) for row, cells in zip(rows, old.rows, strict=True)]
    merge = Merge(
        likeness_of_rows,
        lambda slot, cells: [_row(slot.natives[0], slot.values[0], cells, context)],
        lambda added: [_new_row(cells, context) for cells in added],
    )
    merge.into(slots, wanted.rows)
    return {**node, "content": [row for slot in slots for row in slot.all]}


def _row(node: Node, old: Row, wanted: Row, context: Context) -> Node:
    """Cells that a span leaves out cannot be written to."""
    cells = [
        cell if before == after else _cell(cell, after, context)
        for cell, before, after in zip(node.get("content", []), old, wanted, strict=False)
    ]
    return {**node, "content": cells}


def _cell(node: Node, wanted: Inlines, context: Context) -> Node:
    edited = edited_lines(node, wanted, context)
    if edited is not None and _read_cell(edited, context) == wanted:
        return edited
    content: list[Node] = node.get("content", [])
    sole: Node = content[0] if len(content) == 1 and content[0].get("type") == "paragraph" else {"type": "paragraph"}
    inlines = spliced_inlines(sole.get("content", []), wanted, context)
    return {**node, "content": [{**sole, "content": inlines} if inlines else {"type": "paragraph"}]}


def _read_cell(cell: Node, context: Context) -> Inlines | None:
    match context.read([{"type": "table", "content": [{"type": "tableRow", "content": [cell]}]}]):
        case (Table(((inlines,),)),):
            return inlines
    return None


def _new_row(cells: Row, context: Context) -> Node:
    return context.writer().row(cells, header=False)

"""Tables. A cell of Markdown has inlines only: its blocks become lines of it, and items keep their dots and boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmhub_jira.richtext.adf_reader.kinds import CARDS, CELLS, INLINES, ITEMS, MEDIA
from pmhub_jira.richtext.adf_reader.node import DEPTH, Node, all_words, children_of, kind_of, scalar, string
from pmhub_jira.richtext.tree import CODE, Block, Break, Inline, Inlines, Style, Table, Text, joined

if TYPE_CHECKING:
    from pmhub_jira.richtext.adf_reader.reader import Reader

_READ_AS_INLINE = INLINES | CARDS | MEDIA
_SIGNS = {"DONE": "[x] ", "TODO": "[ ] "}
_CODE = Style(frozenset({CODE}))


def read_table(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    yield Table(tuple(_row(reader, row, depth + 2) for row in children_of(node)))


def _row(reader: Reader, node: Node, depth: int) -> tuple[Inlines, ...]:
    reader.note(node)
    cells = children_of(node) if kind_of(node) == "tableRow" else [node]
    return tuple(_cell(reader, _as_cell(cell), depth) for cell in cells)


def _as_cell(node: Node) -> Node:
    return node if kind_of(node) in CELLS else {"type": "tableCell", "content": [node]}


def _cell(reader: Reader, node: Node, depth: int) -> Inlines:
    reader.note(node)
    if any(kind_of(block) not in INLINES | {"paragraph"} for block in children_of(node)):
        reader.lossy.add(kind_of(node))
    return cell_inlines(reader, node, depth)


def cell_inlines(reader: Reader, node: Node, depth: int) -> Inlines:
    """What stands below a node of a cell, with a break before each block but the first."""
    return tuple(_lines(reader, node, depth))


def _lines(reader: Reader, node: Node, depth: int) -> Iterator[Inline]:
    for number, child in enumerate(children_of(node)):
        if number and kind_of(child) not in INLINES:
            yield Break()
        yield from _line(reader, child, depth)


def _line(reader: Reader, node: Node, depth: int) -> Iterator[Inline]:
    kind = kind_of(node)
    if depth > DEPTH or kind in _READ_AS_INLINE:
        yield from reader.inline(node, depth)
    elif kind == "codeBlock":
        yield from joined([(Text(line, _CODE),) if line else () for line in all_words(node, gap="").split("\n")])
    else:
        reader.note(node)
        yield from map(Text, _signs(node) if kind in ITEMS else _labels(node))
        yield from _lines(reader, node, depth + 1)


def _signs(item: Node) -> list[str]:
    return [_SIGNS.get(string(item, "state"), "• ")]


def _labels(node: Node) -> list[str]:
    labels = [scalar(node.get("text")), string(node, "text"), string(node, "title")]
    return [label for label in labels if label]

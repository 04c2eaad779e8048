"""Walks a document. The readers of the single nodes are functions, which call back here for what is inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from pmhub_jira.richtext.adf_reader.blocks import BLOCK_READERS, read_unknown_block
from pmhub_jira.richtext.adf_reader.inlines import INLINE_READERS, read_unknown_inline
from pmhub_jira.richtext.adf_reader.kinds import INLINES, KNOWN, LOSSY
from pmhub_jira.richtext.adf_reader.node import (
    DEPTH,
    Node,
    all_words,
    attrs_of,
    children_of,
    flattened,
    is_scalar,
    kind_of,
)
from pmhub_jira.richtext.adf_reader.styles import lossy_marks
from pmhub_jira.richtext.tree import Block, Blocks, Inline, Inlines, Paragraph, Text

People: TypeAlias = Callable[[str], str | None]


class Reader:
    """`people` gives the name to mention for an accountId; `lossy` collects the names of what has to be left behind."""

    def __init__(self, people: People | None) -> None:
        self.people = people
        self.lossy: set[str] = set()

    def blocks(self, node: Node, depth: int) -> Blocks:
        """The blocks among a node's children; inlines that stand between them form paragraphs."""
        found: list[Block] = []
        for are_inlines, group in groupby(children_of(node), lambda child: kind_of(child) in INLINES):
            if are_inlines:
                found.append(Paragraph(self.inlines(list(group), depth)))
            else:
                found.extend(block for child in group for block in self.block(child, depth + 1))
        return tuple(found)

    def block(self, node: Node, depth: int) -> Iterator[Block]:
        self.note(node)
        if depth > DEPTH:
            self.lossy.add(kind_of(node))
            yield from flattened(node)
        else:
            yield from BLOCK_READERS.get(kind_of(node), read_unknown_block)(self, node, depth)

    def inlines(self, nodes: Sequence[Node], depth: int) -> Inlines:
        return tuple(inline for node in nodes for inline in self.inline(node, depth + 1))

    def inline(self, node: Node, depth: int) -> Iterator[Inline]:
        self.note(node)
        if depth > DEPTH:
            yield Text(all_words(node))
        else:
            yield from INLINE_READERS.get(kind_of(node), read_unknown_inline)(self, node, depth)

    def note(self, node: Node) -> None:
        """Remembers what of this node Markdown has no room for."""
        kind = kind_of(node)
        if kind in LOSSY or kind not in KNOWN or _spans_cells(node):
            self.lossy.add(kind)
        if "marks" in node:
            self.lossy.update(lossy_marks(node))


def _spans_cells(node: Node) -> bool:
    attrs = attrs_of(node)
    return any(is_scalar(attrs[name]) and attrs[name] != 1 for name in ("colspan", "rowspan") if name in attrs)

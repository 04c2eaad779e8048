"""Walks a document. The readers of the single nodes are functions, which call back here for what is inside."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final, TypeAlias

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
from pmhub_jira.richtext.memo import ROOM, Memo
from pmhub_jira.richtext.tree import Block, Blocks, Inline, Inlines, Paragraph, Text

People: TypeAlias = Callable[[str], str | None]

_MEMO: Final[Memo[bytes, tuple[Blocks, frozenset[str]]]] = Memo(3 * ROOM)  # a node is longer than its words
_PLAIN: Final = 2  # keys of a text node without marks
_WITHOUT_REFERENCES: Final = 2  # the version of the format in which equal values are equal bytes


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
            elif not depth:
                found.extend(block for child in group for block in self._top(child))
            else:
                found.extend(block for child in group for block in self.block(child, depth + 1))
        return tuple(found)

    def _top(self, node: Node) -> Blocks:
        """The blocks of a node of the document itself, which may have been read before."""
        key = key_of(node)
        if (known := _MEMO.get(key)) is None:
            reader = Reader(self.people)
            known = tuple(reader.block(node, 1)), frozenset(reader.lossy)
            if key:
                _MEMO.keep(key, known, len(key))
        self.lossy.update(known[1])
        return known[0]

    def block(self, node: Node, depth: int) -> Iterable[Block]:
        self.note(node)
        if depth > DEPTH:
            self.lossy.add(kind_of(node))
            return flattened(node)
        return BLOCK_READERS.get(kind_of(node), read_unknown_block)(self, node, depth)

    def inlines(self, nodes: Sequence[Node], depth: int) -> Inlines:
        runs: list[Inline] = []
        for node in nodes:
            if len(node) == _PLAIN and node.get("type") == "text" and isinstance(words := node.get("text"), str):
                runs.append(Text(words))  # as the readers below would, which are for all else
            else:
                runs.extend(self.inline(node, depth + 1))
        return tuple(runs)

    def inline(self, node: Node, depth: int) -> Iterable[Inline]:
        self.note(node)
        if depth > DEPTH:
            return (Text(all_words(node)),)
        return INLINE_READERS.get(kind_of(node), read_unknown_inline)(self, node, depth)

    def note(self, node: Node) -> None:
        """Remembers what of this node Markdown has no room for."""
        kind = kind_of(node)
        if kind in LOSSY or kind not in KNOWN or ("attrs" in node and _spans_cells(node)):
            self.lossy.add(kind)
        if "marks" in node:
            self.lossy.update(lossy_marks(node))


def key_of(node: Node) -> bytes:
    """All that decides how a node is read; empty where that is also who is who, or where it cannot be told."""
    if not isinstance(node, dict):
        return b""
    try:
        key = marshal.dumps(node, _WITHOUT_REFERENCES)
    except ValueError:
        return b""
    return b"" if b"mention" in key else key


def _spans_cells(node: Node) -> bool:
    attrs = attrs_of(node)
    return any(is_scalar(attrs[name]) and attrs[name] != 1 for name in ("colspan", "rowspan") if name in attrs)

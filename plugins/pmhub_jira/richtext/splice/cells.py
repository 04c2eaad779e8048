"""A cell with blocks reads as lines: a line that changed is edited in the node it is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.adf_reader.kinds import INLINES
from pmhub_jira.richtext.adf_reader.reader import Reader
from pmhub_jira.richtext.adf_reader.tables import cell_inlines
from pmhub_jira.richtext.settle import settle
from pmhub_jira.richtext.splice.context import Context, Node
from pmhub_jira.richtext.splice.inlines import spliced_inlines
from pmhub_jira.richtext.tree import Inlines, Text, joined, lines_of

_LEAVES: Final = frozenset({"paragraph", "heading", "taskItem", "decisionItem", "caption"})


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A node of inlines, where in the cell its lines begin, and how many they are."""

    node: Node
    start: int
    size: int


def edited_lines(cell: Node, wanted: Inlines, context: Context) -> Node | None:
    """The cell with the changed lines in place; None where lines came or went, or do not show where they are from."""
    raw = _lines(cell, context)
    old, new = [settle(line) for line in raw], lines_of(wanted)
    blank = next((number for number, line in enumerate(old) if line), 0)
    new = [()] * blank + new + [()] * (len(old) - len(new) - blank)
    if len(new) != len(old):
        return None
    changed = {number for number, line in enumerate(old) if line != new[number]}
    edited: dict[int, Node] = {}
    for leaf in _leaves(cell, 0, context):
        places = range(leaf.start, leaf.start + leaf.size)
        if changed & set(places):
            own = _own([new[place] for place in places], raw[leaf.start], leaf.node, context)
            if own is None:
                return None
            edited[id(leaf.node)] = {
                **leaf.node,
                "content": spliced_inlines(leaf.node.get("content", []), own, context),
            }
            changed -= set(places)
    return None if changed else _with(cell, edited)


def _lines(node: Node, context: Context) -> list[Inlines]:
    return lines_of(cell_inlines(Reader(context.names), node, 0))


def _leaves(node: Node, start: int, context: Context) -> Iterator[_Leaf]:
    for child in node.get("content", []):
        if child.get("type") in INLINES:
            return
        size = len(_lines({"content": [child]}, context))
        if child.get("type") in _LEAVES and all(one.get("type") in INLINES for one in child.get("content", [])):
            yield _Leaf(child, start, size)
        else:
            yield from _leaves(child, start, context)
        start += size


def _own(lines: Sequence[Inlines], first: Inlines, node: Node, context: Context) -> Inlines | None:
    """The lines without the sign or title that the first of them shares with what the node lies in."""
    own = lines_of(Reader(context.names).inlines(node.get("content", []), 0))[0]
    before = "".join(run.text for run in first[: len(first) - len(own)] if isinstance(run, Text))
    if not before:
        return joined(list(lines))
    head = lines[0][0] if lines[0] else None
    if not isinstance(head, Text) or not head.text.startswith(before):
        return None
    rest = head.text.removeprefix(before)
    return joined([(*([Text(rest, head.style)] if rest else []), *lines[0][1:]), *lines[1:]])


def _with(node: Node, edited: dict[int, Node]) -> Node:
    """`node` with some of the nodes below it exchanged; what holds none of these stays the same object."""
    if id(node) in edited:
        return edited[id(node)]
    old: Sequence[Node] = node.get("content", [])
    new = [_with(child, edited) for child in old]
    return node if all(one is other for one, other in zip(old, new, strict=True)) else {**node, "content": new}

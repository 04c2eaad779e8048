"""Lists edited item by item. Neighbouring lists of tasks and bullets are one list of Markdown, and become such again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.splice.context import Context, Node
from pmhub_jira.richtext.splice.inlines import spliced_inlines
from pmhub_jira.richtext.splice.likeness import likeness_of_items
from pmhub_jira.richtext.splice.merging import Merge, Slot
from pmhub_jira.richtext.tree import Blocks, Item, Listing, Paragraph, is_task

Children: TypeAlias = Callable[[Sequence[Node], Blocks, Context], list[Node]]


_OF_TASKS: Final = frozenset({"taskItem", "taskList", "blockTaskItem"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An item's node with the lists below it that stand beside it, as those of tasks do, and the list it is from."""

    nodes: tuple[Node, ...]
    home: Node


@dataclass(frozen=True, slots=True)
class _Lists:
    context: Context
    children: Children

    def write(self, items: Sequence[Item]) -> list[Entry]:
        """As new lists have them."""
        return [entry for node in self.context.write((Listing(tuple(items)),)) for entry in _entries(node)]

    def rewrite(self, slot: Slot[Entry, Item], item: Item) -> list[Entry]:
        entry = slot.natives[0]
        nodes = self._edited(*entry.nodes, item=item)
        fits = nodes is not None and (
            entry.home.get("type") != "taskList" or all(node.get("type") in _OF_TASKS for node in nodes)
        )
        return [Entry(tuple(nodes), entry.home)] if nodes is not None and fits else self.write([item])

    def _edited(self, first: Node, *below: Node, item: Item) -> list[Node] | None:
        match first.get("type"):
            case "taskItem":
                return self._task(first, below, item)
            case "decisionItem":
                return self._decision(first, item)
            case "taskList":
                return self._below([first, *below], item.blocks)
            case "listItem" if item.checked is None:
                return [self._with_blocks(first, item)]
            case "blockTaskItem" if item.checked is not None and not below:
                return [self._with_blocks(_ticked(first, item), item)]
        return None

    def _with_blocks(self, node: Node, item: Item) -> Node:
        content = self.children(node.get("content", []), item.blocks, self.context.inside(Place.ITEM))
        return {**node, "content": content or [{"type": "paragraph"}]}

    def _decision(self, node: Node, item: Item) -> list[Node] | None:
        match item:
            case Item((Paragraph(inlines),), None):
                return [{**node, "content": spliced_inlines(node.get("content", []), inlines, self.context)}]
        return None

    def _task(self, node: Node, below: Sequence[Node], item: Item) -> list[Node] | None:
        if not is_task(item) or not isinstance(first := item.blocks[0], Paragraph):
            return None
        content = spliced_inlines(node.get("content", []), first.inlines, self.context)
        return [{**_ticked(node, item), "content": content}, *self._below(below, item.blocks[1:])]

    def _below(self, nodes: Sequence[Node], wanted: Blocks) -> list[Node]:
        inner = self.context.inside(Place.ITEM)
        if inner.read(nodes) == wanted:
            return list(nodes)
        if len(nodes) == len(wanted) == 1 and isinstance(block := wanted[0], Listing):
            old = inner.read(nodes)
            if len(old) == 1 and isinstance(old[0], Listing):
                return rewrite_list(nodes, old[0], block, inner, self.children) or inner.write(wanted)
        return inner.write(wanted)


def _ticked(node: Node, item: Item) -> Node:
    return {**node, "attrs": {**node.get("attrs", {}), "state": "DONE" if item.checked else "TODO"}}


def rewrite_list(
    natives: Sequence[Node], old: Listing, wanted: Listing, context: Context, children: Children
) -> list[Node] | None:
    """The lists in which every item that stayed is as it was; None where items and nodes do not answer to each other."""
    entries = [entry for node in natives for entry in _entries(node)]
    if len(entries) != len(old.items) or (old.start is None) != (wanted.start is None):
        return None
    slots = [Slot((entry,), (item,)) for entry, item in zip(entries, old.items, strict=True)]
    lists = _kind(natives, wanted)(context, children)
    Merge(likeness_of_items, lists.rewrite, lists.write).into(slots, wanted.items)
    laid = [entry for slot in slots for entry in slot.all]
    return [_renumbered(node, old, wanted) for node in _homes(laid, natives)]


class _Numbered(_Lists):
    def write(self, items: Sequence[Item]) -> list[Entry]:
        return [entry for node in self.context.write((Listing(tuple(items), 1),)) for entry in _entries(node)]


class _Decisions(_Lists):
    def write(self, items: Sequence[Item]) -> list[Entry]:
        return [self._entry(item) for item in items]

    def _entry(self, item: Item) -> Entry:
        local_id = {"localId": str(next(self.context.ids))}
        node: Node = {"type": "decisionItem", "attrs": {**local_id, "state": "DECIDED"}}
        return Entry(tuple(self._decision(node, item) or [node]), {"type": "decisionList", "attrs": local_id})


def _kind(natives: Sequence[Node], wanted: Listing) -> type[_Lists]:
    if all(node.get("type") == "decisionList" for node in natives):
        return _Decisions
    return _Lists if wanted.start is None else _Numbered


def _entries(node: Node) -> Iterator[Entry]:
    nodes: list[Node] = []
    for child in node.get("content", []):
        if nodes and child.get("type") != "taskList":
            yield Entry(tuple(nodes), node)
            nodes = []
        nodes.append(child)
    if nodes:
        yield Entry(tuple(nodes), node)


def _homes(entries: Sequence[Entry], natives: Sequence[Node]) -> Iterator[Node]:
    """Neighbours of one sort share a list: one that stood there, if it is not taken."""
    free = [id(node) for node in natives]
    for kind, group in groupby(entries, lambda entry: entry.home.get("type")):
        run = list(group)
        home = next((entry.home for entry in run if id(entry.home) in free), run[0].home)
        free = [one for one in free if one != id(home)]
        yield {**home, "type": kind, "content": [node for entry in run for node in entry.nodes]}


def _renumbered(node: Node, old: Listing, wanted: Listing) -> Node:
    if wanted.start is None or old.start == wanted.start:
        return node
    return {**node, "attrs": {**node.get("attrs", {}), "order": wanted.start}}

"""Lists of bullets, numbers, tasks and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmhub_jira.richtext.adf_reader.kinds import ITEMS, LISTS
from pmhub_jira.richtext.adf_reader.node import DEPTH, Node, attrs_of, children_of, flattened, kind_of, string
from pmhub_jira.richtext.tree import Block, Item, Listing

if TYPE_CHECKING:
    from pmhub_jira.richtext.adf_reader.reader import Reader


def read_list(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    """A list right inside a list, as task lists have it, belongs to the item before it."""
    items: list[Item] = []
    for child in children_of(node):
        if items and kind_of(child) in LISTS:
            last = items.pop()
            items.append(Item((*last.blocks, *reader.block(child, depth + 1)), last.checked))
        else:
            items.append(_item(reader, child, depth + 1))
    yield Listing(tuple(items), _first_number(node) if kind_of(node) == "orderedList" else None)


def _first_number(node: Node) -> int:
    order = attrs_of(node).get("order", 1)
    return int(order) if isinstance(order, int | float) and 0 <= order < 10**9 else 1


def _item(reader: Reader, node: Node, depth: int) -> Item:
    kind = kind_of(node)
    if kind not in ITEMS:
        return Item(reader.blocks({"content": [node]}, depth))
    reader.note(node)
    checked = string(node, "state") == "DONE" if kind in {"taskItem", "blockTaskItem"} else None
    return Item(reader.blocks(node, depth) if depth <= DEPTH else flattened(node), checked)

"""What stands below a list inside an item belongs, in wiki markup, to the last item of that list, and lists of one
sort beside each other are one: so it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import is_

from pmhub_jira.richtext.tree import Alert, Block, Blocks, Expand, Item, Listing, Quote


def tucked(blocks: Iterable[Block]) -> Blocks:
    """What changes nothing gives the same objects."""
    return tuple(_tucked(block) for block in blocks)


def _tucked(block: Block) -> Block:
    if isinstance(block, Quote | Alert | Expand):
        blocks = tucked(block.blocks)
        return block if _are_same(blocks, block.blocks) else replace(block, blocks=blocks)
    if isinstance(block, Listing):
        items = [_in_item(item) for item in block.items]
        if all(_are_same(blocks, item.blocks) for blocks, item in zip(items, block.items, strict=True)):
            return block
        return replace(
            block, items=tuple(replace(item, blocks=new) for new, item in zip(items, block.items, strict=True))
        )
    return block


def _are_same(one: Blocks, other: Blocks) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))


def _in_item(item: Item) -> Blocks:
    kept: list[Block] = []
    for block in item.blocks:
        last = kept[-1] if kept else None
        if isinstance(last, Listing) and not isinstance(block, Listing):
            kept[-1] = _with_below(last, block)
        elif isinstance(last, Listing) and isinstance(block, Listing) and (last.start is None) == (block.start is None):
            kept[-1] = replace(last, items=(*last.items, *block.items))
        else:
            kept.append(block)
    return tucked(kept)


def _with_below(block: Listing, added: Block) -> Listing:
    *items, last = block.items
    inner = last.blocks[-1] if last.blocks else None
    blocks = (*last.blocks[:-1], _with_below(inner, added)) if isinstance(inner, Listing) else (*last.blocks, added)
    return replace(block, items=(*items, replace(last, blocks=blocks)))

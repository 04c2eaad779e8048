"""What stands below a list inside an item belongs, in wiki markup, to the last item of that list, and lists of one
sort beside each other are one: so it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pmhub_jira.richtext.tree import Alert, Block, Blocks, Expand, Item, Listing, Quote


def tucked(blocks: Iterable[Block]) -> Blocks:
    return tuple(_tucked(block) for block in blocks)


def _tucked(block: Block) -> Block:
    if isinstance(block, Quote | Alert | Expand):
        return replace(block, blocks=tucked(block.blocks))
    if isinstance(block, Listing):
        return replace(block, items=tuple(replace(item, blocks=_in_item(item)) for item in block.items))
    return block


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

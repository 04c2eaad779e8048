"""How much of what one thing says another says too: what of a document became what."""

from __future__ import annotations

from typing import Final

from pmhub_jira.richtext.markdown_writer import write
from pmhub_jira.richtext.tree import Block, Blocks, Inlines, Item, Text

_LEAST: Final = 0.01
"""One thing can become another of its kind with which it has no word in common."""


def likeness_of_blocks(one: Block, other: Block) -> float:
    return _likeness(_words((one,)), _words((other,))) if type(one) is type(other) else 0.0


def likeness_of_items(one: Item, other: Item) -> float:
    return _likeness(_words(one.blocks), _words(other.blocks))


def likeness_of_rows(one: tuple[Inlines, ...], other: tuple[Inlines, ...]) -> float:
    return _likeness(_row_words(one), _row_words(other))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return _LEAST + (1 - _LEAST) * len(one & other) / max(len(one | other), 1)


def _words(blocks: Blocks) -> frozenset[str]:
    return frozenset(write(blocks).split())


def _row_words(row: tuple[Inlines, ...]) -> frozenset[str]:
    return frozenset(word for cell in row for run in cell if isinstance(run, Text) for word in run.text.split())

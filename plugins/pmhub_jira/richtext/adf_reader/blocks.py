"""Readers of block nodes, but for those that have a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from pmhub_jira.richtext.adf_reader.cards import card_of
from pmhub_jira.richtext.adf_reader.kinds import INLINES, LISTS
from pmhub_jira.richtext.adf_reader.lists import read_list
from pmhub_jira.richtext.adf_reader.media import read_media_group, read_sole_media
from pmhub_jira.richtext.adf_reader.node import Node, all_words, attrs_of, children_of, own_words, string
from pmhub_jira.richtext.adf_reader.paragraphs import read_paragraph
from pmhub_jira.richtext.adf_reader.tables import read_table
from pmhub_jira.richtext.stand_ins import PANELS
from pmhub_jira.richtext.tree import Alert, Block, Code, Expand, Heading, Paragraph, Quote, Rule, Text

if TYPE_CHECKING:
    from pmhub_jira.richtext.adf_reader.reader import Reader

BlockReader: TypeAlias = "Callable[[Reader, Node, int], Iterator[Block]]"

_ALERTS = {panel: kind for kind, panel in PANELS.items()}
_NEAREST_ALERT = {"tip": "tip"}  # for a panel of a type that the writer does not use; for all others a note


def read_unknown_block(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    if words := own_words(node):
        yield Paragraph((Text(words),))
    yield from reader.blocks(node, depth)


def _read_heading(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    level = attrs_of(node).get("level")
    known = int(level) if isinstance(level, int | float) and level in range(1, 7) else 1
    yield Heading(known, reader.inlines(children_of(node), depth))


def _read_code(_reader: Reader, node: Node, _depth: int) -> Iterator[Block]:
    yield Code(all_words(node, gap=""), string(node, "language"))


def _read_rule(_reader: Reader, _node: Node, _depth: int) -> Iterator[Block]:
    yield Rule()


def _read_quote(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    yield Quote(reader.blocks(node, depth))


def _read_panel(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    panel = string(node, "panelType")
    if panel not in _ALERTS:
        reader.lossy.add("panel")
    kind = _ALERTS.get(panel) or _NEAREST_ALERT.get(panel, "note")
    yield Alert(kind, reader.blocks(node, depth))


def _read_expand(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    yield Expand(string(node, "title"), reader.blocks(node, depth))


def _read_card(_reader: Reader, node: Node, _depth: int) -> Iterator[Block]:
    yield Paragraph((card_of(node),))


def _read_inline(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    yield Paragraph(reader.inlines([node], depth))


BLOCK_READERS: dict[str, BlockReader] = {
    "paragraph": read_paragraph,
    "caption": read_paragraph,
    "heading": _read_heading,
    "codeBlock": _read_code,
    "rule": _read_rule,
    "blockquote": _read_quote,
    "panel": _read_panel,
    "expand": _read_expand,
    "nestedExpand": _read_expand,
    "table": read_table,
    "mediaSingle": read_media_group,
    "mediaGroup": read_media_group,
    "media": read_sole_media,
    "blockCard": _read_card,
    "embedCard": _read_card,
    **dict.fromkeys(LISTS, read_list),
    **dict.fromkeys(INLINES, _read_inline),
}

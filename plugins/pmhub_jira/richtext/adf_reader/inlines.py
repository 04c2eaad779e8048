"""Readers of inline nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from pmhub_jira.richtext.adf_reader.cards import card_of
from pmhub_jira.richtext.adf_reader.kinds import CARDS, INLINES, MEDIA
from pmhub_jira.richtext.adf_reader.media import picture_of
from pmhub_jira.richtext.adf_reader.node import Node, attrs_of, children_of, kind_of, own_words, scalar, string
from pmhub_jira.richtext.adf_reader.styles import style_of
from pmhub_jira.richtext.stand_ins import PICTURE_SIGN
from pmhub_jira.richtext.tree import HTML, Break, Image, Inline, Text, restyled

if TYPE_CHECKING:
    from pmhub_jira.richtext.adf_reader.reader import Reader

InlineReader: TypeAlias = "Callable[[Reader, Node, int], Iterator[Inline]]"


def read_unknown_inline(reader: Reader, node: Node, depth: int) -> Iterator[Inline]:
    """A block or an unknown node where only inlines can be: its children, each on a line of its own."""
    if words := own_words(node) or string(node, "title"):
        yield Text(words)
    for child in children_of(node):
        if kind_of(child) not in INLINES:
            yield Break()
        yield from reader.inline(child, depth + 1)


def _read_text(reader: Reader, node: Node, _depth: int) -> Iterator[Inline]:
    text, style = scalar(node.get("text")), style_of(node)
    if HTML in style.marks and not _is_inline_html(text):
        reader.lossy.add("textColor")
        style = restyled(style, marks=style.marks - {HTML})
    if style.href and text.startswith(PICTURE_SIGN):
        yield Image(style.href, text.removeprefix(PICTURE_SIGN).strip(), style.title)
    else:
        yield Text(text, style)


def _is_inline_html(text: str) -> bool:
    from pmhub_jira.richtext.parse import is_inline_html  # noqa: PLC0415  loads the parser only where there is HTML

    return is_inline_html(text)


def _read_break(_reader: Reader, _node: Node, _depth: int) -> Iterator[Inline]:
    yield Break()


def _read_card(_reader: Reader, node: Node, _depth: int) -> Iterator[Inline]:
    yield card_of(node)


def _read_media(reader: Reader, node: Node, _depth: int) -> Iterator[Inline]:
    yield picture_of(reader, node)


def _read_mention(reader: Reader, node: Node, _depth: int) -> Iterator[Inline]:
    attrs = attrs_of(node)
    account = scalar(attrs.get("id"))
    if reader.people is not None and account and (name := reader.people(account)):
        yield Text(f"@{name}", style_of(node))
    else:
        reader.lossy.add("mention")
        yield Text(scalar(attrs.get("text")).lstrip("@") or account, style_of(node))


def _read_emoji(_reader: Reader, node: Node, _depth: int) -> Iterator[Inline]:
    attrs = attrs_of(node)
    yield Text(scalar(attrs.get("text")) or scalar(attrs.get("shortName")), style_of(node))


def _read_words(_reader: Reader, node: Node, _depth: int) -> Iterator[Inline]:
    yield Text(scalar(attrs_of(node).get("text")), style_of(node))


def _read_date(_reader: Reader, node: Node, _depth: int) -> Iterator[Inline]:
    yield Text(_day(scalar(attrs_of(node).get("timestamp"))), style_of(node))


def _day(timestamp: str) -> str:
    """The UTC day of a number of milliseconds; what is none stays as it is."""
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return timestamp


INLINE_READERS: dict[str, InlineReader] = {
    "text": _read_text,
    "hardBreak": _read_break,
    "mention": _read_mention,
    "emoji": _read_emoji,
    "date": _read_date,
    **dict.fromkeys(("status", "placeholder", "inlineExtension"), _read_words),
    **dict.fromkeys(CARDS, _read_card),
    **dict.fromkeys(MEDIA, _read_media),
}

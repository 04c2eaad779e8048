"""Blocks of raw HTML, whose lines keep nothing that would not come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmhub.model.markdown import strip_controls
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.tree import HTML, Block, Paragraph, RawHtml, Style, Text, starts_html_block

if TYPE_CHECKING:
    from pmhub_jira.richtext.shape.room import Room


def fit_raw_html(block: RawHtml, room: Room) -> Iterator[Block]:
    from pmhub_jira.richtext.parse import is_html_block  # noqa: PLC0415  loads the parser only where there is HTML

    text = "\n".join(line.expandtabs(4).rstrip() for line in strip_controls(block.text).split("\n")).strip()
    if not is_html_block(text):
        yield from room.fit(Paragraph((Text(text),)))
    elif room.place is Place.INNER_QUOTE and (tags := _as_inlines(text)) is not None:
        yield Paragraph((tags,))
    else:
        yield RawHtml(text)


def _as_inlines(html: str) -> Text | None:
    """The tags as a run of a paragraph, if they stay one there."""
    from pmhub_jira.richtext.parse import is_inline_html  # noqa: PLC0415

    tags = Text(html, Style(frozenset({HTML})))
    return tags if not starts_html_block(tags) and is_inline_html(html) else None

"""Alerts: a panel in ADF, in Markdown a quote whose first line is `[!NOTE]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmhub_jira.richtext.settle import settle
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.stand_ins import PANELS
from pmhub_jira.richtext.tree import PLAIN, Alert, Block, Inlines, Paragraph, Quote, Text, joined, lines_of

if TYPE_CHECKING:
    from pmhub_jira.richtext.shape.room import Room

_TITLE = re.compile(r"\[!(" + "|".join(PANELS) + r")\]", re.IGNORECASE)


def fit_alert(block: Alert, room: Room) -> Iterator[Block]:
    if room.is_full or not room.holds(Alert):
        title = Paragraph((Text(f"[!{block.kind.upper()}]"),))
        yield from room.fit(Quote((title, *block.blocks)))
    elif blocks := room.inside(Place.ALERT).shape(block.blocks):
        yield Alert(block.kind, blocks)


def as_alert(block: Quote) -> Alert | None:
    """The alert that a quote is by its first line, if something comes after it (GitHub alerts)."""
    if not block.blocks or not isinstance(first := block.blocks[0], Paragraph) or not _may_be_title(first):
        return None
    title, *lines = lines_of(settle(first.inlines))
    kind = _kind(title)
    rest = settle(joined(lines))
    body = (Paragraph(rest), *block.blocks[1:]) if rest else block.blocks[1:]
    return Alert(kind, body) if kind and body else None


def _may_be_title(paragraph: Paragraph) -> bool:
    """Spares most quotes the settling. Readers may give the title in pieces."""
    return "[!" in "".join(inline.text for inline in paragraph.inlines[:4] if isinstance(inline, Text))


def _kind(title: Inlines) -> str:
    match title:
        case (Text(text, style),) if style == PLAIN and (found := _TITLE.fullmatch(text)):
            return found[1].lower()
    return ""

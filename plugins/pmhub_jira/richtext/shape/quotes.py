"""Quotes. ADF has none inside quotes, alerts and items: there they are paragraphs whose lines begin with `>`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pmhub_jira.richtext.shape.alerts import as_alert
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.tree import CODE, HTML, Block, Inlines, Paragraph, Quote, Style, Text, joined, lines_of

if TYPE_CHECKING:
    from pmhub_jira.richtext.shape.room import Room


def fit_quote(block: Quote, room: Room) -> Iterator[Block]:
    if room.is_full:
        yield from room.shape(block.blocks)
    elif not room.is_wide:
        yield from _inner_quote(block, room)
    elif (alert := as_alert(block)) is not None:
        yield from room.fit(alert)
    elif blocks := room.inside(Place.QUOTE).shape(block.blocks):
        yield Quote(blocks)


def _inner_quote(block: Quote, room: Room) -> Iterator[Block]:
    """Paragraphs and quotes stay inside; all else moves out, behind what stood before it."""
    inner = room.inside(Place.INNER_QUOTE).shape(block.blocks)
    for stays, group in groupby(inner, lambda one: isinstance(one, Paragraph | Quote)):
        if stays:
            yield Quote(tuple(group))
        else:
            for one in group:
                yield from room.fit(one)


def unquoted(inlines: Inlines) -> Inlines | None:
    """The inlines without the `>` that each line begins with, bold or not, for a mark is dropped where Markdown cannot
    say it; None when one does not.
    """
    bare: list[Inlines] = []
    for line in lines_of(inlines):
        match line:
            case (Text(text, style), *rest) if _is_said(style) and (text == ">" or text.startswith("> ")):
                bare.append((Text(text[2:], style), *rest))
            case _:
                return None
    return joined(bare)


def _is_said(style: Style) -> bool:
    """Whether the words are no code, no HTML and no link."""
    return not style.href and not style.marks & {CODE, HTML}


def merged_quotes(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring quotes that are only written out cannot be told apart."""
    merged: list[Block] = []
    for are_quotes, group in groupby(blocks, lambda block: isinstance(block, Quote)):
        run = list(group)
        merged.extend([_merged(run)] if are_quotes and len(run) > 1 else run)
    return merged


def _merged(quotes: list[Block]) -> Quote:
    inside = [block for quote in quotes if isinstance(quote, Quote) for block in quote.blocks]
    return Quote(tuple(merged_quotes(inside)))

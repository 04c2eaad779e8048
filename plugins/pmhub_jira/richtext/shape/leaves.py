"""Paragraphs, headings, code, rules and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmhub.model.markdown import strip_controls
from pmhub_jira.richtext.settle import clean_image, one_line, settle, with_marks
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.shape.quotes import unquoted
from pmhub_jira.richtext.tree import (
    HTML,
    STRONG,
    Block,
    Break,
    Code,
    Heading,
    Image,
    Inlines,
    Paragraph,
    Picture,
    Quote,
    RawHtml,
    Rule,
    Text,
    starts_html_block,
)

if TYPE_CHECKING:
    from pmhub_jira.richtext.shape.room import Room


def fit_paragraph(block: Paragraph, room: Room) -> Iterator[Block]:
    """An image alone becomes a picture, and lines behind `>` where ADF has no quotes become one."""
    if room.place is not Place.INNER_QUOTE and (image := _only_image(block.inlines)) is not None:
        yield from room.fit(Picture(image))
        return
    settled = settle(block.inlines)
    if room.place is not Place.INNER_QUOTE and _is_html_block(settled):
        yield from room.fit(RawHtml("".join(one.text for one in settled if isinstance(one, Text))))
        return
    inlines = _without_leading_html(settled)
    inner = None if room.is_wide or room.is_full else unquoted(inlines)
    if inner is not None:
        yield from room.fit(Quote((Paragraph(inner),)))
    elif inlines:
        yield Paragraph(inlines)


def _only_image(inlines: Inlines) -> Image | None:
    if not any(isinstance(inline, Image) for inline in inlines):
        return None
    solid = [i for i in inlines if not (isinstance(i, Text) and not i.text.strip()) and not isinstance(i, Break)]
    return solid[0] if len(solid) == 1 and isinstance(solid[0], Image) else None


def _is_html_block(inlines: Inlines) -> bool:
    """Whether a tag stands alone, which is a block wherever it is read."""
    if len(inlines) != 1 or not isinstance(sole := inlines[0], Text) or HTML not in sole.style.marks:
        return False
    from pmhub_jira.richtext.parse import is_html_block  # noqa: PLC0415  loads the parser only where there is HTML

    return is_html_block(sole.text)


def _without_leading_html(inlines: Inlines) -> Inlines:
    """A tag that would make a block of HTML of the paragraph becomes text."""
    if inlines and isinstance(first := inlines[0], Text) and starts_html_block(*inlines[:2]):
        return settle((Text(first.text), *inlines[1:]))
    return inlines


def fit_heading(block: Heading, room: Room) -> Iterator[Block]:
    inlines = settle(block.inlines)
    if not room.holds(Heading):
        yield from room.fit(Paragraph(with_marks(inlines, frozenset({STRONG}))))
    elif inlines:
        yield Heading(min(max(block.level, 1), 6), inlines)


def fit_code(block: Code, _room: Room) -> Iterator[Block]:
    yield Code(strip_controls(block.text), one_line(block.info))


def fit_rule(block: Rule, room: Room) -> Iterator[Block]:
    if room.holds(Rule):
        yield block


def fit_picture(block: Picture, room: Room) -> Iterator[Block]:
    image = clean_image(block.image)
    if image is None:
        yield from room.fit(Paragraph((Text(block.image.alt),)))
    elif room.place is Place.INNER_QUOTE:
        yield Paragraph(settle((image,)))
    else:
        yield Picture(image)

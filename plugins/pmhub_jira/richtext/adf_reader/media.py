"""Images by URL; files, which Markdown cannot show, give their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pmhub_jira.richtext.adf_reader.node import Node, attrs_of, children_of, kind_of, scalar
from pmhub_jira.richtext.adf_reader.styles import style_of
from pmhub_jira.richtext.tree import PLAIN, Block, Image, Paragraph, Picture, Style, Text

if TYPE_CHECKING:
    from pmhub_jira.richtext.adf_reader.reader import Reader


def read_sole_media(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    yield from read_media_group(reader, {"content": [node]}, depth)


def read_media_group(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    """The media of a node, then what else it holds; a caption of plain words is the title of a single image."""
    href = style_of(node).href
    media = [child for child in children_of(node) if kind_of(child) == "media"]
    rest = [child for child in children_of(node) if kind_of(child) != "media"]
    for child in media:
        reader.note(child)
    pictures = [picture_of(reader, child, href) for child in media]
    captions = [block for child in rest for block in reader.block(child, depth + 1)]
    if len(pictures) == 1 and isinstance(image := pictures[0], Image) and (title := _sole_words(captions)):
        yield Picture(Image(image.url, image.alt, title, image.href))
        return
    yield from (Picture(one) if isinstance(one, Image) else Paragraph((one,)) for one in pictures)
    yield from captions


def picture_of(reader: Reader, node: Node, href: str = "") -> Image | Text:
    """An image, or the name of a file; `href` is the link around it where it has none of its own."""
    attrs = attrs_of(node)
    alt = scalar(attrs.get("alt")) or scalar(attrs.get("__fileName")) or scalar(attrs.get("name"))
    href = style_of(node).href or href
    if url := scalar(attrs.get("url")):
        return Image(url, alt, "", href)
    reader.lossy.add("media" if kind_of(node) == "media" else "mediaInline")
    return Text(alt or "(attachment)", Style(href=href))


def _sole_words(blocks: Sequence[Block]) -> str:
    """The words of a single paragraph that has no marks."""
    match blocks:
        case [Paragraph((Text(text, style),))] if style == PLAIN:
            return text
    return ""

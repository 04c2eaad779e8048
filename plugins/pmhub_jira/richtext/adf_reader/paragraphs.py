"""Paragraphs, and those that hold a block of raw HTML as grey text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pmhub_jira.richtext.adf_reader.node import Node, children_of, kind_of
from pmhub_jira.richtext.adf_reader.styles import is_html
from pmhub_jira.richtext.tree import Block, Paragraph, RawHtml

if TYPE_CHECKING:
    from pmhub_jira.richtext.adf_reader.reader import Reader


def read_paragraph(reader: Reader, node: Node, depth: int) -> Iterator[Block]:
    children = children_of(node)
    html = _html_of(children)
    yield Paragraph(reader.inlines(children, depth)) if html is None else RawHtml(html)


def _html_of(children: Sequence[Node]) -> str | None:
    """The block of HTML that text nodes and breaks between them are, if they are nothing else."""
    if not any(map(is_html, children)):
        return None
    texts = [child for child in children if kind_of(child) == "text"]
    if not all(map(is_html, texts)) or any(kind_of(c) not in {"text", "hardBreak"} for c in children):
        return None
    from pmhub_jira.richtext.parse import is_html_block  # noqa: PLC0415  loads the parser only where there is HTML

    text = "".join(str(child.get("text")) if kind_of(child) == "text" else "\n" for child in children)
    return text if is_html_block(text) else None

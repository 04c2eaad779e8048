"""Jira's wiki markup to and from the tree. Takes any text; what Markdown cannot carry keeps its words and is named."""

from __future__ import annotations

from operator import is_

from pmhub_jira.richtext.shape import shape
from pmhub_jira.richtext.tree import Blocks
from pmhub_jira.richtext.wiki.blocks import read_text
from pmhub_jira.richtext.wiki.inline_writer import write_line
from pmhub_jira.richtext.wiki.inlines import InlineReader, People
from pmhub_jira.richtext.wiki.tucking import tucked
from pmhub_jira.richtext.wiki.writer import write_wiki

__all__ = ["read_wiki", "write_line", "write_wiki"]


def read_wiki(text: str, people: People | None) -> tuple[Blocks, tuple[str, ...]]:
    """The blocks of a text and the sorted names of what Markdown cannot carry."""
    inlines = InlineReader(people)
    blocks = read_text(text.replace("\r\n", "\n").replace("\r", "\n"), inlines)
    shaped = shape(blocks)
    inside = tucked(shaped)
    return shaped if all(map(is_, shaped, inside)) else shape(inside), tuple(sorted(inlines.lossy))

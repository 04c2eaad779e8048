"""Jira's wiki markup to and from the tree. Takes any text; what Markdown cannot carry keeps its words and is named."""

from __future__ import annotations

from pmhub_jira.richtext.shape import shape
from pmhub_jira.richtext.tree import Blocks
from pmhub_jira.richtext.wiki.blocks import blocks_of
from pmhub_jira.richtext.wiki.inline_writer import write_line
from pmhub_jira.richtext.wiki.inlines import InlineReader, People
from pmhub_jira.richtext.wiki.lines import lines_of
from pmhub_jira.richtext.wiki.tucking import tucked
from pmhub_jira.richtext.wiki.writer import write_wiki

__all__ = ["read_wiki", "write_line", "write_wiki"]


def read_wiki(text: str, people: People | None) -> tuple[Blocks, tuple[str, ...]]:
    """The blocks of a text and the sorted names of what Markdown cannot carry."""
    inlines = InlineReader(people)
    blocks = blocks_of(lines_of(text.replace("\r\n", "\n").replace("\r", "\n")), inlines)
    return tucked(shape(blocks)), tuple(sorted(inlines.lossy))

"""ADF to tree. Takes any JSON: what it does not know it reads through to the words and names as lossy."""

from __future__ import annotations

from collections.abc import Mapping

from pmhub_jira.richtext.adf_reader.node import Node, kind_of
from pmhub_jira.richtext.adf_reader.reader import People, Reader
from pmhub_jira.richtext.tree import Blocks

__all__ = ["read_adf"]


def read_adf(doc: Node | None, people: People | None) -> tuple[Blocks, tuple[str, ...]]:
    """The blocks of a document and the sorted names of nodes and marks that Markdown cannot carry."""
    if not isinstance(doc, Mapping):
        return (), ()
    reader = Reader(people)
    blocks = reader.blocks(doc if kind_of(doc) == "doc" else {"content": [doc]}, 0)
    return blocks, tuple(sorted(reader.lossy))

"""Markdown to and from ADF, through one tree. No words are lost, nothing raises, and a second pass changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Markdown:
    """A text, and the names of the ADF nodes and marks it had to leave behind (their words are in it), sorted."""

    text: str
    lossy: tuple[str, ...] = ()


def to_adf(markdown: str, people: Callable[[str], tuple[str, str] | None] | None = None) -> dict[str, Any]:
    """The ADF document of any string, valid against Atlassian's schema (@atlaskit/adf-schema, json-schema/v1/full).

    `people` gives (accountId, display name) for the name in `@name`, or None, which leaves plain text that notifies nobody.
    """
    from pmhub_jira.richtext.adf_writer import write_adf  # noqa: PLC0415  markdown-it is costly to load
    from pmhub_jira.richtext.parse import parse  # noqa: PLC0415
    from pmhub_jira.richtext.shape import shape  # noqa: PLC0415

    return write_adf(shape(parse(markdown)), people)


def from_adf(doc: Mapping[str, Any] | None, people: Callable[[str], str | None] | None = None) -> Markdown:
    """The Markdown of any JSON object, well-formed ADF or not. `people` gives the name to mention for an accountId.

    Without a name a mention becomes its display text, which notifies nobody.
    """
    from pmhub_jira.richtext.adf_reader import read_adf  # noqa: PLC0415
    from pmhub_jira.richtext.markdown_writer import write  # noqa: PLC0415
    from pmhub_jira.richtext.shape import shape  # noqa: PLC0415

    blocks, lossy = read_adf(doc, people)
    return Markdown(write(shape(blocks)), lossy)

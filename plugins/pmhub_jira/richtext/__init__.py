"""Markdown to and from ADF and wiki markup, through one tree. No words are lost, nothing raises, and a second pass changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pmhub.model.lean import dataclass


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


def to_wiki(markdown: str, people: Callable[[str], str | None] | None = None) -> str:
    """Jira's wiki markup (Server, Data Center) for any string.

    `people` gives the login for the name in `@name`, or None, which leaves plain text that notifies nobody.
    """
    from pmhub_jira.richtext.parse import parse  # noqa: PLC0415  markdown-it is costly to load
    from pmhub_jira.richtext.shape import shape  # noqa: PLC0415
    from pmhub_jira.richtext.wiki import write_wiki  # noqa: PLC0415

    return write_wiki(shape(parse(markdown)), people)


def from_wiki(wiki: str | None, people: Callable[[str], str | None] | None = None) -> Markdown:
    """The Markdown of any text. `people` gives the name to mention for the login in `[~login]`, or `[~accountid:id]`.

    Without a name a mention becomes the login, which notifies nobody.
    """
    from pmhub_jira.richtext.markdown_writer import write  # noqa: PLC0415
    from pmhub_jira.richtext.wiki import read_wiki  # noqa: PLC0415

    blocks, lossy = read_wiki(wiki or "", people)
    return Markdown(write(blocks), lossy)


def to_adf_over(
    over: Mapping[str, Any],
    markdown: str,
    accounts: Callable[[str], tuple[str, str] | None] | None = None,
    names: Callable[[str], str | None] | None = None,
) -> dict[str, Any]:
    """`over`, a document that stands there, edited so that it reads as `markdown`: only blocks that changed are converted,
    all others are the JSON that stood there. `accounts` is `people` of `to_adf`, `names` that of `from_adf`.
    """
    from pmhub_jira.richtext.splice import splice_adf  # noqa: PLC0415

    return splice_adf(over, markdown, accounts, names)


def to_wiki_over(
    over: str,
    markdown: str,
    accounts: Callable[[str], str | None] | None = None,
    names: Callable[[str], str | None] | None = None,
) -> str:
    """As `to_adf_over`, for wiki markup."""
    from pmhub_jira.richtext.splice.wiki import splice_wiki  # noqa: PLC0415

    return splice_wiki(over, markdown, accounts, names)


def losses_of_adf(over: Mapping[str, Any], written: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What of `over` is gone in `written` that Markdown cannot say, one phrase for each thing and its place."""
    from pmhub_jira.richtext import losses  # noqa: PLC0415

    return losses.losses_of_adf(over, written)


def losses_of_wiki(over: str, written: str | None) -> tuple[str, ...]:
    """As `losses_of_adf`, for wiki markup."""
    from pmhub_jira.richtext import losses  # noqa: PLC0415

    return losses.losses_of_wiki(over, written)


def wiki_paragraph(bold: str, plain: str) -> str:
    """A line of wiki markup: `bold`, then `plain`, whatever signs they hold."""
    from pmhub_jira.richtext.tree import STRONG, Style, Text  # noqa: PLC0415
    from pmhub_jira.richtext.wiki import write_line  # noqa: PLC0415

    return write_line((Text(bold, Style(frozenset({STRONG}))), Text(plain)), None)


def logins(wiki: str) -> list[str]:
    """The logins and account ids that a text mentions."""
    found: list[str] = []
    from_wiki(wiki, found.append)
    return found

"""Markdown as a message for Slack: blocks of `mrkdwn`, ready for a webhook.

Of mrkdwn's control characters only `&`, `<` and `>` can be escaped, and are; `verbatim` keeps Slack from making mentions and
links of what looks like one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, Final

from markdown_it.token import Token

from pmhub.insight.notes.markup import parser
from pmhub.model.lean import dataclass

LONGEST_BLOCK: Final = 3_000
MOST_BLOCKS: Final = 50
"""In one message: https://docs.slack.dev/reference/block-kit/blocks"""
_FENCE: Final = "```"
_MARKS: Final = {"strong": "*", "em": "_", "s": "~"}
_ENTITIES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def as_slack(markdown: str, summary: str) -> dict[str, Any]:
    """`summary`: what a notification shows."""
    texts = list(_packed(_paragraphs(parser().parse(markdown))))
    if len(texts) > MOST_BLOCKS:
        left = len(texts) - MOST_BLOCKS + 1
        texts = [*texts[: MOST_BLOCKS - 1], f"_… and {left} more parts, which do not fit into one message_"]
    return {"text": _escaped(summary), "blocks": [_block(text) for text in texts]}


def _block(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _packed(paragraphs: Iterable[str]) -> Iterator[str]:
    """As many paragraphs in a block as fit; a longer one is cut at a line, else at a word."""
    block = ""
    for part in (part for paragraph in paragraphs for part in _cut(paragraph, LONGEST_BLOCK)):
        joined = f"{block}\n{part}" if block else part
        if len(joined) > LONGEST_BLOCK:
            yield block
            joined = part
        block = joined.lstrip("\n")
    if block:
        yield block


def _cut(text: str, longest: int) -> Iterator[str]:
    while len(text) > longest:
        at = max(text.rfind("\n", 1, longest), text.rfind(" ", 1, longest))
        at = at if at > 0 else longest
        yield text[:at]
        text = text[at:].lstrip()
    yield text


@dataclass
class _Place:
    """Where in the text we are. `bullet` stands before the first line of a list item, once."""

    lists: list[int | None] = field(default_factory=list)
    bullet: str = ""
    quotes: int = 0
    heading: bool = False

    def move(self, token: Token) -> None:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in {"bullet_list", "ordered_list"} and token.nesting > 0:
            self.lists.append(int(token.attrGet("start") or 1) if token.tag == "ol" else None)
        elif name in {"bullet_list", "ordered_list"}:
            self.lists.pop()
        elif token.type == "list_item_open":
            number = self.lists[-1]
            self.bullet = "• " if number is None else f"{number}. "
            self.lists[-1] = None if number is None else number + 1
        elif name == "blockquote":
            self.quotes += token.nesting
        elif name == "heading":
            self.heading = token.nesting > 0

    def line(self, said: str) -> str:
        before = "> " * bool(self.quotes) + "    " * max(0, len(self.lists) - 1) + self.bullet
        self.bullet = ""
        return f"{before}\n*{said}*" if self.heading else before + said


def _paragraphs(tokens: Sequence[Token]) -> Iterator[str]:
    place = _Place()
    for token in tokens:
        place.move(token)
        if token.type == "inline":
            yield place.line(_inline(token.children or ()))
        elif token.type in {"fence", "code_block"}:
            pieces = _cut(_escaped(token.content.rstrip()), LONGEST_BLOCK - 2 * len(_FENCE))
            yield from (f"{_FENCE}{piece}{_FENCE}" for piece in pieces)


def _inline(tokens: Sequence[Token]) -> str:
    said: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            said.append(f"<{_escaped(str(token.attrGet('href') or ''))}|")
        elif token.type == "link_close":
            said.append(">")
        elif token.type in {"softbreak", "hardbreak"}:
            said.append("\n")
        elif token.type == "code_inline":
            said.append(f"`{_escaped(token.content)}`")
        elif token.tag in _MARKS and token.nesting:
            said.append(_MARKS[token.tag])
        elif token.content:
            said.append(_escaped(token.content))
    return "".join(said)


def _escaped(text: str) -> str:
    return text.translate(_ENTITIES)

"""markdown-it's inline tokens to flat runs: nesting becomes a set of marks, a few tags become marks, the rest stays HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pmhub_jira.richtext.tree import (
    CODE,
    EM,
    HTML,
    STRIKE,
    STRONG,
    SUB,
    SUP,
    Break,
    Image,
    Inline,
    Inlines,
    Style,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_MARKS = {"strong": STRONG, "em": EM, "s": STRIKE}
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SPAN_TAG = re.compile(r"<(/?)(sub|sup)>", re.IGNORECASE)
_SPANS = {"sub": SUB, "sup": SUP}


def inlines_of(tokens: Sequence[Token]) -> Inlines:
    runs: list[Inline] = []
    marks: list[str] = []
    links: list[tuple[str, str]] = []
    spans = _paired_spans(tokens)
    for number, token in enumerate(tokens):
        href, title = links[-1] if links else ("", "")
        style = Style(frozenset(marks), href, title)
        kind, _, step = token.type.rpartition("_")
        if number in spans:
            _toggle(marks, _SPANS[spans[number]])
        elif kind == "link":
            if step == "close" and tokens[number - 1].type == "link_open":
                runs.append(Text(href, style))  # a link without words shows its target
            links.append(
                (str(token.attrs.get("href", "")), str(token.attrs.get("title", "")))
            ) if step == "open" else links.pop()
        elif kind in _MARKS:
            marks.append(_MARKS[kind]) if step == "open" else marks.remove(_MARKS[kind])
        else:
            runs.append(_run(token, style))
    return tuple(runs)


def _toggle(marks: list[str], mark: str) -> None:
    if mark in marks:
        marks.remove(mark)
    else:
        marks.append(mark)


def _run(token: Token, style: Style) -> Inline:
    match token.type:
        case "softbreak" | "hardbreak":
            return Break()
        case "code_inline":
            return Text(token.content, Style(frozenset({CODE}), style.href, style.title))
        case "image":
            return Image(
                str(token.attrs["src"]), _words(token.children or []), str(token.attrs.get("title", "")), style.href
            )
        case "html_inline" if _BREAK_TAG.fullmatch(token.content):
            return Break()
        case "html_inline":
            return Text(token.content, Style(style.marks | {HTML}, style.href, style.title))
    return Text(token.content, style)


def _words(tokens: Sequence[Token]) -> str:
    """The text of an image's label, nested images included."""
    return "".join(
        _words(token.children or []) if token.type == "image" else "\n" if token.type == "softbreak" else token.content
        for token in tokens
    )


def _paired_spans(tokens: Sequence[Token]) -> dict[int, str]:
    """The places of `<sub>` and `<sup>` tags that have their partner in the same paragraph, not inside their own kind."""
    paired: dict[int, str] = {}
    opened: dict[str, int] = {}
    for number, token in enumerate(tokens):
        found = _SPAN_TAG.fullmatch(token.content) if token.type == "html_inline" else None
        if found is None:
            continue
        name = found[2].lower()
        if not found[1]:
            opened.setdefault(name, number)
        elif name in opened:
            paired.update({opened.pop(name): name, number: name})
    return paired

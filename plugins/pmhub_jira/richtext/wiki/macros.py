"""Block macros: code, quotes, and panels, which stand for alerts and expands where they look like ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmhub_jira.richtext.tree import STRONG, Alert, Block, Blocks, Code, Expand, Paragraph, Quote, Style, Text
from pmhub_jira.richtext.wiki.inlines import InlineReader
from pmhub_jira.richtext.wiki.lines import Macro
from pmhub_jira.richtext.wiki.lists import ReadBlocks
from pmhub_jira.richtext.wiki.notation import EXPAND_SIGN, JOINER, NO_LANGUAGE, PANELS

_KINDS: Final = {colour: (kind, title) for kind, (title, colour) in PANELS.items()}
_BOLD: Final = Style(frozenset({STRONG}))


def read_macro(macro: Macro, inlines: InlineReader, read: ReadBlocks) -> Iterator[Block]:
    if macro.name == "quote":
        yield Quote(read(macro.lines, inlines))
    elif macro.name == "panel":
        yield from _panel(parameters(macro.argument), read(macro.lines, inlines), inlines)
    elif macro.name == "code":
        yield from _code(parameters(macro.argument), _text_of(macro), inlines)
    else:
        yield Code(_text_of(macro))


def parameters(argument: str) -> dict[str, str]:
    """`python|title=x` as `{"": "python", "title": "x"}`."""
    found: dict[str, str] = {}
    for part in argument.split("|"):
        name, is_named, value = part.partition("=")
        if is_named:
            found[name.strip()] = value.strip()
        elif name.strip():
            found[""] = name.strip()
    return found


def _text_of(macro: Macro) -> str:
    """One line break at either end belongs to the tags."""
    text = macro.text.removeprefix("\n").removesuffix("\n")
    return text.replace("{" + JOINER, "{")


def _code(given: dict[str, str], text: str, inlines: InlineReader) -> Iterator[Block]:
    language, title = given.get("", given.get("language", "")), given.get("title", "")
    if language == NO_LANGUAGE:
        language, title = title, ""
    if title:
        inlines.lossy.add("code title")
        yield Paragraph((Text(title, _BOLD),))
    yield Code(text, language)


def _panel(given: dict[str, str], blocks: Blocks, inlines: InlineReader) -> Iterator[Block]:
    title, colour = given.get("title", ""), given.get("bgColor", "").lower()
    if title.startswith(EXPAND_SIGN):
        yield Expand(title.removeprefix(EXPAND_SIGN).strip(), blocks)
        return
    kind, usual = _KINDS.get(colour, ("note", ""))
    if not usual or title not in {usual, ""}:
        inlines.lossy.add("panel")
        if title:
            blocks = (Paragraph((Text(title, _BOLD),)), *blocks)
    yield Alert(kind, blocks)

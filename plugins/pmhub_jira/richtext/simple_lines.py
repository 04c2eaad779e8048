"""Lines that need no parser: their signs can be read in one way only, wherever they stand. Tests hold it against the parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pmhub_jira.richtext.tree import CODE, EM, STRONG, Break, Image, Inline, Inlines, Style, Text

_SIGN: Final = r"(?<=[^\W_])_+(?=[^\W_])|!(?!\[)|&(?![#A-Za-z])"
"""Signs that mean nothing where they stand."""
_CHAR: Final = rf"(?:[^\\`*_~\[\]<>&!\n]|{_SIGN}|>)"
_INNER: Final = rf"[^\W_](?:{_CHAR}*(?:[^\W_]|[:.,;?!)](?=[*_]+(?:\s|$))))?"
"""Words between delimiters: no rule of CommonMark refuses these there."""
_BEFORE: Final = r"(?<![^\s!-/:-@\[-^`{-~])(?<!\*)"
_AFTER: Final = r"(?![^\s!-/:-@\[-^`{-~])(?!\*)"
"""Delimiters stand beside white space or a sign, and beside none of their own."""
_WHERE: Final = r"(?:https?://|[#/.]|[A-Za-z0-9_-]+(?=[/.#)]))[^\s()<>\\&]*"
_TOKEN: Final = re.compile(
    rf"(?P<words>(?:[^\\`*_~\[\]<&!\n]|{_SIGN}|(?<!~)~(?!~)|<(?=[\s0-9=-])|\[(?!!\[|`|{_CHAR}*\]\()|\](?!\())+)"
    r"|(?P<br>\n[ \t]*|<br ?/?>)"
    r"|`(?P<code>[^`\n]+)`(?!`)"
    r"|``(?P<wide>[^`\n]+)``(?!`)"
    rf"|{_BEFORE}\*\*(?P<strong>{_INNER})\*\*{_AFTER}"
    rf"|{_BEFORE}\*(?P<em>{_INNER})\*{_AFTER}"
    rf"|{_BEFORE}_(?P<under>{_INNER})_{_AFTER}"
    rf"|\[(?P<label>{_CHAR}+)\]\((?P<link>{_WHERE})\)"
    rf"|\[`(?P<name>[^`\n]+)`\]\((?P<named>{_WHERE})\)"
    rf"|!\[(?P<alt>{_CHAR}*)\]\((?P<image>{_WHERE})\)"
    rf"|\[!\[(?P<badge>{_CHAR}*)\]\((?P<shown>{_WHERE})\)\]\((?P<leads>{_WHERE})\)"
    r"|<(?P<auto>https?://[^\s<>\\&]+)>"
)
_CODE: Final = frozenset({CODE})
_STRONG, _EM = Style(frozenset({STRONG})), Style(frozenset({EM}))
_BREAK: Final = Break()


def read_lines(text: str) -> Inlines | None:
    """The inlines of a paragraph whose links name no definition; None where the parser has to read it."""
    runs: list[Inline] = []
    at, end = 0, len(text)
    while at < end:
        if (token := _TOKEN.match(text, at)) is None:
            return None
        at = token.end()
        if token.lastgroup == "words":
            words = token[0].rstrip(" \t") if text[at : at + 1] == "\n" else token[0]
            runs += [Text(words)] if words else []
        else:
            runs.append(_READ[token.lastgroup or ""](token))
    return tuple(runs)


def _code(words: str) -> str:
    return words[1:-1] if words[0] == words[-1] == " " and words.strip() else words


_READ: Final[dict[str, Callable[[re.Match[str]], Inline]]] = {
    "br": lambda _: _BREAK,
    "code": lambda token: Text(_code(token["code"]), Style(_CODE)),
    "wide": lambda token: Text(_code(token["wide"]), Style(_CODE)),
    "strong": lambda token: Text(token["strong"], _STRONG),
    "em": lambda token: Text(token["em"], _EM),
    "under": lambda token: Text(token["under"], _EM),
    "link": lambda token: Text(token["label"], Style(href=token["link"])),
    "named": lambda token: Text(_code(token["name"]), Style(_CODE, token["named"])),
    "image": lambda token: Image(token["image"], token["alt"]),
    "leads": lambda token: Image(token["shown"], token["badge"], "", token["leads"]),
    "auto": lambda token: Text(token["auto"], Style(href=token["auto"])),
}

"""What GitHub acts on in a text: mentions, references, closing keywords, orders to bots. `quiet` keeps it from doing so.

A joiner, which nobody sees, stands behind the sign. Where it is not certain that GitHub reads code, the text counts as
prose: a joiner too many is a blemish, one too few tells strangers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Final

from pmhub_github.code import Part, parts

JOINER: Final = "\u2060"
"""Word joiner, invisible: behind `@`, `#`, `GH-`, `/`, `!` it keeps GitHub and its bots from taking them for a sign."""

_HOST: Final = r"(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+"
_INSIDE: Final = (
    r"(?:[A-Za-z0-9./:?=&%+,;@\#!$-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))"  # what is no markup in a bare address
)
_UNESCAPED: Final = r"(?<!\\)"
_FLAGS: Final = re.IGNORECASE | re.VERBOSE


def _signs(plain: str) -> str:
    """`plain`: what must not stand before an entity. GitHub's own words are ASCII: `_@ann_` and `请看@ann` are mentions."""
    at = rf"(?:@|{plain}&(?:\#0{{0,5}}64|\#[xX]0{{0,4}}40|commat);)"
    number = rf"(?:\#|{plain}&(?:\#0{{0,5}}35|\#[xX]0{{0,4}}23|num);)"
    return rf"""
    (?P<sign>(?<![A-Za-z0-9]){at}(?=[A-Za-z0-9]|&\#) | {number}(?=[0-9]|&\#) | (?<![A-Za-z0-9])GH-(?=[0-9]|&\#))
        (?=(?P<rest>[\w/-]*))
    | (?P<order>(?:\A|(?<=\n))[ \t>*+-]*)(?P<cue>/(?=[A-Za-z][\w-]*(?:\s|\Z)) | !(?=[A-Za-z]))
    | {plain}&\#[0-9]{{1,7}};"""


_IN_PROSE: Final = rf"""(?<![A-Za-z0-9])https?://{_HOST}(?::[0-9]+)?(?:[/?\#]{_INSIDE}*)?(?![^\s<>()"'`])
    | (?<!\\)\[[^\[\]\n\\`<@\#&!/]*\]\(\#[^\s()<>]*\)
    | {_signs(_UNESCAPED)}"""
_IN_HTML: Final = rf"<[A-Za-z/][^<>]*> | {_signs('')}"


@cache
def _loud(part: Part) -> re.Pattern[str]:
    """Made when something is written: a run that only reads starts without."""
    return re.compile(_IN_HTML if part is Part.HTML else _IN_PROSE, _FLAGS)


_PLACE: Final = r"(?=/[^\s/<>()]+/[^\s/<>()]+/(?:issues|pull|discussions)/[0-9])"
_ISSUE: Final = re.compile(rf"(?<=://)(?:www\.)?github\.com{_PLACE}(?=(?P<rest>[^\s<>()\"'`]{{0,300}}))", re.IGNORECASE)
LED_ROUND: Final = "redirect.github.com"
_LED_ROUND: Final = re.compile(rf"(?<=://){re.escape(LED_ROUND)}{_PLACE}")
_JOINED: Final = re.compile(rf"(?<=[@#!/;-]){JOINER}(?=[A-Za-z0-9&])")


def quiet(text: str, spare: Collection[str] = ()) -> str:
    """`text` that pings nobody, links to no issue and orders nothing, outside code. `spare`: what stays live."""
    kept = {token.casefold() for token in spare}

    def hush(found: re.Match[str]) -> str:
        if found["cue"]:
            return f"{found['order']}{found['cue']}{JOINER}"
        if not found["sign"] or _token(found) in kept:
            return found[0]
        return f"{found['sign']}{JOINER}"

    def lead_round(found: re.Match[str]) -> str:
        """docs: "Autolinked references and URLs": this host shows the same page and leaves no trace on it."""
        return found[0] if _token(found) in kept else LED_ROUND

    return "".join(
        piece if part is Part.CODE else _loud(part).sub(hush, _ISSUE.sub(lead_round, piece))
        for piece, part in parts(text)
    )


def unquiet(text: str) -> str:
    if JOINER in text:
        text = _JOINED.sub("", text)
    return _LED_ROUND.sub("github.com", text) if LED_ROUND in text else text


def live(text: str | None) -> frozenset[str]:
    """The mentions and references in a native text that GitHub acts on, in one case."""
    return frozenset(_live(text or ""))


def _live(text: str) -> Iterator[str]:
    for piece, part in parts(text):
        if part is not Part.CODE:
            yield from (_token(found) for found in _loud(part).finditer(piece) if found["sign"])
            yield from (_token(found) for found in _ISSUE.finditer(piece))


def _token(found: re.Match[str]) -> str:
    return f"{found[0]}{found['rest']}".casefold()

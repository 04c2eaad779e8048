"""What GitHub acts on in a text: mentions, references, closing keywords, orders to bots. `quiet` keeps it from doing so.

A joiner, which nobody sees, stands behind the sign. Where it is not certain that GitHub reads code, the text counts as
prose: a joiner too many is a blemish, one too few tells strangers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from pmhub_github.code import Part, parts

JOINER: Final = "\u2060"
"""Word joiner, invisible: behind `@`, `#`, `GH-`, `/`, `!` it keeps GitHub and its bots from taking them for a sign."""

_AT: Final = r"(?:@|&\#0{0,5}64;|&\#[xX]0{0,4}40;|&commat;)"
_HASH: Final = r"(?:\#|&\#0{0,5}35;|&\#[xX]0{0,4}23;|&num;)"
_HOST: Final = r"(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+"
# GitHub's own words are ASCII: `_@ann_` and `请看@ann` are mentions, `a@ann` is none.
_SIGNS: Final = rf"""
    (?P<sign>(?<![A-Za-z0-9]){_AT}(?=[A-Za-z0-9]|&\#) | {_HASH}(?=[0-9]|&\#) | (?<![A-Za-z0-9])GH-(?=[0-9]|&\#))
        (?P<rest>[\w/-]*)
    | (?P<order>(?:\A|(?<=\n))[ \t>*+-]*)(?P<cue>/(?=[A-Za-z][\w-]*(?:\s|\Z)) | !(?=[A-Za-z]))
    | &\#[0-9]{{1,7}};"""
_FLAGS: Final = re.IGNORECASE | re.VERBOSE
_IN_PROSE: Final = re.compile(
    rf"""(?<![A-Za-z0-9])https?://{_HOST}(?::[0-9]+)?(?:[/?\#][^\s<>()"'`]*)?(?![^\s<>()"'`])
    | (?<!\\)\[[^\[\]\n\\`<@\#&!/]*\]\(\#[^\s()<>]*\)
    | {_SIGNS}""",
    _FLAGS,
)
_IN_HTML: Final = re.compile(rf"<[A-Za-z/][^<>]*> | {_SIGNS}", _FLAGS)
_LOUD: Final = {Part.PROSE: _IN_PROSE, Part.HTML: _IN_HTML}
_PLACE: Final = r"(?=/[^\s/<>()]+/[^\s/<>()]+/(?:issues|pull|discussions)/[0-9])"
_ISSUE: Final = re.compile(rf"(?<=://)(?:www\.)?github\.com{_PLACE}(?P<path>[^\s<>()\"'`]*)", re.IGNORECASE)
_LED_ROUND: Final = re.compile(rf"(?<=://)redirect\.github\.com{_PLACE}")
_JOINED: Final = re.compile(rf"(?<=[@#!/;-]){JOINER}(?=[A-Za-z0-9&])")


def quiet(text: str, spare: Collection[str] = ()) -> str:
    """`text` that pings nobody, links to no issue and orders nothing, outside code. `spare`: what stays live."""
    kept = {token.casefold() for token in spare}

    def hush(found: re.Match[str]) -> str:
        if found["cue"]:
            return f"{found['order']}{found['cue']}{JOINER}"
        if not found["sign"] or found[0].casefold() in kept:
            return found[0]
        return f"{found['sign']}{JOINER}{found['rest']}"

    def lead_round(found: re.Match[str]) -> str:
        """docs: "Autolinked references and URLs": this host shows the same page and leaves no trace on it."""
        return found[0] if found[0].casefold() in kept else f"redirect.github.com{found['path']}"

    return "".join(
        piece if part is Part.CODE else _LOUD[part].sub(hush, _ISSUE.sub(lead_round, piece))
        for piece, part in parts(text)
    )


def unquiet(text: str) -> str:
    return _LED_ROUND.sub("github.com", _JOINED.sub("", text))


def live(text: str | None) -> frozenset[str]:
    """The mentions and references in a native text that GitHub acts on."""
    return frozenset(_live(text or ""))


def _live(text: str) -> Iterator[str]:
    for piece, part in parts(text):
        if part is not Part.CODE:
            yield from (found[0] for found in _LOUD[part].finditer(piece) if found["sign"])
            yield from (found[0] for found in _ISSUE.finditer(piece))

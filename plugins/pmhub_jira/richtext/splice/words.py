"""Single words changed inside a stretch of markup, whatever stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmhub_jira.richtext.splice.alignment import same

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")
_PLAIN: Final = re.compile(r"[\w \t.,;'\"]*")
_NAMES: Final = re.compile(r"![^\s!][^!\n]*!|\[[~^][^\]\n]*\]")
"""Files and people, which no other words can name."""
_REACH: Final = 6


def with_words_changed(source: str, old: str, new: str) -> str | None:
    """`source`, which reads as `old`, with the words changed that make it `new`; None where they are not found in it or
    are more than words. Whether it reads as `new` then is for the caller to see.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    named, at = _NAMES.findall(source), 0
    for start, stop, words in _hunks(before, after):
        found = _found(source, before, start, stop, at)
        if found is None or not _PLAIN.fullmatch(words):
            return None
        place, size = found
        source = source[:place] + words + source[place + size :]
        at = place + len(words)
    return source if _NAMES.findall(source) == named else None


def _hunks(before: list[str], after: list[str]) -> Iterator[tuple[int, int, str]]:
    """What of `before` is replaced, and by what."""
    one = other = 0
    for place, counterpart in [*same(before, after), (len(before), len(after))]:
        if one < place or other < counterpart:
            yield one, place, "".join(after[other:counterpart])
        one, other = place + 1, counterpart + 1


def _found(source: str, tokens: list[str], start: int, stop: int, at: int) -> tuple[int, int] | None:
    """Where the tokens stand, as the only place after `at` that has as much in front of them."""
    words = "".join(tokens[start:stop])
    for reach in range(_REACH):
        lead = "".join(tokens[max(start - reach, 0) : start])
        place = source.find(lead + words, at)
        if lead + words and (place < 0 or source.find(lead + words, place + 1) < 0):
            return None if place < 0 else (place + len(lead), len(words))
    return None

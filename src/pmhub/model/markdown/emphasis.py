"""Which runs of `*`, `_` and `~` may open or close emphasis (CommonMark 6.2)."""

from __future__ import annotations

import unicodedata

from pmhub.model.markdown.delimiters import Delimiter
from pmhub.model.markdown.scan import PUNCTUATION, Scan, run_end


def read_emphasis(scan: Scan, at: int) -> tuple[int, Delimiter]:
    text, end = scan.text, run_end(scan.text, at)
    before = text[at - 1] if at else " "
    after = text[end] if end < len(text) else " "
    left, right = _flanks(before, after), _flanks(after, before)
    if text[at] == "_" and left and right:  # inside a word it is text
        left, right = _is_punctuation(before), _is_punctuation(after)
    return end, Delimiter(text[at:end], opens=left, closes=right)


def _flanks(outside: str, inside: str) -> bool:
    """Left-flanking as CommonMark has it; with the two exchanged, right-flanking."""
    return not inside.isspace() and (not _is_punctuation(inside) or outside.isspace() or _is_punctuation(outside))


def _is_punctuation(char: str) -> bool:
    return char in PUNCTUATION or unicodedata.category(char)[0] == "P"

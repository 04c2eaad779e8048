"""Brackets, and the target and title of a link that stand behind them (CommonMark 6.3)."""

from __future__ import annotations

from pmhub.model.markdown.delimiters import Delimiter
from pmhub.model.markdown.keys import MARK
from pmhub.model.markdown.scan import LOOK_AHEAD, Scan

_PARENTHESES = 8  # inside each other in a target; with more it is compared as it stands
_TARGET_END = frozenset(" \t<>")
_TITLE_CLOSES = {'"': '"', "'": "'", "(": ")"}


def read_bang(scan: Scan, at: int) -> tuple[int, str]:
    return at + 1, f"{MARK}!" if scan.text.startswith("![", at) else "!"


def read_opening_bracket(_scan: Scan, at: int) -> tuple[int, Delimiter]:
    return at + 1, Delimiter("[", opens=True, closes=False)


def read_closing_bracket(scan: Scan, at: int) -> tuple[int, Delimiter]:
    if scan.text.startswith("](", at) and (found := _target_and_title(scan.text, at + 2)) is not None:
        return found[0], Delimiter("]", opens=False, closes=True, after=found[1])
    return at + 1, Delimiter("]", opens=False, closes=True)


def _target_and_title(text: str, at: int) -> tuple[int, str] | None:
    """The end and the key of `target "title")`, or None where it is no link."""
    if (found := _target(text, _skip_spaces(text, at))) is None:
        return None
    end, target = found
    at = _skip_spaces(text, end)
    titled = _title(text, at) if at > end else (at, "")
    if titled is None or not text.startswith(")", titled[0]):
        return None
    return titled[0] + 1, f"({target} {MARK}{titled[1]})"


def _target(text: str, at: int) -> tuple[int, str] | None:
    if not text.startswith("<", at):
        end = _bare_target_end(text, at)
        return end, text[at:end]
    end = text.find(">", at, at + LOOK_AHEAD)
    target = text[at + 1 : end]
    return None if end < 0 or "<" in target or "\\" in target else (end + 1, target)


def _bare_target_end(text: str, at: int) -> int:
    depth = 0
    while at < len(text) and text[at] not in _TARGET_END and depth <= _PARENTHESES:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth < 0:
            break
        at += 2 if text[at] == "\\" else 1
    return min(at, len(text))


def _title(text: str, at: int) -> tuple[int, str] | None:
    """Where the title at `at` and the spaces behind it end, and the title, which need not be there; None if it is not closed."""
    if (closing := _TITLE_CLOSES.get(text[at : at + 1])) is None:
        return at, ""
    end = text.find(closing, at + 1, at + LOOK_AHEAD)
    title = text[at + 1 : end]
    return None if end < 0 or "\\" in title else (_skip_spaces(text, end + 1), title)


def _skip_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at

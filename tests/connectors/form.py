"""The form of a JSON value: what a description can tell two values apart by."""

from __future__ import annotations

import re
from typing import Any

_DIGIT = re.compile(r"[0-9]")


def form(value: Any) -> Any:
    """Something hashable, equal for values that a description judges alike: digits are one digit, and of the entries of
    a list each form counts once.

    Words stay what they are, since one of them may be the wrong one; so does the length of a text up to 300.
    """
    if isinstance(value, dict):
        return frozenset((name, form(each)) for name, each in value.items())
    if isinstance(value, list):
        return ("list", frozenset(map(form, value)))
    if isinstance(value, str):
        return _DIGIT.sub("0", value[:300])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (type(value).__name__, value < 0)
    return value


def one_of_each(value: Any) -> Any:
    """The value with one entry of each form in its lists: what an answer of a hundred alike is judged by."""
    if isinstance(value, dict):
        return {name: one_of_each(each) for name, each in value.items()}
    if isinstance(value, list):
        return [one_of_each(each) for each in {form(each): each for each in reversed(value)}.values()]
    return value

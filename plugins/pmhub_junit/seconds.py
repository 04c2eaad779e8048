"""Durations as tools write them."""

from __future__ import annotations

import math
import re
from typing import Final

_SPACES: Final = re.compile(r"[\s_'\u2019]")
_CLOCK: Final = re.compile(r"(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
_LONGEST: Final = 40


def seconds(text: str | None) -> float | None:
    """None where the text tells no duration.

    `1,234.5` and `1.234,5` are both 1234.5: the last mark is the decimal one. A lone comma is decimal too: `0,123` is
    far more often written than a duration of exactly a thousand seconds. `00:01:02.5` is hours, minutes, seconds.
    """
    if text is None or len(text) > _LONGEST:
        return None
    try:
        value = float(text)  # as nearly all of them are
    except ValueError:
        value = _unusual(_SPACES.sub("", text).removesuffix("s"))
    return value if math.isfinite(value) and value >= 0 else None


def _unusual(digits: str) -> float:
    clock = _CLOCK.fullmatch(digits)
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])
    try:
        return float(_with_a_point(digits))
    except ValueError:
        return math.nan


def _with_a_point(digits: str) -> str:
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma > point and digits.count(",") == 1:
        return digits.replace(".", "").replace(",", ".")
    return digits.replace(",", "")

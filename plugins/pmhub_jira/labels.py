"""Labels with spaces. Jira refuses a space in a label, so `good first issue` is written there as `good␣first␣issue`.

The table is one-to-one in both directions: a label that people gave in Jira reads as itself (unless they typed `␣`), and every
label of ours comes back as it went. To that end a run of spaces and `␣` is read as a number (a space is the digit 1, a `␣` the
digit 2, base two without a zero) and written as that many `␣`: one space is `␣`, one `␣` is `␣␣`.
"""

from __future__ import annotations

import re
from typing import Final

from pmhub.model.markdown import strip_controls

LONGEST: Final = 255  # [D] "exceeds the maximum length of 255 characters"
BOX: Final = "\u2423"
_WHITE = re.compile(r"[^\S ]")
_RUN = re.compile(f"[ {BOX}]+")
_BOXES = re.compile(f"{BOX}+")


def lower(label: str) -> str | None:
    """The native label, or None for one that Jira cannot hold: empty or too long."""
    native = _RUN.sub(lambda run: _boxes(run[0]), _WHITE.sub(" ", strip_controls(label)))
    return native if 0 < len(native) <= LONGEST else None


def lift(native: str) -> str:
    return _BOXES.sub(lambda run: _spaces(len(run[0])), native)


def _boxes(run: str) -> str:
    number = 0
    for character in run:
        number = 2 * number + (1 if character == " " else 2)
        if number > LONGEST:
            break
    return BOX * number


def _spaces(number: int) -> str:
    run = ""
    while number > 0:
        digit = 2 - number % 2
        run = (" " if digit == 1 else BOX) + run
        number = (number - digit) // 2
    return run

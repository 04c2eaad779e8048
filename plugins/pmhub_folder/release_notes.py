"""The fenced part of a release's text that holds our notes. What people wrote around it stays. Pure."""

from __future__ import annotations

import re
from typing import Final

BEGIN: Final = "<!-- pmhub:begin -->"
END: Final = "<!-- pmhub:end -->"
FENCE: Final = re.compile(rf"^{BEGIN}[ \t]*\n(?P<notes>(?:(?!^{BEGIN}).)*?)^{END}(?=[ \t]*$)", re.MULTILINE | re.DOTALL)


def notes_in(text: str) -> str | None:
    """None where there is no fence. `text` has plain line ends."""
    found = FENCE.search(text)
    return None if found is None else found["notes"].strip("\n").rstrip()


def with_notes(text: str, notes: str) -> str:
    """A text without a fence gets it at its end."""
    fence = f"{BEGIN}\n{notes}\n{END}" if notes else f"{BEGIN}\n{END}"
    found = FENCE.search(text)
    if found:
        return f"{text[: found.start()]}{fence}{text[found.end() :]}"
    before = text.rstrip("\n")
    return f"{before}\n\n{fence}\n" if before else f"\n{fence}\n"


def fit_notes(notes: str) -> str:
    return notes_in(with_notes("", notes)) or ""

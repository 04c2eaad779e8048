"""The fenced part of a release's body that holds our notes. What people wrote around it stays, byte for byte. Pure."""

from __future__ import annotations

import re
from typing import Final

from pmhub_github import texts

BEGIN: Final = "<!-- pmhub:begin -->"
END: Final = "<!-- pmhub:end -->"
FENCE: Final = re.compile(
    rf"^{BEGIN}[ \t]*\r?\n(?P<notes>(?:(?!^{BEGIN}).)*?)^{END}(?=[ \t]*\r?$)", re.MULTILINE | re.DOTALL
)


def notes_in(body: str | None) -> str | None:
    """None where there is no fence."""
    found = FENCE.search(body or "")
    return None if found is None else texts.unquiet(texts.tidy(found["notes"]))


def with_notes(body: str, notes: str | None) -> str:
    """`body` with these notes in its fence; one without a fence gets it at its end, in front of our marker."""
    fence = fenced(texts.body(notes, spare=texts.live(body)))
    found = FENCE.search(body)
    if found:
        return f"{body[: found.start()]}{fence}{body[found.end() :]}"
    marker = texts.MARKER_AT_END.search(body)
    before, after = (body[: marker.start()], f"\n\n{body[marker.start() :]}") if marker else (body, "")
    return f"{before}{gap_after(before)}{fence}{after}"


def fenced(text: str) -> str:
    return f"{BEGIN}\n{text}\n{END}" if text else f"{BEGIN}\n{END}"


def gap_after(text: str) -> str:
    """What makes a blank line."""
    if not text or text.replace("\r", "").endswith("\n\n"):
        return ""
    return "\n" if text.endswith("\n") else "\n\n"


def fit_notes(notes: str | None) -> str:
    return notes_in(fenced(texts.body(notes))) or ""

"""The line of a version's description that carries a release's notes in short; the rest of it belongs to people. Pure."""

from __future__ import annotations

import re
from typing import Final

from pmhub_jira import shown
from pmhub_jira.richtext import from_adf, plain, to_adf

BEGINNING: Final = "Release notes: "
LIMIT: Final = 500
_LINE: Final = re.compile(rf"^{BEGINNING}([^\r\n]*)(?=\r?\n|\Z)", re.MULTILINE)


def short(notes: str | None) -> str:
    """The first paragraph of Markdown as one line of plain text, cut to LIMIT; empty for no notes."""
    return shown.title(plain.first_paragraph(to_adf(notes or "")), LIMIT)


def read(description: str | None) -> str | None:
    """The notes in `description` as Markdown; None where no line carries any."""
    found = _LINE.search(description or "")
    return markdown(found[1]) if found else None


def markdown(line: str) -> str | None:
    """Plain text as the Markdown that says just that."""
    text = " ".join(line.split())
    if not text:
        return None
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return from_adf({"type": "doc", "version": 1, "content": [paragraph]}).text


def written(description: str | None, notes: str | None) -> str:
    """`description` with the line for `notes`, or without any; all that people wrote stays as it is."""
    text, line = description or "", short(notes)
    found = _LINE.search(text)
    if found is None:
        return text + ("\n" if text and line else "") + (BEGINNING + line if line else "")
    if line:
        return text[: found.start()] + BEGINNING + line + text[found.end() :]
    return _without(text, found.start(), found.end())


def _without(text: str, start: int, end: int) -> str:
    """The line goes with one line break: the one before it, which came with it, or at the top the one after."""
    if start > 0:
        return text[: start - 1].removesuffix("\r") + text[end:]
    return re.sub(r"^\r?\n", "", text[end:], count=1)

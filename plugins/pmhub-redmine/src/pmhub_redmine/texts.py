"""Text on its way to Redmine and back: line ends, our hidden marker, mentions, the line that says who wrote a note. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST_SUBJECT: Final = 255
LONGEST_VERSION: Final = 60
JOINER: Final = "\u2060"
"""Word joiner, invisible: behind `@` it keeps Redmine from telling somebody of the same login (since 5.0)."""

MARKER_LINE: Final = re.compile(r"^<!-- (pmhub:[0-9a-f]{16}@[0-9a-f]{6}) -->[ \t]*$", re.MULTILINE)
MARKER_AT_END: Final = re.compile(r"^<!-- (pmhub:[0-9a-f]{16}@[0-9a-f]{6}) -->\s*\Z", re.MULTILINE)
AUTHOR_LINE: Final = re.compile(r"\A\*\*((?:[^*\\\n]|\\.)+)\*\* wrote:(?:\n\n?|\Z)")
MENTION: Final = re.compile(r"(?<![A-Za-z0-9])@(?=[A-Za-z0-9_])")
CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
MARKUP: Final = re.compile(r"([\\*_`~\[\]<>])")


@dataclass(frozen=True)
class Reading:
    """A native text taken apart. `head`: the author line as it stands."""

    text: str
    marker: str | None = None
    author: str | None = None
    head: str = ""


def tidy(text: str | None) -> str:
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\A(?:[ \t]*\n)+", "", CONTROLS.sub("", plain)).rstrip()


def line(text: str | None, longest: int) -> str:
    words = " ".join(CONTROLS.sub("", (text or "").replace("\n", " ")).split())
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def read(native: str | None, *, ours: bool = False, note: bool = False) -> Reading:
    """A marker counts at the very end; in what we made also where people wrote something below it."""
    text = tidy(native)
    found = list((MARKER_LINE if ours else MARKER_AT_END).finditer(text))
    marker = found[-1][1] if found else None
    for each in reversed(found):
        text = tidy(f"{text[: each.start()].rstrip()}\n\n{text[each.end() :].lstrip()}")
    head = AUTHOR_LINE.match(text) if ours and note else None
    author = re.sub(r"\\(.)", r"\1", head[1]) if head else None
    said = text[head.end() :] if head else text
    return Reading(
        loud(tidy(said.removeprefix(JOINER) if ours and note else said)),
        marker,
        author,
        (head[0] if head else "").rstrip(),
    )


def loud(text: str) -> str:
    return text.replace(f"@{JOINER}", "@").replace(f"<!--{JOINER} pmhub:", "<!-- pmhub:")


def body(text: str | None) -> str:
    """What we write for `text`, without author line and marker."""
    quiet = MENTION.sub(f"@{JOINER}", loud(tidy(text)))
    return quiet.replace("<!-- pmhub:", f"<!--{JOINER} pmhub:")


def composed(text: str, *, marker: str | None = None, head: str = "") -> str:
    return "\n\n".join(part for part in (head, text, f"<!-- {marker} -->" if marker else "") if part)


def note(text: str | None, head: str, marker: str | None) -> str:
    """`head`: the author line. A text that begins like one, without one above it, gets a joiner in front."""
    said = body(text)
    quiet = f"{JOINER}{said}" if not head and AUTHOR_LINE.match(said) else said
    return composed(quiet, marker=marker, head=head)


def author_line(name: str) -> str:
    plain = MARKUP.sub(r"\\\1", MENTION.sub(f"@{JOINER}", line(name, 100)))
    return f"**{plain}** wrote:" if plain else ""

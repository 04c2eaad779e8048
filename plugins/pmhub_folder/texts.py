"""Text on its way into a file and back: one line, a body, and lines that git would take for a conflict. Pure."""

from __future__ import annotations

import re
from typing import Final

from pmhub.model.markdown import strip_controls

JOINER: Final = "\u2060"
"""Word joiner, invisible: in front of seven `<` it keeps a quoted conflict from being taken for one."""
CONFLICT: Final = re.compile(r"^(?=<{7} )", re.MULTILINE)
QUOTED_CONFLICT: Final = re.compile(rf"^{JOINER}(?=<{{7}} )", re.MULTILINE)
AROUND: Final = re.compile(r"\A(?P<head>(?:[ \t]*\n)*)(?P<said>.*?)(?P<tail>\s*)\Z", re.DOTALL)


def line(text: str | None) -> str:
    return " ".join(strip_controls(text or "").split())


def body(text: str | None) -> str:
    """What we write for `text`: without control characters, blank lines in front and blanks at the end."""
    said = AROUND.sub(lambda found: found["said"], strip_controls(text or ""), count=1)
    return CONFLICT.sub(JOINER, said)


def read(text: str) -> str:
    """What stands behind the front matter, as people mean it. `text` has plain line ends."""
    return QUOTED_CONFLICT.sub("", body_of(text))


def body_of(text: str) -> str:
    found = AROUND.match(text)
    return found["said"] if found else ""


def with_body(text: str, said: str) -> str:
    """`said` in place of what stands there; the blank lines around it stay."""
    found = AROUND.match(text)
    head, tail = (found["head"], found["tail"]) if found and found["said"] else ("\n", "\n")
    return f"{head}{said}{tail}" if said else ""

"""Other people's words, made safe to stand anywhere in a line of Markdown: they show as they were typed, and act as nothing.

What a tracker does with plain words beyond Markdown (mentions, references) is its connector's business.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from pmhub.model.markdown import strip_controls

# Bidirectional embeddings, overrides and isolates (Unicode UAX 9): left open, they turn round what follows them.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HTML: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
# Marks of CommonMark, tables, strike-through and math; and what makes a bare address a link (GFM 6.9).
_MARKS: Final = re.compile(r"[\\`*_\[\]|~$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LEAD: Final = re.compile(r"\A([0-9]{1,9})?(?(1)([.)](?=\s|\Z))|([-+=#]))")
_TAIL: Final = re.compile(r"(?<= )#+\Z")  # closes a heading
_WEB: Final = re.compile(r"https?://[^/\s]", re.IGNORECASE)


def one_line(text: str) -> str:
    """`text` on one line, without control characters and without marks that turn the direction of what follows."""
    folded = " ".join(_TURNS.sub("", text).split())
    return " ".join(strip_controls(folded).split())


def escaped(text: str) -> str:
    """`text` on one line of Markdown in which it is words: it opens no block, link, tag, emphasis, code, table or math."""
    line = _MARKS.sub(r"\\\g<0>", one_line(text))
    return _TAIL.sub(r"\\\g<0>", _LEAD.sub(_with_backslash, line)).translate(_HTML)


def address(url: str) -> str:
    """`url` as it may stand in `[words](…)`; empty for what is no web address."""
    line = one_line(url)
    return quote(line, safe="%/:?#@!$&+,;=~-._").translate(_HTML) if _WEB.match(line) else ""


def _with_backslash(lead: re.Match[str]) -> str:
    return f"{lead[1]}\\{lead[2]}" if lead[1] else f"\\{lead[3]}"

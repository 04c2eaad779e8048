"""Text to wiki markup that reads back as that text, with no backslash that is not needed."""

from __future__ import annotations

import re
from typing import Final

from pmhub_jira.richtext.wiki.notation import BACKSLASH, EMOTICON, ENTITY, ESCAPABLE

_SPECIAL: Final = re.compile(rf"(?P<emoticon>{EMOTICON})|(?P<marks>\?\?|\*+|_+|-+|\++|\^+|~+)|[\\{{}}\[\]!&|]")
_LINE_START: Final = re.compile(r"(?:[*#]+|-{1,3})(?=[ \t])|-{4,}|\|")
_WORD_START: Final = re.compile(r"(h[1-6]|bq)\.(?=\s)")
_IN_CODE: Final = re.compile(rf"[*_+^~?{{}}\[\]!|-]|\\(?=[{re.escape(ESCAPABLE)}]|$)|&(?={ENTITY.pattern[1:]})")
_SPACE: Final = "&#32;"
_URL_SIGN: Final = re.compile(r"[|\[\]{}\\^!*~\s]")
_UNSAFE_IN_URL: Final = {char: f"%{ord(char):02X}" for char in "|[]{}\\^!*~"}


def escaped(text: str, left: str, right: str) -> str:
    """`left` and `right` are the neighbours, " " at the edge of a line."""
    out: list[str] = []
    at = 0
    for found in _SPECIAL.finditer(text):
        before = text[found.start() - 1] if found.start() else left
        after = text[found.end()] if found.end() < len(text) else right
        out += [text[at : found.start()], _safe(found, text, before, after)]
        at = found.end()
    return "".join([*out, text[at:]])


def escaped_line_start(line: str) -> str:
    """Keeps a written line, whose first run is plain text, from starting a block."""
    if found := _WORD_START.match(line):
        return f"{found[1]}&#46;{line[found.end() :]}"
    return f"\\{line}" if starts_block(line) else line


def starts_block(line: str) -> bool:
    """Whether a line begins as an item, a rule or a row does."""
    return _LINE_START.match(line) is not None


def monospaced(text: str) -> str:
    """A run of code; no mark may stand inside, no space at its edges."""
    inner = _IN_CODE.sub(_safe_in_code, text)
    core = inner.strip(" ")
    lead = len(inner) - len(inner.lstrip(" "))
    spaces = (_SPACE * lead, _SPACE * (len(inner) - lead - len(core)))
    return "{{" + core.join(spaces) + "}}"


def safe_url(url: str) -> str:
    """A target between brackets or bars."""
    return _URL_SIGN.sub(lambda found: _UNSAFE_IN_URL.get(found[0], "%20"), url)


def _safe_in_code(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&amp;"
    return BACKSLASH if found[0] == "\\" else f"\\{found[0]}"


def _safe(found: re.Match[str], text: str, before: str, after: str) -> str:
    piece = found[0]
    if found["emoticon"]:
        return f"\\{piece}"
    if found["marks"]:
        return piece if _is_inert(piece, before, after) else "".join(f"\\{char}" for char in piece)
    if piece == "\\":
        return BACKSLASH if after in ESCAPABLE or after in " \n" or after.isspace() else piece
    if piece == "&":
        return "&amp;" if ENTITY.match(text, found.start()) else piece
    if piece == "!":
        return piece if after.isspace() or before.isalnum() else f"\\{piece}"
    return f"\\{piece}"


def _is_inert(piece: str, before: str, after: str) -> bool:
    """As the reader judges: a single sign opens or closes where a letter does not touch it from outside."""
    if len(piece) > 1 and piece != "??":
        return before not in ("{", "}", piece[0]) and after not in ("{", "}", piece[0])
    opens = not before.isalnum() and not after.isspace()
    closes = not after.isalnum() and not before.isspace()
    return not (opens or closes)

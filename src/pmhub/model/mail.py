"""The letter that an answer by e-mail quotes below itself. Only what is certainly quoted is taken for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

INTRODUCED: Final = (
    r"^(?:On|Am|Le|El|Il|Op|Em|Den|Dnia|W dniu)\b.{6,300}\b"
    r"(?:wrote|schrieb(?: .{1,100})?|a \u00e9crit|escribi\u00f3|ha scritto|schreef(?: .{1,100})?|escreveu|skrev(?: .{1,100})?|napisa\u0142\(?a?\)?)\s*:$"
)
"""As mail programs write it in front of what they quote; it may be broken into lines."""
ORIGINAL: Final = (
    r"(?i)^-{3,} ?(?:Original Message|Original-Nachricht|Urspr\u00fcngliche Nachricht|Message d'origine|Mensaje original)"
    r" ?-{3,}$"
)
HEADERS: Final = r"^\**(?:From|Sent|To|Cc|Subject|Date|Von|Gesendet|An|Betreff|De|Envoy\u00e9|\u00c0|Objet)\**: ?\S"
FEWEST_HEADERS: Final = 3
MOST_LINES: Final = 3


def apart(text: str) -> tuple[str, str]:
    """(what was said, the letter below it with what introduces it). A text that is nothing but a letter is said."""
    lines = [line.strip() for line in text.split("\n")]
    found = next((at for at in range(len(lines)) if begins_letter(lines, at)), quotation(lines))
    raw = text.split("\n")
    said = "\n".join(raw[:found]).rstrip()
    return (said, "\n".join(raw[found:])) if said and found < len(raw) else (text, "")


def begins_letter(lines: Sequence[str], at: int) -> bool:
    """Whether a letter begins here that is not quoted line by line."""
    if re.match(ORIGINAL, lines[at]):
        return True
    if not re.match(HEADERS, lines[at]):
        return False
    return sum(bool(re.match(HEADERS, line)) for line in lines[at : at + FEWEST_HEADERS + 1]) >= FEWEST_HEADERS


def quotation(lines: Sequence[str]) -> int:
    """Where the introduction to what is quoted to the very end begins; behind the end where there is none."""
    last = max((at for at, line in enumerate(lines) if line and not line.startswith(">")), default=-1)
    is_quoted = any(line.startswith(">") for line in lines[last + 1 :])
    for at in range(max(0, last - MOST_LINES + 1), last + 1) if is_quoted else ():
        if lines[at] and not lines[at].startswith(">") and re.match(INTRODUCED, " ".join(lines[at : last + 1])):
            return at
    return len(lines)

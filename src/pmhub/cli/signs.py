"""Signs of ours in letters, where the encoding of a stream does not have them: cron in a C locale, a Windows console."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Mapping

HANDLER = "pmhub_signs"
IN_ASCII: Mapping[str, str] = {
    "→": "->",
    "…": "...",
    "✓": "ok",
    "✗": "x",
    "✅": "[ready]",
    "❌": "[not ready]",
    "\u2502": "|",
    "•": "*",
}


def spell_out() -> None:
    """From now on, whatever the streams cannot write is written in another way; nothing that is told is lost."""
    codecs.register_error(HANDLER, _spelled)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)


def _spelled(error: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(error, UnicodeEncodeError):
        sign = error.object[error.start]
        if sign in IN_ASCII:
            return IN_ASCII[sign], error.start + 1
        one = UnicodeEncodeError(error.encoding, error.object, error.start, error.start + 1, error.reason)
        return codecs.backslashreplace_errors(one)
    return codecs.backslashreplace_errors(error)

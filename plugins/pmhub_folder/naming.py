"""How a new file is called: a name that every system can check out, and that no other file has. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from pmhub.sdk import Kind
from pmhub_folder.settings import ID, SLUG, VERSION, FolderScope

LONGEST_SLUG: Final = 60
DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)
"""No file can be called so on Windows, whatever its suffix."""


def slug(text: str) -> str:
    """ASCII in lower case: the same on file systems that fold case or normalise letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")


def version_slug(version: str) -> str:
    plain = unicodedata.normalize("NFKD", version).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", plain)[:LONGEST_SLUG].strip("-.")


def file_name(scope: FolderScope, kind: Kind, title: str, item: str, taken: Collection[str]) -> str:
    """`taken`: the names in that folder, case folded."""
    short = item[:8]
    word = slug(title) or f"{kind}-{short}"
    name = scope.file.replace(SLUG, word).replace(ID, short).replace(VERSION, version_slug(title) or word)
    stem, _, suffix = name.rpartition(".")
    stem = f"{stem}-{kind}" if stem.partition(".")[0].casefold() in DEVICES else stem
    names = (f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name.casefold() not in taken)

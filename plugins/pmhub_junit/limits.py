"""How much of a report is believed. Reports come from forks and strangers: everything they can grow has a bound."""

from __future__ import annotations

from typing import Final

from pmhub.model.lean import dataclass

KIB: Final = 1024
MIB: Final = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, lengths in characters. Beyond a length text is cut; beyond any other bound the whole is refused."""

    size: int = 512 * MIB
    """Of one report, unpacked."""
    depth: int = 64
    cases: int = 2_000_000
    tag: int = 2 * MIB
    """Of one tag with its attributes: XML has to hold it whole in memory."""
    properties: int = 1_000
    """Of one case."""
    name: int = 1_000
    message: int = 4_000

    archive: int = 256 * MIB
    """Of one archive, packed."""
    entries: int = 10_000
    unpacked: int = 1024 * MIB
    """Of all reports of one archive together."""
    ratio: int = 100
    """Unpacked to packed; asked only of what unpacks to more than a MiB."""


DEFAULT: Final = Limits()

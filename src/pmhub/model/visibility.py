"""Who can see a thing, from everybody to few."""

from __future__ import annotations

from enum import IntEnum


class Visibility(IntEnum):
    """Greater is more public. Unknown is read as RESTRICTED."""

    RESTRICTED = 0
    MEMBERS = 1
    PUBLIC = 2

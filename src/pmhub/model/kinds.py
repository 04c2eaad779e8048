"""The kinds of things pmhub keeps in step."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """In the order in which things come to be: what others belong to first."""

    ROADMAP_ITEM = "roadmap_item"
    RELEASE = "release"
    TICKET = "ticket"
    TEST_RUN = "test_run"
    COMMENT = "comment"

    @property
    def order(self) -> int:
        return _ORDER[self]


_ORDER = {kind: place for place, kind in enumerate(Kind)}

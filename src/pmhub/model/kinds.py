"""The kinds of things pmhub keeps in step."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    ROADMAP_ITEM = "roadmap_item"
    TICKET = "ticket"
    COMMENT = "comment"
    TEST_RUN = "test_run"
    RELEASE = "release"

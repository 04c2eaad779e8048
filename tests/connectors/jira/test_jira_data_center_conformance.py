"""The Jira connector passes the kit on a Data Center too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from data_center_bench import DataCenterBench

from pmhub.testing import ConnectorConformance

UNTIMED = "a version tells no time of its own change: it has that of the reading"


class TestDataCenter(ConnectorConformance):
    bench = DataCenterBench
    crashes = 6
    storms = 2
    known: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (
            "looking_changes_nothing-release",
            "a_read_shows_what_a_listing_shows-release",
            "an_answer_is_what_stands_there-release",
        ),
        UNTIMED,
    )

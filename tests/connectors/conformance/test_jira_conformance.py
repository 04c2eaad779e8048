"""The Jira connector passes the kit, against its simulator over a real socket."""

from collections.abc import Mapping
from typing import ClassVar

from jira_bench import JiraBench

from pmhub.testing import ConnectorConformance

UNTIMED = "a version tells no time of its own change: it has that of the reading"


class TestJira(ConnectorConformance):
    bench = JiraBench
    crashes = 6
    storms = 2
    known: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            (
                "looking_changes_nothing-release",
                "a_read_shows_what_a_listing_shows-release",
                "an_answer_is_what_stands_there-release",
            ),
            UNTIMED,
        ),
    }

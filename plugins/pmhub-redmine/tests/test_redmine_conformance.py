"""The connector passes pmhub's conformance kit, on the simulator."""

from typing import ClassVar

from redmine_bench import RedmineBench

from pmhub.testing import ConnectorConformance


class TestRedmine(ConnectorConformance):
    bench = RedmineBench
    crashes = 3
    storms = 1
    known: ClassVar[dict[str, str]] = {
        "an_edit_is_read_at_once-comment": "Redmine 5.0 keeps no time of a note's change (a direct read shows it all the same)"
    }

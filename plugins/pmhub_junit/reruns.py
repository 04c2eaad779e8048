"""pytest's reports with pytest-rerunfailures: an attempt that failed is written like one that passed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pmhub.model.results import Case, Outcome

PYTEST: Final = frozenset({"pytest tests", "pytest"})
"""What pytest calls its report and, unless told otherwise, its suite."""


class Reruns:
    """Of one suite. pytest gives every test a name of its own: a pass under a name seen before came after a failure."""

    def __init__(self) -> None:
        self._seen: set[int] = set()  # hashes: a report may hold a million names

    def told(self, case: Case) -> Case:
        name = hash(case.identity)
        if name in self._seen:
            return replace(case, flaky=case.outcome is Outcome.PASSED)
        self._seen.add(name)
        return case

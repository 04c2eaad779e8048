"""What a run of tests found. A run is a record; its cases are facts, streamed beside it and never merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pmhub.model.lean import dataclass

NO_PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


class Outcome(StrEnum):
    """FAILED: the product was found wrong. ERROR: the test itself could not do its work."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"

    @property
    def is_bad(self) -> bool:
        return self in {Outcome.FAILED, Outcome.ERROR}


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """Which test it is, from run to run."""

    suite: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test in one run.

    `seconds` is None where the report does not tell. `attempts` counts how often the run tried it; `flaky` says that it
    passed only after it had failed. `message` is why it did not pass (or did not at once), cut to a readable length.
    `part` numbers the suites of a report: attempts of one test stand in one part, and a like name in another is another
    test, or the same on another machine.
    """

    suite: str
    name: str
    outcome: Outcome
    classname: str = ""
    seconds: float | None = None
    message: str = ""
    flaky: bool = False
    attempts: int = 1
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_PROPERTIES, hash=False)
    file: str = ""
    line: int | None = None
    part: int = 0

    @property
    def identity(self) -> Identity:
        """(suite, name), the name qualified by its class unless that is a part of it already."""
        bare = self.name.startswith(self.classname) or self.name.endswith(self.classname)
        return Identity(self.suite, self.name if bare else f"{self.classname}.{self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many tests ended how. `flaky` ones are counted among `passed` too."""

    passed: int = 0
    failed: int = 0
    error: int = 0
    skipped: int = 0
    flaky: int = 0
    seconds: float = 0.0

    @property
    def cases(self) -> int:
        return self.passed + self.failed + self.error + self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """One attempt of one run of a suite. Times are milliseconds since the epoch, by the server's clock."""

    __test__ = False  # a collector of tests takes the name for a class of them

    run: str
    attempt: int = 1
    suite: str = ""
    commit: str = ""
    branch: str = ""
    environment: str = ""
    outcome: Outcome = Outcome.SKIPPED
    started: int | None = None
    finished: int | None = None
    url: str = ""
    totals: Totals = Totals()

    @property
    def key(self) -> tuple[str, int]:
        return self.run, self.attempt

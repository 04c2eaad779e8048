"""What a job is: one run of one workspace, by a child process; and what its end asks for."""

from __future__ import annotations

import sys
from dataclasses import field
from pathlib import Path

from pmhub.config.workspace import Schedule
from pmhub.model.lean import dataclass
from pmhub.sync.report import CONFLICTS, ITEMS_FAILED, LOCKED, OK, TEMPORARY

KILLED = -9
"""As subprocess tells the end by SIGKILL, a name that Windows has not."""
WELL = frozenset({OK, ITEMS_FAILED, CONFLICTS})
"""Exit codes of runs that went to their end. What is left is told by the workspace itself."""
TRIES = 3
PATIENCE = 60
"""Seconds until the second try; each later one waits twice as long."""
GRACE = 120
"""Seconds for a run to end by itself once its time is over: it verifies what it has sent."""


@dataclass(frozen=True)
class Served:
    """A workspace that a worker has the configuration of. `store`: its server's address."""

    name: str
    file: Path
    schedule: Schedule
    store: str | None = field(default=None, repr=False)

    @property
    def longest(self) -> int:
        """Seconds after which no run of it can be alive that anybody looks after: it was asked to end, then killed."""
        return self.schedule.seconds + 3 * GRACE


@dataclass(frozen=True)
class Job:
    """`attempt`: 0 for the first."""

    workspace: str
    deep: bool = False
    attempt: int = 0


def command(served: Served, job: Job) -> list[str]:
    """A process of its own: one that is killed, hangs or swells harms no other run."""
    words = ["sync", "--config", str(served.file), "--quiet", "--log-format", "json"]
    words += ["--max-time", str(served.schedule.seconds)] + (["--deep"] if job.deep else [])
    return [sys.executable, "-m", "pmhub", *words]


def again_in(code: int, job: Job) -> int | None:
    """Seconds until it is worth another try; None: this is how it ends, and only a person or the next run changes it.

    Another run in the workspace is waited for as long as it takes, as it ends within its time.
    """
    if code == LOCKED:
        return PATIENCE
    if code in {TEMPORARY, KILLED} and job.attempt + 1 < TRIES:
        return int(PATIENCE * 2**job.attempt)
    return None

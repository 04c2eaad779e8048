"""What passes between the shell and a connector about runs of tests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import BinaryIO

from pmhub.model.lean import dataclass
from pmhub.model.refs import Ref
from pmhub.model.results import Case, TestRun


class State(StrEnum):
    """How a set of tests stands. UNCOVERED: there is no test to ask."""

    OK = "OK"
    NOK = "NOK"
    NOT_RUN = "NOT RUN"
    UNCOVERED = "UNCOVERED"


@dataclass(frozen=True)
class Report:
    """A file of results, or an archive of them. `open` fetches it: a stream that can go back, closed at the end.

    `open` raises Gone for one that has expired.
    """

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True)
class CiRun:
    """One attempt of a run that has ended. `run` has no totals yet, and its outcome is what the server says of it.

    `commits`: messages. `pulls`: (title, body) of the pull requests it ran for. `cases`: where there is no report, what the
    server itself tells of the parts of the run.
    """

    run: TestRun
    commits: tuple[str, ...] = ()
    pulls: tuple[tuple[str, str], ...] = ()
    reports: tuple[Report, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Announcement:
    """How tests stand, to be shown where people look: on the ticket `on`, or where that is None on the commit.

    `key` names it: the same key again replaces what it said before. `summary` is one line of plain text; `url` tells more.
    """

    key: str
    state: State
    title: str
    summary: str
    url: str
    on: Ref | None = None
    commit: str = ""

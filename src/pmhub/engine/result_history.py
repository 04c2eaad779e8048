"""What a test's results over time say of it: healthy, flaky or broken, where, since when, and how long it takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.model.results import Outcome

WINDOW: Final = 50
"""Results that are looked at to tell how often a test fails by chance."""
SHORT: Final = 2
"""A failure that went away after at most so many results may have been chance."""
FLUKE: Final = 0.001
"""What is less likely than this did not happen by chance."""


class Verdict(StrEnum):
    HEALTHY = "healthy"
    FLAKY = "flaky"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One test in one run. `at`: milliseconds since the epoch."""

    outcome: Outcome
    at: int
    attempt: int = 1
    commit: str = ""
    environment: str = ""
    flaky: bool = False
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """In seconds, over the results that tell one."""

    latest: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`since`: the first result of the failing streak that is not over. `runs`: results that were looked at."""

    verdict: Verdict
    runs: int = 0
    failures: int = 0
    since: Result | None = None
    durations: Durations | None = None


def latest(results: Iterable[Result]) -> dict[str, Result]:
    """Environment → its last result, skipped ones too."""
    return {result.environment: result for result in sorted(results, key=_order)}


def by_environment(results: Iterable[Result]) -> dict[str, Health]:
    """A test may be broken on one system and well on another: their histories are not mixed."""
    ordered = sorted(results, key=lambda result: (result.environment, *_order(result)))
    return {name: health(list(group)) for name, group in groupby(ordered, key=lambda result: result.environment)}


def health(results: Iterable[Result]) -> Health:
    """Of one test in one environment, on one branch.

    Failures are chance where the same commit passed too, where a retry passed, or where they came at least twice and
    went away by themselves each time. A test with such failures is flaky; it is broken only when it has now failed more
    often in a row than its own rate of failing explains. Without them a failing test is broken since it began to fail.
    """
    ran = sorted((result for result in results if result.outcome is not Outcome.SKIPPED), key=_order)
    if not ran:
        return Health(verdict=Verdict.UNKNOWN)
    streak = _streak(ran)
    before = ran[: len(ran) - streak][-WINDOW:]
    seen = ran[-max(WINDOW, streak) :]
    return Health(
        verdict=_verdict(before, ran[len(ran) - streak :]),
        runs=len(seen),
        failures=sum(result.outcome.is_bad for result in seen),
        since=ran[-streak] if streak else None,
        durations=_durations([result.seconds for result in seen if result.seconds is not None]),
    )


def _order(result: Result) -> tuple[int, int]:
    return result.at, result.attempt


def _streak(ran: Sequence[Result]) -> int:
    good = (back for back, result in enumerate(reversed(ran)) if not result.outcome.is_bad)
    return next(good, len(ran))


def _verdict(before: Sequence[Result], failing: Sequence[Result]) -> Verdict:
    flukes = _flukes(before)
    by_chance = bool(_unsteady(before, failing)) or len(flukes) + bool(failing) > 1
    if not by_chance:
        return Verdict.BROKEN if failing else Verdict.HEALTHY
    rate = (sum(flukes) + sum(result.flaky for result in before) + 1) / (len(before) + 2)  # Laplace's: never 0 or 1
    return Verdict.BROKEN if rate ** len(failing) < FLUKE else Verdict.FLAKY


def _flukes(before: Sequence[Result]) -> list[int]:
    """How long each short failure was that went away. The first may have begun before the window: it is one all the same."""
    lengths = (len(list(group)) for bad, group in groupby(before, key=lambda result: result.outcome.is_bad) if bad)
    return [length for length in lengths if length <= SHORT]


def _unsteady(before: Sequence[Result], failing: Sequence[Result]) -> list[Result]:
    """Passes that a failure of the same code, or an earlier try in the same run, contradicts."""
    failed_on = {result.commit for result in (*before, *failing) if result.outcome.is_bad and result.commit}
    return [result for result in before if not result.outcome.is_bad and (result.flaky or result.commit in failed_on)]


def _durations(seconds: Sequence[float]) -> Durations | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    last = len(ordered) - 1
    middle = (ordered[last // 2] + ordered[-(-last // 2)]) / 2
    return Durations(latest=seconds[-1], median=middle, p90=ordered[-(-last * 9 // 10)])


class TicketChange(StrEnum):
    OPEN = "open"
    CLOSE = "close"


def ticket_change(verdicts: Collection[Verdict], *, is_open: bool) -> TicketChange | None:
    """What becomes of a test's own ticket: broken anywhere it opens, well everywhere it closes, flaky it stays as it is."""
    if Verdict.BROKEN in verdicts:
        return None if is_open else TicketChange.OPEN
    is_well = set(verdicts) <= {Verdict.HEALTHY, Verdict.UNKNOWN}
    return TicketChange.CLOSE if is_open and is_well else None

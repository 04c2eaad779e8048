"""The health of the tests: how the latest runs ended, which tests are broken or flaky, which are slow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pmhub.engine.result_history import Health, Verdict, health
from pmhub.engine.result_history import Result as Past
from pmhub.insight.picture import Picture
from pmhub.insight.report.listing import Listing, first
from pmhub.model.lean import dataclass
from pmhub.model.results import Identity, Outcome
from pmhub.store import Store
from pmhub.store.reading import FOREVER, RunRow

MOST_RUNS, MOST_TESTS, MOST_RESULTS = 60, 10, 40_000


@dataclass(frozen=True)
class TestRow:
    __test__ = False  # a collector of tests takes the name for a class of them

    name: str
    suite: str
    environment: str
    health: Health


@dataclass(frozen=True)
class RunMark:
    """One run as a mark on a line, `x` and `width` in percent."""

    run: RunRow
    x: float
    width: float
    is_good: bool
    ran: bool


@dataclass(frozen=True)
class Ci:
    """`marks`: the oldest run first. `passed` of `ran` runs; a run that skipped everything did not run."""

    marks: Sequence[RunMark]
    passed: int
    ran: int
    unsteady: Listing[TestRow]
    broken: int
    flaky: int
    slowest: Listing[TestRow]
    tests: int


def ci(picture: Picture, store: Store) -> Ci | None:
    """None where no run was ever read."""
    until = picture.at if picture.is_past else FOREVER
    runs = store.reading.test_runs(until)
    if not runs:
        return None
    rows = _tests(store.reading.histories(_since(runs), until))
    ran = [run for run in runs if run.outcome is not Outcome.SKIPPED]
    unsteady = sorted((row for row in rows if row.health.verdict in {Verdict.BROKEN, Verdict.FLAKY}), key=_worst_first)
    timed = sorted((row for row in rows if row.health.durations), key=_slowest_first)
    return Ci(
        marks=_marks(runs[:MOST_RUNS][::-1]),
        passed=sum(run.outcome is Outcome.PASSED for run in ran),
        ran=len(ran),
        unsteady=first(MOST_TESTS, unsteady),
        broken=sum(row.health.verdict is Verdict.BROKEN for row in rows),
        flaky=sum(row.health.verdict is Verdict.FLAKY for row in rows),
        slowest=first(MOST_TESTS, timed),
        tests=len({(row.suite, row.name) for row in rows}),
    )


def _since(runs: Sequence[RunRow]) -> int:
    """The oldest run to look into, so that the page is made in seconds however large the runs are."""
    looked, since = 0.0, runs[0].id
    for run in runs:
        looked += sum(run.totals.get(outcome, 0) for outcome in Outcome)
        if looked > MOST_RESULTS:
            break
        since = min(since, run.id)
    return since


def _tests(histories: Mapping[tuple[Identity, str], Sequence[Past]]) -> list[TestRow]:
    return [TestRow(test.name, test.suite, where, health(past)) for (test, where), past in histories.items()]


def _marks(runs: Sequence[RunRow]) -> list[RunMark]:
    slot = 100 / MOST_RUNS
    return [
        RunMark(
            run,
            round(number * slot, 2),
            round(slot * 0.7, 2),
            run.outcome is Outcome.PASSED,
            run.outcome is not Outcome.SKIPPED,
        )
        for number, run in enumerate(runs)
    ]


def _worst_first(row: TestRow) -> tuple[bool, int, str, str, str]:
    return row.health.verdict is not Verdict.BROKEN, -row.health.failures, row.suite, row.name, row.environment


def _slowest_first(row: TestRow) -> tuple[float, str, str, str]:
    return -(row.health.durations.median if row.health.durations else 0.0), row.suite, row.name, row.environment

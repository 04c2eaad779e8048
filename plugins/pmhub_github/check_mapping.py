"""Check runs of other CI than GitHub's own, as runs of tests: those of one suite of checks are one run. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Case, CiRun, Outcome, TestRun
from pmhub_github.ci_mapping import outcome
from pmhub_github.fields import milliseconds

ACTIONS: Final = "github-actions"
"""Its checks are jobs, which are read with their workflow runs."""
BY_WEIGHT: Final = (Outcome.FAILED, Outcome.ERROR, Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class Check:
    """`started`, `ended`: milliseconds. `suite` is one for all checks of one app on one commit."""

    id: int
    name: str
    suite: int
    app: str
    slug: str
    commit: str
    is_over: bool
    conclusion: str
    started: int
    ended: int
    title: str
    url: str


def check(raw: Mapping[str, Any]) -> Check:
    app, ended = raw.get("app") or {}, raw["completed_at"]
    started = raw["started_at"] or ended
    return Check(
        id=int(raw["id"]),
        name=str(raw["name"]),
        suite=int((raw.get("check_suite") or {}).get("id") or 0),
        app=str(app.get("name") or "checks"),
        slug=str(app.get("slug") or ""),
        commit=str(raw["head_sha"]),
        is_over=raw["status"] == "completed" and bool(ended),
        conclusion=str(raw["conclusion"] or ""),
        started=milliseconds(started) if started else 0,
        ended=milliseconds(ended) if ended else 0,
        title=str((raw.get("output") or {}).get("title") or ""),
        url=str(raw.get("html_url") or raw.get("details_url") or ""),
    )


def runs(checks: Iterable[Check], branch: str) -> Iterator[CiRun]:
    """Attempts of suites that are over. A check that was run again is there as often as it was run; an attempt holds what
    the one before it held of the checks that were not.
    """
    others = sorted((one for one in checks if one.slug != ACTIONS), key=lambda one: (one.suite, one.name, one.id))
    for _, suite in groupby(others, key=lambda one: one.suite):
        by_name = [list(tries) for _, tries in groupby(suite, key=lambda one: one.name)]
        for number in range(1, max(map(len, by_name)) + 1):
            standing = [tries[min(number, len(tries)) - 1] for tries in by_name]
            if all(one.is_over for one in standing):
                yield run(standing, number, branch)


def run(checks: Sequence[Check], number: int, branch: str) -> CiRun:
    outcomes = {outcome(one.conclusion) for one in checks}
    worst = next((one for one in checks if outcome(one.conclusion).is_bad), checks[0])
    told = TestRun(
        run=f"checks-{checks[0].suite}",
        attempt=number,
        suite=checks[0].app,
        commit=checks[0].commit,
        branch=branch,
        outcome=next((one for one in BY_WEIGHT if one in outcomes), Outcome.SKIPPED),
        started=min(one.started for one in checks),
        finished=max(one.ended for one in checks),
        url=worst.url,
    )
    return CiRun(told, cases=tuple(case(one) for one in checks))


def case(one: Check) -> Case:
    ended = outcome(one.conclusion)
    why = ": ".join(text for text in (one.conclusion or "no conclusion", one.title) if text)
    seconds = max(one.ended - one.started, 0) / 1000
    message = "" if ended is Outcome.PASSED else why
    return Case(suite=one.app, name=one.name, outcome=ended, seconds=seconds, message=message)

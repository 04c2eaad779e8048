"""What GitHub tells of workflow runs, as runs of tests: attempts, artifacts, jobs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Case, Outcome, Scope, TestRun
from pmhub_github.fields import milliseconds
from pmhub_github.shapes import Shape

OUTCOMES: Final[Mapping[str, Outcome]] = {
    "success": Outcome.PASSED,
    "failure": Outcome.FAILED,
    "timed_out": Outcome.FAILED,
    "startup_failure": Outcome.FAILED,
    "skipped": Outcome.SKIPPED,
    "neutral": Outcome.SKIPPED,
    "cancelled": Outcome.SKIPPED,
    "action_required": Outcome.SKIPPED,
    "stale": Outcome.SKIPPED,
}
"""By conclusion. What somebody stopped (most often a newer push) or nobody let run says nothing about the product."""
SLACK: Final = 60_000
OF_PULLS: Final = frozenset({"pull_request", "pull_request_target"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a run. `started`, `ended` and `until`, when the next attempt started, are milliseconds.

    `created` is the run's own, the same for its latest attempt however often it is re-run; an earlier attempt has another.
    """

    run: int
    number: int
    created: int
    started: int
    ended: int
    is_over: bool
    conclusion: str
    workflow: str
    file: str
    event: str
    title: str
    message: str
    commit: str
    branch: str
    url: str
    until: int | None = None


def attempt(raw: Mapping[str, Any], until: int | None = None) -> Attempt:
    """`updated_at` is the nearest GitHub tells to when a run ended; it may move on later, for no reason that is told."""
    created, ended = milliseconds(raw["created_at"]), milliseconds(raw["updated_at"])
    started = raw.get("run_started_at")
    file = str(raw.get("path") or "").partition("@")[0].rpartition("/")[2]
    return Attempt(
        run=raw["id"],
        number=raw.get("run_attempt") or 1,
        created=created,
        started=milliseconds(started) if started else created,
        ended=ended if until is None else min(ended, until),
        is_over=raw["status"] == "completed",
        conclusion=raw["conclusion"] or "",
        workflow=raw.get("name") or file,
        file=file,
        event=raw["event"],
        title=raw.get("display_title") or "",
        message=(raw.get("head_commit") or {}).get("message") or "",
        commit=raw["head_sha"],
        branch=raw["head_branch"] or "",
        url=raw["html_url"],
        until=until,
    )


def is_wanted(scope: Scope, one: Attempt) -> bool:
    """Whether it is of a workflow of the scope; a scope that names none has all."""
    return not scope.settings.workflows or one.file in scope.settings.workflows


def test_run(one: Attempt) -> TestRun:
    return TestRun(
        run=str(one.run),
        attempt=one.number,
        suite=one.workflow,
        commit=one.commit,
        branch=one.branch,
        outcome=outcome(one.conclusion),
        started=one.started,
        finished=one.ended,
        url=one.url,
    )


def outcome(conclusion: str) -> Outcome:
    """ERROR for a word that GitHub did not know when this was written."""
    return OUTCOMES.get(conclusion, Outcome.ERROR)


def pulls(one: Attempt) -> tuple[tuple[str, str], ...]:
    """A run for a pull request has its title, unless the workflow names its runs; `pull_requests` is empty for forks and
    holds no titles.
    """
    return ((one.title, ""),) if one.event in OF_PULLS and one.title else ()


def artifact(raw: Mapping[str, Any]) -> Shape:
    return {
        "id": raw["id"],
        "name": raw["name"],
        "size": raw["size_in_bytes"],
        "expired": raw["expired"],
        "created": milliseconds(raw["created_at"]) if raw["created_at"] else None,
    }


def reports_of(one: Attempt, pattern: str, artifacts: Iterable[Shape]) -> Sequence[Shape]:
    """The artifacts of this attempt whose name fits, by name. A run lists those of all its attempts without saying which
    is whose, so their time decides; of two of one name in one attempt the later replaced the other.
    """
    mine = [found for found in artifacts if is_of(one, found) and fits(pattern, found["name"])]
    by_name = {found["name"]: found for found in sorted(mine, key=lambda found: (found["created"] or 0, found["id"]))}
    return [by_name[name] for name in sorted(by_name)]


def is_of(one: Attempt, found: Shape) -> bool:
    """What comes well after the end is of a re-run that began since the list was read."""
    created = found["created"]
    if created is None:
        return one.until is None
    begins = 0 if one.number == 1 else one.started
    return bool(begins <= created < (one.until or one.ended + SLACK))


def fits(pattern: str, name: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())


def job(raw: Mapping[str, Any]) -> Shape:
    started, ended = raw["started_at"], raw["completed_at"]
    span = milliseconds(ended) - milliseconds(started) if started and ended else None
    failed = [step["name"] for step in raw.get("steps") or () if step["conclusion"] == "failure"]
    return {
        "name": raw["name"],
        "conclusion": raw["conclusion"] or "",
        "seconds": None if span is None else max(span, 0) / 1000,
        "failed": failed[:1],
    }


def cases(one: Attempt, jobs: Iterable[Shape]) -> tuple[Case, ...]:
    """Each job is a case. A run that never came to have jobs is one case, so that its end is told."""
    told = tuple(job_case(one, found) for found in jobs)
    return told or (job_case(one, {"name": one.workflow, "conclusion": one.conclusion, "seconds": None, "failed": []}),)


def job_case(one: Attempt, found: Shape) -> Case:
    ended = outcome(found["conclusion"])
    why = ": ".join((found["conclusion"] or "no conclusion", *found["failed"]))
    return Case(
        suite=one.workflow,
        name=found["name"],
        outcome=ended,
        seconds=found["seconds"],
        message="" if ended is Outcome.PASSED else why,
    )

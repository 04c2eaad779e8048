"""What the real GitHub once answered about runs, jobs, artifacts and statuses, through the mapping."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.recorded_answers import pygithub_answers

from pmhub.sdk import Outcome
from pmhub_github import ci_mapping

Answers = dict[str, list[Any]]


@pytest.fixture(scope="module")
def recorded() -> Answers:
    """By the file they stand in."""
    found: Answers = {}
    for answer in pygithub_answers():
        found.setdefault(answer.source, []).append(answer.body)
    return found


def test_a_re_run_of_days_later_is_known_by_its_own_start(recorded: Answers) -> None:
    _repo, run, attempt = recorded["WorkflowRun.testGetAttempt.txt"]
    latest, same = ci_mapping.attempt(run), ci_mapping.attempt(attempt)
    assert (latest.run, latest.number) == (same.run, same.number) == (26365060973, 2)
    assert latest.started - latest.created > 4 * 24 * 3600 * 1000
    assert (latest.started, latest.ended, latest.file) == (same.started, same.ended, "codeql.yml")
    told = ci_mapping.test_run(latest)
    assert (told.suite, told.outcome, told.attempt) == ("CodeQL Advanced", Outcome.PASSED, 2)


def test_a_run_for_a_pull_request_is_titled_like_it(recorded: Answers) -> None:
    _repo, run = recorded["WorkflowRun.setUp.txt"]
    one = ci_mapping.attempt(run)
    assert ci_mapping.pulls(one) == (("TEST PR", ""),)
    assert (one.file, one.branch) == ("ci.yml", "feat/workflow-run")


def test_every_recorded_run_is_one_that_is_over(recorded: Answers) -> None:
    listed = [body for bodies in recorded.values() for body in bodies if isinstance(body, dict)]
    whole = [raw for body in listed for raw in body.get("workflow_runs", ()) if "updated_at" in raw]
    found = [ci_mapping.attempt(raw) for raw in whole]
    assert found
    assert all(one.is_over and one.started >= one.created <= one.ended for one in found)
    assert {ci_mapping.outcome(one.conclusion) for one in found} <= set(Outcome) - {Outcome.ERROR}


def test_recorded_artifacts_belong_to_the_attempt_that_made_them(recorded: Answers) -> None:
    run, listed = recorded["Artifact.testGetArtifactsFromWorkflow.txt"][-2:]
    one, found = ci_mapping.attempt(run), [ci_mapping.artifact(raw) for raw in listed["artifacts"]]
    assert [shape["name"] for shape in ci_mapping.reports_of(one, "build-*", found)] == ["build-tar", "build-zip"]


def test_recorded_jobs_are_cases_with_their_time(recorded: Answers) -> None:
    run, listed = recorded["WorkflowRun.setUp.txt"][-1], recorded["WorkflowRun.test_jobs.txt"][-1]
    cases = ci_mapping.cases(ci_mapping.attempt(run), [ci_mapping.job(raw) for raw in listed["jobs"]])
    assert len(cases) == len(listed["jobs"]) > 1
    first = cases[0]
    assert (first.suite, first.name, first.outcome, first.seconds) == ("CI", "test (Python 3.7)", Outcome.PASSED, 60.0)

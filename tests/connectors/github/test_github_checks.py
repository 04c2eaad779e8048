"""Check runs of other CI as runs of tests, where a scope asks for them."""

from __future__ import annotations

import pytest
from github_ci import keys, runs, wait
from github_connector import REPO, scope

from pmhub.sdk import Denied, Outcome
from pmhub_github.simulator import Fault
from pmhub_github.simulator.ci_pipeline import Pipeline


@pytest.fixture
def pipeline(simulator):
    return Pipeline(simulator, REPO)


def checked(rig, pipeline, sha, **conclusions):
    """Checks of a minute each."""
    made = [pipeline.check(sha, name) for name in conclusions]
    wait(rig, 60)
    for check, conclusion in zip(made, conclusions.values(), strict=True):
        pipeline.conclude(check, conclusion, "2 tests failed" if conclusion == "failure" else None)
    return made


def test_the_checks_of_one_app_on_a_commit_are_one_run(rig, pipeline, clock):
    sha = pipeline.push("a change")
    checked(rig, pipeline, sha, unit="success", web="failure", docs="skipped")
    [one] = runs(rig, checks=True)
    assert (one.run.suite, one.run.commit, one.run.branch) == ("Other Ci", sha, "main")
    assert (one.run.outcome, one.run.finished) == (Outcome.FAILED, int(clock.seconds) * 1000)
    assert [(case.name, case.outcome, case.seconds) for case in one.cases] == [
        ("docs", Outcome.SKIPPED, 60.0),
        ("unit", Outcome.PASSED, 60.0),
        ("web", Outcome.FAILED, 60.0),
    ]
    assert [case.message for case in one.cases] == ["skipped", "", "failure: 2 tests failed"]


def test_they_are_read_only_where_asked_for(rig, pipeline):
    checked(rig, pipeline, pipeline.push("a change"), unit="success")
    assert runs(rig) == []


def test_what_github_itself_checks_is_not_told_twice(rig, pipeline):
    run = pipeline.start("a change")
    pipeline.conclude(pipeline.check(run.sha, "test", app="github-actions"))
    pipeline.job(run, "test")
    pipeline.end(run)
    assert keys(runs(rig, checks=True)) == [(str(run.id), 1)]


def test_what_is_still_running_is_left_for_later(rig, pipeline):
    sha = pipeline.push("a change")
    checked(rig, pipeline, sha, unit="success")
    slow = pipeline.check(sha, "web")
    assert runs(rig, checks=True) == []
    pipeline.conclude(slow)
    assert [len(one.cases) for one in runs(rig, checks=True)] == [2]


def test_a_check_that_is_run_again_is_another_attempt_with_the_others_as_they_were(rig, pipeline):
    sha = pipeline.push("a change")
    checked(rig, pipeline, sha, unit="success", web="failure")
    [first] = runs(rig, checks=True)
    checked(rig, pipeline, sha, web="success")
    found = runs(rig, checks=True)
    assert [one.run.attempt for one in found] == [1, 2]
    assert found[0] == first
    assert (found[1].run.outcome, len(found[1].cases)) == (Outcome.PASSED, 2)


def test_what_ended_long_before_is_not_told_again(rig, pipeline, clock):
    checked(rig, pipeline, pipeline.push("a change"), unit="success")
    wait(rig, 3600)
    assert runs(rig, int(clock.seconds) * 1000, checks=True) == []


def test_at_rest_they_cost_one_request_that_is_free(rig, pipeline):
    checked(rig, pipeline, pipeline.push("a change"), unit="success")
    runs(rig, checks=True)
    rig.asked()
    runs(rig, checks=True)
    assert rig.asked() == ["GET /actions/runs 304", "GET /commits/main/check-runs 304"]


def test_a_repository_without_a_commit_has_none(rig, pipeline):
    assert runs(rig, checks=True) == []


def test_where_they_cannot_be_read_the_right_that_lacks_is_named(rig, pipeline, simulator):
    with pytest.raises(Denied, match="check runs of example/shop") as caught:
        simulator.fault(Fault("status", "GET", "/check-runs$", status=403, body={"message": "Resource not accessible"}))
        list(rig.run().test_runs(scope(checks=True), 0))
    assert "read access to checks" in caught.value.hint

"""Workflow runs as runs of tests: what is told, what a read costs, what is re-run, what is gone."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from github_ci import DAY, FAILED, MINUTE, PASSED, content, ended, keys, runs, wait
from github_connector import REPO, Rig, scope

from pmhub.sdk import Denied, Gone, Outcome, Refused, Unavailable
from pmhub_github import ci_artifacts
from pmhub_github.ci_runs import OVERLAP
from pmhub_github.simulator import Fault, GitHubSimulator, Server
from pmhub_github.simulator.ci_pipeline import Pipeline
from pmhub_github.simulator.ci_state import Step
from pmhub_github.simulator.ci_storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def rig(simulator: GitHubSimulator, github_server: Server) -> Iterator[Rig]:
    found = Rig(simulator, github_server.url)
    yield found
    found.close()


@pytest.fixture
def storage(simulator: GitHubSimulator) -> Iterator[Storage]:
    with Storage(simulator) as found:
        yield found


@pytest.fixture
def pipeline(simulator: GitHubSimulator) -> Pipeline:
    return Pipeline(simulator, REPO)


def test_a_run_is_told_with_all_that_github_says_of_it(rig: Rig, pipeline: Pipeline) -> None:
    run = ended(rig, pipeline, "failure", message="Fix SHOP-12\n\nIt was late.", branch="fix/SHOP-12")
    [told] = runs(rig)
    assert told.run.key == (str(run.id), 1)
    assert (told.run.suite, told.run.commit, told.run.branch) == ("CI", run.sha, "fix/SHOP-12")
    assert (told.run.started, told.run.finished) == (run.created * 1000, (run.created + MINUTE) * 1000)
    assert told.run.outcome is Outcome.FAILED
    assert told.run.url.endswith(f"/{REPO}/actions/runs/{run.id}")
    assert told.commits == ("Fix SHOP-12\n\nIt was late.",)
    assert told.pulls == ()
    assert [report.name for report in told.reports] == ["junit-linux.zip"]
    assert told.cases == ()
    assert rig.violations() == []


def test_a_run_for_a_pull_request_has_its_title(rig: Rig, pipeline: Pipeline) -> None:
    ended(rig, pipeline, event="pull_request", title="Sort the list (SHOP-3)", branch="a-fork")
    [told] = runs(rig)
    assert told.pulls == (("Sort the list (SHOP-3)", ""),)


def test_a_report_is_fetched_when_it_is_opened_and_can_be_read_again_from_its_start(
    rig: Rig, pipeline: Pipeline, storage: Storage
) -> None:
    ended(rig, pipeline)
    [told] = runs(rig)
    assert storage.requests == []
    with told.reports[0].open() as stream:
        first = stream.read()
        stream.seek(0)
        assert stream.read() == first
    assert zipfile.ZipFile(io.BytesIO(first)).read("report.xml").decode() == PASSED
    assert len(storage.requests) == 1


def test_the_token_never_reaches_the_storage(rig: Rig, pipeline: Pipeline, storage: Storage) -> None:
    ended(rig, pipeline)
    [told] = runs(rig)
    assert content(told.reports[0])
    [(_path, headers)] = storage.requests
    assert {"Authorization", "If-None-Match", "X-Github-Api-Version", "Cookie"}.isdisjoint(headers)
    assert "fake-token" not in str(headers)


def test_at_rest_a_read_is_one_request_and_free(rig: Rig, pipeline: Pipeline) -> None:
    for _ in range(2):
        ended(rig, pipeline)
    bare = pipeline.start("no report")
    pipeline.end(bare)
    pipeline.rerun(bare)
    pipeline.end(bare)
    first = runs(rig)
    assert len(first) == 4
    since = max(one.run.finished or 0 for one in first)
    asked = len(rig.simulator.requests)
    assert keys(runs(rig, since)) == keys(first)
    assert runs(rig, since + OVERLAP + 1000) == []
    assert [one.status for one in rig.simulator.requests[asked:]] == [304, 304]


def test_closing_a_pull_request_does_not_make_the_list_a_new_one(rig: Rig, pipeline: Pipeline) -> None:
    ended(rig, pipeline)
    runs(rig)
    assert "exclude_pull_requests=true" in rig.simulator.requests[0].query


def test_runs_come_oldest_end_first_and_none_that_ended_before(rig: Rig, pipeline: Pipeline) -> None:
    long = pipeline.start("long")
    short = ended(rig, pipeline)
    wait(rig, MINUTE)
    pipeline.end(long)
    last = ended(rig, pipeline)
    assert keys(runs(rig)) == [(str(short.id), 1), (str(long.id), 1), (str(last.id), 1)]
    wait(rig, DAY)
    late = ended(rig, pipeline)
    assert keys(runs(rig, late.latest.updated * 1000)) == [(str(late.id), 1)]


def test_a_run_in_progress_is_left_for_later_and_not_lost(rig: Rig, pipeline: Pipeline) -> None:
    slow = pipeline.start("slow")
    quick = ended(rig, pipeline)
    first = runs(rig)
    assert keys(first) == [(str(quick.id), 1)]
    wait(rig, DAY)
    pipeline.end(slow)
    assert keys(runs(rig, first[-1].run.finished or 0)) == [(str(quick.id), 1), (str(slow.id), 1)]


def test_a_run_that_the_list_showed_late_is_not_lost(rig: Rig, pipeline: Pipeline) -> None:
    behind = ended(rig, pipeline)
    ahead = ended(rig, pipeline)
    del pipeline.ci.runs[behind.id]
    [seen] = runs(rig)
    assert seen.run.key == (str(ahead.id), 1)
    pipeline.ci.runs[behind.id] = behind
    assert (str(behind.id), 1) in keys(runs(rig, seen.run.finished or 0))


def test_a_first_read_goes_back_as_far_as_the_window_and_no_further(rig: Rig, pipeline: Pipeline) -> None:
    ended(rig, pipeline)
    wait(rig, 8 * DAY)
    recent = ended(rig, pipeline)
    assert keys(runs(rig)) == [(str(recent.id), 1)]
    assert len(runs(rig, ci_days=9)) == 2


def test_a_re_run_is_another_attempt_of_the_same_run(rig: Rig, pipeline: Pipeline, storage: Storage) -> None:
    run = ended(rig, pipeline, "failure", FAILED)
    [first] = runs(rig)
    since = first.run.finished or 0
    wait(rig, DAY)
    pipeline.rerun(run)
    wait(rig, MINUTE)
    pipeline.upload(run, "junit-linux", {"report.xml": PASSED})
    pipeline.end(run)
    [again] = runs(rig, since + DAY * 1000)
    assert (first.run.key, again.run.key) == ((str(run.id), 1), (str(run.id), 2))
    assert (first.run.outcome, again.run.outcome) == (Outcome.FAILED, Outcome.PASSED)
    [report] = again.reports
    assert zipfile.ZipFile(io.BytesIO(content(report))).read("report.xml").decode() == PASSED


def test_what_was_re_run_between_two_reads_keeps_its_earlier_attempts(
    rig: Rig, pipeline: Pipeline, storage: Storage
) -> None:
    before = rig.now()
    run = ended(rig, pipeline, "failure", FAILED)
    for report in (FAILED, PASSED):
        wait(rig, MINUTE)
        pipeline.rerun(run)
        wait(rig, MINUTE)
        pipeline.upload(run, "junit-linux", {"report.xml": report})
        pipeline.end(run, "success" if report == PASSED else "failure")
    found = runs(rig, before)
    assert keys(found) == [(str(run.id), 1), (str(run.id), 2), (str(run.id), 3)]
    read = [zipfile.ZipFile(io.BytesIO(content(one.reports[0]))).read("report.xml").decode() for one in found]
    assert read == [FAILED, FAILED, PASSED]
    assert [one.run.outcome for one in found] == [Outcome.FAILED, Outcome.FAILED, Outcome.PASSED]
    assert rig.violations() == []


def test_a_re_run_without_a_report_does_not_take_the_earlier_ones(rig: Rig, pipeline: Pipeline) -> None:
    run = ended(rig, pipeline, "failure", FAILED)
    wait(rig, MINUTE)
    pipeline.rerun(run)
    pipeline.job(run, "test")
    pipeline.end(run)
    first, second = runs(rig)
    assert (len(first.reports), second.reports) == (1, ())
    assert [one.outcome for one in second.cases] == [Outcome.PASSED]


def test_what_a_re_run_leaves_behind_meanwhile_is_not_taken_for_the_attempts_own(
    rig: Rig, pipeline: Pipeline, storage: Storage
) -> None:
    ended(rig, pipeline)
    run = ended(rig, pipeline, "failure", FAILED)
    rest = rig.run().test_runs(scope(), 0)
    next(rest)
    wait(rig, 5 * MINUTE)
    pipeline.rerun(run)
    pipeline.upload(run, "junit-linux", {"report.xml": PASSED})
    [told] = rest
    assert zipfile.ZipFile(io.BytesIO(content(told.reports[0]))).read("report.xml").decode() == FAILED


def test_an_attempt_is_told_while_the_next_one_runs(rig: Rig, pipeline: Pipeline) -> None:
    before = rig.now()
    run = ended(rig, pipeline, "failure")
    wait(rig, MINUTE)
    pipeline.rerun(run)
    assert keys(runs(rig, before)) == [(str(run.id), 1)]


def test_attempts_told_before_are_not_asked_for_again(rig: Rig, pipeline: Pipeline) -> None:
    run = ended(rig, pipeline, "failure")
    since = runs(rig)[-1].run.finished or 0
    wait(rig, MINUTE)
    pipeline.rerun(run)
    wait(rig, MINUTE)
    pipeline.end(run)
    told = runs(rig, since)
    rig.asked()
    runs(rig, told[-1].run.finished or 0)
    assert rig.asked() == ["GET /actions/runs 304"]
    rig.memory.held.clear()
    assert keys(runs(rig, (run.latest.started + 6 * MINUTE) * 1000)) == [(str(run.id), 2)]
    assert not [one for one in rig.asked() if "/attempts/1" in one]


def test_a_re_run_of_an_older_run_is_found_within_the_window_only(rig: Rig, pipeline: Pipeline) -> None:
    run = ended(rig, pipeline, "failure")
    wait(rig, 5 * DAY)
    since = rig.now()
    pipeline.rerun(run)
    wait(rig, MINUTE)
    pipeline.end(run)
    assert keys(runs(rig, since)) == [(str(run.id), 2)]
    assert runs(rig, since, ci_days=4) == []


def test_reading_stops_at_the_page_that_the_window_ends_on(rig: Rig, pipeline: Pipeline) -> None:
    for _ in range(150):
        pipeline.end(pipeline.start("old"))
    wait(rig, 10 * DAY)
    since = rig.now()
    for _ in range(60):
        pipeline.end(pipeline.start("new"))
    assert len(runs(rig, since, artifact="", ci_days=1)) == 60
    assert [one for one in rig.asked() if one.startswith("GET /actions/runs ")] == ["GET /actions/runs 200"]
    assert len(runs(rig, artifact="", ci_days=20)) == 210
    pages = [one for one in rig.asked() if one.startswith("GET /actions/runs ")]
    assert pages == ["GET /actions/runs 304", "GET /actions/runs 200", "GET /actions/runs 200"]


def test_only_the_workflows_and_artifacts_of_the_scope_are_read(rig: Rig, pipeline: Pipeline) -> None:
    wanted = ended(rig, pipeline)
    pipeline.upload(wanted, "JUnit-mac", {"report.xml": PASSED})
    pipeline.upload(wanted, "wheels", {"a.whl": "x"})
    ended(rig, pipeline, file="nightly.yml", workflow="Nightly")
    [told] = runs(rig, workflows=("ci.yml",))
    assert told.run.key == (str(wanted.id), 1)
    assert [report.name for report in told.reports] == ["JUnit-mac.zip", "junit-linux.zip"]


def test_of_two_artifacts_of_one_name_the_later_counts(rig: Rig, pipeline: Pipeline, storage: Storage) -> None:
    run = pipeline.start("a change")
    pipeline.upload(run, "junit", {"report.xml": FAILED})
    wait(rig, 1)
    pipeline.upload(run, "junit", {"report.xml": PASSED})
    pipeline.end(run)
    [told] = runs(rig)
    [report] = told.reports
    assert zipfile.ZipFile(io.BytesIO(content(report))).read("report.xml").decode() == PASSED


def test_an_expired_artifact_is_told_and_the_other_runs_are_read(
    rig: Rig, pipeline: Pipeline, storage: Storage
) -> None:
    ended(rig, pipeline)
    [early] = runs(rig)
    late = ended(rig, pipeline)
    for artifact in list(pipeline.ci.artifacts.values())[:1]:
        pipeline.expire(artifact)
    rig.memory.held.clear()
    first, second = runs(rig)
    for told in (early, first):
        with pytest.raises(Gone, match=r"junit-linux of example/shop, run \d+, attempt 1, has expired") as error:
            content(told.reports[0])
        assert "retention-days" in error.value.hint
    assert second.run.key == (str(late.id), 1)
    assert content(second.reports[0])
    assert [(one.name, one.outcome) for one in first.cases] == [("test", Outcome.PASSED)]
    assert (early.cases, second.cases) == ((), ())


def test_an_artifact_too_large_to_read_is_refused_before_it_is_fetched(
    rig: Rig, pipeline: Pipeline, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(rig, pipeline)
    monkeypatch.setattr(ci_artifacts, "LARGEST", 10)
    [told] = runs(rig)
    with pytest.raises(Refused, match="more than 10"):
        content(told.reports[0])
    assert storage.requests == []


def test_a_storage_that_says_no_is_to_be_tried_again(rig: Rig, pipeline: Pipeline, storage: Storage) -> None:
    ended(rig, pipeline)
    [told] = runs(rig)
    expired = f"{storage.world.ci.storage_url}/actions-results/1?se=1&sig=fake"
    number = next(iter(pipeline.ci.artifacts))
    rig.simulator.fault(
        Fault("status", path="/zip$", status=302, headers={"Location": expired.replace("/1?", f"/{number}?")})
    )
    with pytest.raises(Unavailable):
        content(told.reports[0])
    assert content(told.reports[0])


def test_a_run_without_a_report_is_told_by_its_jobs(rig: Rig, pipeline: Pipeline) -> None:
    run = pipeline.start("a change")
    pipeline.job(run, "lint", seconds=5)
    pipeline.job(run, "test (3.11)", "failure", steps=[Step("Set up"), Step("Run tests", "failure")])
    pipeline.job(run, "docs", "skipped")
    pipeline.end(run, "failure")
    [told] = runs(rig)
    assert told.reports == ()
    assert [(one.suite, one.name, one.outcome, one.seconds, one.message) for one in told.cases] == [
        ("CI", "lint", Outcome.PASSED, 5.0, ""),
        ("CI", "test (3.11)", Outcome.FAILED, 60.0, "failure: Run tests"),
        ("CI", "docs", Outcome.SKIPPED, 60.0, "skipped"),
    ]
    assert rig.violations() == []


def test_each_attempt_is_told_by_its_own_jobs(rig: Rig, pipeline: Pipeline) -> None:
    before = rig.now()
    run = pipeline.start("a change")
    pipeline.job(run, "lint")
    pipeline.job(run, "test", "failure")
    pipeline.end(run, "failure")
    wait(rig, MINUTE)
    pipeline.rerun(run, failed_only=True)
    pipeline.job(run, "test")
    pipeline.end(run)
    first, second = runs(rig, before)
    assert [one.outcome for one in first.cases] == [Outcome.PASSED, Outcome.FAILED]
    assert [one.outcome for one in second.cases] == [Outcome.PASSED, Outcome.PASSED]


def test_a_run_that_never_had_a_job_is_told_by_its_end(rig: Rig, pipeline: Pipeline) -> None:
    pipeline.end(pipeline.start("a broken workflow file"), "startup_failure")
    [told] = runs(rig)
    assert [(one.name, one.outcome, one.message) for one in told.cases] == [("CI", Outcome.FAILED, "startup_failure")]


@pytest.mark.parametrize(
    ("conclusion", "outcome"),
    [
        ("success", Outcome.PASSED),
        ("timed_out", Outcome.FAILED),
        ("neutral", Outcome.SKIPPED),
        ("cancelled", Outcome.SKIPPED),
        ("action_required", Outcome.SKIPPED),
        ("stale", Outcome.SKIPPED),
        ("a word of tomorrow", Outcome.ERROR),
    ],
)
def test_a_run_that_somebody_stopped_is_no_failure_and_an_unknown_end_no_success(
    rig: Rig, pipeline: Pipeline, conclusion: str, outcome: Outcome
) -> None:
    pipeline.end(pipeline.start("a change"), conclusion)
    [told] = runs(rig)
    assert told.run.outcome is outcome


def test_a_run_deleted_meanwhile_does_not_keep_the_others_from_being_read(rig: Rig, pipeline: Pipeline) -> None:
    deleted, kept = ended(rig, pipeline), ended(rig, pipeline)
    rest = rig.run().test_runs(scope(), 0)
    rig.simulator.fault(
        Fault("status", path=f"/runs/{deleted.id}/artifacts$", status=404, body={"message": "Not Found"})
    )
    assert keys(list(rest)) == [(str(kept.id), 1)]


def test_runs_that_cannot_be_read_are_no_empty_list(rig: Rig, pipeline: Pipeline) -> None:
    ended(rig, pipeline)
    refusal = {"message": "Resource not accessible by personal access token"}
    rig.simulator.fault(Fault("status", path="/actions/runs$", status=403, body=refusal))
    with pytest.raises(Denied, match="the workflow runs of example/shop cannot be read") as error:
        runs(rig)
    assert "Actions" in error.value.hint


def test_a_read_that_broke_off_is_taken_up_where_it_stood(rig: Rig, pipeline: Pipeline) -> None:
    first, second = ended(rig, pipeline), ended(rig, pipeline)
    rig.simulator.fault(Fault("status", path=f"/runs/{second.id}/artifacts$", times=9))
    seen = []
    with pytest.raises(Unavailable):
        for one in rig.run().test_runs(scope(), 0):
            seen.append(one.run.key)  # noqa: PERF401 - what was seen before it broke off counts
    assert seen == [(str(first.id), 1)]
    rig.simulator.faults.clear()
    assert keys(runs(rig, first.latest.updated * 1000)) == [(str(first.id), 1), (str(second.id), 1)]

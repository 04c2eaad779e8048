"""Workflow runs with their reports in, their state out onto the tickets they speak of, over both simulators."""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest
from functional.flavours import below
from stage import PROJECT, REPO, open_plan, open_stage, settle

from pmhub.config import Endpoint, Sync, plugins
from pmhub.config.workspace import TestTickets
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.preview import preview
from pmhub.sync.run import run
from pmhub.testing.choke import Choke, Crash
from pmhub.testing.stepping import SteppingStore
from pmhub_github.settings import GitHubScope
from pmhub_github.simulator.ci_pipeline import Pipeline
from pmhub_github.simulator.ci_storage import Storage
from pmhub_jira.settings import JiraScope

REPORT = '<testsuite name="shop"><testcase classname="cart" name="test_pay">{}</testcase></testsuite>'
GOOD, BAD = REPORT.format(""), REPORT.format('<failure message="2 is not 3"/>')


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage, Storage(stage.github):
        with_ci(stage)
        stage.jira.user_create_issue(PROJECT, "Pay in one step")
        stage.jira.user_create_issue(PROJECT, "Nobody tests this")
        for _ in range(2):
            stage.rest()
            stage.sync()
        yield stage


def with_ci(stage):
    source = Endpoint("github", Scope(REPO, GitHubScope(REPO)))
    shown = Endpoint("jira", Scope(PROJECT, JiraScope(PROJECT)))
    ci = Sync("ci", Kind.TEST_RUN, (shown,), comments=False, source=source)
    stage.workspace = replace(stage.workspace, syncs={**stage.workspace.syncs, "ci": ci})
    stage.sync = functools.partial(stage.sync, hooks=plugins.load().manager.hook)


def run_tests(stage, report, conclusion="success", **about):
    pipeline = Pipeline(stage.github, REPO)
    begun = pipeline.start(about.pop("message", "SHOP-1 pay in one step"), **about)
    stage.clock.advance(60)
    pipeline.job(begun, "test", conclusion)
    if report:
        pipeline.upload(begun, "junit-linux", {"report.xml": report})
    pipeline.end(begun, conclusion)
    stage.rest()
    return pipeline, begun


def links(stage, key="SHOP-1"):
    return stage.jira.issue(key).remote_links


def test_a_run_shows_its_state_on_the_ticket_that_its_commit_names(stage):
    run_tests(stage, GOOD)
    report = stage.sync()
    assert (report.exit_code, report.done["read test_run"], report.done["showed test_run"]) == (0, 1, 1)
    (link,) = links(stage)
    assert link.object["status"]["resolved"]
    assert links(stage, "SHOP-2") == ()


def test_a_plan_tells_what_would_be_shown_and_shows_nothing(stage):
    run_tests(stage, GOOD)
    stage.jira.requests.clear()
    with stage.hub(hooks=plugins.load().manager.hook) as hub:
        (row,) = preview(hub).rows
    assert (row.name, row.op, dict(row.after)) == ("SHOP-1 = example/shop#1", "show", {"tests": "OK"})
    assert stage.writes == []
    assert links(stage) == ()


def test_fifty_runs_without_a_change_of_state_write_nothing(stage):
    run_tests(stage, GOOD)
    stage.sync()
    for number in range(50):
        run_tests(stage, GOOD, message=f"SHOP-1 again {number}")
        if number % 10 == 9:
            stage.sync()
            assert stage.writes == []
    assert len(links(stage)) == 1


def test_a_failure_and_a_recovery_are_one_write_each(stage):
    run_tests(stage, GOOD)
    stage.sync()
    run_tests(stage, BAD, "failure")
    stage.sync()
    (link,) = links(stage)
    assert not link.object["status"]["resolved"]
    run_tests(stage, GOOD)
    stage.sync()
    (link,) = links(stage)
    assert link.object["status"]["resolved"]


def test_a_rerun_is_another_attempt_and_the_latest_counts(stage):
    pipeline, begun = run_tests(stage, BAD, "failure")
    stage.sync()
    pipeline.rerun(begun)
    stage.clock.advance(60)
    pipeline.upload(begun, "junit-linux", {"report.xml": GOOD})
    pipeline.end(begun, "success")
    stage.rest()
    stage.sync()
    (link,) = links(stage)
    assert link.object["status"]["resolved"]


def test_a_run_without_reports_counts_by_its_jobs(stage):
    run_tests(stage, "", "failure")
    stage.sync()
    (link,) = links(stage)
    assert not link.object["status"]["resolved"]


def test_at_rest_nothing_is_written_and_little_is_asked(stage):
    run_tests(stage, GOOD)
    stage.sync()
    stage.rest()
    stage.sync()
    assert stage.writes == []
    assert stage.requests <= 8


@pytest.mark.flavour("an App asks for its own token and its installation", github=("token", "enterprise"))
@pytest.mark.parametrize("tickets", [5, 60])
def test_all_four_kinds_at_rest_cost_twelve_requests_at_most_however_many_there_are(tmp_path, tickets):
    with open_plan(tmp_path) as stage, Storage(stage.github):
        with_ci(stage)
        epic = stage.jira.user_create_issue(PROJECT, "Faster checkout", type="Epic")
        stage.jira.add_version(PROJECT, "1.0")
        for number in range(tickets):
            stage.jira.user_create_issue(PROJECT, f"Story {number}", **below(epic.key), fixVersions=[{"name": "1.0"}])
        settle(stage)
        for number in range(3):
            run_tests(stage, GOOD, message=f"SHOP-{number + 2} done")
        settle(stage)
        assert stage.requests <= 12
        assert stage.requests - sum(x.status == 304 for x in stage.github.requests) <= 4


def test_a_report_that_cannot_be_read_is_told_and_the_others_count(stage):
    run_tests(stage, "<testsuite")
    run_tests(stage, GOOD)
    report = stage.sync()
    assert report.exit_code == 3
    assert "report.xml" in report.refused[0].message
    assert len(links(stage)) == 1
    assert stage.sync().exit_code == 0


def killed_at(stage, step, hooks):
    """True when the sync got that far."""
    choke = Choke(0)
    store = SteppingStore(stage.workspace.database, choke)
    choke.crash_at = step
    options = Options(clock=stage.clock.ms, sleep=stage.clock.advance, hooks=hooks)
    try:
        with assembled(stage.workspace, store, options) as hub:
            run(hub)
    except Crash:
        return True
    finally:
        store.close()
    return False


def test_killed_anywhere_each_run_is_there_once_and_one_link_a_ticket(stage):
    hooks = plugins.load().manager.hook
    step, told = 0, 0
    while step == told:
        step += 1
        is_good = step % 2 == 0
        run_tests(stage, GOOD if is_good else BAD, "success" if is_good else "failure", message=f"SHOP-1 {step}")
        told += killed_at(stage, step, hooks)
        stage.rest()
        stage.sync()
        (link,) = links(stage)
        assert link.object["status"]["resolved"] is is_good, f"killed at step {step}"
    assert step > 20
    store = Store(stage.workspace.database)
    assert store.results.count() == step
    store.close()


# Tickets for broken tests.


@pytest.fixture
def watched(stage):
    syncs = stage.workspace.syncs
    rules = TestTickets("backlog", labels=("failing test",), branches=("main",))
    stage.workspace = replace(stage.workspace, syncs={**syncs, "ci": replace(syncs["ci"], tickets=rules)})
    return stage


def after_runs(stage, *outcomes, branch="main"):
    for report in outcomes:
        run_tests(stage, report, "success" if report == GOOD else "failure", message="a change", branch=branch)
        stage.sync()
    settle(stage)


def opened(stage):
    found = [issue for issue in stage.jira.issues(PROJECT) if issue.summary.startswith("Test fails")]
    assert len(found) == sum(i.title.startswith("Test fails") for i in stage.github.issues(REPO).values())
    return [(issue.summary, stage.jira.status_name(issue.key)) for issue in found]


def test_a_broken_test_opens_one_ticket_and_its_recovery_closes_it(watched):
    after_runs(watched, GOOD, GOOD, BAD, BAD, BAD)
    assert opened(watched) == [("Test fails: cart.test_pay", "To Do")]
    after_runs(watched, GOOD)
    assert opened(watched) == [("Test fails: cart.test_pay", "Done")]
    after_runs(watched, GOOD, GOOD)
    assert len(opened(watched)) == 1


def test_what_fails_on_a_branch_of_somebody_opens_none(watched):
    after_runs(watched, GOOD, BAD, BAD, branch="feature")
    assert opened(watched) == []


def test_a_person_who_closes_it_is_not_contradicted_while_it_goes_on_failing(watched):
    after_runs(watched, GOOD, BAD, BAD)
    (issue,) = [issue for issue in watched.jira.issues(PROJECT) if issue.summary.startswith("Test fails")]
    watched.jira.user_transition(issue.key, "Done")
    after_runs(watched, BAD)
    assert opened(watched) == [("Test fails: cart.test_pay", "Done")]


def test_a_flaky_test_opens_none_once_it_is_known_to_be(watched):
    after_runs(watched, *[GOOD, GOOD, GOOD, GOOD] * 2)
    for _ in range(4):
        after_runs(watched, BAD, GOOD, GOOD, GOOD)
    assert len(opened(watched)) <= 1
    assert {status for _, status in opened(watched)} <= {"Done"}

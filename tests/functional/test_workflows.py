"""Six workflows that sites have, between GitHub and both flavours of Jira: a closed issue is done there, or it is said why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from server_stage import open_server_plan
from stage import PROJECT, REPO, open_plan

from pmhub.config import Endpoint
from pmhub.model.exchange import Scope
from pmhub_jira.settings import JiraScope
from pmhub_jira.simulator import (
    DEAD_END_WORKFLOW,
    LINEAR_WORKFLOW,
    OPEN_WORKFLOW,
    RESTRICTED_WORKFLOW,
    Fault,
)
from pmhub_jira.simulator.fields import OBJECTIVE
from pmhub_jira.wire import Wire

SHAPES = {
    "open": OPEN_WORKFLOW,
    "linear": LINEAR_WORKFLOW,
    "restricted": RESTRICTED_WORKFLOW,
    "required resolution": RESTRICTED_WORKFLOW.requiring("resolution", on="Done"),
    "screen": OPEN_WORKFLOW.requiring(OBJECTIVE, on="Done"),
    "dead end": DEAD_END_WORKFLOW,
}
REACHES_DONE = {"open", "linear", "restricted", "required resolution", "screen"}
COMES_BACK = REACHES_DONE - {"linear"}
ANSWERS = {"resolution": "Done", "Objective": "Sell more"}
RUNS = pytest.mark.parametrize("runs", [4, pytest.param(10, marks=pytest.mark.soak)])


@pytest.fixture(params=[open_plan, open_server_plan], ids=["cloud", "data-center"])
def stage(request, tmp_path):
    with request.param(tmp_path) as stage:
        backlog = stage.workspace.syncs["backlog"]
        jira, github = backlog.endpoints
        scope = Scope(PROJECT, JiraScope(PROJECT, transition_fields=ANSWERS), jira.scope.vocabulary)
        backlog = replace(backlog, endpoints=(Endpoint("jira", scope), github))
        stage.workspace = replace(stage.workspace, syncs={"backlog": backlog})
        yield stage


def run(stage, times=1):
    for _ in range(times):
        stage.rest()
        report = stage.sync()
    return report


def key(stage):
    (issue,) = stage.jira.issues(PROJECT)
    return issue.key


@RUNS
@pytest.mark.parametrize("shape", SHAPES)
def test_a_closed_issue_is_done_or_it_is_said_why_not(stage, shape, runs):
    stage.jira.project(PROJECT).workflow = SHAPES[shape]
    stage.github.user_create_issue(REPO, "Pay in one step", "text")
    run(stage, 2)
    stage.github.user_edit_issue(REPO, 1, title="Pay at once")
    stage.github.user_close(REPO, 1)
    first = run(stage)
    last = run(stage, runs)
    assert stage.jira.issue(key(stage)).summary == "Pay at once"
    assert stage.github.issue(REPO, 1).state == "closed"
    if shape in REACHES_DONE:
        assert stage.jira.status_name(key(stage)) == "Done"
    else:
        (problem,) = first.refused
        assert "to `done`; available:" in problem.message
        assert stage.jira.status_name(key(stage)) == "To Do"
    assert stage.writes == []
    assert last.refused == []


@RUNS
@pytest.mark.parametrize("shape", SHAPES)
def test_a_status_that_changes_at_every_run_settles_every_time(stage, shape, runs):
    stage.jira.project(PROJECT).workflow = SHAPES[shape]
    stage.github.user_create_issue(REPO, "Pay in one step", "text")
    run(stage, 2)
    for number in range(runs):
        closes = number % 2 == 0
        (stage.github.user_close if closes else stage.github.user_reopen)(REPO, 1)
        run(stage, 2)
        assert stage.writes == []
        assert stage.github.issue(REPO, 1).state == ("closed" if closes else "open")
        if shape in COMES_BACK:
            assert (stage.jira.status_name(key(stage)) == "Done") is closes


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_lost_answer_on_the_way_is_walked_on(stage, fault, nth):
    stage.jira.project(PROJECT).workflow = RESTRICTED_WORKFLOW
    stage.github.user_create_issue(REPO, "Pay in one step", "text")
    run(stage, 2)
    struck = stage.jira.fault(Fault(fault, "POST", "/transitions$", nth=nth))
    stage.github.user_close(REPO, 1)
    run(stage, 4)
    assert struck.seen >= nth
    assert stage.jira.status_name(key(stage)) == "Done"
    assert stage.github.issue(REPO, 1).state == "closed"
    assert stage.writes == []


class Killed(BaseException):
    """As if the process were gone."""


@pytest.mark.parametrize("steps", [1, 2])
def test_a_run_that_is_killed_on_the_way_is_walked_on_by_the_next(stage, steps, monkeypatch):
    stage.jira.project(PROJECT).workflow = RESTRICTED_WORKFLOW
    stage.github.user_create_issue(REPO, "Pay in one step", "text")
    run(stage, 2)
    stage.github.user_close(REPO, 1)
    sent, whole = [], Wire.transition

    def transition(wire, *step):
        if len(sent) == steps:
            raise Killed
        sent.append(step)
        whole(wire, *step)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Wire, "transition", transition)
        run(stage)
    assert stage.jira.status_name(key(stage)) == ["In Progress", "In Review"][steps - 1]
    run(stage, 4)
    assert stage.jira.status_name(key(stage)) == "Done"
    assert stage.github.issue(REPO, 1).state == "closed"
    assert stage.writes == []

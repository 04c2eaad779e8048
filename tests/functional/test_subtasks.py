"""A sub-task in Jira is a sub-issue in GitHub, and moves with it; what cannot be said on the other side is told once."""

from dataclasses import replace

import pytest
from stage import PROJECT, REPO, open_stage, settle

from pmhub_jira.settings import JiraScope


@pytest.fixture
def stage(tmp_path):
    """Issue 3 is a sub-issue of 1; 2 could be its parent, too."""
    with open_stage(tmp_path, comments=False) as stage:
        backlog = stage.workspace.syncs["backlog"]
        jira, github = backlog.endpoints
        wide = replace(jira, scope=replace(jira.scope, settings=JiraScope(PROJECT, ("Story", "Task", "Sub-task"))))
        stage.workspace = replace(stage.workspace, syncs={"backlog": replace(backlog, endpoints=(wide, github))})
        for title in ("Pay", "Ship", "Pay by card"):
            stage.github.user_create_issue(REPO, title)
        stage.github.user_add_sub_issue(REPO, 1, 3)
        settle(stage)
        yield stage


def on_jira(stage, title):
    return next(issue for issue in stage.jira.issues(PROJECT) if issue.summary == title)


def parent_on_github(stage):
    above = {stage.github.issue(REPO, number).id: number for number in (1, 2)}
    return above.get(stage.github.issue(REPO, 3).parent)


def test_a_sub_issue_without_a_type_is_a_sub_task(stage):
    step = on_jira(stage, "Pay by card")
    assert stage.jira.state.types[step.type_id].subtask
    assert step.parent_id == on_jira(stage, "Pay").id


def test_a_sub_task_that_moves_takes_its_sub_issue_along_and_the_other_way_round(stage):
    stage.jira.user_edit_issue(on_jira(stage, "Pay by card").key, parent={"key": on_jira(stage, "Ship").key})
    settle(stage)
    assert parent_on_github(stage) == 2
    stage.github.user_add_sub_issue(REPO, 1, 3)
    settle(stage)
    assert on_jira(stage, "Pay by card").parent_id == on_jira(stage, "Pay").id


def test_a_sub_task_stays_below_its_ticket_when_the_sub_issue_is_taken_out_and_that_is_told(stage):
    stage.github.user_remove_sub_issue(REPO, 1, 3)
    stage.github.user_edit_issue(REPO, 3, title="Pay by any card")
    report = stage.sync()
    [problem] = report.refused
    assert "a sub-task needs a ticket" in problem.message
    stage.rest()
    stage.sync()
    settle(stage)
    assert on_jira(stage, "Pay by any card").parent_id == on_jira(stage, "Pay").id
    assert parent_on_github(stage) is None


def test_a_story_below_a_story_is_told_once_and_its_other_fields_go_on(stage):
    stage.github.user_add_sub_issue(REPO, 1, 2)
    stage.github.user_edit_issue(REPO, 2, title="Ship it")
    report = stage.sync()
    assert "cannot belong to another ticket" in report.refused[0].message
    stage.rest()
    stage.sync()
    report = settle(stage)
    assert report.refused == []
    assert on_jira(stage, "Ship it").parent_id is None

"""What a deletion on one side does to the other: the sync's word on it, never a deletion."""

from dataclasses import replace

import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.store import Store


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        for number in range(4):
            stage.github.user_create_issue(REPO, f"Issue {number}", "text")
        stage.sync()
        stage.rest()
        yield stage


def deleting(stage, policy):
    """The first issue is deleted on one side; enough runs for that to be certain, and one more."""
    stage.workspace = with_policy(stage.workspace, policy)
    stage.sync()
    stage.github.user_delete_issue(REPO, 1)
    written = []
    for _ in range(4):
        stage.rest()
        report = stage.sync(deep=True)
        written += stage.writes
    return report, written


def with_policy(workspace, policy):
    syncs = {name: replace(sync, deleted=policy) for name, sync in workspace.syncs.items()}
    return replace(workspace, syncs=syncs, fingerprint=policy)


def status(stage):
    (issue,) = (one for one in stage.jira.issues(PROJECT) if one.summary == "Issue 0")
    return stage.jira.status_name(issue.key)


def conflicts(stage):
    store = Store(stage.workspace.database)
    try:
        return [(one.clash.kind, one.state) for one in store.conflicts.all()]
    finally:
        store.close()


def test_close_closes_it_on_the_other_side(stage):
    deleting(stage, "close")
    assert status(stage) == "Done"
    assert conflicts(stage) == []


def test_ignore_leaves_the_other_side_alone_and_creates_nothing_again(stage):
    report, written = deleting(stage, "ignore")
    assert (status(stage), written, report.exit_code) == ("To Do", [], 0)
    assert conflicts(stage) == []
    assert len(stage.github.issues(REPO)) == 3


def test_notice_leaves_it_alone_and_tells(stage):
    report, written = deleting(stage, "notice")
    assert (status(stage), written, report.exit_code) == ("To Do", [], 0)
    assert conflicts(stage) == [("deleted", "auto")]


@pytest.mark.parametrize("policy", ["ignore", "notice"])
def test_the_item_goes_on_where_it_still_is(stage, policy):
    deleting(stage, policy)
    (issue,) = (one for one in stage.jira.issues(PROJECT) if one.summary == "Issue 0")
    stage.jira.user_edit_issue(issue.key, summary="Issue 0, edited")
    stage.rest()
    stage.sync()
    assert stage.writes == []
    assert stage.sync().exit_code == 0


@pytest.mark.parametrize("policy", ["ignore", "notice", "close"])
def test_nothing_is_ever_deleted(stage, policy):
    _, written = deleting(stage, policy)
    assert [exchange for exchange in written if exchange.method == "DELETE"] == []
    assert len(stage.jira.issues(PROJECT)) == 4


def test_a_comment_that_was_deleted_stays_on_the_other_side(stage):
    comment = stage.github.user_comment(REPO, 2, "a word")
    stage.rest()
    stage.sync()
    stage.github.user_delete_comment(REPO, comment.id)
    for _ in range(3):
        stage.rest()
        stage.sync(deep=True)
    (issue,) = (one for one in stage.jira.issues(PROJECT) if one.summary == "Issue 1")
    assert len(stage.jira.comments(issue.key)) == 1

"""A server that asks to wait is obeyed, by the next process too, and the other side does not wait with it."""

import pytest
from stage import PROJECT, REPO, open_stage

TEMPORARY = 5


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        stage.github.user_create_issue(REPO, "Born here", "text")
        stage.sync()
        stage.rest()
        yield stage


def test_the_next_run_does_not_ask_before_the_time_that_was_told(stage):
    stage.jira.limit(retry_after=3600, times=1, path="search")
    assert stage.sync().exit_code == TEMPORARY
    stage.clock.advance(600)
    assert stage.sync().exit_code == TEMPORARY
    assert stage.jira.requests == []
    assert stage.github.requests
    stage.clock.advance(3600)
    assert stage.sync().exit_code == 0


def test_what_happened_meanwhile_arrives_afterwards(stage):
    stage.jira.limit(retry_after=3600, times=1, path="search")
    stage.github.user_edit_issue(REPO, 1, title="Renamed meanwhile")
    stage.sync()
    stage.clock.advance(4000)
    stage.sync()
    assert [issue.summary for issue in stage.jira.issues(PROJECT)] == ["Renamed meanwhile"]

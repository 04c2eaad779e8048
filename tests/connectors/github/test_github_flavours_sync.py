"""Two tools kept in step, whichever GitHub it is: github.com by token and as an App, and an old Enterprise Server."""

from __future__ import annotations

import pytest
from connectors.github.github_spec import request_violations
from flavour_stage import PROJECT, open_stage
from github_connector import REPO, Flavour


@pytest.fixture(params=list(Flavour), ids=str)
def stage(tmp_path, request):
    with open_stage(tmp_path, request.param) as found:
        yield found
        assert request_violations(found.github.requests) == []


def called(stage, title):
    return next(one for one in stage.jira.issues(PROJECT) if one.summary == title)


def test_what_people_do_on_either_side_arrives_on_the_other(stage):
    stage.github.user_create_issue(REPO, "Checkout is slow", "first\n\nsecond", labels=["shop"])
    stage.jira.user_create_issue(PROJECT, "Cart is empty")
    assert stage.settle().exit_code == 0
    assert len(stage.jira.issues(PROJECT)) == len(stage.github.issues(REPO)) == 2
    slow = called(stage, "Checkout is slow")
    assert slow.labels == ("shop",)
    stage.github.user_comment(REPO, 1, "Since Monday")
    stage.github.user_close(REPO, 1)
    stage.jira.user_edit_issue(slow.key, summary="Checkout is very slow")
    assert stage.settle().exit_code == 0
    assert stage.github.issue(REPO, 1).title == "Checkout is very slow"
    assert stage.jira.status_name(slow.key) == "Done"
    assert len(stage.jira.comments(slow.key)) == 1


def test_at_rest_it_costs_what_it_always_costs(stage):
    stage.github.user_create_issue(REPO, "Checkout is slow")
    stage.settle()
    stage.sync()
    asked = [one for one in stage.github.requests if one.template not in ("/user", "/meta", "/graphql")]
    asked = [one for one in asked if "/app/" not in one.template]
    assert {one.status for one in asked} == {304}
    assert len(asked) == 3
    assert len(stage.github.requests) - len(asked) <= 1


def test_what_was_made_here_is_known_again_after_the_database_is_lost(stage):
    stage.jira.user_create_issue(PROJECT, "Cart is empty")
    stage.settle()
    stage.workspace.database.unlink()
    stage.sync(allow_public=True)
    stage.settle()
    assert len(stage.jira.issues(PROJECT)) == len(stage.github.issues(REPO)) == 1

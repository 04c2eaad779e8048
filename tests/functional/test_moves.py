"""Issues that move: between two repositories or projects that take part, out of them, and back."""

import logging
from dataclasses import replace

import pytest
from stage import PROJECT, REPO, open_stage, settle

from pmhub.config import Endpoint, Sync
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub_github.settings import GitHubScope
from pmhub_jira.settings import JiraScope

OTHER, ELSEWHERE = "example/other", "ELSE"


def scoped(scope, settings, key):
    return Scope(key, settings, scope.vocabulary)


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        stage.github.add_repo(OTHER, private=True)
        stage.jira.add_project(ELSEWHERE, name="Elsewhere")
        yield stage


def also(stage, *, together):
    """Both repositories and both projects take part: in one sync, or two and two in a sync each."""
    backlog = stage.workspace.syncs["backlog"]
    jira, github = backlog.endpoints
    more = (
        Endpoint("jira", scoped(jira.scope, JiraScope(ELSEWHERE), ELSEWHERE)),
        Endpoint("github", scoped(github.scope, GitHubScope(OTHER), OTHER)),
    )
    if together:
        syncs = {"backlog": replace(backlog, endpoints=(*backlog.endpoints, *more))}
    else:
        syncs = {"backlog": backlog, "others": Sync("others", Kind.TICKET, more, comments=True)}
    stage.workspace = replace(stage.workspace, syncs=syncs, fingerprint="2")


def titles(stage):
    everywhere = [*stage.jira.issues(PROJECT), *stage.jira.issues(ELSEWHERE)]
    on_github = [x.title for repo in (REPO, OTHER) for x in stage.github.issues(repo).values()]
    return sorted(x.summary for x in everywhere), sorted(on_github)


@pytest.fixture
def both(stage):
    also(stage, together=True)
    stage.github.user_create_issue(REPO, "Pay", "By card", labels=["shop"])
    stage.github.user_comment(REPO, 1, "Soon?")
    stage.jira.user_create_issue(PROJECT, "Ship")
    settle(stage)
    return stage


def number(stage, repo, title):
    return next(x.number for x in stage.github.issues(repo).values() if x.title == title)


@pytest.mark.parametrize("title", ["Pay", "Ship"])
def test_a_transferred_issue_takes_its_link_along_and_nothing_is_made_twice(both, title):
    """Whether a person made it there or we did."""
    both.github.transfer_issue(REPO, number(both, REPO, title), OTHER)
    assert settle(both).exit_code == 0
    assert titles(both) == (["Pay", "Ship"], ["Pay", "Ship"])
    moved = number(both, OTHER, title)
    both.github.user_edit_issue(OTHER, moved, title=f"{title} at once")
    settle(both)
    twin = next(x for x in both.jira.issues(PROJECT) if x.summary == f"{title} at once")
    both.jira.user_edit_issue(twin.key, summary=f"{title} later")
    settle(both)
    assert both.github.issue(OTHER, moved).title == f"{title} later"
    assert len(both.github.comments(OTHER)) + len(both.github.comments(REPO)) == 1


def test_what_a_transfer_leaves_behind_is_taken_off_nowhere(both):
    both.github.transfer_issue(REPO, number(both, REPO, "Pay"), OTHER)
    settle(both)
    [twin] = [x for x in both.jira.issues(PROJECT) if x.summary == "Pay"]
    assert twin.labels == ("shop",) or list(twin.labels) == ["shop"]
    assert both.github.label_names(OTHER, 1) == ["shop"]


def test_a_transfer_costs_a_read_of_the_old_place_and_no_more(both):
    both.rest()
    both.sync()
    before = both.requests
    both.github.transfer_issue(REPO, number(both, REPO, "Ship"), OTHER)
    both.rest()
    both.sync()
    assert both.writes == []
    assert both.requests <= before + 3


def test_a_key_that_moves_between_two_projects_is_silent(both):
    [twin] = [x for x in both.jira.issues(PROJECT) if x.summary == "Pay"]
    both.jira.user_move_issue(twin.key, ELSEWHERE)
    assert settle(both).exit_code == 0
    assert titles(both) == (["Pay", "Ship"], ["Pay", "Ship"])
    both.github.user_edit_issue(REPO, number(both, REPO, "Pay"), title="Pay at once")
    settle(both)
    assert [x.summary for x in both.jira.issues(ELSEWHERE)] == ["Pay at once"]


def test_a_transfer_into_a_repository_of_another_sync_is_told_once_and_its_link_stays(stage, caplog):
    """There it is a new thing, as its twin is no part of that sync."""
    also(stage, together=False)
    stage.github.user_create_issue(REPO, "Pay")
    settle(stage)
    caplog.set_level(logging.WARNING)
    stage.github.transfer_issue(REPO, 1, OTHER)
    settle(stage)
    assert titles(stage) == (["Pay", "Pay"], ["Pay"])
    assert caplog.text.count("was moved to example/other#1: it is left alone") == 1


def test_what_moves_out_of_all_syncs_and_comes_back_is_the_same(stage, caplog):
    stage.github.user_create_issue(REPO, "Pay")
    settle(stage)
    caplog.set_level(logging.WARNING)
    [twin] = stage.jira.issues(PROJECT)
    moved = stage.jira.user_move_issue(twin.key, ELSEWHERE)
    for _ in range(2):
        stage.rest()
        assert stage.sync(deep=True).exit_code == 0
    stage.jira.user_move_issue(moved.key, PROJECT)
    settle(stage)
    assert titles(stage) == (["Pay"], ["Pay"])


def test_an_archived_repository_holds_up_nothing_but_what_goes_there_and_is_told_once(both):
    both.github.user_create_issue(OTHER, "Weigh")
    settle(both)
    both.github.archive(OTHER)
    for title in ("Ship", "Weigh"):
        [twin] = [x for x in both.jira.issues(PROJECT) if x.summary == title]
        both.jira.user_edit_issue(twin.key, summary=f"{title} it", priority={"name": "High"})
    both.rest()
    report = both.sync()
    assert [(problem.where, problem.key.partition(" ")[0]) for problem in report.refused] == [
        (f"github: {OTHER}", "read-only")
    ]
    assert (report.down, report.exit_code) == ({}, 3)
    assert titles(both)[1] == ["Pay", "Ship it", "Weigh"]
    both.github.repo(OTHER).archived = False
    assert settle(both).exit_code == 0
    assert titles(both)[1] == ["Pay", "Ship it", "Weigh it"]


def test_a_project_that_we_may_only_read_holds_up_what_goes_there_until_we_may_write(both):
    bot = next(user.account_id for user in both.jira.state.users.values() if user.email == "bot@example.com")
    both.jira.deny(bot, "EDIT_ISSUES", PROJECT)
    both.clock.advance(86_400)
    both.github.user_edit_issue(REPO, number(both, REPO, "Pay"), title="Pay it")
    report = both.sync()
    assert [problem.where for problem in report.refused] == [f"jira: {PROJECT}"]
    assert both.writes == []
    both.jira.allow(bot, "EDIT_ISSUES", PROJECT)
    settle(both)
    assert titles(both)[0] == ["Pay it", "Ship"]

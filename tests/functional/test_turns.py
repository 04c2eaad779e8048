"""A thing that becomes another kind, another type, or leaves the filter: one notice, and never two items of one thing."""

import logging

import pytest
from stage import PROJECT, REPO, open_plan, settle

from pmhub.sync.linking import unlink


@pytest.fixture
def plan(tmp_path):
    with open_plan(tmp_path) as plan:
        plan.jira.user_create_issue(PROJECT, "Born in Jira")
        plan.github.user_create_issue(REPO, "Born in GitHub")
        settle(plan)
        yield plan


def on_jira(plan, title):
    return next(issue for issue in plan.jira.issues(PROJECT) if issue.summary == title)


def told(caplog, words):
    return sum(words in record.getMessage() for record in caplog.records)


def milestones(plan):
    return [one.title for one in plan.github.repo(REPO).milestones.values()]


def turn(plan, title, kind):
    plan.jira.user_edit_issue(on_jira(plan, title).key, issuetype={"name": kind})


@pytest.mark.parametrize("title", ["Born in Jira", "Born in GitHub"])
def test_a_story_that_becomes_an_epic_is_told_once_and_stays_what_it_was(plan, caplog, title):
    caplog.set_level(logging.WARNING)
    turn(plan, title, "Epic")
    assert settle(plan).exit_code == 0
    assert (milestones(plan), len(plan.github.issues(REPO))) == ([], 2)
    assert told(caplog, "was a ticket and is a roadmap item now") == 1
    plan.jira.user_create_issue(PROJECT, "A new goal", type="Epic")
    settle(plan)
    assert milestones(plan) == ["A new goal"]
    turn(plan, title, "Story")
    plan.github.user_edit_issue(REPO, 1, state="closed")
    settle(plan)
    assert len(plan.github.issues(REPO)) == 2


def test_once_it_is_unlinked_it_is_what_it_became(plan):
    turn(plan, "Born in Jira", "Epic")
    settle(plan)
    with plan.hub() as hub:
        key = on_jira(plan, "Born in Jira").key
        [thing] = [seen for seen in hub.store.observations.by_key(key) if seen.ref.kind == "ticket"]
        unlink(hub, hub.store.items.item_of(thing.thing), thing.remote)
    settle(plan)
    assert milestones(plan) == ["Born in Jira"]


def test_a_story_that_becomes_a_bug_is_the_same_ticket(plan):
    turn(plan, "Born in Jira", "Bug")
    settle(plan)
    assert len(plan.jira.issues(PROJECT)) == len(plan.github.issues(REPO)) == 2

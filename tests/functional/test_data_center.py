"""A Jira Data Center and GitHub, people at both: first sync, edits, comments, epics, releases, a lost answer."""

from __future__ import annotations

import pytest
from server_stage import open_server_plan
from stage import PROJECT, REPO, settle

from pmhub_jira.simulator import Fault, TokenBucket


@pytest.fixture
def plan(tmp_path):
    people = {"github_people": {"demo-ann": "ann"}, "jira_people": {"ann.lee": "ann"}}
    with open_server_plan(tmp_path, **people) as stage:
        stage.github.add_user("demo-ann")
        stage.jira.add_user("Ann Lee", email="ann@example.com", account_id="ann.lee")
        yield stage


def on_jira(plan, summary):
    return next(issue for issue in plan.jira.issues(PROJECT) if issue.summary == summary)


def on_github(plan, title):
    return next(issue for issue in plan.github.issues(REPO).values() if issue.title == title)


@pytest.fixture
def pair(plan):
    plan.github.user_create_issue(REPO, "Checkout is slow", "**first**\n\nsecond\n\nthird")
    settle(plan)
    return plan


def test_a_first_sync_fills_both_sides(plan):
    plan.github.user_create_issue(REPO, "From GitHub", "See **this**:\n\n- one\n- two", assignees=["demo-ann"])
    plan.jira.user_create_issue(PROJECT, "From Jira", "See *that*:\n\n# one\n# two", assignee={"name": "ann.lee"})
    settle(plan)
    assert on_jira(plan, "From GitHub").description == "See *this*:\n\n* one\n* two"
    assert on_jira(plan, "From GitHub").assignee == "ann.lee"
    assert on_github(plan, "From Jira").body.startswith("See **that**:\n\n1. one\n2. two")
    assert on_github(plan, "From Jira").assignees == ["demo-ann"]


def test_edits_of_both_sides_arrive(pair):
    pair.github.user_edit_issue(REPO, 1, body="**first**, changed here\n\nsecond\n\nthird", labels=["slow"])
    pair.jira.user_edit_issue(
        on_jira(pair, "Checkout is slow").key, description="*first*\n\nsecond\n\nthird, changed there"
    )
    settle(pair)
    assert on_jira(pair, "Checkout is slow").description == "*first*, changed here\n\nsecond\n\nthird, changed there"
    assert on_jira(pair, "Checkout is slow").labels == ("slow",)
    merged = "**first**, changed here\n\nsecond\n\nthird, changed there"
    assert pair.github.issue(REPO, 1).body.strip() == merged


def test_a_cleared_assignee_is_cleared(pair):
    key = on_jira(pair, "Checkout is slow").key
    pair.github.user_edit_issue(REPO, 1, assignees=["demo-ann"])
    settle(pair)
    assert pair.jira.issue(key).assignee == "ann.lee"
    pair.github.user_edit_issue(REPO, 1, assignees=[])
    settle(pair)
    assert pair.jira.issue(key).assignee is None


def test_a_status_travels_both_ways(pair):
    key = on_jira(pair, "Checkout is slow").key
    pair.github.user_close(REPO, 1)
    settle(pair)
    assert pair.jira.status_name(key) == "Done"
    pair.jira.user_transition(key, "In Progress")
    settle(pair)
    assert pair.github.issue(REPO, 1).state == "open"


def test_comments_travel_both_ways_and_their_edits_follow(pair):
    key = on_jira(pair, "Checkout is slow").key
    said = pair.github.user_comment(REPO, 1, "Is this **urgent**?", user="demo-ann")
    pair.jira.user_comment(key, "It is *not*.", user="ann.lee")
    settle(pair)
    [copy] = [each.body for each in pair.jira.comments(key)][1:]
    line, text = copy.split("\n\n")
    assert line.startswith("*ann* wrote on ")
    assert (line.endswith(" UTC in example/shop#1:"), text) == (True, "Is this *urgent*?")
    pair.github.user_edit_comment(REPO, said.id, "Is this **very** urgent?")
    settle(pair)
    assert pair.jira.comments(key)[1].body == f"{line}\n\nIs this *very* urgent?"
    assert len(pair.github.comments(REPO)) == 2


def test_an_epic_is_a_milestone_and_its_stories_are_in_it(plan):
    epic = plan.jira.user_create_issue(
        PROJECT, "Faster checkout", type="Epic", duedate="2026-12-24", customfield_10011="Faster"
    )
    plan.jira.user_create_issue(PROJECT, "Pay in one step", customfield_10014=epic.key)
    settle(plan)
    (milestone,) = plan.github.milestones(REPO).values()
    assert (milestone.title, milestone.due_on[:10]) == ("Faster checkout", "2026-12-24")
    assert on_github(plan, "Pay in one step").milestone == milestone.number


def test_a_milestone_is_an_epic_and_a_ticket_moves_into_it_and_out(plan):
    milestone = plan.github.user_create_milestone(REPO, "Guest orders")
    issue = plan.github.user_create_issue(REPO, "Order without an account", milestone=milestone.number)
    settle(plan)
    epic = on_jira(plan, "Guest orders")
    assert plan.jira.state.types[epic.type_id].name == "Epic"
    assert on_jira(plan, "Order without an account").parent_id == epic.id
    plan.github.user_edit_issue(REPO, issue.number, milestone=None)
    settle(plan)
    assert on_jira(plan, "Order without an account").parent_id is None


def test_a_version_is_a_release(plan):
    plan.jira.add_version(PROJECT, "1.0", release="2026-12-01")
    plan.jira.user_create_issue(PROJECT, "Pay in one step", fixVersions=[{"name": "1.0"}])
    settle(plan)
    assert plan.github.label_names(REPO, on_github(plan, "Pay in one step").number) == ["release/1.0"]
    plan.github.user_edit_issue(REPO, on_github(plan, "Pay in one step").number, labels=["release/1.0", "release/2.0"])
    settle(plan)
    assert plan.jira.version(PROJECT, "2.0").id in on_jira(plan, "Pay in one step").version_ids


@pytest.mark.parametrize("lag", [0, 60])
def test_a_lost_answer_to_a_create_doubles_nothing(plan, lag):
    plan.jira.index_lag = lag
    plan.github.user_create_issue(REPO, "One", "text")
    plan.jira.fault(Fault("drop_after", "POST", "/issue/bulk"))
    plan.sync()
    settle(plan)
    assert [issue.summary for issue in plan.jira.issues(PROJECT)] == ["One"]
    plan.jira.user_edit_issue(on_jira(plan, "One").key, summary="One, renamed")
    settle(plan)
    assert on_github(plan, "One, renamed").number == 1


def test_a_lost_answer_to_a_comment_doubles_nothing(pair):
    pair.github.user_comment(REPO, 1, "Said once")
    pair.jira.fault(Fault("drop_after", "POST", "/comment$"))
    pair.sync()
    settle(pair)
    assert len(pair.jira.comments(on_jira(pair, "Checkout is slow").key)) == 1


def test_a_lost_database_doubles_nothing(pair):
    pair.jira.user_create_issue(PROJECT, "From Jira", "text")
    settle(pair)
    for file in pair.workspace.folder.glob("pmhub.*"):
        if file.suffix != ".toml":
            file.unlink()
    settle(pair)
    assert sorted(issue.summary for issue in pair.jira.issues(PROJECT)) == ["Checkout is slow", "From Jira"]
    assert len(pair.github.issues(REPO)) == 2


def test_an_account_in_another_time_zone_misses_nothing(plan):
    plan.jira.state.users["pmhub-bot"] = plan.jira.add_user(
        "pmhub bot", account_id="pmhub-bot", time_zone="Pacific/Auckland"
    )
    plan.jira.user_create_issue(PROJECT, "Early", "text")
    settle(plan)
    plan.jira.user_edit_issue(on_jira(plan, "Early").key, summary="Late")
    plan.sync()
    assert on_github(plan, "Late")


def test_a_rate_limit_slows_a_run_and_loses_nothing(plan):
    plan.jira.bucket = TokenBucket(size=5, fill=1, interval=1)
    for number in range(6):
        plan.github.user_create_issue(REPO, f"Issue {number}", "text")
    settle(plan)
    assert len(plan.jira.issues(PROJECT)) == 6

"""Epics and milestones, versions and releases, and the tickets between them, over both simulators."""

from __future__ import annotations

from dataclasses import replace

import pytest
from functional.flavours import below
from stage import PROJECT, REPO, open_plan, settle

from pmhub.config import Endpoint
from pmhub.model.exchange import Scope
from pmhub_github.settings import GitHubScope


@pytest.fixture
def plan(tmp_path):
    with open_plan(tmp_path) as stage:
        yield stage


def milestones(plan):
    return {each.title: each for each in plan.github.milestones(REPO).values()}


def releases(plan):
    return {each.tag: each for each in plan.github.releases(REPO).values()}


def on_github(plan, title):
    return next(issue for issue in plan.github.issues(REPO).values() if issue.title == title)


def on_jira(plan, summary):
    return next(issue for issue in plan.jira.issues(PROJECT) if issue.summary == summary)


@pytest.fixture
def goal(plan):
    """An epic with one story."""
    epic = plan.jira.user_create_issue(PROJECT, "Faster checkout", type="Epic", duedate="2026-12-24")
    plan.jira.user_create_issue(PROJECT, "Pay in one step", **below(epic.key))
    settle(plan)
    return epic


@pytest.fixture
def version(plan):
    """A version with two stories in it and one bug, all done."""
    plan.jira.add_version(PROJECT, "1.0", release="2026-12-01")
    for title, kind in (("Pay in one step", "Story"), ("Remember my address", "Story"), ("Sum is wrong", "Bug")):
        issue = plan.jira.user_create_issue(PROJECT, title, type=kind, fixVersions=[{"name": "1.0"}])
        plan.jira.user_transition(issue.key, "Done")
    settle(plan)
    return plan.jira.version(PROJECT, "1.0")


# Roadmap.


def test_an_epic_becomes_a_milestone_and_its_stories_are_in_it(plan, goal):
    (milestone,) = milestones(plan).values()
    assert (milestone.title, milestone.due_on[:10], milestone.state) == ("Faster checkout", "2026-12-24", "open")
    assert [issue.title for issue in plan.github.issues(REPO).values()] == ["Pay in one step"]
    assert on_github(plan, "Pay in one step").milestone == milestone.number


def test_a_milestone_becomes_an_epic_and_its_issues_are_below_it(plan):
    milestone = plan.github.user_create_milestone(REPO, "Guest orders", due_on="2027-01-15T08:00:00Z")
    plan.github.user_create_issue(REPO, "Order without an account", milestone=milestone.number)
    settle(plan)
    epic = on_jira(plan, "Guest orders")
    assert (plan.jira.state.types[epic.type_id].name, epic.due) == ("Epic", "2027-01-15")
    assert on_jira(plan, "Order without an account").parent_id == epic.id


def test_edits_of_both_sides_arrive(plan, goal):
    number = milestones(plan)["Faster checkout"].number
    plan.github.user_edit_milestone(REPO, number, title="Much faster checkout")
    plan.jira.user_edit_issue(goal.key, duedate="2027-02-01")
    settle(plan)
    assert plan.jira.issue(goal.key).summary == "Much faster checkout"
    assert milestones(plan)["Much faster checkout"].due_on[:10] == "2027-02-01"


def test_a_shipped_epic_closes_the_milestone_and_a_reopened_milestone_the_epic(plan, goal):
    plan.jira.user_transition(goal.key, "Done")
    settle(plan)
    (milestone,) = milestones(plan).values()
    assert milestone.state == "closed"
    plan.github.user_edit_milestone(REPO, milestone.number, state="open")
    settle(plan)
    assert plan.jira.status_name(goal.key) != "Done"


def test_a_ticket_that_moves_to_another_goal_moves_on_both_sides(plan, goal):
    other = plan.github.user_create_milestone(REPO, "Guest orders")
    settle(plan)
    issue = on_github(plan, "Pay in one step")
    plan.github.user_edit_issue(REPO, issue.number, milestone=other.number)
    settle(plan)
    assert on_jira(plan, "Pay in one step").parent_id == on_jira(plan, "Guest orders").id
    plan.jira.user_edit_issue(on_jira(plan, "Pay in one step").key, **below(goal.key))
    settle(plan)
    assert on_github(plan, "Pay in one step").milestone == milestones(plan)["Faster checkout"].number


def test_a_deleted_milestone_loses_no_ticket(plan, goal):
    plan.github.user_delete_milestone(REPO, milestones(plan)["Faster checkout"].number)
    for _ in range(3):
        plan.rest()
        plan.sync(deep=True)
    assert on_github(plan, "Pay in one step").state == "open"
    assert on_jira(plan, "Pay in one step")
    assert plan.jira.issue(goal.key)


def test_two_epics_of_one_title_are_told_and_never_share_a_milestone(plan, goal):
    twin = plan.jira.user_create_issue(PROJECT, "Faster checkout", type="Epic")
    plan.jira.user_create_issue(PROJECT, "Another step", **below(twin.key))
    for _ in range(3):
        plan.rest()
        report = plan.sync()
    assert report.exit_code == 3
    assert len(milestones(plan)) == 1
    assert on_github(plan, "Another step").milestone is None


# Releases.


def test_a_version_becomes_a_draft_with_composed_notes(plan, version):
    (release,) = releases(plan).values()
    assert (release.tag, release.draft) == ("v1.0", True)
    told = [line for line in release.body.splitlines() if line.startswith(("- ", "### "))]
    assert told == [
        "### Features",
        "- Pay in one step (SHOP-1)",
        "- Remember my address (SHOP-2)",
        "### Fixes",
        "- Sum is wrong (SHOP-3)",
    ]
    assert "Release notes: " in plan.jira.version(PROJECT, "1.0").description


def test_what_people_write_around_the_notes_stays(plan, version):
    (release,) = releases(plan).values()
    plan.github.user_edit_release(REPO, release.id, body=f"Thanks to all!\n\n{release.body}\n\nSee you.")
    plan.jira.user_edit_version(PROJECT, "1.0", description="Ours.\n" + version.description)
    bug = on_jira(plan, "Sum is wrong")
    plan.jira.user_edit_issue(bug.key, summary="Sum is right")
    settle(plan)
    body = releases(plan)["v1.0"].body
    assert body.startswith("Thanks to all!")
    assert "See you." in body
    assert "Sum is right" in body
    assert "Sum is wrong" not in body
    assert plan.jira.version(PROJECT, "1.0").description.startswith("Ours.\n")


def test_a_second_run_changes_no_byte(plan, version):
    before = releases(plan)["v1.0"].body
    plan.rest()
    plan.sync(deep=True)
    assert releases(plan)["v1.0"].body == before
    assert plan.writes == []


def test_a_ticket_is_in_its_release_on_both_sides(plan, version):
    issue = on_github(plan, "Pay in one step")
    assert "release/1.0" in plan.github.label_names(REPO, issue.number)
    plan.jira.add_version(PROJECT, "1.1")
    settle(plan)
    plan.jira.user_edit_issue(on_jira(plan, "Pay in one step").key, fixVersions=[{"name": "1.1"}])
    settle(plan)
    assert plan.github.label_names(REPO, issue.number) == ["release/1.1"]
    assert "Pay in one step" not in releases(plan)["v1.0"].body
    assert "Pay in one step" in releases(plan)["v1.1"].body


def test_releasing_the_version_publishes_the_release_once_its_tag_is_there(plan, version):
    plan.jira.user_edit_version(PROJECT, "1.0", released=True)
    for _ in range(4):  # however long CI takes to push it
        plan.rest()
        report = plan.sync()
        assert releases(plan)["v1.0"].draft
        assert report.exit_code == 3
        assert "v1.0" in report.refused[0].message
    plan.github.user_push_tag(REPO, "v1.0")
    settle(plan)
    assert not releases(plan)["v1.0"].draft


def test_publishing_on_github_releases_the_version(plan, version):
    plan.github.user_push_tag(REPO, "v1.0")
    plan.github.user_edit_release(REPO, releases(plan)["v1.0"].id, draft=False)
    settle(plan)
    assert plan.jira.version(PROJECT, "1.0").released


def test_a_renamed_version_is_the_same_draft(plan, version):
    number = releases(plan)["v1.0"].id
    plan.jira.user_edit_version(PROJECT, "1.0", name="1.0.1")
    settle(plan)
    assert {tag: each.id for tag, each in releases(plan).items()} == {"v1.0.1": number}


def test_a_version_and_a_release_that_were_there_before_are_one(plan):
    plan.jira.add_version(PROJECT, "2.0")
    plan.github.user_create_release(REPO, "v2.0", draft=True, body="Written by hand.")
    settle(plan)
    assert len(releases(plan)) == 1
    assert [version.name for version in plan.jira.state.versions.values()] == ["2.0"]
    assert releases(plan)["v2.0"].body == "Written by hand."


# Other ways to work.


@pytest.fixture
def team(tmp_path):
    """Milestones are releases, and the roadmap is issues with sub-issues."""
    with open_plan(tmp_path, as_="issue", types=("Epic",)) as stage:
        stage.github.add_issue_type(REPO.split("/")[0], "Epic")
        backlog = stage.workspace.syncs["backlog"]
        tickets = GitHubScope(REPO, milestones="release", without_types=("Epic",))
        places = (backlog.endpoints[0], Endpoint("github", Scope(REPO, tickets)))
        syncs = {**stage.workspace.syncs, "backlog": replace(backlog, endpoints=places)}
        del syncs["releases"]
        stage.workspace = replace(stage.workspace, syncs=syncs)
        yield stage


def test_a_roadmap_of_issues_goes_both_ways(team):
    goal = team.github.user_create_issue(REPO, "Faster checkout", type="Epic")
    step = team.github.user_create_issue(REPO, "Pay in one step")
    team.github.user_add_sub_issue(REPO, goal.number, step.number)
    report = settle(team)
    assert report.exit_code == 0
    epic = on_jira(team, "Faster checkout")
    assert team.jira.state.types[epic.type_id].name == "Epic"
    assert on_jira(team, "Pay in one step").parent_id == epic.id
    team.jira.user_create_issue(PROJECT, "Remember my address", **below(epic.key))
    team.jira.user_edit_issue(epic.key, summary="Much faster checkout")
    settle(team)
    above = on_github(team, "Much faster checkout")
    assert above.number == goal.number
    assert on_github(team, "Remember my address").parent == above.id
    assert len(team.jira.issues(PROJECT)) == len(team.github.issues(REPO)) == 3


def test_a_milestone_is_the_release_of_its_issues(team):
    milestone = team.github.user_create_milestone(REPO, "1.0")
    issue = team.github.user_create_issue(REPO, "Pay in one step", milestone=milestone.number)
    settle(team)
    (version,) = team.jira.state.versions.values()
    assert version.name == "1.0"
    assert on_jira(team, "Pay in one step").version_ids == (version.id,)
    team.jira.add_version(PROJECT, "1.1")
    team.jira.user_edit_issue(on_jira(team, "Pay in one step").key, fixVersions=[{"name": "1.1"}])
    settle(team)
    assert team.github.milestones(REPO)[team.github.issue(REPO, issue.number).milestone].title == "1.1"


# Cost.


def test_at_rest_the_whole_plan_costs_ten_requests_at_most(plan, goal, version):
    for number in range(60):
        plan.jira.user_create_issue(PROJECT, f"Story {number}", **below(goal.key))
    settle(plan)
    assert plan.requests <= 10
    free = [x for x in plan.github.requests if x.status == 304]
    assert plan.requests - len(free) <= 4

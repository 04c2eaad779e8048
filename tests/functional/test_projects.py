"""A product group: epics in one Jira project, a GitHub Project for the roadmap, three repositories, two releases."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import pytest
from functional.flavours import below
from stage import PROJECT, REPO, open_plan, settle

from pmhub.config import Endpoint
from pmhub.model.exchange import Scope
from pmhub.model.vocabulary import Vocabulary
from pmhub_github.settings import GitHubScope
from pmhub_github.simulator import Fault
from pmhub_jira.settings import JiraScope

pytestmark = pytest.mark.flavour("no Enterprise Server has this API of projects yet", github=("token", "app"))

API, APP = "example/api", "example/app"
REPOS = (REPO, API, APP)
START = "customfield_10015"


@pytest.fixture
def group(tmp_path):
    """The roadmap is what is of type Epic in the first repository; everything else in all three is the backlog."""
    with open_plan(tmp_path, as_="issue", types=("Epic",), project="example/1") as stage:
        for name in (API, APP):
            stage.github.add_repo(name, private=True)
        stage.github.add_issue_type("example", "Epic")
        stage.board = stage.github.projects.add("example")
        for name in ("Start date", "Target date"):
            stage.github.projects.add_field(stage.board, name, "date")
        backlog, roadmap = stage.workspace.syncs["backlog"], stage.workspace.syncs["roadmap"]
        tickets = [Endpoint("github", Scope(name, GitHubScope(name, without_types=("Epic",)))) for name in REPOS]
        epics = Endpoint(
            "jira", Scope(PROJECT, JiraScope(PROJECT, types=("Epic",)), Vocabulary(fields={"start": START}))
        )
        syncs = {
            **stage.workspace.syncs,
            "backlog": replace(backlog, endpoints=(backlog.endpoints[0], *tickets)),
            "roadmap": replace(roadmap, endpoints=(epics, roadmap.endpoints[1])),
        }
        stage.workspace = replace(stage.workspace, syncs=syncs)
        yield stage


def on_github(group, title, repo=REPO):
    return next(issue for issue in group.github.issues(repo).values() if issue.title == title)


def on_jira(group, summary):
    return next(issue for issue in group.jira.issues(PROJECT) if issue.summary == summary)


def shown(group, title):
    return group.github.projects.shown(group.board, REPO, on_github(group, title).number)


@pytest.fixture
def goal(group):
    """An epic in Jira, in flight, with its dates."""
    dates = {"duedate": "2026-12-24", START: "2026-11-02"}
    epic = group.jira.user_create_issue(PROJECT, "Faster checkout", type="Epic", **dates)
    group.jira.user_transition(epic.key, "In Progress")
    assert settle(group).exit_code == 0
    return epic


def test_an_epic_stands_in_the_project_with_its_dates_and_its_column(group, goal):
    assert on_github(group, "Faster checkout").type == "Epic"
    assert shown(group, "Faster checkout") == {
        "Start date": "2026-11-02",
        "Target date": "2026-12-24",
        "Status": "In Progress",
    }


def test_dates_and_column_travel_back(group, goal):
    number = on_github(group, "Faster checkout").number
    group.github.projects.put(
        group.board, REPO, number, Target_date="2027-01-15", Start_date="2026-11-09", Status="Todo"
    )
    settle(group)
    epic = group.jira.issue(goal.key)
    assert (epic.due, epic.custom[START]) == ("2027-01-15", "2026-11-09")
    assert group.jira.status_name(goal.key) == "To Do"


def test_a_date_taken_away_is_taken_away_on_the_other_side(group, goal):
    group.jira.user_edit_issue(goal.key, duedate=None)
    settle(group)
    assert "Target date" not in shown(group, "Faster checkout")


def test_an_item_taken_out_of_the_project_takes_no_date_with_it(group, goal):
    number = on_github(group, "Faster checkout").number
    group.github.projects.take_out(group.board, group.github.projects.item(group.board, REPO, number))
    settle(group)
    assert group.jira.issue(goal.key).due == "2026-12-24"
    group.jira.user_edit_issue(goal.key, duedate="2027-02-01")
    settle(group)
    assert shown(group, "Faster checkout")["Target date"] == "2027-02-01"


@pytest.mark.parametrize("workflows", [False, True])
def test_a_shipped_epic_is_closed_and_done_and_a_reopened_one_is_neither(group, goal, workflows):
    group.board.workflows = workflows
    group.jira.user_transition(goal.key, "Done")
    settle(group)
    assert (on_github(group, "Faster checkout").state, shown(group, "Faster checkout")["Status"]) == ("closed", "Done")
    group.jira.user_transition(goal.key, "In Progress")
    settle(group)
    assert on_github(group, "Faster checkout").state == "open"
    assert shown(group, "Faster checkout")["Status"] == "In Progress"


@pytest.mark.parametrize("workflows", [False, True])
def test_a_card_moved_to_done_ships_the_epic(group, goal, workflows):
    group.board.workflows = workflows
    group.github.projects.put(group.board, REPO, on_github(group, "Faster checkout").number, Status="Done")
    settle(group)
    assert group.jira.status_name(goal.key) == "Done"


@pytest.mark.parametrize("workflows", [False, True])
def test_an_issue_that_is_closed_ships_the_epic(group, goal, workflows):
    group.board.workflows = workflows
    group.github.user_close(REPO, on_github(group, "Faster checkout").number)
    settle(group)
    assert group.jira.status_name(goal.key) == "Done"


def test_an_epic_of_github_brings_its_dates(group):
    issue = group.github.user_create_issue(REPO, "Guest orders", type="Epic")
    group.github.projects.put(group.board, REPO, issue.number, Target_date="2027-03-01", Status="In Progress")
    group.github.projects.add_draft(group.board, "An idea for later")
    settle(group)
    epic = on_jira(group, "Guest orders")
    assert (epic.due, group.jira.status_name(epic.key)) == ("2027-03-01", "In Progress")
    assert len(group.jira.issues(PROJECT)) == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "GET"])
def test_an_answer_that_is_lost_costs_no_date_and_doubles_nothing(group, kind, method):
    epic = group.jira.user_create_issue(PROJECT, "Faster checkout", type="Epic", duedate="2026-12-24")
    group.jira.user_transition(epic.key, "In Progress")
    fault = group.github.fault(Fault(kind, method=method, path="/projectsV2/1/items", times=2))
    for _ in range(3):
        group.rest()
        group.sync()
    settle(group)
    assert fault.seen > 0
    assert shown(group, "Faster checkout") == {"Target date": "2026-12-24", "Status": "In Progress"}
    assert len(group.board.items) == len(group.github.issues(REPO)) == len(group.jira.issues(PROJECT)) == 1


def test_a_project_that_is_gone_stops_nothing_on_the_other_side_and_loses_no_date(group, goal):
    del group.github.world.projects["example", 1]
    group.rest()
    group.sync()
    assert group.sync().exit_code == 4
    assert group.jira.issue(goal.key).due == "2026-12-24"
    group.github.world.projects["example", 1] = group.board
    assert settle(group).exit_code == 0
    assert shown(group, "Faster checkout")["Target date"] == "2026-12-24"


def test_work_in_every_repository_hangs_below_the_goal(group, goal):
    above = on_github(group, "Faster checkout")
    for repo in (API, APP):
        child = group.github.user_create_issue(repo, f"Step in {repo}")
        group.github.user_add_sub_issue(REPO, above.number, child.number, child_in=repo)
    group.jira.user_create_issue(PROJECT, "Pay in one step", **below(goal.key))
    settle(group)
    assert {on_jira(group, f"Step in {repo}").parent_id for repo in (API, APP)} == {goal.id}
    assert on_github(group, "Pay in one step").parent == above.id
    assert len(group.jira.issues(PROJECT)) == sum(len(group.github.issues(repo)) for repo in REPOS) == 4


@pytest.mark.flavour("what it costs a token of github.com and Cloud", jira=("cloud",), github=("token",))
def test_at_rest_three_repositories_two_releases_and_a_project_cost_little(group, goal):
    for number in range(30):
        group.github.user_create_issue(REPOS[number % 3], f"Issue {number}")
    for number in range(120):
        group.github.projects.add_draft(group.board, f"Idea {number}")
    for name in ("1.0", "1.1"):
        group.jira.add_version(PROJECT, name)
    settle(group)
    assert {each.tag for each in group.github.releases(REPO).values()} == {"v1.0", "v1.1"}
    assert group.requests <= 11 + ceil(len(group.board.items) / 100) + 3 * len((API, APP))
    assert len([x for x in group.github.requests if x.status != 304]) == 0
    assert group.writes == []

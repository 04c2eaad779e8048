"""A scrum team on a Data Center, whose developers work on GitHub: epics, sprints and five steps to done, from `init` on."""

from __future__ import annotations

from itertools import pairwise

import pytest
from cli_workspace import CANARY, PROJECT, REPO, CliWorkspace, Clock, cli_environment

from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.simulator import JiraSimulator, Status, Transition, Workflow
from pmhub_jira.simulator import serve as serve_jira
from pmhub_jira.simulator.fields import SPRINT
from pmhub_jira.simulator.server_shapes import EPIC_LINK
from pmhub_jira.simulator.values import EPIC_NAME
from pmhub_jira.simulator.workflow import DONE, IN_PROGRESS, IN_REVIEW, TO_DO

IN_TESTING = Status("10003", "In Testing", "indeterminate")
STEPS = (TO_DO, IN_PROGRESS, IN_REVIEW, IN_TESTING, DONE)
FIVE_STEPS = Workflow(
    STEPS,
    (
        *(
            Transition(f"{number}1", to.name, to.id, frozenset({start.id}))
            for number, (start, to) in enumerate(pairwise(STEPS), 1)
        ),
        Transition("91", "Reopen", TO_DO.id, frozenset({DONE.id})),
    ),
).requiring("resolution", on="Done")
FIELDS = """
[syncs.backlog.fields]
status = { map = "scrum" }
iteration = { jira = "sprint" }

[syncs.roadmap]
kind = "roadmap_item"
endpoints = [
  { connection = "jira", project = "SHOP", types = ["Epic"] },
  { connection = "github", repo = "example/shop", as = "milestone" },
]
"""


@pytest.fixture
def team(tmp_path):
    clock = Clock()
    github, jira = GitHubSimulator(clock), JiraSimulator(clock=clock, data_center=True)
    github.add_repo(REPO, private=True)
    github.token(CANARY, login="pmhub-bot")
    board = github.projects.add("example")
    github.projects.add_field(board, "Iteration", "iteration", ["Sprint 7", "Sprint 8"])
    jira.add_project(PROJECT, name="Shop", workflow=FIVE_STEPS)
    jira.want_epic_names(PROJECT)
    jira.add_user("Sync Bot", email="bot@example.com", account_id="bot")
    jira.token("", CANARY, "bot")
    with serve_github(github) as code, serve_jira(jira) as site:
        urls = {"github": code.url, "jira": site.url}
        found = CliWorkspace(tmp_path, clock, github, jira, urls, cli_environment())
        found.board = board
        yield found


def configure(team):
    done = team.run(
        *("init", "--connect", "jira", "--connect", "github", "--scope", f"jira={PROJECT}", "--scope", f"github={REPO}"),
        *("--set", f"jira.url={team.urls['jira']}", "--set", f"github.url={team.urls['github']}"),
        *("--set", "github.write_interval=0", "--secret", "jira.token=JIRA_TOKEN", "--secret", "github.token=GITHUB_TOKEN"),
    )  # fmt: skip
    assert done.code == 0, done.err
    file = team.folder / "pmhub.toml"
    text = file.read_text("utf-8").replace('repo = "example/shop"', 'repo = "example/shop", project = "example/1"', 1)
    text = text.replace(
        'project = "SHOP"',
        'project = "SHOP", types = ["Story", "Bug", "Task"], transition_fields = { resolution = "Done" }',
        1,
    )
    file.write_text(text + FIELDS, "utf-8")


def settled(team):
    for _ in range(3):
        assert (done := team.run("sync")).code == 0, done.err
        team.rest()
    done = team.run("plan", "--detailed-exitcode")
    assert done.code == 0, done.out
    return team


def called(team, summary):
    return next(issue for issue in team.jira.issues(PROJECT) if issue.summary == summary)


def number_of(team, title):
    return next(number for number, issue in team.github.issues(REPO).items() if issue.title == title)


def goal_of(team, number):
    return team.github.milestones(REPO)[team.github.issue(REPO, number).milestone].title


def test_a_scrum_team_from_init_to_settled(team):
    sprints = {name: team.jira.add_sprint(name).id for name in ("Sprint 7", "Sprint 8")}
    epic = team.jira.user_create_issue(PROJECT, "Faster checkout", type="Epic", **{EPIC_NAME: "Checkout"})
    story = team.jira.user_create_issue(PROJECT, "Pay in one step", type="Story", **{SPRINT: sprints["Sprint 7"]})
    team.jira.user_edit_issue(story.key, **{EPIC_LINK: epic.key})
    team.github.user_create_issue(REPO, "Pay in one step")
    team.github.user_create_issue(REPO, "Cart forgets the coupon")

    configure(team)
    doctor = team.run("doctor", "--format", "json")
    assert (doctor.code, doctor.json["errors"]) == (0, 0), doctor.out
    assert team.writes == []
    settled(team)

    assert sorted(issue.summary for issue in team.jira.issues(PROJECT)) == [
        "Cart forgets the coupon",
        "Faster checkout",
        "Pay in one step",
    ]
    pay, cart = number_of(team, "Pay in one step"), number_of(team, "Cart forgets the coupon")
    assert goal_of(team, pay) == "Faster checkout"
    assert team.github.projects.shown(team.board, REPO, pay)["Iteration"] == "Sprint 7"

    team.github.user_close(REPO, cart)
    team.github.projects.put(team.board, REPO, pay, Iteration="Sprint 8")
    team.jira.user_transition(called(team, "Pay in one step").key, "In Progress")
    settled(team)
    assert team.jira.status_name(called(team, "Cart forgets the coupon").key) == "Done"
    assert called(team, "Pay in one step").custom[SPRINT][-1] == sprints["Sprint 8"]
    assert team.github.issue(REPO, pay).state == "open"

    for step in ("In Review", "In Testing"):
        team.jira.user_transition(called(team, "Pay in one step").key, step)
    team.jira.user_transition(called(team, "Pay in one step").key, "Done", resolution={"name": "Done"})
    team.jira.user_edit_issue(epic.key, summary="Much faster checkout")
    settled(team)
    assert team.github.issue(REPO, pay).state == "closed"
    assert goal_of(team, pay) == "Much faster checkout"

    team.github.user_reopen(REPO, cart)
    settled(team)
    assert team.jira.status_name(called(team, "Cart forgets the coupon").key) == "To Do"
    assert len(team.jira.issues(PROJECT)) == 3

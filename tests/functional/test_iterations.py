"""Sprints of Jira and iterations of a GitHub project: one is planned as the other, as far as both sides have it."""

from dataclasses import replace

import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.config import Endpoint
from pmhub.model.exchange import Scope
from pmhub.model.vocabulary import Vocabulary
from pmhub_github.settings import GitHubScope
from pmhub_jira.settings import JiraScope
from pmhub_jira.simulator.fields import SPRINT

pytestmark = pytest.mark.flavour("no Enterprise Server has this API of projects yet", github=("token", "app"))


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        stage.board = stage.github.projects.add("example")
        stage.github.projects.add_field(stage.board, "Iteration", "iteration", ["Sprint 7", "Sprint 8", "Only here"])
        stage.sprints = {name: stage.jira.add_sprint(name) for name in ("Sprint 7", "Sprint 8", "Only there")}
        jira = Scope(PROJECT, JiraScope(PROJECT), Vocabulary(fields={"iteration": "sprint"}))
        code = Scope(REPO, GitHubScope(REPO, project="example/1"))
        places = (Endpoint("jira", jira), Endpoint("github", code))
        sync = replace(stage.workspace.syncs["backlog"], endpoints=places)
        stage.workspace = replace(stage.workspace, syncs={"backlog": sync})
        yield stage


def settle(stage):
    """Runs until it is quiet; all that the reports had to say."""
    told = []
    for _ in range(3):
        stage.rest()
        report = stage.sync()
        told += [problem.message for problem in report.refused]
    assert stage.writes == []
    assert report.exit_code == 0
    return told


def only_issue(stage):
    (issue,) = stage.jira.issues(PROJECT)
    return issue


def plan_in_jira(stage, name):
    stage.jira.user_edit_issue(only_issue(stage).key, **{SPRINT: stage.sprints[name].id if name else None})


def planned(stage):
    """The iteration here and there."""
    names = {one.id: one.name for one in stage.sprints.values()}
    there = [names[number] for number in only_issue(stage).custom.get(SPRINT) or ()]
    return stage.github.projects.shown(stage.board, REPO, 1).get("Iteration"), *there


@pytest.fixture
def pair(stage):
    stage.jira.user_create_issue(PROJECT, "Pay", **{SPRINT: stage.sprints["Sprint 7"].id})
    assert settle(stage) == []
    return stage


def test_a_sprint_and_an_iteration_of_one_name_follow_each_other(pair):
    assert planned(pair) == ("Sprint 7", "Sprint 7")
    pair.github.projects.put(pair.board, REPO, 1, Iteration="Sprint 8")
    assert settle(pair) == []
    assert planned(pair) == ("Sprint 8", "Sprint 8")
    plan_in_jira(pair, None)
    assert settle(pair) == []
    assert planned(pair) == (None,)


def test_the_end_of_a_sprint_changes_nothing_elsewhere(pair):
    pair.jira.end_sprint(pair.sprints["Sprint 7"])
    pair.jira.user_edit_issue(only_issue(pair).key, summary="Paid")
    assert settle(pair) == []
    assert planned(pair) == ("Sprint 7", "Sprint 7")
    pair.github.projects.put(pair.board, REPO, 1, Iteration="Sprint 8")
    assert settle(pair) == []
    assert planned(pair)[0] == "Sprint 8"
    assert planned(pair)[-1] == "Sprint 8"


def test_a_sprint_that_only_one_side_has_is_no_opinion_on_the_other_until_it_has_it(pair, caplog):
    plan_in_jira(pair, "Only there")
    assert settle(pair) == []
    told = [record.getMessage() for record in caplog.records if "iteration" in record.getMessage()]
    assert told == ["github has no open iteration 'Only there': it is left alone there until it has one"]
    assert planned(pair) == ("Sprint 7", "Only there")
    field = pair.board.field_named("Iteration")
    field.options.append(type(field.options[0])("0000beef", "Only there"))
    pair.clock.advance(25 * 3600)
    pair.jira.user_edit_issue(only_issue(pair).key, summary="Paid")
    assert settle(pair) == []
    assert planned(pair) == ("Only there", "Only there")


def test_an_iteration_that_jira_lacks_leaves_its_sprint_alone(pair):
    pair.github.projects.put(pair.board, REPO, 1, Iteration="Only here")
    assert settle(pair) == []
    assert planned(pair) == ("Only here", "Sprint 7")


def test_an_iteration_taken_away_after_the_sprint_ended_settles(pair):
    pair.jira.end_sprint(pair.sprints["Sprint 7"])
    pair.github.projects.put(pair.board, REPO, 1, Iteration=None)
    settle(pair)
    assert planned(pair)[0] is None


def test_at_rest_it_costs_one_conditional_list_more(pair):
    """Boards and fields are looked up now and then."""
    pair.rest()
    pair.sync()
    pair.clock.advance(300)
    pair.sync()
    asked = [one.path.rpartition("/")[2] for one in (*pair.github.requests, *pair.jira.requests)]
    assert "field" not in asked
    assert "board" not in asked
    assert asked.count("items") == 1

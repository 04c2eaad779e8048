"""What a run may take, and what a plan says it will: limits end a run where the next one goes on."""

import json
from dataclasses import replace
from math import ceil

import pytest
from functional.flavours import written
from stage import PROJECT, REPO, fill_github, open_stage

from pmhub.model.kinds import Kind
from pmhub.sync.cost import told
from pmhub.sync.preview import preview
from pmhub.sync.report import OK, TEMPORARY

ISSUES, COMMENTS = 12, 6
LONG = 1_000_000


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as found:
        fill_github(found, opened=ISSUES, closed=0, comments=COMMENTS)
        yield found


def test_a_run_without_time_to_write_reads_and_says_that_it_was_cut_short(stage):
    report = stage.sync(deadline=stage.clock.ms())
    assert (report.exit_code, report.out_of_time) == (TEMPORARY, True)
    assert stage.writes == []
    assert stage.jira.issues(PROJECT) == []


def test_what_a_deadline_left_over_is_done_by_the_next_runs_and_nothing_twice(stage):
    codes = []
    for _ in range(ISSUES + COMMENTS):
        codes.append(stage.sync(deadline=stage.clock.ms() + LONG, clock=late_after_a_write(stage)).exit_code)
        if codes[-1] == OK:
            break
    assert codes[-1] == OK
    assert TEMPORARY in codes
    assert len(stage.jira.issues(PROJECT)) == ISSUES
    assert sum(len(issue.comments) for issue in stage.jira.issues(PROJECT)) == COMMENTS


def late_after_a_write(stage):
    return lambda: stage.clock.ms() + (LONG if stage.writes else 0)


def test_a_first_read_that_takes_longer_than_a_run_may_goes_on_in_the_next_one(tmp_path):
    issues, seen = 310, []
    with open_stage(tmp_path, comments=False) as stage:
        fill_github(stage, opened=issues, closed=0, comments=0)
        while issues not in seen and len(seen) < 2 * ceil(issues / 100):
            report = stage.sync(deadline=stage.clock.ms())
            assert (report.exit_code, report.out_of_time) == (TEMPORARY, True)
            with stage.hub() as hub:
                [github] = [remote for remote in hub.remotes if remote.startswith("github:")]
                seen.append(len(hub.store.observations.ids(github, Kind.TICKET)))
    assert seen == sorted(seen)
    assert seen[-1] == issues


def test_a_run_that_had_nothing_to_write_was_not_cut_short(stage):
    stage.sync()
    assert stage.sync(deadline=stage.clock.ms()).exit_code == OK


def test_a_plan_tells_requests_people_and_public_writes_before_they_happen(stage):
    stage.github.add_user("ann")
    with stage.hub() as hub:
        (cost,) = preview(hub).costs
    assert (cost.connection, cost.items, cost.people, cost.public) == ("jira", ISSUES + COMMENTS, (), 0)
    stage.sync()
    made = [x for x in stage.jira.requests if x.method == "POST" and not x.path.endswith(("/jql", "myself"))]
    assert abs(cost.requests - len(made)) <= 3, "about as many as it then takes"


def test_a_plan_says_how_many_hours_new_things_take(stage):
    stage.sync()
    for number in range(ISSUES):
        stage.jira.user_create_issue(PROJECT, f"From Jira {number}", written("Words"))
    stage.rest()
    with stage.hub() as hub:
        remote = next(remote for remote in hub.remotes.values() if remote.connection == "github")
        remote.connector = Slow(remote.connector, made_an_hour=5)
        (cost,) = preview(hub).costs
    assert (cost.items, cost.hours) == (ISSUES, 3)
    assert told([cost])[0].endswith("takes 3 hours, as the service limits what is new in each")


def test_a_plan_says_how_many_hours_it_takes_within_the_budget_of_a_connection(stage):
    with stage.hub() as hub:
        (free,) = preview(hub).costs
    stage.workspace = with_budget(stage.workspace, free.requests - 1, "jira")
    with stage.hub() as hub:
        (cost,) = preview(hub).costs
    assert (free.budget_hours, cost.hours, cost.budget_hours) == (0, 0, 2)
    assert told([cost])[0].endswith("takes 2 hours and a run in each, as `budget` allows no more requests")


class Slow:
    """A connector whose vendor takes fewer new things in an hour."""

    def __init__(self, inner, made_an_hour):
        self.inner, self.capabilities = inner, replace(inner.capabilities, made_an_hour=made_an_hour)

    def __getattr__(self, name):
        return getattr(self.inner, name)


def test_a_plan_names_whoever_would_be_told(tmp_path):
    people = {"jira": {"account-ann": "ann"}, "github": {"ann": "ann"}}
    with open_stage(tmp_path, people=people) as stage:
        stage.github.add_user("ann")
        stage.jira.add_user("Ann", account_id="account-ann")
        stage.github.user_create_issue(REPO, "For Ann", assignees=["ann"])
        with stage.hub() as hub:
            found = preview(hub)
    assert [cost.people for cost in found.costs] == [("ann",)]
    assert json.dumps(found.to_json("", 0)["costs"])


def test_a_connection_is_asked_so_often_an_hour_and_the_next_hour_goes_on(tmp_path):
    issues, budget, seen = 110, 4, []
    with open_stage(tmp_path, comments=False) as stage:
        fill_github(stage, opened=issues, closed=0, comments=0)
        stage.workspace = with_budget(stage.workspace, budget)
        code = TEMPORARY
        while code == TEMPORARY and len(seen) < issues:
            code, asked = asked_in_a_run(stage)
            _, again = asked_in_a_run(stage)
            assert asked + again <= budget, "what an earlier run asked counts, too"
            with stage.hub() as hub:
                [github] = [remote for remote in hub.remotes if remote.startswith("github:")]
                seen.append(len(hub.store.observations.ids(github, Kind.TICKET)))
            stage.clock.advance(3601)
        assert code == OK
        assert len(stage.jira.issues(PROJECT)) == issues
    assert seen == sorted(seen)
    assert seen[0] < seen[-1] == issues


def asked_in_a_run(stage):
    """Its exit code, and how often GitHub was asked."""
    return stage.sync(sleep=never).exit_code, len(stage.github.requests)


def with_budget(workspace, budget, connection="github"):
    limited = replace(workspace.connections[connection], budget=budget)
    return replace(workspace, connections={**workspace.connections, connection: limited})


def never(seconds):
    raise AssertionError(f"a run waited {seconds} seconds for its own budget")

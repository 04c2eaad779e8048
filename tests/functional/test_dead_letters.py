"""One poisonous item among many: what it costs, whom it delays, and how often it is told."""

from __future__ import annotations

import pytest
from functional.flavours import SIGNS_IN_AS
from stage import PROJECT, REPO, open_stage

from pmhub.model.kinds import Kind
from pmhub.store import Store
from pmhub.testing.server import POISON
from pmhub.testing.world import World
from pmhub_jira.simulator import Fault

RUNS = 5


@pytest.fixture
def world():
    """Makes worlds of two remotes with many tickets on the first."""
    made = []

    def make(titles):
        one = World(0, 0, "AB", page=1_000, lag=0, bulk=1)
        one.choke.tick = 1
        for title in titles:
            one.remotes["A"].person_creates(Kind.TICKET, {"title": title})
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


def titles(count, poison=None):
    return [POISON if number == poison else f"ticket {number}" for number in range(count)]


def calls(world, runs=RUNS):
    """Of every run."""
    found = []
    for _ in range(runs):
        world.choke.log.clear()
        world.runs(1)
        found.append(len(world.choke.log))
    return found


def arrived(world):
    return len(world.remotes["B"].live(Kind.TICKET))


@pytest.mark.parametrize("count", [200, pytest.param(1_000, marks=pytest.mark.soak)])
def test_one_poisonous_ticket_of_many_costs_at_most_four_requests_in_all_runs(world, count):
    poisoned = world(titles(count, poison=count // 2))
    clean = world([title for title in titles(count, poison=count // 2) if title != POISON])
    assert sum(calls(poisoned)) - sum(calls(clean)) <= 4


def test_it_delays_no_other(world):
    poisoned = world(titles(300, poison=0))
    calls(poisoned, runs=1)
    assert arrived(poisoned) == 299


def test_an_edit_that_is_refused_costs_at_most_four_requests_in_all_runs(world):
    poisoned, clean = world(titles(50)), world(titles(50))
    for each in (poisoned, clean):
        calls(each, runs=2)
    poisoned.remotes["A"].person_edits("A7", title=POISON)
    assert sum(calls(poisoned)) - sum(calls(clean)) <= 4


def test_when_a_dead_letter_is_given_up_its_runs_cost_nothing_more(world):
    poisoned = world(titles(20, poison=3))
    calls(poisoned, runs=4)
    clean = world(titles(20))
    calls(clean, runs=4)
    assert calls(poisoned, runs=2) == calls(clean, runs=2)


def test_the_other_fields_of_a_refused_edit_arrive_in_the_same_run(world):
    one = world(titles(5))
    calls(one, runs=2)
    one.remotes["A"].person_edits("A3", title=POISON, labels=("shop",))
    calls(one, runs=1)
    (copy,) = (held for held in one.remotes["B"].live(Kind.TICKET) if held.fields["title"] == "ticket 2")
    assert copy.fields["labels"] == ("shop",)


def test_what_hangs_on_a_refused_ticket_waits_for_it_and_comes_after_it(world):
    one = world(titles(3, poison=1))
    one.remotes["A"].person_creates(Kind.COMMENT, {"body": "first"}, on="A2")
    calls(one, runs=4)
    assert len(one.remotes["B"].live(Kind.COMMENT)) == 0
    one.remotes["A"].person_edits("A2", title="cured")
    calls(one, runs=2)
    (comment,) = one.remotes["B"].live(Kind.COMMENT)
    assert one.remotes["B"].things[comment.shown.on].fields["title"] == "cured"
    assert one.store.failures.all() == []


# Told once while it lasts, and once when it is over.


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        for number in range(3):
            stage.github.user_create_issue(REPO, f"Issue {number}", "text")
        stage.sync()
        yield stage


def refusing(stage, times=99):
    body = {"errorMessages": ["Comment body is not valid."], "errors": {}}
    path = r"/comment$"
    stage.jira.fault(Fault(kind="status", method="POST", path=path, status=400, times=times, body=body))


def runs(stage, count):
    reports = []
    for _ in range(count):
        stage.rest()
        reports.append(stage.sync())
    return reports


def test_a_refused_item_is_told_once_while_it_lasts(stage):
    refusing(stage)
    stage.github.user_comment(REPO, 1, "refused over there")
    reports = runs(stage, 4)
    assert [len(report.news) for report in reports] == [1, 0, 0, 0]
    assert [report.exit_code for report in reports] == [3, 3, 3, 3]


def test_a_refused_item_that_went_through_is_told_once(stage):
    refusing(stage, times=1)
    stage.github.user_comment(REPO, 1, "refused over there, once")
    reports = runs(stage, 4)
    assert [bool(report.recovered) for report in reports] == [False, True, False, False]
    assert reports[1].recovered[0].startswith("jira: ")


def test_two_distinct_problems_are_told_each(stage):
    refusing(stage)
    stage.github.user_comment(REPO, 1, "one")
    runs(stage, 1)
    stage.github.user_comment(REPO, 2, "two")
    assert [len(report.news) for report in runs(stage, 2)] == [1, 0]


def test_a_remote_that_is_down_is_told_once_and_once_when_it_is_back(stage):
    stage.jira.revoke(SIGNS_IN_AS, "fake-token")
    down = runs(stage, 3)
    stage.jira.token(SIGNS_IN_AS, "fake-token", stage.jira.issues(PROJECT)[0].creator)
    back = runs(stage, 2)
    assert [len(report.news) for report in down] == [1, 0, 0]
    assert [report.recovered for report in back] == [["jira"], []]


def test_what_a_person_puts_aside_did_not_recover(stage):
    refusing(stage)
    stage.github.user_comment(REPO, 1, "refused over there")
    runs(stage, 3)
    store = Store(stage.workspace.database)
    with store.transaction():
        for failure in store.failures.all():
            store.failures.ignore(failure.id)
    store.close()
    (report,) = runs(stage, 1)
    assert (report.recovered, report.exit_code) == ([], 0)

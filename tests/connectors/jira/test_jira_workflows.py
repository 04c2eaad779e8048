"""A status over the workflows that sites have: the way there is found, or it is said why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from jira_connection import Connection, connect, scope

from pmhub.sdk import Observation, Refused, Scope, Target
from pmhub_jira import workflow as ways
from pmhub_jira.simulator import (
    DEAD_END_WORKFLOW,
    LINEAR_WORKFLOW,
    OPEN_WORKFLOW,
    RESTRICTED_WORKFLOW,
    Status,
    Transition,
    Workflow,
)
from pmhub_jira.simulator.fields import OBJECTIVE

RESOLVING = RESTRICTED_WORKFLOW.requiring("resolution", on="Done")
SCREENED = OPEN_WORKFLOW.requiring(OBJECTIVE, on="Done")


@pytest.fixture(params=[False, True], ids=["cloud", "data-center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(data_center=request.param) as connection:
        yield connection


def move(jira: Connection, key: str, status: str, within: Scope | None = None) -> Any:
    within = within or scope()
    over = jira.seen(jira.ticket(key), within)
    jira.requests()
    return jira.connector.update(Target(within, over.ref), over, {"status": status})


def story(jira: Connection, workflow: Workflow, status: str = "") -> str:
    jira.simulator.project("SHOP").workflow = workflow
    key = jira.simulator.user_create_issue("SHOP", "Story").key
    for name in ["In Progress", "In Review", "Done"] if status else []:
        jira.simulator.user_transition(key, name)
        if name == status:
            break
    return str(key)


def passed(jira: Connection, key: str) -> list[str]:
    """The statuses it went to."""
    items = (item for entry in jira.simulator.history(key) for item in entry.items)
    return [str(item["toString"]) for item in items if item["field"] == "status"]


def refused(jira: Connection, key: str, status: str, within: Scope | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        move(jira, key, status, within)
    assert caught.value.field == "status"
    return caught.value


def test_an_open_workflow_takes_one_step(jira: Connection) -> None:
    key = story(jira, OPEN_WORKFLOW)
    move(jira, key, "done")
    assert passed(jira, key) == ["Done"]


def test_a_linear_workflow_is_walked_to_its_end(jira: Connection) -> None:
    key = story(jira, LINEAR_WORKFLOW)
    move(jira, key, "done")
    assert passed(jira, key) == ["In Progress", "In Review", "Done"]


def test_a_linear_workflow_has_no_way_back(jira: Connection) -> None:
    key = story(jira, LINEAR_WORKFLOW, "Done")
    error = refused(jira, key, "todo")
    assert error.message == "no transition leads from `Done` to `todo`; available: none that this account may take"


def test_a_restricted_workflow_is_walked_there_and_back(jira: Connection) -> None:
    key = story(jira, RESTRICTED_WORKFLOW)
    for status in ("done", "todo", "done"):
        move(jira, key, status)
    assert passed(jira, key) == ["In Progress", "In Review", "Done", "To Do", "In Progress", "In Review", "Done"]


def test_what_was_learnt_of_a_workflow_costs_no_request_again(jira: Connection) -> None:
    move(jira, story(jira, RESTRICTED_WORKFLOW), "done")
    key = story(jira, RESTRICTED_WORKFLOW)
    move(jira, key, "done")
    assert [each.split()[0] for each in jira.requests()] == ["POST"] * 3


def test_a_way_is_known_from_issues_that_stand_on_it(jira: Connection) -> None:
    for status in ("In Progress", "In Review", "Done"):
        story(jira, RESTRICTED_WORKFLOW, status)
    key = story(jira, RESTRICTED_WORKFLOW)
    over = jira.seen(jira.ticket(key))
    jira.connector._issues.moves.check(Target(scope(), over.ref), over, "done")
    assert {each.split()[0] for each in jira.requests()} <= {"GET", "POST"}
    assert passed(jira, key) == []
    move(jira, key, "done")
    assert [each.split()[0] for each in jira.requests()] == ["POST"] * 3


def test_a_resolution_that_a_transition_asks_for_comes_from_the_configuration(jira: Connection) -> None:
    key = story(jira, RESOLVING)
    move(jira, key, "done", scope(transition_fields={"resolution": "Won't Do"}))
    issue = jira.simulator.issue(key)
    assert (jira.simulator.status_name(key), issue.resolution_id) == ("Done", "10001")


def test_a_resolution_nobody_configured_is_named_before_anything_is_written(jira: Connection) -> None:
    for status in ("In Progress", "In Review"):
        story(jira, RESTRICTED_WORKFLOW, status)
    key = story(jira, RESOLVING)
    error = refused(jira, key, "done")
    assert error.message == "the transition `Done` from `To Do` to `done` asks for resolution"
    assert error.hint == "Say it in the endpoint: transition_fields = { resolution = … }."
    assert passed(jira, key) == []


def test_a_screen_is_filled_by_the_name_that_people_see(jira: Connection) -> None:
    key = story(jira, SCREENED)
    move(jira, key, "done", scope(transition_fields={"Objective": "Sell more"}))
    assert jira.simulator.status_name(key) == "Done"
    assert jira.simulator.issue(key).custom[OBJECTIVE] == "Sell more"


def test_a_dead_end_is_left_again_and_told_of(jira: Connection) -> None:
    key = story(jira, DEAD_END_WORKFLOW)
    error = refused(jira, key, "done")
    assert error.message == "no transition leads from `In Progress` to `done`; available: Put back → To Do"
    assert passed(jira, key) == ["In Progress", "To Do"]


def test_a_known_dead_end_is_not_entered(jira: Connection) -> None:
    refused(jira, story(jira, DEAD_END_WORKFLOW), "done")
    key = story(jira, DEAD_END_WORKFLOW)
    error = refused(jira, key, "done")
    assert error.message == "no transition leads from `To Do` to `done`; available: Start work → In Progress"
    assert passed(jira, key) == []


def test_a_way_of_too_many_transitions_is_not_taken(jira: Connection) -> None:
    names = [f"Step {number}" for number in range(ways.HOPS + 1)]
    statuses = tuple(Status(str(100 + number), name, "indeterminate") for number, name in enumerate(names))
    whole = (*LINEAR_WORKFLOW.statuses[:1], *statuses, LINEAR_WORKFLOW.statuses[-1])
    steps = tuple(
        Transition(str(number), f"To {after.name}", after.id, frozenset({before.id}))
        for number, (before, after) in enumerate(pairwise(whole), 1)
    )
    jira.simulator.state.statuses |= {status.id: status for status in whole}
    key = story(jira, Workflow(whole, steps))
    refused(jira, key, "done")
    assert len(passed(jira, key)) <= ways.HOPS


def test_a_transition_that_fails_midway_is_told_with_where_it_failed(jira: Connection) -> None:
    key = story(jira, RESTRICTED_WORKFLOW)
    jira.simulator.deny("bot", "TRANSITION_ISSUES")
    assert "none that this account may take" in refused(jira, key, "done").message


def test_the_status_that_is_wanted_is_never_written_twice(jira: Connection) -> None:
    key = story(jira, RESTRICTED_WORKFLOW, "Done")
    over = jira.seen(jira.ticket(key))
    assert isinstance(over, Observation)
    assert move(jira, key, "done") == over
    assert jira.requests() == []

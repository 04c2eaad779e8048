"""Edits of a bulk mail nobody, where the account may keep them from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jira_connection import Connection, connect, shop

from pmhub.sdk import Target
from pmhub_jira.quiet import A_BULK


@pytest.fixture(params=[False, True], ids=["cloud", "data-center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(data_center=request.param) as connection:
        connection.simulator.user_create_issue("SHOP", "One")
        yield connection


def edit(jira: Connection, times: int) -> list[str]:
    """How often each PUT said that nobody be told."""
    over = jira.seen(jira.ticket("SHOP-1"))
    for number in range(times):
        jira.connector.update(Target(shop(), over.ref), over, {"title": f"Title {number}"})
    asked = [each.query for each in jira.simulator.requests if each.method == "PUT"]
    jira.requests()
    return asked


def test_the_first_edits_of_a_run_are_told_and_a_bulk_is_not(jira: Connection) -> None:
    asked = edit(jira, A_BULK + 2)
    assert ["notifyUsers=false" in each for each in asked] == [False] * A_BULK + [True] * 2


def test_an_account_that_may_not_does_not_ask(jira: Connection) -> None:
    jira.simulator.deny("bot", "ADMINISTER_PROJECTS", "SHOP")
    assert not any("notifyUsers" in each for each in edit(jira, A_BULK + 2))


def test_who_lost_the_right_edits_as_usual(jira: Connection) -> None:
    jira.connector.check([shop()])
    jira.simulator.deny("bot", "ADMINISTER_PROJECTS", "SHOP")
    asked = edit(jira, A_BULK + 1)
    assert ["notifyUsers=false" in each for each in asked[-2:]] == [True, False]
    assert jira.simulator.issue("SHOP-1").summary == f"Title {A_BULK}"

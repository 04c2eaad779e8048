"""Comments that came by e-mail: the letter that they quote is left out where a project says so, and stays where it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jira_connection import Connection, connect, scope

from pmhub.sdk import Kind, Observation, Ref, Target

LETTER = "On Tue, 3 Nov 2026 at 10:12, Ann wrote:\n\n> Is it slow?"
CUT = scope(quoted_mail="cut")


@pytest.fixture(params=[False, True], ids=["cloud", "data center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(data_center=request.param) as connection:
        yield connection


def said(jira: Connection) -> Ref:
    jira.simulator.user_create_issue("SHOP", "Pay")
    jira.simulator.user_comment("SHOP-1", jira.body(f"Yes, it is.\n\n{LETTER}"), user="ann")
    return Ref(Kind.COMMENT, str(jira.simulator.comments("SHOP-1")[0].id), "SHOP-1#1")


def seen(jira: Connection, ref: Ref, of: object = CUT) -> Observation:
    return jira.seen(ref, of)  # type: ignore[arg-type]


def test_the_letter_is_kept_unless_a_project_says_otherwise(jira: Connection) -> None:
    ref = said(jira)
    assert "Is it slow?" in str(seen(jira, ref, None).record.body)
    assert seen(jira, ref).record.body == "Yes, it is."


def test_an_edit_from_elsewhere_leaves_the_letter_below(jira: Connection) -> None:
    ref = said(jira)
    over = seen(jira, ref)
    jira.connector.update(Target(CUT, ref), over, {"body": "No, it is not."})
    assert seen(jira, ref).record.body == "No, it is not."
    assert str(seen(jira, ref, None).record.body) == f"No, it is not.\n\n{LETTER}"

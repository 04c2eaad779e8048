"""A ticket's sprint and its estimate in time: read, written by id, and no opinion where a site has none of that name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from agile_spec import PREFIX, check_agile
from jira_connection import MARKER, PEOPLE, VOCABULARY, Connection, connect, scope, stream

from pmhub.sdk import ABSENT, Draft, Kind, Observation, Refused, Scope, Target, Ticket, Vocabulary
from pmhub_jira import sprints
from pmhub_jira.simulator.fields import SPRINT

PLANNED = Vocabulary(people=PEOPLE, fields={"iteration": "sprint", "time_estimate": "timeoriginalestimate"})
SERIALIZED = (
    "com.atlassian.greenhopper.service.sprint.Sprint@1f[id={},rapidViewId=5,state={},name={},startDate=<null>,"
    "endDate=<null>,completeDate=<null>,activatedDate=<null>,sequence=7,goal=,autoStartStop=false]"
)


@pytest.fixture(params=[False, True], ids=["cloud", "data center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(data_center=request.param) as connection:
        yield connection


def shop() -> Scope:
    return scope(vocabulary=PLANNED)


def issue(jira: Connection, title: str = "Pay", **fields: Any) -> Any:
    return jira.simulator.user_create_issue("SHOP", title, **fields)


def seen(jira: Connection, key: str, of: Scope | None = None) -> Observation:
    return jira.seen(jira.ticket(key), of or shop())


def update(jira: Connection, key: str, **changes: Any) -> Observation | None:
    over = seen(jira, key)
    return jira.connector.update(Target(shop(), over.ref), over, changes)


def agile(jira: Connection) -> list[str]:
    """What was asked of Jira Software, each held against the description; the rest is forgotten."""
    asked = [one for one in jira.simulator.requests if one.path.startswith(PREFIX)]
    jira.simulator.requests.clear()
    for one in asked:
        assert check_agile(one.method, one.path, one.query, one.status, one.response_json) == []
    return [f"{one.method} {one.path.removeprefix(PREFIX)}" for one in asked]


# reading


def test_the_sprint_of_an_issue_is_its_iteration(jira: Connection) -> None:
    sprint = jira.simulator.add_sprint("Sprint 7")
    key = issue(jira, **{SPRINT: sprint.id}).key
    assert seen(jira, key).record.iteration == "Sprint 7"
    [found] = jira.fetch(replace(stream(), scope=shop()))[Kind.TICKET, "SHOP"]
    assert found.record.iteration == "Sprint 7"
    assert jira.connector.normalise(Kind.TICKET, shop(), found.native) == found
    agile(jira)


def test_an_issue_in_no_sprint_is_planned_for_none(jira: Connection) -> None:
    assert seen(jira, issue(jira).key).record.iteration is None


def test_the_end_of_a_sprint_takes_no_ticket_out_of_it(jira: Connection) -> None:
    sprint = jira.simulator.add_sprint("Sprint 7")
    key = issue(jira, **{SPRINT: sprint.id}).key
    jira.simulator.end_sprint(sprint)
    assert seen(jira, key).record.iteration is ABSENT


def test_without_a_named_field_nothing_is_asked_for_it(jira: Connection) -> None:
    sprint = jira.simulator.add_sprint("Sprint 7")
    key = issue(jira, **{SPRINT: sprint.id}).key
    jira.connector.check([scope()])
    assert agile(jira) == []
    assert seen(jira, key, scope()).record.iteration is ABSENT
    assert jira.connector.fit(scope(), Ticket(iteration="Sprint 7")).record.iteration is ABSENT


@pytest.mark.parametrize("name", ["Sprint 7", "Sprint, the 7th", "a=b, c", "[seven]"])
def test_a_sprint_that_is_told_as_text_is_read_like_one_that_is_an_object(name: str) -> None:
    told = SERIALIZED.format(7, "ACTIVE", name)
    assert sprints.read([told]) == name == sprints.read([{"id": 7, "state": "active", "name": name}])


def test_the_active_sprint_counts_before_one_to_come_and_closed_ones_do_not() -> None:
    closed, future, active = (
        SERIALIZED.format(number, state, f"S{number}")
        for number, state in ((1, "CLOSED"), (2, "FUTURE"), (3, "ACTIVE"))
    )
    assert sprints.read([closed, future, active]) == "S3"
    assert sprints.read([closed, future]) == "S2"
    assert sprints.read([closed]) is ABSENT
    assert sprints.read(["what is this?"]) is ABSENT


# writing


def test_a_sprint_is_written_by_its_id_and_looked_up_once(jira: Connection) -> None:
    sprint = jira.simulator.add_sprint("Sprint 7", "future")
    one, other = issue(jira).key, issue(jira).key
    update(jira, one, iteration="Sprint 7")
    update(jira, other, iteration="sprint 7")
    assert [jira.simulator.issue(key).custom[SPRINT] for key in (one, other)] == [[sprint.id]] * 2
    board = jira.simulator.project("SHOP").id
    assert agile(jira) == ["GET board", f"GET board/{board}/sprint"]
    assert seen(jira, one).record.iteration == "Sprint 7"


def test_a_ticket_is_taken_out_of_its_sprint(jira: Connection) -> None:
    key = issue(jira, **{SPRINT: jira.simulator.add_sprint("Sprint 7").id}).key
    update(jira, key, iteration=None)
    assert seen(jira, key).record.iteration is None


def test_a_new_issue_is_planned_from_the_start(jira: Connection) -> None:
    jira.simulator.add_sprint("Sprint 7")
    [made] = jira.connector.create([Draft(shop(), Ticket(title="Pay", type="story", iteration="Sprint 7"), MARKER)])
    assert jira.seen(made.ref, shop()).record.iteration == "Sprint 7"
    agile(jira)


def test_an_unknown_sprint_is_no_opinion_once_the_boards_are_known(jira: Connection) -> None:
    jira.simulator.add_sprint("Sprint 7")
    jira.simulator.add_sprint("Sprint 6", "closed")
    jira.connector.check([shop()])
    for name in ("Sprint 6", "Iteration 8"):
        fitted = jira.connector.fit(shop(), Ticket(title="Pay", iteration=name))
        assert fitted.record == Ticket(title="Pay")
        assert fitted.lost == {"iteration": f"SHOP has no open sprint `{name}`"}
    assert jira.connector.fit(shop(), Ticket(iteration="SPRINT 7")).record.iteration == "Sprint 7"
    agile(jira)


def test_a_sprint_that_ended_meanwhile_is_refused_and_then_known_to_be_closed(jira: Connection) -> None:
    sprint = jira.simulator.add_sprint("Sprint 7")
    key = issue(jira).key
    jira.connector.check([shop()])
    jira.simulator.end_sprint(sprint)
    with pytest.raises(Refused) as refused:
        update(jira, key, iteration="Sprint 7")
    assert refused.value.field == "iteration"
    jira.connector.check([shop()])
    assert jira.connector.fit(shop(), Ticket(iteration="Sprint 7")).record.iteration is ABSENT
    agile(jira)


def test_who_may_not_see_the_boards_still_syncs_the_rest(jira: Connection) -> None:
    key = issue(jira).key
    with pytest.raises(Refused) as refused:
        update(jira, key, iteration="Sprint 7", title="Paid")
    assert refused.value.field == "iteration"
    assert not refused.value.lasting
    update(jira, key, title="Paid")
    assert seen(jira, key).record.title == "Paid"
    agile(jira)


def test_the_change_log_tells_when_a_sprint_was_set(jira: Connection) -> None:
    sprint = jira.simulator.add_sprint("Sprint 7")
    key = issue(jira).key
    over = seen(jira, key)
    jira.simulator.user_edit_issue(key, user="ann", **{SPRINT: sprint.id})
    [told] = jira.connector.history([Target(shop(), over.ref)], 0)
    assert (told.field, told.old, told.new, told.actor) == ("iteration", None, ABSENT, "ann")


# time


def test_an_estimate_in_time_goes_in_whole_minutes(jira: Connection) -> None:
    key = issue(jira).key
    assert seen(jira, key).record.time_estimate is None
    update(jira, key, time_estimate=5_430)
    assert seen(jira, key).record.time_estimate == 5_400
    assert jira.connector.fit(shop(), Ticket(time_estimate=5_430)).record.time_estimate in (5_400, 5_460)
    [told] = jira.connector.history([Target(shop(), seen(jira, key).ref)], 0)
    assert (told.field, told.old, told.new) == ("time_estimate", None, 5_400)


def test_time_is_left_alone_where_no_field_is_named(jira: Connection) -> None:
    assert "time_estimate" not in VOCABULARY.fields
    assert jira.connector.fit(scope(), Ticket(time_estimate=60)).record.time_estimate is ABSENT


# before the first run


def test_doctor_finds_the_field_of_sprints_and_that_of_time_on_the_screens(jira: Connection) -> None:
    told = [(str(one.level), one.what) for one in jira.connector.examine(Kind.TICKET, shop())]
    assert ("ok", "iteration: `Sprint` is on the screen of Story") in told
    assert ("ok", "time_estimate: `Original estimate` is on the screen of Story") in told

"""Estimate, due day and priority of a ticket in issue fields of the organisation."""

from __future__ import annotations

import logging

import pytest
from connectors.github.github_spec import rest_violations
from flavour_stage import open_stage
from github_connector import PEOPLE, REPO, created, fetched, observations, scope, target

from pmhub.sdk import ABSENT, Ambiguous, Ticket, Vocabulary, Words
from pmhub_github.simulator import Fault

NAMES = {"estimate": "field:Effort", "due": "Target date", "priority": "priority"}
OPTIONS = ("Urgent", "High", "Low")
PLACE = scope(Vocabulary(people=PEOPLE, fields=NAMES))


@pytest.fixture
def fields(simulator):
    return {
        "estimate": simulator.add_issue_field("example", "Effort", "number"),
        "due": simulator.add_issue_field("example", "Target date", "date"),
        "priority": simulator.add_issue_field("example", "Priority", "single_select", OPTIONS),
        "other": simulator.add_issue_field("example", "Team", "text"),
    }


@pytest.fixture
def hub(rig, fields):
    found = rig.run()
    found.check([PLACE])
    rig.asked()
    return found


def values(simulator, fields, number=1):
    held = simulator.issue(REPO, number).fields
    return {name: held[one.id] for name, one in fields.items() if one.id in held}


def told(one):
    return one.record.estimate, one.record.due, one.record.priority


def test_they_are_read_with_the_issue(rig, hub, simulator, fields):
    simulator.user_create_issue(REPO, "A title")
    simulator.user_set_field(REPO, 1, fields["estimate"], 3)
    simulator.user_set_field(REPO, 1, fields["due"], "2026-12-24")
    simulator.user_set_field(REPO, 1, fields["priority"], "High")
    simulator.user_set_field(REPO, 1, fields["other"], "Blue")
    [one] = observations(fetched(hub, of=PLACE))
    assert told(one) == (3.0, "2026-12-24", "high")
    assert [told(answer) for answer in hub.read([target(one, PLACE)])] == [told(one)]
    assert [answer.record for answer in hub.read([target(one, PLACE)] * 2)] == [one.record] * 2
    assert rig.asked() == ["GET /issues 200", "GET /issues/1 200", "POST /graphql 200"]


def test_an_empty_field_is_empty_and_one_that_is_not_named_is_no_opinion(hub, simulator):
    simulator.user_create_issue(REPO, "A title")
    [one] = observations(fetched(hub, of=PLACE))
    assert told(one) == (None, None, None)
    [plain] = observations(fetched(hub))
    assert told(plain) == (ABSENT, ABSENT, ABSENT)
    assert "fields" not in plain.native


def test_a_new_issue_has_them_at_once(rig, hub, simulator, fields):
    seen = created(hub, Ticket(title="A title", estimate=5, due="2026-12-24", priority="low"), PLACE)
    assert told(seen) == (5.0, "2026-12-24", "low")
    assert values(simulator, fields) == {"estimate": 5, "due": "2026-12-24", "priority": "Low"}
    assert rig.asked() == ["POST /issues 201"]


def test_what_changes_is_written_and_the_rest_stays(rig, hub, simulator, fields):
    seen = created(hub, Ticket(title="A title", estimate=5, due="2026-12-24"), PLACE)
    simulator.user_set_field(REPO, 1, fields["other"], "Blue")
    rig.asked()
    after = hub.update(target(seen, PLACE), seen, {"estimate": 8, "due": None, "title": "Another"})
    assert told(after) == (8.0, None, None)
    assert values(simulator, fields) == {"estimate": 8, "other": "Blue"}
    number = fields["due"].id
    assert rig.asked() == [
        "POST /issues/1/issue-field-values 200",
        f"DELETE /issues/1/issue-field-values/{number} 204",
        "PATCH /issues/1 200",
    ]


def test_a_field_alone_is_read_back_once(rig, hub, simulator):
    seen = created(hub, Ticket(title="A title"), PLACE)
    rig.asked()
    after = hub.update(target(seen, PLACE), seen, {"priority": "urgent"})
    assert after.record.priority == "urgent"
    assert rig.asked() == ["POST /issues/1/issue-field-values 200", "GET /issues/1 200"]


def test_one_that_is_empty_already_is_no_failure(hub, simulator, fields):
    seen = created(hub, Ticket(title="A title", estimate=5), PLACE)
    simulator.user_set_field(REPO, 1, fields["estimate"], None)
    assert hub.update(target(seen, PLACE), seen, {"estimate": None}).record.estimate is None


def test_words_of_the_configuration_stand_for_options(simulator, rig, fields):
    words = Vocabulary(fields=NAMES, words={"priority": Words({"Urgent": "blocker", "High": "major"})})
    place = scope(words)
    hub = rig.run()
    hub.check([place])
    seen = created(hub, Ticket(title="A title", priority="blocker"), place)
    assert (seen.record.priority, values(simulator, fields)) == ("blocker", {"priority": "Urgent"})
    simulator.user_set_field(REPO, 1, fields["priority"], "Low")
    [one] = hub.read([target(seen, place)])
    assert one.record.priority is ABSENT


def test_what_no_option_stands_for_is_absent_and_told(hub):
    fitted = hub.fit(PLACE, Ticket(title="A title", priority="sometime", estimate=3))
    assert (fitted.record.priority, fitted.record.estimate) == (ABSENT, 3.0)
    assert fitted.lost == {"priority": "the field Priority has no such option"}


def test_what_is_written_is_what_fit_said(hub):
    for value in (0, 0.5, 13, None):
        fitted = hub.fit(PLACE, Ticket(title="A title", estimate=value)).record
        assert created(hub, Ticket(title="A title", estimate=value), PLACE).record.estimate == fitted.estimate


def test_an_organisation_is_asked_for_its_fields_once_a_day(rig, hub, simulator):
    rig.run().check([PLACE])
    assert [one for one in simulator.requests if one.template == "/orgs/{org}/issue-fields"][1:] == []


def test_a_field_of_another_type_or_none_holds_nothing_and_is_told(rig, simulator, fields, caplog):
    caplog.set_level(logging.WARNING)
    place = scope(Vocabulary(fields={"estimate": "Team", "due": "Deadline"}))
    hub = rig.run()
    hub.check([place])
    assert hub.fit(place, Ticket(estimate=3, due="2026-12-24")).record == Ticket()
    assert "no issue field 'Team' (number) to hold estimate" in caplog.text
    assert "no issue field 'Deadline' (date) to hold due" in caplog.text


def test_a_repository_of_a_person_holds_none(rig, simulator):
    simulator.add_repo("octocat/shop", user_owned=True)
    place = scope(Vocabulary(fields=NAMES), repo="octocat/shop")
    hub = rig.run()
    hub.check([place])
    simulator.user_create_issue("octocat/shop", "A title")
    [one] = observations(fetched(hub, of=place))
    assert told(one) == (ABSENT, ABSENT, ABSENT)
    assert hub.fit(place, Ticket(estimate=3)).record == Ticket()


def test_half_a_change_of_fields_is_ambiguous(hub, simulator):
    seen = created(hub, Ticket(title="A title", estimate=5, due="2026-12-24"), PLACE)
    simulator.fault(Fault("status", "DELETE", "/issue-field-values/", status=502))
    with pytest.raises(Ambiguous):
        hub.update(target(seen, PLACE), seen, {"estimate": 8, "due": None})


@pytest.fixture
def stage(tmp_path):
    ours = Vocabulary(fields={"estimate": "field:Effort", "due": "Target date", "priority": "Priority"})
    theirs = Vocabulary(fields={"estimate": "customfield_10016"})
    with open_stage(tmp_path, vocabulary=ours, jira_words=theirs) as found:
        yield found


def test_points_days_and_priorities_travel_both_ways_and_come_to_rest(stage):
    effort = stage.github.add_issue_field("example", "Effort", "number")
    day = stage.github.add_issue_field("example", "Target date", "date")
    priority = stage.github.add_issue_field(
        "example", "Priority", "single_select", ("Highest", "High", "Medium", "Low")
    )
    stage.github.user_create_issue(REPO, "Checkout is slow")
    for field, value in ((effort, 3), (day, "2026-12-24"), (priority, "High")):
        stage.github.user_set_field(REPO, 1, field, value)
    stage.settle()
    there = stage.only()
    assert (there.custom["customfield_10016"], there.due) == (3, "2026-12-24")
    stage.jira.user_edit_issue(there.key, customfield_10016=8, duedate=None)
    stage.settle()
    assert stage.github.issue(REPO, 1).fields == {effort.id: 8, priority.id: "High"}
    assert stage.sync().refused == []


def test_every_answer_about_fields_is_as_github_describes(api, simulator, fields):
    simulator.user_create_issue(REPO, "A title")
    path = f"/repos/{REPO}/issues/1/issue-field-values"
    told = [{"field_id": fields["estimate"].id, "value": 3}, {"field_id": fields["priority"].id, "value": "Low"}]
    assert api.post(path, json={"issue_field_values": told}).status_code == 200
    assert len(api.get(path).json()) == 2
    assert len(api.put(path, json={"issue_field_values": told[:1]}).json()) == 1
    wrong = {"field_id": fields["estimate"].id, "value": "three"}
    assert api.post(path, json={"issue_field_values": [wrong]}).status_code == 422
    assert api.delete(f"{path}/{fields['estimate'].id}").status_code == 204
    assert api.delete(f"{path}/{fields['estimate'].id}").status_code == 404
    assert api.get("/orgs/nobody/issue-fields").status_code == 404
    assert rest_violations(simulator.requests) == []

"""The law that keeps pmhub from echoing: what Jira shows after a write is what `fit` said it would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jira_connection import MARKER, Connection, connect, shop
from jira_laws import BODIES, LABELS, change, differences

from pmhub.sdk import (
    Comment,
    Created,
    Draft,
    Kind,
    Observation,
    Target,
    Ticket,
    record,
    values,
)

NAMES = st.lists(st.sampled_from(["Ann Lee", "Sync Bot", "Nobody"]), unique=True, max_size=3).map(tuple)
RELEASES = st.lists(st.sampled_from(["1.0", "2.0 beta", "  spaced "]), unique=True, max_size=2).map(tuple)


TICKETS = st.fixed_dictionaries(
    {"title": st.text(min_size=1, max_size=300)},
    optional={
        "body": BODIES,
        "type": st.sampled_from(["bug", "story", "task", "feature", None]),
        "status": st.sampled_from(["todo", "doing", "done", "odd"]),
        "priority": st.sampled_from(["highest", "low", "urgent", None]),
        "assignees": NAMES,
        "reporter": st.sampled_from(["Ann Lee", None]),
        "labels": LABELS,
        "releases": RELEASES,
        "components": st.sampled_from([(), ("web",)]),
        "estimate": st.none() | st.integers(0, 100).map(float),
        "due": st.none() | st.dates().map(str) | st.just("soon"),
        "parent": st.sampled_from([None, "roadmap_item", "ticket:1"]),
    },
)


@pytest.fixture(scope="module", params=[False, True], ids=["cloud", "data-center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(data_center=request.param) as connection:
        connection.simulator.add_component("SHOP", "web")
        connection.simulator.user_create_issue("SHOP", "Epic", type="Epic")
        yield connection


def ticket(jira: Connection, fields: dict[str, Any]) -> Ticket:
    if fields.get("parent") == "roadmap_item":
        fields = fields | {"parent": f"roadmap_item:{jira.simulator.issue('SHOP-1').id}"}
    return Ticket(**fields)


def rewrite(jira: Connection, over: Observation, wanted: Ticket) -> Observation:
    """As the shell does it: sets by members, all else as it is in our words, each only where Jira can say it."""
    shown, was = values(jira.connector.fit(shop(), wanted).record), values(over.record)
    changes = {name: change(Kind.TICKET, name, shown[name] if isinstance(shown[name], tuple) else value, was.get(name) or ())
               for name, value in values(wanted).items() if name in shown}  # fmt: skip
    target = Target(shop(), over.ref)
    answer = jira.connector.update(target, over, changes)
    found = jira.read(over.ref)
    assert isinstance(found, Observation)
    assert answer is None or answer == found or not changes
    return found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=TICKETS, second=TICKETS)
def test_a_ticket_shows_what_fit_said(jira: Connection, first: dict[str, Any], second: dict[str, Any]) -> None:
    wanted, other = ticket(jira, first), ticket(jira, second)
    fitted = jira.connector.fit(shop(), wanted).record
    assume("title" in values(fitted))
    made = jira.create(wanted)
    assert isinstance(made, Created), made
    found = jira.read(made.ref)
    assert isinstance(found, Observation)
    at_once = record(Kind.TICKET, {name: value for name, value in values(fitted).items() if name != "status"})
    assert differences(at_once, found.record) == {}
    assert found.marker == MARKER
    again = rewrite(jira, found, other)
    assert differences(jira.connector.fit(shop(), other).record, again.record) == {}
    assert again.marker == MARKER


@settings(max_examples=60, deadline=None)
@given(fields=TICKETS)
def test_fitting_twice_is_fitting_once(jira: Connection, fields: dict[str, Any]) -> None:
    once = jira.connector.fit(shop(), ticket(jira, fields)).record
    assert differences(once, jira.connector.fit(shop(), once).record) == {}


@settings(max_examples=60, deadline=None)
@given(body=BODIES, author=st.text(max_size=30) | st.just("Ann"), second=BODIES)
def test_a_comment_shows_what_fit_said(jira: Connection, body: str | None, author: str, second: str | None) -> None:
    wanted = Comment(body=body, author=author)
    fitted = jira.connector.fit(shop(), wanted).record
    assume(values(fitted).get("body") or values(fitted).get("author"))
    [made] = jira.connector.create([Draft(shop(), wanted, MARKER, jira.ticket("SHOP-1"))])
    assert isinstance(made, Created), made
    assert made.observation is not None
    assert differences(fitted, made.observation.record) == {}
    assert differences(fitted, jira.read(made.ref).record) == {}
    if values(fitted).get("author"):
        jira.connector.update(Target(shop(), made.ref), made.observation, {"body": second})
        now = jira.read(made.ref)
        assert differences(jira.connector.fit(shop(), Comment(body=second)).record, now.record) == {}
        assert now.record.author == values(fitted)["author"]


def test_what_a_person_typed_reads_as_paragraphs(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Typed", jira.body("a\n\nb"))
    assert jira.read(jira.ticket(issue.key)).record.body == "a\n\nb"

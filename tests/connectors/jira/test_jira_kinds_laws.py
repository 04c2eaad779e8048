"""The law that keeps pmhub from echoing, for roadmap items and releases: what Jira shows after a write is what `fit` said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jira_connection import MARKER, PEOPLE, Connection, connect, scope
from jira_laws import BODIES, LABELS, change, differences

from pmhub.sdk import Created, Kind, Observation, Record, Release, RoadmapItem, Target, Vocabulary, record, values
from pmhub_jira.simulator.fields import HORIZON, OBJECTIVE, OUTCOME, START_DATE

FIELDS = {"start": START_DATE, "horizon": HORIZON, "objective": OBJECTIVE}
LINE = Vocabulary(people=PEOPLE, fields=FIELDS)
DOCUMENT = Vocabulary(people=PEOPLE, fields=FIELDS | {"objective": OUTCOME})
DAYS = st.none() | st.dates().map(str) | st.just("soon")
NUMBERS = count()

ROADMAP_ITEMS = st.fixed_dictionaries(
    {"title": st.text(min_size=1, max_size=300)},
    optional={
        "body": BODIES,
        "status": st.sampled_from(["idea", "planned", "in_progress", "shipped", "dropped", "odd"]),
        "horizon": st.sampled_from(["now", "next", "later", "never", None]),
        "objective": st.none() | st.text(max_size=300),
        "owner": st.sampled_from(["Ann Lee", "Sync Bot", "Nobody", None]),
        "start": DAYS,
        "target": DAYS,
        "labels": LABELS,
        "parent": st.sampled_from([None, "roadmap_item", "ticket:1"]),
    },
)
RELEASES = st.fixed_dictionaries(
    {},
    optional={
        "version": st.text(min_size=1, max_size=40),
        "status": st.sampled_from(["planned", "draft", "released", "archived"]),
        "start": st.sampled_from([None, "2026-01-31", "2026-02-28", "soon"]),
        "date": st.sampled_from([None, "2026-12-31", "2027-01-01"]),
        "prerelease": st.booleans(),
        "notes": BODIES,
    },
)


@pytest.fixture(scope="module", params=[False, True], ids=["cloud", "data-center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(data_center=request.param) as connection:
        connection.simulator.add_project("PLAN", types=("Initiative", "Epic"))
        connection.simulator.user_create_issue("PLAN", "Goal", type="Initiative")
        yield connection


def roadmap_item(jira: Connection, fields: dict[str, Any]) -> RoadmapItem:
    if fields.get("parent") == "roadmap_item":
        fields = fields | {"parent": f"roadmap_item:{jira.simulator.issue('PLAN-1').id}"}
    return RoadmapItem(**fields)


def rewrite(jira: Connection, at: Any, over: Observation, wanted: Record) -> Observation:
    """As the shell does it: sets by members, all else as it is in our words, each only where Jira can say it."""
    kind, was = over.ref.kind, values(over.record)
    shown = values(jira.connector.fit(at, wanted).record)
    changes = {name: change(kind, name, shown[name] if isinstance(shown[name], tuple) else value, was.get(name) or ())
               for name, value in values(wanted).items() if name in shown}  # fmt: skip
    answer = jira.connector.update(Target(at, over.ref), over, changes)
    found = jira.seen(over.ref, at)
    assert answer is None or answer.record == found.record or not changes
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=ROADMAP_ITEMS, second=ROADMAP_ITEMS, vocabulary=st.sampled_from([LINE, DOCUMENT]))
def test_a_roadmap_item_shows_what_fit_said(jira: Connection, first: Any, second: Any, vocabulary: Vocabulary) -> None:
    at = scope("PLAN", vocabulary, types=("Epic",))
    wanted, other = roadmap_item(jira, first), roadmap_item(jira, second)
    fitted = jira.connector.fit(at, wanted).record
    assume("title" in values(fitted))
    made = jira.create(wanted, at)
    assert isinstance(made, Created), made
    found = jira.seen(made.ref, at)
    at_once = {name: value for name, value in values(fitted).items() if name != "status"}
    assert differences(record(Kind.ROADMAP_ITEM, at_once), found.record) == {}
    again = rewrite(jira, at, found, other)
    assert differences(jira.connector.fit(at, other).record, again.record) == {}
    assert (found.marker, again.marker) == (MARKER, MARKER)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=RELEASES, second=RELEASES)
def test_a_release_shows_what_fit_said(jira: Connection, first: Any, second: Any) -> None:
    at, unique = scope("PLAN"), f"{next(NUMBERS)} "
    wanted = Release(**{"version": "v"} | first | {"version": unique + first.get("version", "v")})
    other = Release(**second | ({"version": unique + second["version"]} if "version" in second else {}))
    fitted = jira.connector.fit(at, wanted).record
    made = jira.create(wanted, at)
    assert isinstance(made, Created), made
    assert made.observation is not None
    at_once = {name: value for name, value in values(fitted).items() if name != "status"}
    assert differences(record(Kind.RELEASE, at_once), jira.seen(made.ref, at).record) == {}
    again = rewrite(jira, at, made.observation, other)
    assert differences(jira.connector.fit(at, other).record, again.record) == {}


@settings(max_examples=60, deadline=None)
@given(fields=ROADMAP_ITEMS, facts=RELEASES)
def test_fitting_twice_is_fitting_once(jira: Connection, fields: Any, facts: Any) -> None:
    at = scope("PLAN", LINE)
    for given_ in (roadmap_item(jira, fields), Release(**facts)):
        once = jira.connector.fit(at, given_).record
        assert differences(once, jira.connector.fit(at, once).record) == {}

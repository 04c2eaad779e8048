"""People who are not in the map: never pinged by a text, and never the reason that a field is emptied. 1,000 random ones."""

from __future__ import annotations

import re
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmhub.sdk import ABSENT, People, RoadmapItem, Scope, Ticket, Vocabulary
from pmhub_github import mapping, quiet, texts, words
from pmhub_github.settings import GitHubScope
from pmhub_jira import fitting, records
from pmhub_jira import texts as jira_texts
from pmhub_jira.flavours import CLOUD, DATA_CENTER
from pmhub_jira.settings import JiraScope

NAMES = ("ann", "bob", "cara", "dora")
LOGINS = ("ann-x", "bob-x", "cara-x", "Dora-X")
MANY = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])

maps = st.dictionaries(st.sampled_from(LOGINS), st.sampled_from(NAMES), max_size=4).map(People)
names = st.lists(st.sampled_from(NAMES), unique=True, max_size=4).map(lambda found: tuple(sorted(found)))
pieces = st.one_of(
    st.sampled_from(["@ann-x", "@bob-x", "@stranger", "@org/team", "&#64;ann-x", "\\@ann-x", "_@ann-x_", "(@bob-x)"]),
    st.sampled_from(
        ["[~accountid:ann-x]", "[~ann-x]", "[@ann-x](https://example.com)", "<b>@ann-x</b>", "![](@ann-x)"]
    ),
    st.sampled_from(
        ["`@ann-x`", "```\n@ann-x\n```", "\n\n", "\n", " ", "- ", "> ", "| a | @ann-x |", "请看@ann-x", "#12"]
    ),
    st.text(st.characters(codec="utf-8", categories=("L", "P", "Z")), max_size=6),
)
written = st.lists(pieces, max_size=10).map("".join)


def scopes(people):
    vocabulary = Vocabulary(people=people)
    return Scope("example/shop", GitHubScope("example/shop"), vocabulary), Scope("SHOP", JiraScope("SHOP"), vocabulary)


@MANY
@given(written, maps)
def test_no_text_pings_anybody(text, people) -> None:
    live = quiet.live(texts.body(text))
    assert not [token for token in live if token.startswith(("@", "&"))]
    document = jira_texts.document(text, people)
    assert list(jira_texts.mentioned(document)) == []


@MANY
@given(names, maps)
def test_what_cannot_be_translated_empties_no_field(wanted, people) -> None:
    forge, tracker = scopes(people)
    for fit, scope in (
        (mapping.fit, forge),
        (partial(fitting.fit, CLOUD), tracker),
        (partial(fitting.fit, DATA_CENTER), tracker),
    ):
        shown = fit(scope, Ticket(assignees=wanted)).record.assignees
        mapped = set(wanted) & set(people.names.values())
        assert shown is ABSENT or set(shown) <= mapped
        assert (shown == ()) is (wanted == ())
    owner = wanted[0] if wanted else None
    shown = fitting.fit(CLOUD, tracker, RoadmapItem(owner=owner)).record.owner
    assert shown is ABSENT or shown == owner
    assert (shown is None) is (owner is None)


@MANY
@given(st.lists(st.sampled_from([*LOGINS, "stranger"]), unique=True, max_size=4), maps)
def test_strangers_who_are_assigned_are_no_opinion(logins, people) -> None:
    found = words.lift_people(people, logins)
    assert (found == ()) is (logins == [])
    assignee = {"accountId": logins[0]} if logins else None
    _, tracker = scopes(people)
    seen = records.ticket(tracker, {"assignee": assignee, "reporter": assignee})
    assert (seen.assignees == ()) is (assignee is None)
    assert seen.reporter is ABSENT or re.fullmatch("|".join(NAMES), seen.reporter)

"""The property's value and the comparison of links: pure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmhub.sdk import Announcement, Kind, Ref, Refused, State
from pmhub_jira import ci_shown

SITE = "https://example.atlassian.net"
ISSUE = Ref(Kind.TICKET, "10001", "SHOP-1", f"{SITE}/browse/SHOP-1")
TOLD = st.builds(
    Announcement,
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400),
    state=st.sampled_from(State),
    title=st.text(max_size=400),
    summary=st.text(max_size=1_500),
    url=st.just("https://ci.example/1"),
    on=st.just(ISSUE),
)


def told(key: str = "ci", state: State = State.OK, **facts: str) -> Announcement:
    usual = {"title": "Tests", "summary": "12 passed", "url": "https://ci.example/1"}
    return Announcement(key, state, **{**usual, **facts}, on=ISSUE)


def full(keys: int) -> dict[str, Any]:
    entry = {"state": "NOK", "title": "t" * 255, "summary": "é" * 160, "url": "https://ci.example/1"}
    return {f"suite {number}": entry for number in range(keys)}


def kept(value: dict[str, Any]) -> set[str]:
    return {name for key, entry in value.items() if key != "ci" for name in entry}


@given(st.lists(TOLD, max_size=5), TOLD)
def test_the_same_announcement_twice_is_the_same_value(earlier: list[Announcement], last: Announcement) -> None:
    value: Any = None
    for each in earlier:
        value = ci_shown.with_entry(value, each)
    once = ci_shown.with_entry(value, last)
    assert ci_shown.with_entry(json.loads(json.dumps(once)), last) == once
    assert {each.key for each in [*earlier, last]} == once.keys()
    assert len(json.dumps(once)) <= 32_768


@given(TOLD)
def test_a_link_holds_itself_as_the_server_gives_it_back(what: Announcement) -> None:
    wanted = ci_shown.link(what, SITE)
    given_back = json.loads(json.dumps(wanted)) | {"id": 10_000, "self": f"{SITE}/rest/api/3/issue/SHOP-1/remotelink/1"}
    given_back["object"]["icon"] = {}
    assert ci_shown.holds(given_back, wanted)
    assert len(wanted["globalId"].encode("utf-16-le")) <= 510
    assert len(wanted["object"]["title"].encode("utf-16-le")) <= 510


@pytest.mark.parametrize("name", ["summary", "url", "title"])
def test_a_link_that_says_something_else_is_told_apart(name: str) -> None:
    wanted = ci_shown.link(told(), SITE)
    other: dict[str, Any] = {name: "https://ci.example/2"}
    assert not ci_shown.holds(ci_shown.link(told(**other), SITE), wanted)
    assert not ci_shown.holds(ci_shown.link(told(state=State.NOK), SITE), wanted)
    assert not ci_shown.holds(None, wanted)


def test_what_is_left_blank_may_be_left_out() -> None:
    wanted = ci_shown.link(told(state=State.NOK, summary=""), SITE)
    there = ci_shown.link(told(state=State.NOK, summary=""), SITE)
    del there["object"]["summary"], there["object"]["status"]["resolved"]
    assert ci_shown.holds(there, wanted)


@pytest.mark.parametrize(
    ("keys", "names"),
    [(20, {"state", "title", "summary", "url"}), (50, {"state", "title", "url"}), (150, {"state", "url"})],
)
def test_where_there_is_no_room_others_lose_their_words_but_never_their_state(keys: int, names: set[str]) -> None:
    value = ci_shown.with_entry(full(keys), told())
    assert (len(value), kept(value)) == (keys + 1, names)
    assert value["ci"]["summary"] == "12 passed"
    assert len(json.dumps(value)) <= ci_shown.PROPERTY_LIMIT
    assert ci_shown.with_entry(value, told()) == value


def test_more_states_than_a_property_can_hold_are_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="2001 announcements") as caught:
        ci_shown.with_entry(full(2_000), told())
    assert "pmhub.ci" in caught.value.hint

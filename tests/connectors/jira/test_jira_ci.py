"""How tests stand, shown on an issue: what people see, what is written and when, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jira_connection import Connection, connect, shop

from pmhub.http import Client
from pmhub.sdk import Ambiguous, Announcement, Denied, Gone, Kind, Ref, Refused, State
from pmhub.testing.choke import Crash
from pmhub_jira.connector import JiraConnector
from pmhub_jira.simulator import Fault

KEY = "pmhub:ci:example/shop:ci.yml:main&x=1#ü"
READS, WRITES = ["GET link", "GET property"], ["POST link", "PUT property"]


@pytest.fixture
def jira() -> Iterator[Connection]:
    with connect() as connection:
        connection.simulator.user_create_issue("SHOP", "Checkout")
        yield connection


def told(jira: Connection, state: State = State.OK, **facts: Any) -> Announcement:
    usual = {"key": KEY, "title": "Tests on main", "summary": "12 passed", "url": "https://ci.example/runs/7"}
    return Announcement(**{"state": state, "on": jira.ticket("SHOP-1"), **usual, **facts})


def announce(jira: Connection, what: Announcement) -> list[str]:
    """The requests that it took, in order."""
    jira.connector.announce(shop(), what)
    return asked(jira)


def asked(jira: Connection) -> list[str]:
    names = {"remotelink": "link", "pmhub.ci": "property"}
    places = (each.split() for each in jira.requests())
    return [f"{method} {names.get(path.rsplit('/', 1)[-1], path)}" for method, path in places]


def entries(jira: Connection) -> Any:
    return jira.simulator.issue("SHOP-1").properties.get("pmhub.ci", {})


def links(jira: Connection) -> Any:
    return jira.site.get("issue/SHOP-1/remotelink")


def refusal(jira: Connection, what: Announcement) -> Refused:
    with pytest.raises(Refused) as caught:
        jira.connector.announce(shop(), what)
    return caught.value


# what is shown


def test_an_issue_shows_how_its_tests_stand(jira: Connection) -> None:
    assert announce(jira, told(jira)) == ["GET link", "POST link", "GET property", "PUT property"]
    assert entries(jira) == {
        KEY: {"state": "OK", "title": "Tests on main", "summary": "12 passed", "url": "https://ci.example/runs/7"}
    }
    [link] = links(jira)
    assert (link["globalId"], link["relationship"]) == (KEY, "is tested by")
    assert link["object"] == {
        "url": "https://ci.example/runs/7",
        "title": "Tests on main",
        "summary": "12 passed",
        "status": {
            "resolved": True,
            "icon": {
                "url16x16": f"{jira.site.server.url}/images/icons/emoticons/check.png",
                "title": "Tests pass",
                "link": "https://ci.example/runs/7",
            },
        },
    }


@pytest.mark.parametrize("state", list(State))
def test_only_passing_tests_are_resolved_and_each_state_has_its_own_icon(jira: Connection, state: State) -> None:
    announce(jira, told(jira, state))
    [link] = links(jira)
    status = link["object"]["status"]
    assert status["resolved"] is (state is State.OK)
    icons = {
        State.OK: ("check", "Tests pass"),
        State.NOK: ("error", "Tests fail"),
        State.NOT_RUN: ("warning", "Tests have not run"),
        State.UNCOVERED: ("information", "No tests"),
    }
    picture = status["icon"]["url16x16"].rsplit("/", 1)[-1].removesuffix(".png")
    assert (picture, status["icon"]["title"]) == icons[state]
    assert entries(jira)[KEY]["state"] == str(state)


def test_a_roadmap_item_shows_it_too(jira: Connection) -> None:
    jira.simulator.user_create_issue("SHOP", "Sell more", type="Epic")
    announce(jira, told(jira, on=jira.epic("SHOP-2")))
    assert [link.global_id for link in jira.simulator.issue("SHOP-2").remote_links] == [KEY]


def test_neither_moves_the_issue_nor_its_history(jira: Connection) -> None:
    before = jira.simulator.issue("SHOP-1").updated
    jira.site.clock.pass_time(60)
    announce(jira, told(jira))
    assert jira.simulator.issue("SHOP-1").updated == before
    assert jira.simulator.history("SHOP-1") == []


# when it is written


def test_what_is_shown_already_is_not_written_again(jira: Connection) -> None:
    announce(jira, told(jira))
    for _ in range(50):
        assert announce(jira, told(jira)) == READS


def test_a_change_of_state_replaces_the_link_and_the_entry(jira: Connection) -> None:
    announce(jira, told(jira))
    [first] = links(jira)
    asked(jira)
    assert sorted(announce(jira, told(jira, State.NOK, summary="1 of 12 failed"))) == READS + WRITES
    [second] = links(jira)
    assert (second["id"], second["object"]["summary"]) == (first["id"], "1 of 12 failed")
    assert entries(jira)[KEY]["state"] == "NOK"


def test_several_announcements_live_side_by_side(jira: Connection) -> None:
    announce(jira, told(jira))
    announce(jira, told(jira, State.NOK, key="pmhub:ci:nightly", title="Nightly"))
    announce(jira, told(jira, State.NOK))
    assert {key: entry["state"] for key, entry in entries(jira).items()} == {KEY: "NOK", "pmhub:ci:nightly": "NOK"}
    assert sorted(link["globalId"] for link in links(jira)) == sorted([KEY, "pmhub:ci:nightly"])


def test_links_and_properties_of_others_are_left_alone(jira: Connection) -> None:
    theirs = {"globalId": "wiki-1", "object": {"url": "https://wiki.example/1", "title": "Design"}}
    jira.site.post("issue/SHOP-1/remotelink", theirs, 201)
    jira.site.put("issue/SHOP-1/properties/other", {"a": 1}, 201)
    jira.site.put("issue/SHOP-1/properties/pmhub.ci", {"another tool's": ["anything"]}, 201)
    announce(jira, told(jira))
    assert {link["globalId"] for link in links(jira)} == {"wiki-1", KEY}
    assert jira.simulator.issue("SHOP-1").properties["other"] == {"a": 1}
    assert entries(jira)["another tool's"] == ["anything"]


def test_a_property_that_is_no_collection_of_entries_is_replaced(jira: Connection) -> None:
    jira.site.put("issue/SHOP-1/properties/pmhub.ci", ["not", "ours"], 201)
    announce(jira, told(jira))
    assert list(entries(jira)) == [KEY]


def test_a_link_that_a_person_deleted_comes_back_when_it_is_announced_again(jira: Connection) -> None:
    announce(jira, told(jira))
    assert jira.site.ask("DELETE", "issue/SHOP-1/remotelink", globalId=KEY).status_code == 204
    asked(jira)
    assert announce(jira, told(jira)) == ["GET link", "POST link", "GET property"]
    assert len(links(jira)) == 1


def test_words_are_shown_on_one_line_that_steers_nothing(jira: Connection) -> None:
    announce(jira, told(jira, title=" Tests\non  main\x00", summary="12\x1b[31m passed\t"))
    [link] = links(jira)
    words = ("Tests on main", "12 [31m passed")
    assert (link["object"]["title"], link["object"]["summary"]) == words
    assert (entries(jira)[KEY]["title"], entries(jira)[KEY]["summary"]) == words


def test_long_words_are_cut_and_stay_at_rest(jira: Connection) -> None:
    long = told(jira, key="k" * 400, title="🙂" * 200 + "\nend", summary="word \x07 " * 1_000)
    announce(jira, long)
    [link] = links(jira)
    assert len(link["object"]["title"].encode("utf-16-le")) <= 2 * 255
    assert link["object"]["title"].endswith("…")
    assert len(link["object"]["summary"]) <= 1_000
    assert (len(link["globalId"]), list(entries(jira))) == (255, ["k" * 400])
    asked(jira)
    assert announce(jira, long) == READS
    announce(jira, replace(long, key="k" * 401))
    assert len(links(jira)) == 2


def test_tests_without_an_address_lead_to_the_issue(jira: Connection) -> None:
    on = replace(jira.ticket("SHOP-1"), url=f"{jira.site.server.url}/browse/SHOP-1")
    announce(jira, told(jira, url="", on=on))
    [link] = links(jira)
    assert (link["object"]["url"], entries(jira)[KEY]["url"]) == (on.url, "")


# killed, and what goes wrong on the way


def killed_after(jira: Connection, requests: int) -> JiraConnector:
    """A process that dies when it has heard so many answers."""
    left = iter([None] * (requests - 1))

    def heard(_: object) -> None:
        if next(left, Crash) is Crash:
            raise Crash

    context = jira.connector.context
    opened = replace(
        context, open=lambda account: Client(account, clock=context.clock, sleep=context.sleep, on_exchange=heard)
    )
    return JiraConnector(jira.connector.settings, opened)


@pytest.mark.parametrize("requests", [1, 2, 3, 4])
@pytest.mark.parametrize("before", [None, State.NOK])
def test_killed_between_any_two_requests_the_next_run_writes_only_what_is_missing(
    jira: Connection, requests: int, before: State | None
) -> None:
    if before:
        announce(jira, told(jira, before))
    killed = killed_after(jira, requests)
    with pytest.raises(Crash):
        killed.announce(shop(), told(jira))
    killed._client.close()
    written = [each for each in [*asked(jira), *announce(jira, told(jira))] if each in WRITES]
    assert sorted(written) == WRITES
    assert [link["object"]["status"]["resolved"] for link in links(jira)] == [True]
    assert {key: entry["state"] for key, entry in entries(jira).items()} == {KEY: "OK"}
    asked(jira)
    assert announce(jira, told(jira)) == READS


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate", "status", "status_after"])
def test_a_write_whose_answer_is_lost_is_unknown_and_repeating_it_is_safe(
    jira: Connection, method: str, kind: Any
) -> None:
    jira.simulator.fault(Fault(kind, method, "remotelink|properties"))
    with pytest.raises(Ambiguous):
        jira.connector.announce(shop(), told(jira))
    jira.requests()
    again = [each for each in announce(jira, told(jira)) if each in WRITES]
    was_done = kind not in ("drop_before", "status")
    lost = {"POST": "POST link", "PUT": "PUT property"}[method]
    assert (lost in again) is not was_done
    assert (len(links(jira)), list(entries(jira))) == (1, [KEY])


def test_a_read_that_fails_for_a_moment_is_asked_again(jira: Connection) -> None:
    jira.simulator.fault(Fault("status", "GET", "remotelink", times=2))
    jira.connector.announce(shop(), told(jira))
    assert len(links(jira)) == 1


# what is refused


def test_without_the_permission_to_link_the_entry_is_written_and_the_hint_names_it(jira: Connection) -> None:
    jira.simulator.deny("bot", "LINK_ISSUES")
    error = refusal(jira, told(jira))
    assert ("Link issues" in error.hint, "SHOP" in error.hint, type(error)) == (True, True, Refused)
    assert "permission to link" in error.message
    assert (links(jira), list(entries(jira))) == ([], [KEY])


def test_without_the_permission_to_edit_the_link_is_written_and_the_hint_names_it(jira: Connection) -> None:
    jira.simulator.deny("bot", "EDIT_ISSUES")
    error = refusal(jira, told(jira))
    assert ("Edit issues" in error.hint, type(error)) == (True, Refused)
    assert (len(links(jira)), entries(jira)) == (1, {})


def test_a_404_on_an_issue_that_is_there_is_a_missing_permission(jira: Connection) -> None:
    for method in ("PUT", "POST"):
        jira.simulator.fault(Fault("status", method, "properties|remotelink", status=404))
    error = refusal(jira, told(jira))
    assert (type(error), "Link issues" in error.hint) == (Refused, True)


def test_a_site_without_issue_linking_still_gets_the_entry(jira: Connection) -> None:
    jira.simulator.fault(
        Fault("status", "GET", "remotelink", status=403, body={"errorMessages": ["Issue linking is disabled"]})
    )
    error = refusal(jira, told(jira))
    assert ("linking" in error.hint, "Issue linking is disabled" in error.message) == (True, True)
    assert list(entries(jira)) == [KEY]


def test_an_issue_that_is_not_there_is_gone(jira: Connection) -> None:
    what = told(jira)
    jira.simulator.user_delete_issue("SHOP-1")
    assert isinstance(refusal(jira, what), Gone)
    assert what.on is not None
    assert asked(jira) == ["GET link", "POST link", f"GET issue/{what.on.id}"], "and nothing more is tried"


def test_an_issue_that_we_may_not_see_is_gone(jira: Connection) -> None:
    jira.simulator.deny("bot", "BROWSE_PROJECTS")
    assert isinstance(refusal(jira, told(jira)), Gone)


def test_a_wrong_token_is_denied_and_not_the_fault_of_one_issue(jira: Connection) -> None:
    jira.simulator.revoke("bot@example.com", "fake-token")
    with pytest.raises(Denied):
        jira.connector.announce(shop(), told(jira))


@pytest.mark.parametrize(
    "on", [None, Ref(Kind.RELEASE, "10000", "SHOP@1.0"), Ref(Kind.COMMENT, "10000", "SHOP-1#10000")]
)
def test_what_is_on_no_issue_is_refused_unasked(jira: Connection, on: Ref | None) -> None:
    error = refusal(jira, told(jira, on=on, commit="c0ffee"))
    assert KEY in error.message
    assert asked(jira) == []


def test_what_jira_would_not_link_to_is_refused_and_named(jira: Connection) -> None:
    assert refusal(jira, told(jira, url="file:///tmp/report.xml")).field == "url"

"""Who is let in and what they may do."""

from __future__ import annotations

import pytest
from jira_site import new_issue, open_site

from pmhub_jira.simulator import text_adf


@pytest.fixture
def site():
    with open_site() as opened:
        opened.simulator.user_create_issue("SHOP", "A story")
        yield opened


@pytest.fixture
def stranger():
    """Signs in with a token that was never given."""
    with open_site(client_options={"auth": ("bot@example.com", "another-fake-token")}) as opened:
        opened.simulator.user_create_issue("SHOP", "A story")
        yield opened


def test_a_good_token_is_named_in_the_answer(site):
    answer = site.ask("GET", "myself")
    assert answer.json()["accountId"] == "bot"
    assert answer.headers["X-AACCOUNTID"] == "bot"
    assert answer.headers["X-AREQUESTID"]
    assert answer.headers["Date"] == "Sun, 22 Nov 2026 10:00:00 GMT"


def test_the_servers_clock_may_be_off(site):
    site.simulator.clock_skew = 3600
    assert site.ask("GET", "myself").headers["Date"] == "Sun, 22 Nov 2026 11:00:00 GMT"
    site.put("issue/SHOP-1", {"fields": {"summary": "New"}})
    assert site.get("issue/SHOP-1")["fields"]["updated"] == "2026-11-22T11:00:00.123+0000"


def test_a_bad_token_is_401(stranger):
    for path in ("myself", "issue/SHOP-1", "project/SHOP"):
        assert stranger.ask("GET", path).status_code == 401
    stranger.post("search/jql", {"jql": "project = SHOP"}, 401)


def test_a_bad_token_may_silently_read_as_anonymous(stranger):
    stranger.simulator.anonymous_on_bad_token = True
    assert stranger.ask("GET", "myself").status_code == 401
    answer = stranger.ask("POST", "search/jql", {"jql": "project = SHOP"})
    assert (answer.status_code, answer.json()) == (200, {"issues": [], "isLast": True})
    assert "X-AACCOUNTID" not in answer.headers
    assert stranger.post("issue/bulkfetch", {"issueIdsOrKeys": ["SHOP-1"]})["issues"] == []
    assert stranger.ask("GET", "issue/SHOP-1").status_code == 404
    stranger.post("issue", new_issue("x"), 401)


def test_a_revoked_token_stops_working(site):
    site.get("myself")
    site.simulator.revoke("bot@example.com", "fake-token")
    assert site.ask("GET", "myself").status_code == 401


def test_denied_permissions_show_before_they_hurt(site):
    site.simulator.deny("bot", "EDIT_ISSUES", "SHOP")
    asked = {"permissions": "EDIT_ISSUES,BROWSE_PROJECTS", "projectKey": "SHOP"}
    told = site.get("mypermissions", **asked)["permissions"]
    assert {key: entry["havePermission"] for key, entry in told.items()} == {
        "EDIT_ISSUES": False,
        "BROWSE_PROJECTS": True,
    }
    site.put("issue/SHOP-1", {"fields": {"summary": "x"}}, 403)
    site.simulator.allow("bot", "EDIT_ISSUES", "SHOP")
    site.put("issue/SHOP-1", {"fields": {"summary": "x"}})


def test_mypermissions_needs_known_keys(site):
    assert site.ask("GET", "mypermissions").status_code == 400
    assert site.ask("GET", "mypermissions", permissions="FLY").status_code == 400


@pytest.mark.parametrize(
    ("permission", "request_", "status"),
    [
        ("CREATE_ISSUES", ("POST", "issue", new_issue("x")), 403),
        ("CREATE_ISSUES", ("POST", "issue/bulk", {"issueUpdates": [new_issue("x")]}), 400),
        ("EDIT_ISSUES", ("PUT", "issue/SHOP-1", {"fields": {"summary": "x"}}), 403),
        ("EDIT_ISSUES", ("PUT", "issue/SHOP-1/properties/p", {"a": 1}), 403),
        ("DELETE_ISSUES", ("DELETE", "issue/SHOP-1", None), 403),
        ("TRANSITION_ISSUES", ("POST", "issue/SHOP-1/transitions", {"transition": {"id": "41"}}), 400),
        ("ADD_COMMENTS", ("POST", "issue/SHOP-1/comment", {"body": text_adf("x")}), 400),
        (
            "LINK_ISSUES",
            ("POST", "issue/SHOP-1/remotelink", {"object": {"url": "https://e.example", "title": "x"}}),
            403,
        ),
        ("BROWSE_PROJECTS", ("GET", "issue/SHOP-1", None), 404),
        ("BROWSE_PROJECTS", ("PUT", "issue/SHOP-1", {"fields": {"summary": "x"}}), 404),
        ("BROWSE_PROJECTS", ("GET", "project/SHOP", None), 404),
        ("BROWSE_PROJECTS", ("POST", "search/jql", {"jql": "project = SHOP"}), 400),
        ("ADMINISTER_PROJECTS", ("POST", "version", {"name": "1", "project": "SHOP"}), 404),
    ],
)
def test_what_is_denied_is_refused_and_changes_nothing(site, permission, request_, status):
    method, path, body = request_
    before = site.simulator.issues("SHOP")
    site.simulator.deny("bot", permission)
    assert site.ask(method, path, body).status_code == status
    assert site.simulator.issues("SHOP") == before


def test_only_who_administers_the_project_edits_its_versions(site):
    version = site.simulator.add_version("SHOP", "1.0")
    site.simulator.deny("bot", "ADMINISTER_PROJECTS", "SHOP")
    site.put(f"version/{version.id}", {"released": True}, 400)
    assert site.get(f"version/{version.id}")["released"] is False


def test_somebody_who_may_not_transition_is_offered_no_step(site):
    site.simulator.deny("bot", "TRANSITION_ISSUES")
    assert site.get("issue/SHOP-1/transitions")["transitions"] == []


def test_hidden_issues_are_left_out_of_bulk_fetch(site):
    site.simulator.deny("bot", "BROWSE_PROJECTS", "SHOP")
    assert site.post("issue/bulkfetch", {"issueIdsOrKeys": ["SHOP-1"]}) == {"issues": [], "issueErrors": []}


def test_an_archived_project_leaves_search_and_is_read_only(site):
    site.simulator.archive_project("SHOP")
    site.post("search/jql", {"jql": "project = SHOP"}, 400)
    assert site.search("created >= -1d") == []
    assert site.get("project/SHOP")["archived"] is True
    assert site.get("issue/SHOP-1")["fields"]["summary"] == "A story"
    site.put("issue/SHOP-1", {"fields": {"summary": "x"}}, 403)
    site.post("issue", new_issue("x"), 400)


def test_people_are_found_by_the_start_of_a_word(site):
    assert [user["accountId"] for user in site.get("user/search", query="lee")] == ["ann"]
    assert site.get("user/search", query="ee") == []
    site.simulator.deny("bot", "USER_PICKER")
    assert site.get("user/search", query="lee") == []

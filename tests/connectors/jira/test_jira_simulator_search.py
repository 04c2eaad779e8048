"""Searching: JQL, pages by token, a lagging index, and direct reads beside it."""

from __future__ import annotations

import pytest
from jira_site import new_issue, open_site

from pmhub_jira.simulator import text_adf


@pytest.fixture
def site():
    with open_site() as opened:
        yield opened


def add_issues(site, count):
    for number in range(count):
        site.clock.pass_time(1)
        site.simulator.user_create_issue("SHOP", f"Issue {number}")


def test_pages_follow_tokens_and_tell_no_total(site):
    add_issues(site, 5)
    page = site.post("search/jql", {"jql": "project = SHOP ORDER BY created ASC", "maxResults": 2, "fields": ["key"]})
    assert [issue["key"] for issue in page["issues"]] == ["SHOP-1", "SHOP-2"]
    assert page["isLast"] is False
    assert "total" not in page
    assert site.search("project = SHOP ORDER BY created ASC", maxResults=2) == [f"SHOP-{n}" for n in range(1, 6)]


def test_the_last_page_has_no_token(site):
    add_issues(site, 2)
    page = site.post("search/jql", {"jql": "project = SHOP", "maxResults": 2})
    assert page["isLast"] is True
    assert "nextPageToken" not in page


def test_a_token_of_another_query_is_refused(site):
    add_issues(site, 3)
    token = site.post("search/jql", {"jql": "project = SHOP", "maxResults": 1})["nextPageToken"]
    site.post("search/jql", {"jql": "project = SHOP ORDER BY key", "nextPageToken": token}, 400)
    site.post("search/jql", {"jql": "project = SHOP", "nextPageToken": "made up"}, 400)


def test_a_token_expires_after_seven_days(site):
    add_issues(site, 3)
    query = {"jql": "project = SHOP", "maxResults": 1}
    token = site.post("search/jql", query)["nextPageToken"]
    site.clock.pass_time(7 * 24 * 3600 + 1)
    site.post("search/jql", query | {"nextPageToken": token}, 400)


def test_the_same_token_gives_the_same_page(site):
    add_issues(site, 4)
    query = {"jql": "project = SHOP", "maxResults": 1}
    again = query | {"nextPageToken": site.post("search/jql", query)["nextPageToken"]}
    assert site.post("search/jql", again)["issues"] == site.post("search/jql", again)["issues"]


def test_an_issue_that_moves_to_the_front_between_pages_is_missed(site):
    add_issues(site, 3)
    query = {"jql": "project = SHOP ORDER BY updated DESC", "maxResults": 1, "fields": ["key"]}
    first = site.post("search/jql", query)
    site.clock.pass_time(1)
    site.simulator.user_edit_issue("SHOP-1", summary="Edited between two pages")
    second = site.post("search/jql", query | {"nextPageToken": first["nextPageToken"]})
    assert [issue["key"] for issue in second["issues"]] == ["SHOP-2"]
    assert second["isLast"] is True


def test_only_ids_are_given_unless_fields_are_asked_for(site):
    add_issues(site, 1)
    issue = site.simulator.issue("SHOP-1")
    assert site.post("search/jql", {"jql": "project = SHOP"})["issues"] == [{"id": str(issue.id)}]
    (row,) = site.post("search/jql", {"jql": "project = SHOP", "fields": ["summary"]})["issues"]
    assert row["fields"] == {"summary": "Issue 0"}


def test_ids_come_in_pages_of_five_thousand_and_issues_of_a_hundred(site):
    add_issues(site, 101)
    ask = {"jql": "project = SHOP", "maxResults": 5000}
    assert len(site.post("search/jql", ask)["issues"]) == 101
    assert len(site.post("search/jql", ask | {"fields": ["key"]})["issues"]) == 101
    assert len(site.post("search/jql", ask | {"fields": ["summary"]})["issues"]) == 100


@pytest.mark.parametrize(
    "body",
    [
        {"jql": ""},
        {"jql": "ORDER BY updated DESC"},
        {"jql": "project = SHOP", "properties": ["a", "b", "c", "d", "e", "f"]},
        {"jql": "project = SHOP", "reconcileIssues": list(range(51))},
        {"jql": "project = SHOP", "maxResults": 0},
        {"jql": "project = SHOP AND"},
        {"jql": "colour = red"},
        {"jql": "status = Nonsense"},
        {"jql": "updated >= yesterday"},
        {"jql": "key = SHOP-999"},
        {"jql": "project = SHOP ORDER BY colour"},
        {"jql": "project = SHOP ORDER BY id, key, created, updated, status, priority, summary, project"},
    ],
)
def test_a_query_jira_would_refuse_is_refused(site, body):
    answer = site.post("search/jql", body, 400)
    assert answer["errorMessages"]
    assert answer["errors"] == {}


def test_one_unknown_project_refuses_the_whole_query(site):
    answer = site.post("search/jql", {"jql": "project in (SHOP, GONE)"}, 400)
    assert answer["errorMessages"] == ["The value 'GONE' does not exist for the field 'project'."]


@pytest.fixture
def shelf(site):
    """Five unlike issues, a second apart."""
    simulator = site.simulator
    simulator.add_project("PAY", types=("Bug",))
    version = simulator.add_version("SHOP", "1.0")
    simulator.user_create_issue("SHOP", "Epic", type="Epic")
    site.clock.pass_time(1)
    simulator.user_create_issue("SHOP", "Story", labels=["red", "blue"], parent={"key": "SHOP-1"})
    site.clock.pass_time(1)
    simulator.user_create_issue("SHOP", "Bug", type="Bug", fixVersions=[{"id": str(version.id)}], user="ann")
    site.clock.pass_time(1)
    simulator.user_create_issue("PAY", "Other", type="Bug", assignee={"accountId": "bot"}, duedate="2026-12-01")
    site.clock.pass_time(1)
    simulator.user_transition("SHOP-2", "Done")
    return site


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("project in (SHOP, PAY)", "PAY-1 SHOP-1 SHOP-2 SHOP-3"),
        ('project = "PAY"', "PAY-1"),
        ('project = SHOP AND issuetype in ("Story", "Bug")', "SHOP-2 SHOP-3"),
        ("project = SHOP AND issuetype not in (Epic)", "SHOP-2 SHOP-3"),
        ("labels = red", "SHOP-2"),
        ("labels in (blue, green)", "SHOP-2"),
        ("labels != red", ""),
        ("labels is EMPTY AND project = SHOP", "SHOP-1 SHOP-3"),
        ("key in (SHOP-1, pay-1)", "PAY-1 SHOP-1"),
        ("statusCategory != Done", "PAY-1 SHOP-1 SHOP-3"),
        ("status = 'Done'", "SHOP-2"),
        ("resolution = Unresolved", "PAY-1 SHOP-1 SHOP-3"),
        ("parent = SHOP-1", "SHOP-2"),
        ('fixVersion = "1.0"', "SHOP-3"),
        ("creator = ann", "SHOP-3"),
        ("assignee = currentUser()", "PAY-1"),
        ("assignee is not EMPTY", "PAY-1"),
        ("duedate >= 2026-12-01", "PAY-1"),
        ("project = PAY OR labels = red", "PAY-1 SHOP-2"),
        ("NOT (project = SHOP)", "PAY-1"),
        ('summary ~ "stor"', "SHOP-2"),
        ("updated >= -1s2", None),
    ],
)
def test_clauses_find_what_they_say(shelf, clause, found):
    if found is None:
        shelf.post("search/jql", {"jql": clause}, 400)
    else:
        assert sorted(shelf.search(clause)) == found.split()


def test_epoch_milliseconds_are_exact_and_quoted_times_are_by_the_minute(shelf):
    moment = shelf.simulator.issue("SHOP-2").updated
    assert shelf.search(f"updated >= {moment}") == ["SHOP-2"]
    assert shelf.search(f"updated > {moment} AND project = SHOP") == []
    assert len(shelf.search('updated >= "2026-11-22 10:00"')) == 4
    assert shelf.search('updated >= "2026-11-22 10:01"') == []
    assert len(shelf.search("updated >= -5m AND created <= now()")) == 4


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("{late} OR key = SHOP-1", "SHOP-1 SHOP-2"),
        ("key = SHOP-1 OR ({late})", "SHOP-1 SHOP-2"),
        ("({late} OR key = SHOP-1) AND project = SHOP", "SHOP-1 SHOP-2"),
        ("project = SHOP AND NOT {late}", "SHOP-1 SHOP-3"),
        ("{late} AND (key = SHOP-1 OR labels = red)", "SHOP-2"),
        ("key = SHOP-3 OR {late} AND key = SHOP-1", "SHOP-3"),
    ],
)
def test_what_a_query_says_of_late_issues_alone_hides_no_early_one(shelf, clause, found):
    late = f"updated >= {shelf.simulator.issue('SHOP-2').updated}"
    assert sorted(shelf.search(clause.format(late=late))) == found.split()


def test_an_issue_that_is_edited_and_deleted_leaves_nothing_in_the_index(site):
    add_issues(site, 3)
    begun = site.simulator.issue("SHOP-1").updated
    site.clock.pass_time(1)
    site.simulator.user_edit_issue("SHOP-1", summary="Edited")
    late = f"updated >= {site.simulator.issue('SHOP-1').updated} ORDER BY key"
    assert (site.search(late), len(site.search(f"updated >= {begun}"))) == (["SHOP-1"], 3)
    site.simulator.user_delete_issue("SHOP-1")
    assert (site.search(late), len(site.search(f"updated >= {begun}"))) == ([], 2)


def test_quoted_times_are_read_in_the_asking_accounts_time_zone(shelf):
    shelf.simulator.add_user("Sync Bot", email="bot@example.com", account_id="bot", time_zone="America/New_York")
    assert shelf.search('updated >= "2026-11-22 10:00"') == []
    assert len(shelf.search('updated >= "2026-11-22 05:00"')) == 4
    assert shelf.get("issue/SHOP-1")["fields"]["created"] == "2026-11-22T05:00:00.123-0500"


def test_order_by_several_fields(shelf):
    assert shelf.search("project in (SHOP, PAY) ORDER BY project DESC, key DESC") == [
        "SHOP-3",
        "SHOP-2",
        "SHOP-1",
        "PAY-1",
    ]
    assert shelf.search("project in (SHOP, PAY) ORDER BY updated DESC")[:2] == ["SHOP-2", "PAY-1"]
    assert shelf.search("project = SHOP ORDER BY duedate ASC, created ASC") == ["SHOP-1", "SHOP-2", "SHOP-3"]


def test_remote_links_can_be_found_by_global_id(shelf):
    link = {"globalId": "pmhub:1", "object": {"url": "https://example.com/1", "title": "One"}}
    shelf.post("issue/SHOP-3/remotelink", link, 201)
    assert shelf.search('issue in issuesWithRemoteLinksByGlobalId("pmhub:1", "pmhub:2")') == ["SHOP-3"]


def test_search_sees_a_write_only_after_the_lag(site):
    site.simulator.index_lag = 60
    site.simulator.user_create_issue("SHOP", "New")
    assert site.search("project = SHOP") == []
    site.clock.pass_time(60)
    assert site.search("project = SHOP") == ["SHOP-1"]


def test_search_gives_the_old_value_while_the_index_lags(site):
    site.simulator.user_create_issue("SHOP", "Old")
    assert site.search("project = SHOP") == ["SHOP-1"]
    site.simulator.index_lag = 60
    site.simulator.user_edit_issue("SHOP-1", summary="New")
    asked = {"jql": "project = SHOP", "fields": ["summary"]}
    assert site.post("search/jql", asked)["issues"][0]["fields"] == {"summary": "Old"}
    site.simulator.user_delete_issue("SHOP-1")
    assert site.post("search/jql", asked)["issues"][0]["fields"] == {"summary": "Old"}
    site.clock.pass_time(60)
    assert site.post("search/jql", asked)["issues"] == []


def test_direct_reads_have_no_lag(site):
    site.simulator.index_lag = 60
    site.simulator.user_create_issue("SHOP", "New")
    assert site.get("issue/SHOP-1")["fields"]["summary"] == "New"
    assert [row["key"] for row in site.post("issue/bulkfetch", {"issueIdsOrKeys": ["SHOP-1"]})["issues"]] == ["SHOP-1"]


def test_reconciled_issues_are_fresh(site):
    site.simulator.index_lag = 60
    mine = site.simulator.user_create_issue("SHOP", "Mine")
    site.simulator.user_create_issue("SHOP", "Another's")
    assert site.search("project = SHOP", reconcileIssues=[mine.id]) == ["SHOP-1"]
    assert site.search("project = SHOP AND labels = x", reconcileIssues=[mine.id]) == []


def test_reconciling_takes_out_what_no_longer_matches(site):
    gone = site.simulator.user_create_issue("SHOP", "Gone")
    assert site.search("project = SHOP") == ["SHOP-1"]
    site.simulator.index_lag = 60
    site.simulator.user_delete_issue("SHOP-1")
    assert site.search("project = SHOP") == ["SHOP-1"]
    assert site.search("project = SHOP", reconcileIssues=[gone.id]) == []


def test_markers_come_back_in_search_and_bulk_fetch(site):
    marked = new_issue("Marked") | {"properties": [{"key": "pmhub", "value": {"marker": "m1"}}]}
    site.post("issue/bulk", {"issueUpdates": [marked, new_issue("Plain")]}, 201)
    rows = site.post("search/jql", {"jql": "project = SHOP ORDER BY key", "properties": ["pmhub"]})["issues"]
    assert [row["properties"] for row in rows] == [{"pmhub": {"marker": "m1"}}, {}]
    asked = {"issueIdsOrKeys": ["SHOP-1"], "fields": ["summary"], "properties": ["pmhub"]}
    assert site.post("issue/bulkfetch", asked)["issues"][0]["properties"] == {"pmhub": {"marker": "m1"}}


def test_bulk_fetch_orders_by_id_and_leaves_out_what_is_missing(site):
    add_issues(site, 3)
    answer = site.post("issue/bulkfetch", {"issueIdsOrKeys": ["SHOP-3", "SHOP-99", "shop-1"], "fields": ["summary"]})
    assert [row["key"] for row in answer["issues"]] == ["SHOP-1", "SHOP-3"]
    assert answer["issueErrors"] == []


def test_bulk_fetch_takes_a_thousand_only_of_named_single_valued_fields(site):
    many = [f"SHOP-{number}" for number in range(1000)]
    site.post("issue/bulkfetch", {"issueIdsOrKeys": many, "fields": ["summary", "updated"]})
    for refused in (
        {},
        {"fields": ["*all"]},
        {"fields": ["comment"]},
        {"fields": ["summary"], "expand": ["changelog"]},
    ):
        site.post("issue/bulkfetch", {"issueIdsOrKeys": many, **refused}, 400)
    site.post("issue/bulkfetch", {"issueIdsOrKeys": [*many, "SHOP-1000"], "fields": ["summary"]}, 400)
    site.simulator.wide_bulkfetch = False
    site.post("issue/bulkfetch", {"issueIdsOrKeys": many, "fields": ["summary"]}, 400)


def test_a_moved_issue_is_found_by_its_old_key_with_its_old_id(site):
    site.simulator.add_project("PAY")
    before = site.simulator.user_create_issue("SHOP", "Wanderer", text_adf("x"))
    site.simulator.user_move_issue("SHOP-1", "PAY")
    (row,) = site.post("issue/bulkfetch", {"issueIdsOrKeys": ["SHOP-1"]})["issues"]
    assert (row["key"], row["id"]) == ("PAY-1", str(before.id))
    assert site.get("issue/SHOP-1")["key"] == "PAY-1"
    assert site.search("project = PAY") == ["PAY-1"]
    assert site.search("project = SHOP") == []


def test_only_the_first_comments_are_embedded(site):
    site.simulator.user_create_issue("SHOP", "Talk")
    for number in range(21):
        site.simulator.user_comment("SHOP-1", text_adf(f"{number}"))
    (row,) = site.post("search/jql", {"jql": "project = SHOP", "fields": ["comment"]})["issues"]
    embedded = row["fields"]["comment"]
    assert (len(embedded["comments"]), embedded["total"]) == (20, 21)


def test_twenty_thousand_issues_are_searched_and_paged_at_speed(site):
    for number in range(20_000):
        site.simulator.user_create_issue("SHOP", f"Issue {number}")
    assert len(site.search("project = SHOP ORDER BY updated DESC", maxResults=5000)) == 20_000
    assert len(site.simulator.requests) == 4

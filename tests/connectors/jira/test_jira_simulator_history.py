"""The change log, comments and the properties they carry."""

from __future__ import annotations

import pytest
from jira_site import open_site

from pmhub_jira.simulator import text_adf


@pytest.fixture
def site():
    with open_site() as opened:
        opened.simulator.user_create_issue("SHOP", "A story", text_adf("Old text"))
        opened.clock.pass_time(1)
        yield opened


def items(site, key="SHOP-1"):
    return [item for entry in site.get(f"issue/{key}/changelog")["values"] for item in entry["items"]]


def item(field, field_id, before, after, kind="jira"):
    (old, old_text), (new, new_text) = before, after
    names = {"field": field, "fieldtype": kind, "fieldId": field_id}
    return names | {"from": old, "fromString": old_text, "to": new, "toString": new_text}


NOTHING = (None, None)


def test_creating_leaves_no_entry(site):
    assert site.get("issue/SHOP-1/changelog")["values"] == []


def test_an_entry_says_who_when_and_what(site):
    site.simulator.user_edit_issue("SHOP-1", user="ann", summary="New name")
    (entry,) = site.get("issue/SHOP-1/changelog")["values"]
    assert entry["author"]["accountId"] == "ann"
    assert entry["created"] == "2026-11-22T10:00:01.123+0000"
    assert entry["items"] == [item("summary", "summary", (None, "A story"), (None, "New name"))]


def test_text_labels_people_and_status_each_in_their_own_words(site):
    change = {"description": text_adf("New\n\ntext"), "labels": ["b", "a"], "assignee": {"accountId": "ann"}}
    site.simulator.user_edit_issue("SHOP-1", **change)
    site.simulator.user_transition("SHOP-1", "In Progress")
    assert items(site) == [
        item("description", "description", (None, "Old text"), (None, "New\n\ntext")),
        item("assignee", "assignee", NOTHING, ("ann", "Ann Lee")),
        item("labels", "labels", (None, ""), (None, "a b")),
        item("status", "status", ("10000", "To Do"), ("3", "In Progress")),
    ]


def test_each_version_that_comes_or_goes_is_an_item(site):
    one, two = (site.simulator.add_version("SHOP", name) for name in ("1.0", "2.0"))
    site.simulator.user_edit_issue("SHOP-1", fixVersions=[{"name": "1.0"}])
    site.simulator.user_edit_issue("SHOP-1", fixVersions=[{"name": "2.0"}])
    assert items(site) == [
        item("Fix Version", "fixVersions", NOTHING, (str(one.id), "1.0")),
        item("Fix Version", "fixVersions", (str(one.id), "1.0"), NOTHING),
        item("Fix Version", "fixVersions", NOTHING, (str(two.id), "2.0")),
    ]


def test_custom_fields_say_so(site):
    site.simulator.user_edit_issue("SHOP-1", customfield_10016=5)
    assert items(site) == [item("Story point estimate", "customfield_10016", NOTHING, (None, "5"), kind="custom")]


def test_a_move_shows_as_project_and_key(site):
    site.simulator.add_project("PAY")
    site.simulator.user_move_issue("SHOP-1", "PAY")
    assert [entry["field"] for entry in items(site, "PAY-1")] == ["project", "Key"]


def test_change_logs_come_in_bulk_by_field_oldest_first(site):
    site.simulator.user_create_issue("SHOP", "Another")
    for number, key in enumerate(("SHOP-2", "SHOP-1", "SHOP-2")):
        site.clock.pass_time(1)
        site.simulator.user_edit_issue(key, summary=f"Name {number}", labels=[f"l{number}"])
    asked = {"issueIdsOrKeys": ["SHOP-1", "SHOP-2", "SHOP-99"], "fieldIds": ["summary"], "maxResults": 2}
    first = site.post("changelog/bulkfetch", asked)
    second = site.post("changelog/bulkfetch", asked | {"nextPageToken": first["nextPageToken"]})
    ids = {site.simulator.issue(key).id: key for key in ("SHOP-1", "SHOP-2")}
    found = [
        (ids[int(log["issueId"])], entry["items"][0]["toString"], len(entry["items"]))
        for page in (first, second)
        for log in page["issueChangeLogs"]
        for entry in log["changeHistories"]
    ]
    assert found == [("SHOP-2", "Name 0", 1), ("SHOP-1", "Name 1", 1), ("SHOP-2", "Name 2", 1)]
    assert "nextPageToken" not in second


def test_bulk_change_logs_may_write_the_moment_as_a_number(site):
    site.simulator.user_edit_issue("SHOP-1", summary="New")
    site.simulator.epoch_changelogs = True
    (log,) = site.post("changelog/bulkfetch", {"issueIdsOrKeys": ["SHOP-1"]})["issueChangeLogs"]
    assert log["changeHistories"][0]["created"] == site.simulator.now()


def test_an_embedded_change_log_is_newest_first_and_at_most_forty(site):
    for number in range(41):
        site.simulator.user_edit_issue("SHOP-1", summary=f"Name {number}")
    log = site.get("issue/SHOP-1", expand="changelog")["changelog"]
    assert (len(log["histories"]), log["total"]) == (40, 41)
    assert log["histories"][0]["items"][0]["toString"] == "Name 40"


def test_a_comment_carries_its_marker_from_creation(site):
    marker = [{"key": "pmhub", "value": {"marker": "c1"}}]
    made = site.post("issue/SHOP-1/comment", {"body": text_adf("Hi"), "properties": marker}, 201)
    assert "properties" not in made
    assert site.get("issue/SHOP-1/comment", expand="properties")["comments"][0]["properties"] == marker
    listed = site.post("comment/list", {"ids": [int(made["id"])]}, expand="properties")
    assert listed["values"][0]["properties"] == marker


def test_an_edited_comment_names_its_editor_and_keeps_its_author(site):
    comment = site.simulator.user_comment("SHOP-1", text_adf("Mine"), user="ann")
    site.clock.pass_time(1)
    site.put(f"issue/SHOP-1/comment/{comment.id}", {"body": text_adf("Ours")}, 200)
    (read,) = site.get("issue/SHOP-1/comment")["comments"]
    assert (read["author"]["accountId"], read["updateAuthor"]["accountId"]) == ("ann", "bot")
    assert read["updated"] > read["created"]


def test_comments_page_and_turn_around(site):
    for number in range(3):
        site.clock.pass_time(1)
        site.simulator.user_comment("SHOP-1", text_adf(f"{number}"))
    texts = [
        comment["body"]["content"][0]["content"][0]["text"]
        for comment in site.get("issue/SHOP-1/comment", orderBy="-created", startAt=1, maxResults=2)["comments"]
    ]
    assert texts == ["1", "0"]


def test_a_restricted_comment_is_seen_by_its_role_alone(site):
    visibility = {"type": "role", "value": "Developers"}
    comment = site.simulator.user_comment("SHOP-1", text_adf("Secret"), user="ann", visibility=visibility)
    assert site.get("issue/SHOP-1/comment")["total"] == 0
    assert site.get("issue/SHOP-1")["fields"]["comment"]["total"] == 0
    assert site.ask("GET", f"issue/SHOP-1/comment/{comment.id}").status_code == 404
    site.simulator.add_user("Sync Bot", account_id="bot", roles=["Developers"])
    assert site.get("issue/SHOP-1/comment")["comments"][0]["visibility"] == visibility


@pytest.mark.parametrize(
    "body", [text_adf(""), "plain", {"type": "doc", "version": 1, "content": [{"type": "x"}]}, None]
)
def test_an_empty_or_malformed_comment_is_refused(site, body):
    site.post("issue/SHOP-1/comment", {"body": body}, 400)
    assert site.simulator.comments("SHOP-1") == ()


def test_a_comment_is_deleted_by_person_or_by_request(site):
    first, second = (site.simulator.user_comment("SHOP-1", text_adf(text)) for text in "ab")
    site.simulator.user_delete_comment("SHOP-1", first.id)
    assert site.ask("DELETE", f"issue/SHOP-1/comment/{second.id}").status_code == 204
    assert site.simulator.comments("SHOP-1") == ()

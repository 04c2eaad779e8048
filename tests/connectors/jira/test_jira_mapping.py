"""Jira's JSON in our words and back, without a server: tables, recorded answers, and laws."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmhub.model.markdown import text_key
from pmhub.sdk import (
    ABSENT,
    Category,
    Comment,
    Observation,
    People,
    Refused,
    Scope,
    SetChange,
    Ticket,
    Visibility,
    Vocabulary,
    Words,
    values,
)
from pmhub_jira import (
    changelog,
    fitting,
    labels,
    lookups,
    mapping,
    moments,
    natives,
    payloads,
    scopes,
    shown,
    texts,
    workflow,
)
from pmhub_jira.flavours import CLOUD
from pmhub_jira.plugin import pmhub_register_connectors
from pmhub_jira.settings import JiraScope

RECORDED = Path(os.environ.get("PMHUB_RECORDED") or Path(__file__).parents[4] / "shared" / "data" / "recorded")
SITE = "https://example.atlassian.net"
PEOPLE = People({"ann": "Ann Lee", "bo": "Bo"})
STATUSES = Words({"Backlog": "idea", "To Do": "todo", "In Progress": "doing", "In Review": "review", "Done": "done"})
MARKER = "pmhub:0123456789abcdef@abcdef"
TASK = {"id": "3", "name": "Task", "subtask": False}


def scope(types: tuple[str, ...] = (), visibility: Visibility | None = None, **vocabulary: Any) -> Scope:
    return Scope("SHOP", JiraScope("SHOP", types), Vocabulary(**{"people": PEOPLE, **vocabulary}), visibility)


def issue(**fields: Any) -> Any:
    shown = {
        "summary": "T",
        "created": "2026-11-22T10:00:00.123+0000",
        "updated": "2026-11-22T11:00:00.000+0100",
        **fields,
    }
    return {"id": "10000", "key": "SHOP-1", "fields": shown}


def ticket(**fields: Any) -> Any:
    return mapping.found(scope(fields={"estimate": "customfield_1"}), issue(**fields), SITE)


def paragraph(text: str) -> Any:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def recorded(path: str) -> Any:
    file = RECORDED / path
    if not file.exists():
        reason = f"{path} is not in {RECORDED}; set PMHUB_RECORDED to the folder of recorded answers"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return json.loads(file.read_text(encoding="utf-8"))


# reading


def test_an_issue_in_our_words() -> None:
    seen = ticket(
        description=paragraph("Do it"),
        issuetype={"name": "Bug", "subtask": False, "hierarchyLevel": 0},
        status={"id": "1", "name": "Waiting", "statusCategory": {"key": "indeterminate"}},
        priority={"name": "High"},
        assignee={"accountId": "ann"},
        reporter={"accountId": "bo"},
        creator={"accountId": "bo"},
        labels=["b", "a␣b"],
        components=[{"name": "web"}],
        fixVersions=[{"name": "1.0"}],
        duedate="2026-12-24",
        customfield_1=3,
        security=None,
    )
    assert seen.record == Ticket(
        title="T",
        body="Do it",
        type="bug",
        status="doing",
        priority="high",
        assignees=("Ann Lee",),
        reporter="Bo",
        labels=("a b", "b"),
        components=("web",),
        estimate=3.0,
        due="2026-12-24",
        releases=("1.0",),
        parent=None,
    )
    assert (seen.author, seen.created_at, seen.updated_at) == ("bo", 1795341600123, 1795341600000)
    assert (seen.ref.id, seen.ref.key, seen.ref.url) == ("10000", "SHOP-1", f"{SITE}/browse/SHOP-1")
    assert seen.originals == {"status": "Waiting", "type": "Bug", "priority": "High"}
    assert seen.visibility is Visibility.MEMBERS


def test_what_jira_does_not_show_is_absent_and_what_it_shows_empty_is_empty() -> None:
    bare = values(ticket().record)
    assert bare == {"title": "T", "parent": None}
    empty = ticket(description=None, assignee=None, labels=[], duedate=None, customfield_1=None, priority=None).record
    assert (empty.body, empty.assignees, empty.labels) == ("", (), ())
    assert (empty.due, empty.estimate, empty.priority) == (None, None, None)


def test_an_assignee_nobody_mapped_is_no_opinion() -> None:
    assert ticket(assignee={"accountId": "stranger"}).record.assignees is ABSENT


def test_wiki_text_of_a_data_center_reads_as_markdown() -> None:
    assert ticket(description="h1. Old").record.body == "# Old"


@pytest.mark.parametrize(
    ("prop", "marker"),
    [({"marker": MARKER}, MARKER), ({"marker": "mine"}, None), ({"marker": 7}, None), ("x", None), (None, None)],
)
def test_a_marker_is_one_or_none(prop: Any, marker: str | None) -> None:
    raw = issue() | {"properties": {"pmhub": prop}}
    assert mapping.found(scope(), raw, SITE).marker == marker


def test_text_that_looks_like_a_marker_is_only_text() -> None:
    seen = ticket(summary=MARKER, description=paragraph(MARKER))
    assert (seen.marker, seen.record.title) == (None, MARKER)


def test_a_security_level_restricts_whatever_the_scope_says() -> None:
    public = scope(visibility=Visibility.PUBLIC)
    assert mapping.found(public, issue(security={"id": "1"}), SITE).visibility is Visibility.RESTRICTED
    assert mapping.found(public, issue(security=None), SITE).visibility is Visibility.PUBLIC


@pytest.mark.parametrize("few", [{"visibility": {"type": "role"}}, {"jsdPublic": False}])
def test_a_comment_for_few_is_restricted(few: Any) -> None:
    raw = {"id": "7", "self": f"{SITE}/rest/api/3/issue/10000/comment/7", "body": paragraph("x"), "author": {}, **few}
    native = natives.comment(raw, issue_key="SHOP-1", secured=False)
    assert mapping.comment(scope(), native, SITE).visibility is Visibility.RESTRICTED


def test_an_unknown_author_is_shown_by_name() -> None:
    raw = {"id": "7", "self": f"{SITE}/rest/api/3/issue/10000/comment/7", "body": paragraph("x")}
    author = {"accountId": "stranger", "displayName": "Someone Else"}
    native = natives.comment(raw | {"author": author}, issue_key="SHOP-1", secured=False)
    seen = mapping.comment(scope(), native, SITE)
    assert (seen.record, seen.on) == (Comment(body="x", author="Someone Else"), "10000")


@pytest.mark.parametrize("path", ["jira-cloud/issues.json", "jira-server/issues_in_sprint.json"])
def test_recorded_issues_are_read(path: str) -> None:
    for raw in recorded(path)["issues"]:
        seen = mapping.found(scope(), raw, SITE)
        assert isinstance(seen, Observation)
        assert seen.record.title == raw["fields"].get("summary", ABSENT)
        assert 1_400_000_000_000 < seen.created_at <= seen.updated_at
        assert mapping.ticket(scope(), json.loads(json.dumps(seen.native)), SITE) == seen


def test_recorded_comments_are_read() -> None:
    for raw in recorded("jira-cloud/issue_comments.json")["comments"]:
        seen = mapping.comment(scope(), natives.comment(raw, issue_key="", secured=False), SITE)
        assert seen.on in {"10625", "10075"}
        assert seen.record.author == "integration test"


def test_recorded_transitions_lead_where_they_say() -> None:
    offered = [lookups.transition(each) for each in recorded("jira-server/transitions.json")["transitions"]]
    assert (offered[0]["name"], offered[0]["to"]["name"]) == ("Close Issue", "In Progress")
    reached = [way[-1]["to"]["name"] for way in workflow.routes({"1": offered}, "1", lambda _: True)]
    assert reached == ["In Progress", "Closed"]


# labels


@pytest.mark.parametrize(
    ("ours", "native"),
    [
        ("good first issue", "good␣first␣issue"),
        ("my_label", "my_label"),
        ("a␣b", "a␣␣b"),
        ("a  b", "a␣␣␣b"),
        ("·", "·"),
    ],
)
def test_labels_and_how_jira_holds_them(ours: str, native: str) -> None:
    assert labels.lower(ours) == native
    assert labels.lift(native) == ours


@given(st.text(st.sampled_from("a _-·\u2423é"), min_size=1, max_size=7))
def test_every_label_of_ours_comes_back(label: str) -> None:
    native = labels.lower(label)
    assert native is None or labels.lift(native) == label
    assert native is None or " " not in native


@given(st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=40))
def test_every_label_people_give_in_jira_goes_back_as_it_was(native: str) -> None:
    assert labels.lower(labels.lift(native)) == native


def test_a_label_too_long_for_jira_is_said_to_be_lost() -> None:
    fitted = fitting.fit(CLOUD, scope(), Ticket(labels=("x" * 256, "ok")))
    assert fitted.record.labels == ("ok",)
    assert "x" in fitted.lost["labels"]
    assert labels.lower(" " * 400) is None


# fitting


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        (Ticket(title="two\nlines"), {"title": "two lines"}),
        (Ticket(title="x" * 300), {"title": "x" * 254 + "…"}),
        (Ticket(title="🚀" * 200), {"title": "🚀" * 127 + "…"}),
        (Ticket(title="  "), {}),
        (Ticket(body=None), {"body": ""}),
        (Ticket(type="bug"), {"type": "bug"}),
        (Ticket(type="feature"), {}),
        (Ticket(type=None), {}),
        (Ticket(status="doing"), {"status": "doing"}),
        (Ticket(status="unheard of"), {"status": "todo"}),
        (Ticket(priority="highest"), {"priority": "highest"}),
        (Ticket(priority="urgent"), {}),
        (Ticket(priority=None), {}),
        (Ticket(assignees=("Bo", "Ann Lee")), {"assignees": ("Bo",)}),
        (Ticket(assignees=("Nobody", "Ann Lee")), {"assignees": ("Ann Lee",)}),
        (Ticket(assignees=("Nobody",)), {}),
        (Ticket(assignees=()), {"assignees": ()}),
        (Ticket(reporter="Ann Lee"), {}),
        (Ticket(releases=("b", " a ", "")), {"releases": ("a", "b")}),
        (Ticket(due="2026-12-24T10:00:00Z"), {"due": "2026-12-24"}),
        (Ticket(due="soon"), {}),
        (Ticket(due=None), {"due": None}),
        (Ticket(estimate=3.0), {}),
        (Ticket(parent="roadmap_item:5"), {"parent": "roadmap_item:5"}),
        (Ticket(parent="ticket:5"), {}),
        (Ticket(parent=None), {"parent": None}),
        (Comment(author=" Ann\nLee "), {"author": "Ann Lee"}),
        (Comment(author=None), {}),
    ],
)
def test_what_jira_makes_of_a_value(given_: Any, shown: dict[str, Any]) -> None:
    fitted = fitting.fit(CLOUD, scope(), given_).record
    assert values(fitted) == shown
    assert fitting.fit(CLOUD, scope(), fitted).record == fitted


def test_what_is_lost_is_said() -> None:
    lost = fitting.fit(
        CLOUD, scope(), Ticket(type="feature", assignees=("Ann Lee", "Bo", "Cy"), parent="ticket:1", due="x")
    ).lost
    assert lost.keys() == {"type", "assignees", "parent", "due"}
    assert lost["assignees"] == "no Jira account is known for Cy; Jira has one assignee: Ann Lee stays"


def test_a_configured_type_may_be_written() -> None:
    assert fitting.fit(CLOUD, scope(types=("Incident",)), Ticket(type="incident")).record.type == "incident"
    words = {"type": Words({"Incident": "outage"})}
    assert fitting.fit(CLOUD, scope(words=words), Ticket(type="outage")).record.type == "outage"


@pytest.mark.parametrize(
    ("word", "shown"),
    [("review", "review"), ("idea", "idea"), ("blocked", "doing"), ("shipped", "done"), ("odd", "idea")],
)
def test_a_status_is_shown_in_the_words_that_are_configured(word: str, shown: str) -> None:
    categories = {
        "idea": Category.TODO,
        "review": Category.DOING,
        "blocked": Category.DOING,
        "shipped": Category.DONE,
    }
    rich = scope(words={"status": STATUSES}, categories=categories)
    assert fitting.fit(CLOUD, rich, Ticket(status=word)).record.status == shown


def test_a_long_body_is_cut_between_blocks_and_stays_cut_the_same_way() -> None:
    body = "\n\n".join(f"- item {number}\n- **bold** {number}" for number in range(5000))
    fitted = fitting.fit(CLOUD, scope(), Ticket(body=body))
    assert fitted.lost.keys() == {"body"}
    shown = fitted.record.body
    assert isinstance(shown, str)
    assert 20_000 < len(shown) < len(body)
    assert shown.endswith(texts.NOTE)
    assert text_key(fitting.fit(CLOUD, scope(), Ticket(body=shown)).record.body) == text_key(shown)


@given(st.text(max_size=200))
def test_a_second_fit_of_a_title_changes_nothing(text: str) -> None:
    once = shown.title(text)
    assert shown.title(once) == once


# author lines


def test_an_author_line_comes_off_only_where_it_was_put() -> None:
    signed = texts.signed(paragraph("hello"), "Ann * Lee")
    assert texts.unsigned(signed, "Ann * Lee")["content"] == paragraph("hello")["content"]
    assert texts.unsigned(signed, "Bo") == signed
    assert texts.unsigned(paragraph("hello"), "Ann") == paragraph("hello")
    assert texts.unsigned(None, "Ann") is None


# writing


def test_a_new_issue_carries_its_marker_and_no_empty_fields() -> None:
    made = payloads.new_issue(CLOUD, scope(), Ticket(title="T", due=None, body=""), TASK, MARKER)
    assert made == {
        "fields": {"project": {"key": "SHOP"}, "issuetype": {"id": "3"}, "summary": "T"},
        "properties": [{"key": "pmhub", "value": {"marker": MARKER}}],
    }


def test_an_edit_of_sets_names_only_members() -> None:
    over = ticket(labels=["a"], assignee={"accountId": "ann"})
    changes = {
        "labels": SetChange(("b c",), ("a",)),
        "assignees": SetChange(("Bo",), ("Ann Lee",)),
        "components": SetChange(),
    }
    assert payloads.edit(CLOUD, scope(), over, changes) == {
        "fields": {"assignee": {"accountId": "bo"}},
        "update": {"labels": [{"remove": "a"}, {"add": "b␣c"}]},
    }


def test_a_word_jira_does_not_have_is_refused_before_it_is_sent() -> None:
    with pytest.raises(Refused) as caught:
        payloads.edit(CLOUD, scope(), ticket(), {"type": "feature"})
    assert caught.value.field == "type"


# history


def entry(**item: Any) -> Any:
    return {"author": {"accountId": "ann"}, "created": "2026-11-22T10:00:00.123+0000", "items": [item]}


@pytest.mark.parametrize(
    ("item", "change"),
    [
        ({"fieldId": "summary", "fromString": "a", "toString": "b"}, ("title", "a", "b")),
        ({"fieldId": "description", "fromString": "a", "toString": "b"}, ("body", ABSENT, ABSENT)),
        ({"fieldId": "issuetype", "fromString": "Bug", "toString": "Task"}, ("type", "bug", "task")),
        ({"fieldId": "priority", "fromString": None, "toString": "High"}, ("priority", None, "high")),
        ({"fieldId": "status", "from": "1", "fromString": "A", "to": "9", "toString": "B"}, ("status", "todo", ABSENT)),
        ({"fieldId": "assignee", "from": None, "to": "ann"}, ("assignees", (), ("Ann Lee",))),
        ({"fieldId": "assignee", "from": "stranger", "to": None}, ("assignees", ABSENT, ())),
        ({"fieldId": "labels", "fromString": "", "toString": "b a␣c"}, ("labels", (), ("a c", "b"))),
        ({"field": "Fix Version", "from": None, "to": "1"}, ("releases", ABSENT, ABSENT)),
        ({"field": "IssueParentAssociation", "from": None, "to": "1"}, ("parent", None, ABSENT)),
        ({"fieldId": "customfield_1", "fromString": None, "toString": "2.5"}, ("estimate", None, 2.5)),
        ({"fieldId": "duedate", "from": "2026-01-02", "to": None}, ("due", "2026-01-02", None)),
    ],
)
def test_a_change_log_item_in_our_words(item: Any, change: Any) -> None:
    sized = scope(fields={"estimate": "customfield_1"})
    ref = mapping.issue_ref("1", "SHOP-1", SITE)
    [found] = changelog.changes(sized, ref, entry(**item), lambda: {"1": "new"})
    assert (found.field, found.old, found.new) == change
    assert (found.actor, found.at) == ("ann", 1795341600123)


def test_items_of_other_fields_are_no_changes() -> None:
    ref = mapping.issue_ref("1", "SHOP-1", SITE)
    assert list(changelog.changes(scope(), ref, entry(field="Rank", fieldId="customfield_10019"), dict)) == []


# queries and settings


def test_a_query_asks_for_all_projects_by_epoch_milliseconds() -> None:
    assert scopes.changed_since(["SHOP", "IN"], 1795341600000) == (
        'project in ("IN", "SHOP") AND updated >= 1795341600000 ORDER BY updated DESC'
    )


@pytest.mark.parametrize("key", ["shop", "1A", 'A" OR 1=1', "A", "", "A B", "SHOP\n"])
def test_what_is_no_project_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="project key"):
        JiraScope(key)


def test_moments_are_read_with_their_offset() -> None:
    assert moments.milliseconds("2022-06-09T16:29:31.871-0700") == 1654817371871
    assert moments.milliseconds(1492070429) == moments.milliseconds(1492070429000) == 1492070429000
    assert moments.milliseconds(None) == 0


def test_the_plugin_offers_the_connector() -> None:
    [connector] = pmhub_register_connectors()
    assert connector.name == "jira"

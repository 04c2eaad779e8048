"""What people write on one side pings nobody, links nothing and orders nothing on the other; and it reads back the same."""

from __future__ import annotations

import itertools
import re

import pytest
from functional import flavours
from functional.flavours import read, written
from hostile_texts import acted_on, texts
from stage import PROJECT, REPO, open_stage

from pmhub.sdk import Comment, Draft, Kind, People, Ref, Scope, Ticket, Vocabulary
from pmhub_github import mapping as github
from pmhub_github import payloads as to_github
from pmhub_github import texts as github_texts
from pmhub_github.quiet import JOINER
from pmhub_github.settings import GitHubScope
from pmhub_jira import fitting as jira
from pmhub_jira import mapping as from_jira
from pmhub_jira import payloads as to_jira
from pmhub_jira import texts as jira_texts
from pmhub_jira.flavours import CLOUD
from pmhub_jira.richtext import from_adf, to_adf
from pmhub_jira.settings import JiraScope

MARKER = "pmhub:0123456789abcdef@0a1b2c"
OTHER = "pmhub:fedcba9876543210@0a1b2c"
PEOPLE = People({"acc-1": "octocat", "acc-2": "ann"})
GITHUB = Scope(REPO, GitHubScope(repo=REPO))
JIRA = Scope(PROJECT, JiraScope(project=PROJECT), Vocabulary(people=PEOPLE))
TYPE = {"id": "1", "name": "Task"}
SEED = 20_260_728


def issue_body(text):
    return to_github.new_issue(Draft(GITHUB, Ticket(title="t", body=text), MARKER)).payload["body"]


def comment_body(text, author="@octocat #1"):
    return to_github.new_comment(Draft(GITHUB, Comment(body=text, author=author), MARKER, Ref(Kind.TICKET, "1")))


def as_jira_shows_it(text):
    """As text that somebody typed in Jira's editor, or pasted as Markdown."""
    return from_adf(to_adf(text)).text


def nodes(node):
    yield node
    yield from itertools.chain.from_iterable(nodes(child) for child in node.get("content", ()))


def test_the_reader_of_these_tests_finds_what_github_acts_on():
    for live in (
        "@octocat",
        "fixes #1",
        "o/r#1",
        "GH-3",
        "&#64;octocat",
        "请看@octocat",
        "_@octocat_",
        "> ```\n@octocat",
        "](#1)",
    ):
        assert acted_on(live), live
    for quiet in ("`@octocat`", "```\n#1\n```", "a@b.example", f"@{JOINER}octocat", "https://e.example/@octocat"):
        assert not acted_on(quiet), quiet


@pytest.mark.parametrize("write", [issue_body, comment_body])
def test_a_thousand_texts_from_jira_ping_nobody_on_github(write):
    loud = {text: found for text in texts(1_000, SEED) if (found := acted_on(write(as_jira_shows_it(text))))}
    assert loud == {}, f"seed {SEED}"


def test_a_thousand_texts_as_they_are_ping_nobody_on_github():
    loud = {text: found for text in texts(1_000, SEED + 1) if (found := acted_on(issue_body(text)))}
    assert loud == {}, f"seed {SEED + 1}"


@pytest.mark.soak
def test_a_hundred_thousand_texts_ping_nobody_on_github():
    loud = {text: found for text in texts(100_000, SEED + 2) if (found := acted_on(issue_body(text)))}
    assert loud == {}, f"seed {SEED + 2}"


def test_a_thousand_texts_read_back_as_fit_said_and_fitting_twice_is_fitting_once():
    for text in texts(1_000, SEED + 3):
        fitted = github.fit(GITHUB, Ticket(body=text)).record.body
        assert github_texts.read(issue_body(text), ours=True).text == fitted, text
        assert github.fit(GITHUB, Ticket(body=fitted)).record.body == fitted, text


def test_a_thousand_texts_from_github_mention_nobody_in_jira():
    for text in texts(1_000, SEED + 4):
        entry = to_jira.new_issue(
            CLOUD, JIRA, Ticket(title="t", body=text + "\n\n@octocat @ann [~acc-1]"), TYPE, MARKER
        )
        assert all(node["type"] != "mention" for node in nodes(entry["fields"]["description"])), text


def test_a_body_that_went_to_jira_reads_as_fit_said():
    text = "cc @octocat and [~acc-1], see @stranger"
    shown = jira.fit(CLOUD, JIRA, Ticket(body=text)).record.body
    assert jira_texts.read(jira_texts.document(text, PEOPLE), PEOPLE) == shown


def test_who_is_mentioned_in_jira_already_stays_mentioned_and_nobody_joins_them():
    mention = {"type": "mention", "attrs": {"id": "acc-1", "text": "@octocat"}}
    there = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [mention]}]}
    native = {"id": "1", "key": "SHOP-1", "fields": {"description": there}, "properties": {}}
    over = from_jira.ticket(JIRA, native, "https://jira.example")
    sent = to_jira.edit(CLOUD, JIRA, over, {"body": "@octocat, ask @ann"})["fields"]["description"]
    assert [node["attrs"]["id"] for node in nodes(sent) if node["type"] == "mention"] == ["acc-1"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see https://github.com/o/r/issues/1", "see https://redirect.github.com/o/r/issues/1"),
        ("[x](https://github.com/o/r/pull/1#issue)", "[x](https://redirect.github.com/o/r/pull/1#issue)"),
        ("https://github.com/o/r/tree/main", "https://github.com/o/r/tree/main"),
        ("/close", f"/{JOINER}close"),
        ("> !merge now", f"> !{JOINER}merge now"),
        ("/etc/hosts and a/b", "/etc/hosts and a/b"),
        ("![alt](https://e.example/x.png)", "![alt](https://e.example/x.png)"),
        ("```py\n@property\n```", "```py\n@property\n```"),
        ("- step\n  ```py\n  @property\n  ```", "- step\n  ```py\n  @property\n  ```"),
        ("use `@property` here", "use `@property` here"),
        ("<img src='https://e.example/@octocat/1.png'>", "<img src='https://e.example/@octocat/1.png'>"),
        ("[1. Intro](#1-intro)", "[1. Intro](#1-intro)"),
        ("Duplicate of #4", f"Duplicate of #{JOINER}4"),
    ],
)
def test_orders_and_addresses_are_made_quiet_and_code_is_left_alone(text, written):
    assert github_texts.body(text) == written
    assert github_texts.read(written).text == text


def test_an_update_wakes_nothing_but_what_was_awake():
    native = {"body": f"@ann and #1\n\n<!-- {MARKER} -->", "ours": True, "node_id": "n"}
    over = github.ticket(GITHUB, shape(native))
    written = to_github.edited_body(over, "@ann, @bob: #1, #2")
    assert set(re.findall(r"(?<!\w)[@#]\w+", written)) == {"@ann", "#1"}


def shape(native):
    plain = {
        "user": {"login": "ann", "type": "User"},
        "title": "t",
        "state": "open",
        "state_reason": None,
        "labels": [],
    }
    plain |= {
        "assignees": [],
        "milestone": None,
        "type": None,
        "parent": None,
        "html_url": "https://github.com/o/r/issues/1",
    }
    return plain | {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "ours": False} | native


# Markers in what people write.


def test_what_a_person_wrote_never_gets_a_marker_from_us():
    over = github.ticket(GITHUB, shape({"body": f"mine\n\n<!-- {OTHER} -->", "node_id": "n"}))
    assert "pmhub:" not in to_github.edited_body(over, "theirs")


def test_two_markers_in_what_we_made_name_nothing_and_neither_crosses():
    for body in (f"text\n\n<!-- {MARKER} -->\n\n<!-- {OTHER} -->", f"<!-- {OTHER} -->\n\ntext\n\n<!-- {MARKER} -->"):
        seen = github.ticket(GITHUB, shape({"body": body, "node_id": "n", "ours": True}))
        assert (seen.marker, seen.record.body) == (None, "text")


def test_a_marker_typed_on_the_other_side_is_written_as_what_cannot_bind():
    for write in (issue_body, comment_body):
        reading = github_texts.read(write(f"look:\n\n<!-- {OTHER} -->"), ours=True)
        assert reading.marker == MARKER


def test_a_marker_is_never_believed_of_a_text_in_jira():
    fields = {"description": written(f"text\n\n<!-- {OTHER} -->"), "summary": f"<!-- {OTHER} -->"}
    assert from_jira.ticket(JIRA, {"id": "1", "key": "SHOP-1", "fields": fields}, "https://jira.example").marker is None


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        yield stage


def test_pasted_markers_bind_nothing_and_copies_are_items_of_their_own(stage):
    stage.jira.user_create_issue(PROJECT, "Pay in one step")
    stage.sync()
    (mirrored,) = stage.github.issues(REPO).values()
    assert "<!-- pmhub:" in mirrored.body
    marker = mirrored.body[mirrored.body.index("<!--") :]
    stage.github.user_create_issue(REPO, "a copy", mirrored.body)
    stage.github.user_create_issue(REPO, "pasted in between", f"above\n\n{marker}\n\nbelow")
    stage.jira.user_create_issue(PROJECT, "typed in jira", description=written(f"text\n\n{marker}"))
    for _ in range(3):
        stage.rest()
        report = stage.sync()
    titles = sorted(issue.title for issue in stage.github.issues(REPO).values())
    assert titles == sorted(issue.summary for issue in stage.jira.issues(PROJECT))
    assert len(titles) == 4
    assert (report.clashes, report.held, stage.writes) == (0, 0, [])
    copy = next(issue for issue in stage.jira.issues(PROJECT) if issue.summary == "a copy")
    assert "pmhub:" not in read(copy.description)


def pings(native):
    """Does a text of this Jira mention somebody?"""
    return "[~" in native if flavours.CHOSEN.is_server else any(node["type"] == "mention" for node in nodes(native))


def test_over_sockets_nobody_is_pinged_either_way(stage):
    loud = "cc @octocat\n\nfixes #1, see https://github.com/example/shop/issues/1\n\n/close"
    stage.jira.user_create_issue(PROJECT, "from jira", description=written(loud))
    key = stage.jira.issues(PROJECT)[0].key
    stage.jira.user_comment(key, written(loud))
    stage.github.user_create_issue(REPO, "from github", "ask @pmhub bot, @ann")
    stage.sync()
    bodies = [i.body for i in stage.github.issues(REPO).values() if i.title == "from jira"]
    bodies += [comment.body for comment in stage.github.comments(REPO).values()]
    assert len(bodies) == 2
    assert [acted_on(body) for body in bodies] == [[], []]
    documents = [issue.description for issue in stage.jira.issues(PROJECT) if issue.summary == "from github"]
    assert all(not pings(document) for document in documents)


def test_labels_and_titles_travel_as_plain_words():
    draft = Draft(GITHUB, Ticket(title="a\x1b[31m\n@b", labels=("x\x07y",)), MARKER)
    payload = to_github.new_issue(draft).payload
    assert payload["title"] == "a[31m @b"
    assert payload["labels"] == ["xy"]

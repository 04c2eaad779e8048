"""The pure half of the connector, by tables: words, labels, people, texts."""

from __future__ import annotations

import pytest
from github_connector import MARKER, PEOPLE, REPO, scope

from pmhub.sdk import ABSENT, Category, Comment, Kind, Ticket, Visibility, Vocabulary, Words
from pmhub_github import mapping, shapes, texts, words
from pmhub_github.settings import GitHubScope, site_of

TABLE = Vocabulary(
    words={"status": Words({"open": "todo", "not_planned": "dropped", "completed": "done"}, {"blocked": "todo"})},
    categories={"review": Category.DOING, "released": Category.DONE},
    people=PEOPLE,
)


def native(**fields):
    """A REST issue, as little of it as the mapping reads."""
    return {
        "id": 1,
        "node_id": "I_1",
        "number": 7,
        "html_url": "https://github.com/example/shop/issues/7",
        "title": "A title",
        "body": None,
        "state": "open",
        "state_reason": None,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-02T00:00:00Z",
        "user": {"login": "octocat", "type": "User"},
        "labels": [],
        "assignees": [],
        "milestone": None,
        "type": None,
        **fields,
    }


def record(of=None, **fields):
    return mapping.normalise(Kind.TICKET, of or scope(), native(**fields)).record


def fitted(of=None, **fields):
    return mapping.fit(of or scope(), Ticket(**fields))


@pytest.mark.parametrize(
    ("state", "reason", "default", "mapped"),
    [
        ("open", None, "todo", "todo"),
        ("open", "reopened", "todo", "todo"),
        ("closed", None, "done", "done"),
        ("closed", "completed", "done", "done"),
        ("closed", "not_planned", "done", "dropped"),
        ("closed", "duplicate", "done", "done"),
    ],
)
def test_state_and_reason_read_as_one_word(state, reason, default, mapped):
    assert record(state=state, state_reason=reason).status == default
    assert record(scope(TABLE), state=state, state_reason=reason).status == mapped


@pytest.mark.parametrize(
    ("word", "native_word"),
    [
        ("todo", "open"),
        ("doing", "open"),
        ("done", "completed"),
        ("dropped", "not_planned"),
        ("blocked", "open"),
        ("review", "open"),
        ("released", "completed"),
        ("unheard of", "open"),
    ],
)
def test_a_status_goes_by_its_word_else_by_its_category(word, native_word):
    assert words.lower_status(TABLE, word) == native_word


def test_a_type_is_read_by_name_and_its_lack_is_no_opinion():
    assert record(type={"name": "Bug"}).type == "bug"
    assert record(type=None).type is ABSENT
    assert record(scope(Vocabulary(fields={"type": "type"})), type=None).type is None


@pytest.mark.parametrize(("word", "kept"), [("bug", "bug"), ("story", ABSENT), (None, ABSENT)])
def test_a_type_is_kept_where_github_has_it(word, kept):
    found = fitted(type=word)
    assert found.record.type == kept
    assert ("type" in found.lost) == (word == "story")


@pytest.mark.parametrize(
    ("logins", "names"),
    [
        ([], ()),
        (["octocat", "reader"], ("Ann", "Rita")),
        (["OctoCat"], ("Ann",)),
        (["octocat", "nobody-we-know"], ("Ann",)),
        (["nobody-we-know"], ABSENT),
    ],
)
def test_people_we_do_not_know_are_no_opinion(logins, names):
    assert record(assignees=[{"login": login} for login in logins]).assignees == names


@pytest.mark.parametrize(
    ("names", "kept", "lost"),
    [((), (), False), (("Ann", "Zoe"), ("Ann",), True), (("Zoe",), ABSENT, True)],
)
def test_people_without_an_account_are_reported(names, kept, lost):
    found = fitted(assignees=names)
    assert found.record.assignees == kept
    assert ("assignees" in found.lost) == lost


def test_labels_of_the_scope_and_releases_are_no_labels_of_the_record():
    of = scope(labels=("Backlog",))
    seen = record(of, labels=[{"name": "backlog"}, {"name": "red"}, {"name": "release/1.0"}])
    assert (seen.labels, seen.releases) == (("red",), ("1.0",))
    assert fitted(of, labels=("backlog", "red", "release/2.0")).record.labels == ("red",)


def test_a_milestone_plays_one_role():
    milestone = {"node_id": "MI_1", "number": 3, "title": "1.0"}
    roadmap, release = record(milestone=milestone), record(scope(milestones="release"), milestone=milestone)
    assert (roadmap.releases, roadmap.parent) == ((), "roadmap_item:MI_1")
    assert (release.releases, release.parent) == (("1.0",), None)
    assert fitted(scope(milestones="release"), parent="roadmap_item:MI_1").record.parent is ABSENT


def test_a_parent_whose_id_is_not_known_is_no_opinion():
    assert record(parent_issue_url="https://api.github.com/repos/example/shop/issues/2").parent is ABSENT
    assert record().parent is None


def test_labels_are_cut_trimmed_and_one_for_all_spellings():
    assert fitted(labels=("  a  b ", "Red", "red", "x" * 60, "")).record.labels == ("Red", "a b", "x" * 50)


def test_a_title_is_one_line_of_256_characters():
    assert fitted(title=" A\n title ").record.title == "A title"
    long = fitted(title="x" * 300)
    assert len(long.record.title) == 256
    assert "256" in long.lost["title"]
    assert fitted(title=" ").record.title is ABSENT


def test_a_long_body_is_cut_at_a_blank_line_and_says_so():
    text = "A paragraph of words.\n\n" * 5000
    found = fitted(body=text)
    assert len(found.record.body) < 65_536
    assert found.record.body.endswith(f"A paragraph of words.\n\n{texts.CUT_NOTE}")
    assert "65536" in found.lost["body"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("cc @ann", "cc @\u2060ann"),
        ("@org/team", "@\u2060org/team"),
        ("fixes #3", "fixes #\u20603"),
        ("o/r#1", "o/r#\u20601"),
        ("GH-1 and ABC-12", "GH-\u20601 and ABC-12"),
        ("a@b.example", "a@b.example"),
        ("`@ann #1` @ann", "`@ann #1` @\u2060ann"),
        ("\\`@ann\\`", "\\`@\u2060ann\\`"),
        ("```\n@ann #1\n```\n@ann", "```\n@ann #1\n```\n@\u2060ann"),
        ("https://x.example/#1", "https://x.example/#1"),
        ("# 1 heading, &#35;", "# 1 heading, &#35;"),
    ],
)
def test_mirrored_text_pings_nobody_and_reads_back_the_same(text, written):
    assert texts.body(text) == written
    assert texts.read(written).text == text


@pytest.mark.parametrize(
    ("body", "text", "marker"),
    [
        (None, "", None),
        (f"Text\n\n<!-- {MARKER} -->", "Text", MARKER),
        (f"<!-- {MARKER} -->", "", MARKER),
        (f"Text\r\n\r\n<!-- {MARKER} -->\r\n", "Text", MARKER),
        (f"Text <!-- {MARKER} -->", f"Text <!-- {MARKER} -->", None),
        (f"<!-- {MARKER} -->\n\nText", f"<!-- {MARKER} -->\n\nText", None),
        ("Text\n\n<!-- pmhub:nonsense -->", "Text\n\n<!-- pmhub:nonsense -->", None),
    ],
)
def test_a_marker_counts_at_the_very_end(body, text, marker):
    reading = texts.read(body)
    assert (reading.text, reading.marker) == (text, marker)


def test_text_that_looks_like_a_marker_is_not_taken_for_ours_when_we_write_it():
    fake = f"Text\n\n<!-- {MARKER} -->"
    written = texts.body(fake)
    assert texts.read(written).marker is None
    assert texts.read(written).text == fake


def test_a_comment_that_only_looks_as_if_it_had_an_author_line_keeps_it():
    text = "**Ann** wrote:\n\nHello"
    written = texts.composed(texts.headless(texts.body(text)), marker=MARKER)
    reading = texts.read(written, ours=True, comment=True)
    assert (reading.author, reading.text) == (None, text)


@pytest.mark.parametrize("name", ["Ann", "Cat *Lee*", "@octocat", "a\\b", "`x` @y", "x" * 300, "  two   words "])
def test_an_author_line_tells_the_name_and_pings_nobody(name):
    line = texts.author_line(name)
    assert not texts.live(line)
    assert texts.read(
        texts.composed("Hi", marker=MARKER, head=line), ours=True, comment=True
    ).author == texts.plain_name(name)


def test_an_author_of_a_comment_is_a_person_of_the_map_or_the_login():
    for login, name in (("octocat", "Ann"), ("nobody-we-know", "nobody-we-know")):
        raw = {**native(user={"login": login}), "html_url": "https://github.com/example/shop/issues/7#issuecomment-1"}
        assert mapping.normalise(Kind.COMMENT, scope(), raw).record == Comment(body="", author=name)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("public", Visibility.PUBLIC),
        ("private", Visibility.MEMBERS),
        ("internal", Visibility.MEMBERS),
        (None, Visibility.RESTRICTED),
    ],
)
def test_who_can_see_it_is_what_the_repository_says(word, found):
    shape = {**shapes.issue(native()), "visibility": word}
    assert mapping.normalise(Kind.TICKET, scope(), shape).visibility is found


def test_what_no_issue_holds_is_reported():
    assert set(fitted(priority="high", due="2026-01-01", estimate=3.0).lost) == {"priority", "due", "estimate"}


def test_a_bot_has_one_login_in_both_apis():
    assert shapes.account_from_node({"__typename": "Bot", "login": "dependabot"})["login"] == "dependabot[bot]"
    assert shapes.account_from_node(None)["login"] == shapes.account(None)["login"] == "ghost"


@pytest.mark.parametrize(
    "repo", ["shop", "example/", "/shop", "example/shop/x", "example/..", "ex ample/shop", "example/shop?x"]
)
def test_a_repository_is_written_owner_slash_name(repo):
    with pytest.raises(ValueError, match="owner/name"):
        GitHubScope(repo)
    assert GitHubScope(REPO).repo == REPO


def test_the_site_is_what_people_call_it():
    assert site_of("https://api.github.com") == "github.com"
    assert site_of("https://git.example.com/api/v3") == "git.example.com"

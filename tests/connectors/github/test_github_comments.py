"""Comments: who said it stands above it once however often it travels, and the letters that answers by e-mail quote."""

from __future__ import annotations

import pytest
from flavour_stage import open_stage
from github_connector import REPO, fetched, observations, scope, target

from pmhub.model import mail
from pmhub.sdk import Kind
from pmhub_jira.richtext import from_adf, to_adf

CUT = scope(quoted_mail="cut")
LETTER = "On Tue, 3 Nov 2026 at 10:12, Ann <notifications@github.com> wrote:\n\n> Is it slow?\n>\n> > Since when?"
FORMS = {
    "one line": LETTER,
    "broken line": "On Tue, 3 Nov 2026 at 10:12, Ann\n<notifications@github.com> wrote:\n\n> Is it slow?",
    "german": "Am 3. November 2026 um 10:12 schrieb Ann <notifications@github.com>:\n> Ist es langsam?",
    "french": "Le mar. 3 nov. 2026 \u00e0 10:12, Ann <notifications@github.com> a \u00e9crit :\n> C'est lent ?",
    "original": "-----Original Message-----\nFrom: Ann\nSent: Tuesday\n\nIs it slow?",
    "head": "From: Ann <ann@example.com>\nSent: Tuesday, 3 November 2026 10:12\nTo: shop\nSubject: Re: slow\n\nIs it slow?",
}


@pytest.mark.parametrize("letter", FORMS.values(), ids=FORMS)
def test_a_letter_is_told_apart_in_the_forms_of_mail_programs(letter):
    assert mail.apart(f"Yes, it is.\n\n{letter}") == ("Yes, it is.", letter)


@pytest.mark.parametrize(
    "text",
    [
        "Yes, it is.",
        "> Is it slow?\n\nYes, it is.",
        f"{LETTER}\n\nYes, it is.",
        LETTER,
        "On Tuesday I wrote:\nnothing",
        "From: here\nit gets slow",
        "",
    ],
)
def test_what_people_say_is_never_taken_for_a_letter(text):
    assert mail.apart(text) == (text, "")


@pytest.fixture
def answer(simulator):
    simulator.user_create_issue(REPO, "Checkout is slow")
    return simulator.user_comment(REPO, 1, f"Yes, it is.\n\n{LETTER}")


def only(pages):
    [one] = observations(pages)
    return one


def test_a_letter_is_left_out_only_where_the_scope_says_so(hub, answer):
    assert only(fetched(hub, Kind.COMMENT, CUT)).record.body == "Yes, it is."
    assert LETTER in only(fetched(hub, Kind.COMMENT)).record.body


def test_an_edit_leaves_the_letter_where_it_is(hub, simulator, answer):
    seen = only(fetched(hub, Kind.COMMENT, CUT))
    after = hub.update(target(seen, CUT), seen, {"body": "No, not any more."})
    assert after.record.body == "No, not any more."
    assert simulator.comments(REPO)[answer.id].body == f"No, not any more.\n\n{LETTER}"


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path, quoted_mail="cut") as found:
        found.github.user_create_issue(REPO, "Checkout is slow")
        found.settle()
        yield found


def said(stage):
    """Here and there."""
    here = [one.body.partition("\n\n<!--")[0] for one in stage.github.comments(REPO).values()]
    return here, [from_adf(one.body).text for one in stage.jira.comments(stage.only().key)]


def test_who_said_it_stands_above_it_once_however_often_it_travels(stage):
    stage.jira.user_comment(stage.only().key, to_adf("Since Monday"))
    stage.settle()
    [comment] = stage.github.comments(REPO).values()
    head = comment.body.partition("\n")[0]
    assert " wrote on " in head
    for text in ("Since Tuesday", "Since Wednesday"):
        stage.github.user_edit_comment(REPO, comment.id, comment.body.replace(said(stage)[0][0].split("\n\n")[1], text))
        stage.settle()
        here, there = said(stage)
        assert here == [f"{head}\n\n{text}"]
        assert there == [text]
        assert "wrote" not in there[0]


def test_nor_twice_where_a_database_was_lost(stage):
    stage.jira.user_comment(stage.only().key, to_adf("Since Monday"))
    stage.github.user_comment(REPO, 1, "Where?")
    stage.settle()
    before = said(stage)
    stage.workspace.database.unlink()
    stage.sync(allow_public=True)
    stage.settle()
    assert said(stage) == before
    assert all(text.count(" wrote ") <= 1 for side in before for text in side)


def test_an_answer_by_mail_arrives_without_the_letter_and_is_never_written_back(stage):
    stage.github.user_comment(REPO, 1, f"Yes, it is.\n\n{LETTER}")
    stage.settle()
    here, there = said(stage)
    assert here == [f"Yes, it is.\n\n{LETTER}"]
    assert len(there) == 1
    assert there[0].endswith("Yes, it is.")

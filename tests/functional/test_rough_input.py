"""Texts that break tools: they arrive, or are refused one by one, and the rest goes on."""

import pytest
from functional.flavours import read
from stage import PROJECT, REPO, open_stage

from pmhub_jira.simulator import Fault

ROUGH = {
    "control characters": ("bell \x07 and escape \x1b[31m", "a\x00b\x01c\x1b]0;title\x07 words stay"),
    "emoji of four bytes": ("Ship it 🚀👩‍👩‍👧", "🚀 launch 👩‍👩‍👧 family"),
    "bidi marks": ("\u202eright to left\u202c", "abc \u202edef\u202c ghi"),
    "windows line ends": ("line\r\nbreak", "one\r\ntwo\r\n\r\nthree"),
    "seventy thousand characters": ("long", "\n\n".join(["word " * 20] * 700)),
    "a title of three hundred characters": ("t" * 300, "short"),
    "markup": ("*_[x](y)_* `code` <b>", "# not\n\n| a | b |\n|---|---|\n| 1 | `x\\|y` |\n\n```py\nprint('**')\n```"),
    "nothing but spaces": ("spaces only body", "   \n\n   "),
}


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        yield stage


def write(stage, title, body):
    """As a person would; a server that refuses the text cannot hand it to us either."""
    return stage.github.user_create_issue(REPO, title[:256], body[:65_536])


def test_every_rough_text_arrives_and_settles(stage):
    for title, body in ROUGH.values():
        write(stage, title, body)
    stage.github.user_create_issue(REPO, "an ordinary one", "after all the others")
    report = stage.sync()
    arrived = {issue.summary for issue in stage.jira.issues(PROJECT)}
    assert "an ordinary one" in arrived
    assert len(arrived) + len(report.refused) == len(ROUGH) + 1
    for _ in range(2):
        stage.rest()
        stage.sync()
    assert stage.writes == []


def test_no_word_of_a_rough_text_is_lost(stage):
    write(stage, *ROUGH["markup"])
    stage.sync()
    (issue,) = stage.jira.issues(PROJECT)
    text = read(issue.description)
    assert all(word in text for word in ("not", "a", "b", "x\\|y", "print('**')"))


def test_a_text_too_long_for_the_other_side_is_cut_there_and_never_written_back(stage):
    title, body = ROUGH["seventy thousand characters"]
    written = write(stage, title, body).body
    stage.sync()
    (issue,) = stage.jira.issues(PROJECT)
    assert len(read(issue.description)) <= 32_767
    for _ in range(2):
        stage.rest()
        stage.sync()
    assert stage.github.issue(REPO, 1).body == written


def test_one_refused_item_does_not_hold_up_the_others(stage):
    for number in range(5):
        write(stage, f"Issue {number}", "text")
    stage.jira.fault(
        Fault(
            kind="status",
            method="POST",
            path=r"/comment$",
            status=400,
            times=99,
            body={"errorMessages": ["Comment body is not valid."], "errors": {}},
        )
    )
    stage.github.user_comment(REPO, 1, "refused over there")
    report = stage.sync()
    assert len(stage.jira.issues(PROJECT)) == 5
    assert [problem.message for problem in report.refused]
    assert report.exit_code == 3

"""Two tools, people at both: what arrives where, what is a conflict, and who set what."""

import pytest
from functional.flavours import read, written
from stage import PROJECT, REPO, open_stage

from pmhub.store import Store


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path, people={"github": {"demo-ann": "ann"}, "jira": {"acc-ann": "ann"}}) as stage:
        stage.github.add_user("demo-ann")
        stage.jira.add_user("Ann (demo)", email="ann@example.com", account_id="acc-ann")
        yield stage


def settle(stage):
    for _ in range(3):
        stage.rest()
        report = stage.sync()
    assert stage.writes == []
    return report


def only_issue(stage):
    (issue,) = stage.jira.issues(PROJECT)
    return issue


def jira_body(stage):
    return read(only_issue(stage).description)


@pytest.fixture
def pair(stage):
    stage.github.user_create_issue(REPO, "Checkout is slow", "first\n\nsecond\n\nthird")
    settle(stage)
    return stage


def test_edits_of_different_fields_both_arrive(pair):
    pair.github.user_edit_issue(REPO, 1, title="Checkout is very slow")
    pair.jira.user_edit_issue(only_issue(pair).key, labels=["shop"])
    settle(pair)
    assert only_issue(pair).summary == "Checkout is very slow"
    assert pair.github.label_names(REPO, 1) == ["shop"]
    assert conflicts(pair) == []


def test_edits_of_one_field_on_both_sides_keep_the_later_and_record_the_other(pair):
    pair.github.user_edit_issue(REPO, 1, title="From one side")
    pair.clock.advance(30)
    pair.jira.user_edit_issue(only_issue(pair).key, summary="From the other, later")
    settle(pair)
    assert pair.github.issue(REPO, 1).title == only_issue(pair).summary == "From the other, later"
    assert [(c.clash.field, c.clash.value) for c in conflicts(pair)] == [("title", "From one side")]


def test_edits_of_different_lines_of_one_body_merge(pair):
    pair.github.user_edit_issue(REPO, 1, body="first, changed here\n\nsecond\n\nthird")
    pair.jira.user_edit_issue(only_issue(pair).key, description=written("first\n\nsecond\n\nthird, changed there"))
    settle(pair)
    merged = "first, changed here\n\nsecond\n\nthird, changed there"
    assert pair.github.issue(REPO, 1).body.strip() == merged
    assert jira_body(pair).strip() == merged
    assert conflicts(pair) == []


def test_an_edit_made_an_instant_before_our_write_is_not_taken_for_one_that_we_overwrote(pair):
    pair.github.user_edit_issue(REPO, 1, body="first, changed here\n\nsecond\n\nthird")
    pair.jira.user_edit_issue(only_issue(pair).key, description=written("first\n\nsecond\n\nthird, changed there"))
    pair.sync()
    assert len(pair.writes) == 2
    assert conflicts(pair) == []


def test_a_status_travels_both_ways(pair):
    pair.github.user_close(REPO, 1)
    settle(pair)
    assert pair.jira.status_name(only_issue(pair).key) == "Done"
    pair.jira.user_transition(only_issue(pair).key, "In Progress")
    settle(pair)
    assert pair.github.issue(REPO, 1).state == "open"
    assert pair.jira.status_name(only_issue(pair).key) == "In Progress"


def test_a_comment_appears_once_on_the_other_side_and_its_edit_follows(pair):
    comment = pair.github.user_comment(REPO, 1, "Is this urgent?", user="demo-ann")
    settle(pair)
    (mirrored,) = pair.jira.comments(only_issue(pair).key)
    assert "Is this urgent?" in str(mirrored.body)
    pair.github.user_edit_comment(
        REPO, comment.number if hasattr(comment, "number") else comment.id, "Is this very urgent?"
    )
    settle(pair)
    (mirrored,) = pair.jira.comments(only_issue(pair).key)
    assert "Is this very urgent?" in str(mirrored.body)
    assert len(pair.github.comments(REPO)) == 1


def test_people_are_mapped_and_a_cleared_assignee_is_cleared(pair):
    pair.github.user_edit_issue(REPO, 1, assignees=["demo-ann"])
    settle(pair)
    assert only_issue(pair).assignee == "acc-ann"
    pair.jira.user_edit_issue(only_issue(pair).key, assignee=None)
    settle(pair)
    assert pair.github.issue(REPO, 1).assignees == []


def test_an_issue_born_in_the_other_tool_arrives_here(stage):
    stage.jira.user_create_issue(
        PROJECT, "Born in the tracker", written("with **body**"), type="Bug", labels=["two_words"]
    )
    settle(stage)
    issue = stage.github.issue(REPO, 1)
    assert issue.title == "Born in the tracker"
    assert issue.body.startswith("with **body**")


def conflicts(stage):
    store = Store(stage.workspace.database)
    try:
        return store.conflicts.all()
    finally:
        store.close()

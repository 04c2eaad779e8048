"""What is moved, locked, archived, or leaves the filter: links stay, nothing is closed, a person is told once."""

from __future__ import annotations

import logging

import pytest
from flavour_stage import PROJECT, open_stage
from github_connector import REPO, created, draft, fetched, observations, scope, target

from pmhub.sdk import Comment, Denied, Kind, Observation, Ref, Refused, Ticket, Tombstone
from pmhub_jira.richtext import to_adf

OTHER = "example/other"


@pytest.fixture
def other(simulator):
    return simulator.add_repo(OTHER, private=True)


def read_both_ways(rig, seen):
    """By REST, as one thing alone is, and by GraphQL."""
    return [*rig.run().read([target(seen)]), *rig.run().read([target(seen), target(seen)])]


def test_a_moved_issue_is_neither_gone_nor_what_it_was(rig, hub, simulator, other):
    seen = created(hub, Ticket(title="A title"))
    now = simulator.transfer_issue(REPO, 1, OTHER)
    answers = read_both_ways(rig, seen)
    assert answers == [Tombstone(seen.ref, moved=Ref(Kind.TICKET, now.node_id))] * 3
    assert {answer.moved.key for answer in answers} == {f"{OTHER}#1"}


def test_one_moved_out_of_our_sight_is_not_gone_either(rig, hub, simulator, caplog):
    seen = created(hub, Ticket(title="A title"))
    simulator.add_repo(OTHER, private=True, permissions={})
    simulator.transfer_issue(REPO, 1, OTHER)
    assert read_both_ways(rig, seen) == []
    assert "cannot be seen" in caplog.text


def test_one_that_came_back_is_another(rig, hub, simulator, other):
    seen = created(hub, Ticket(title="A title"))
    moved = simulator.transfer_issue(REPO, 1, OTHER)
    back = simulator.transfer_issue(OTHER, moved.number, REPO)
    assert {answer.moved.id for answer in read_both_ways(rig, seen)} == {back.node_id}


def test_a_comment_moves_with_its_issue(rig, hub, simulator, other):
    simulator.user_create_issue(REPO, "A title")
    simulator.user_comment(REPO, 1, "Hello")
    [said] = observations(fetched(hub, Kind.COMMENT))
    simulator.transfer_issue(REPO, 1, OTHER)
    assert list(rig.run().read([target(said)])) == []


def test_what_became_a_discussion_is_gone(rig, hub, simulator):
    seen = created(hub, Ticket(title="A title"))
    simulator.user_delete_issue(REPO, 1)  # GitHub answers 410 for both
    assert read_both_ways(rig, seen) == [Tombstone(seen.ref)] * 3


def test_a_moved_issue_is_not_written_to(hub, simulator, other):
    seen = created(hub, Ticket(title="A title"))
    after = simulator.transfer_issue(REPO, 1, OTHER)
    with pytest.raises(Refused, match="it is now at"):
        hub.update(target(seen), seen, {"title": "Another title"})
    assert after.title == "A title"


def test_a_locked_conversation_takes_no_comment_and_says_so(rig, simulator):
    simulator.user_create_issue(REPO, "A title")
    [seen] = observations(fetched(rig.run("fake-token-reader")))
    simulator.lock_issue(REPO, 1)
    [answer] = rig.run("fake-token-reader").create([draft(Comment(body="Hello"), on=seen.ref)])
    assert isinstance(answer, Refused)
    assert "locked" in answer.message
    assert answer.hint == "Unlock it, or let it be."


def test_in_an_archived_repository_everything_is_read_and_nothing_written(rig, hub, simulator):
    seen = created(hub, Ticket(title="A title"))
    simulator.archive(REPO)
    later = rig.run()
    assert not later.check([scope()]).containers[REPO].writable
    assert [one.ref for one in observations(fetched(later))] == [seen.ref]
    assert [one.ref for one in later.read([target(seen)])] == [seen.ref]
    with pytest.raises(Denied, match="is archived"):
        later.update(target(seen), seen, {"title": "Another title"})


def test_what_leaves_the_filter_can_still_be_read(rig, simulator):
    place = scope(labels=("backlog",))
    simulator.user_create_issue(REPO, "A title", labels=["backlog"])
    [seen] = observations(fetched(rig.run(), of=place))
    simulator.user_edit_issue(REPO, 1, labels=[])
    [answer] = rig.run().read([target(seen, place)])
    assert isinstance(answer, Observation)


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path, labels=("backlog",)) as found:
        found.github.user_create_issue(REPO, "Checkout is slow", labels=["backlog"])
        found.github.user_create_issue(REPO, "Cart is empty", labels=["backlog"])
        found.settle()
        yield found


def states(stage):
    return {issue.summary: stage.jira.status_name(issue.key) for issue in stage.jira.issues(PROJECT)}


AS_BEFORE = {"Checkout is slow": "To Do", "Cart is empty": "To Do"}


def deep_runs(stage, number=4):
    return [stage.sync(deep=True) for _ in range(number)]


def test_a_transfer_closes_nothing_makes_nothing_and_is_told_once(stage, caplog):
    stage.github.add_repo(OTHER, private=True)
    stage.github.transfer_issue(REPO, 1, OTHER)
    caplog.set_level(logging.WARNING)
    assert [report.exit_code for report in deep_runs(stage)] == [0] * 4
    assert states(stage) == AS_BEFORE
    assert len(stage.github.issues(REPO)) == 1
    assert caplog.text.count("was moved to") == 1


def test_an_edit_of_the_twin_of_a_moved_issue_goes_nowhere(stage):
    stage.github.add_repo(OTHER, private=True)
    after = stage.github.transfer_issue(REPO, 1, OTHER)
    slow = next(issue for issue in stage.jira.issues(PROJECT) if issue.summary == "Checkout is slow")
    stage.jira.user_edit_issue(slow.key, summary="Checkout is very slow")
    deep_runs(stage)
    assert after.title == "Checkout is slow"
    assert [one.title for one in stage.github.issues(REPO).values()] == ["Cart is empty"]


def test_what_leaves_the_filter_and_comes_back_keeps_its_link(stage):
    stage.github.user_edit_issue(REPO, 1, labels=[])
    deep_runs(stage)
    assert states(stage) == AS_BEFORE
    stage.github.user_edit_issue(REPO, 1, labels=["backlog"], title="Checkout is very slow")
    stage.settle()
    assert states(stage) == {"Checkout is very slow": "To Do", "Cart is empty": "To Do"}


def test_what_belongs_into_an_archived_repository_waits_and_nothing_is_closed(stage):
    stage.github.archive(REPO)
    slow = next(issue for issue in stage.jira.issues(PROJECT) if issue.summary == "Checkout is slow")
    stage.jira.user_edit_issue(slow.key, summary="Checkout is very slow")
    reports = deep_runs(stage)
    assert {report.exit_code for report in reports} == {3}
    assert {(len(report.refused), report.refused[0].where) for report in reports} == {(1, f"github: {REPO}")}
    assert stage.writes() == []
    assert sorted(states(stage).values()) == ["To Do", "To Do"]
    stage.github.repo(REPO).archived = False
    stage.settle()
    assert stage.github.issue(REPO, 1).title == "Checkout is very slow"


def test_a_locked_issue_costs_one_comment_and_no_more(stage):
    """The bot may triage, but GitHub takes no comment from it on a locked conversation."""
    stage.github.repo(REPO).permissions = {"pmhub-bot": "triage"}
    stage.github.lock_issue(REPO, 1)
    slow = next(issue for issue in stage.jira.issues(PROJECT) if issue.summary == "Checkout is slow")
    stage.jira.user_comment(slow.key, to_adf("Since Monday"))
    stage.jira.user_edit_issue(slow.key, summary="Checkout is very slow")
    reports = [stage.sync() for _ in range(6)]
    assert reports[-1].dead == 1
    assert any("locked" in problem.message for report in reports for problem in report.refused)
    assert stage.github.issue(REPO, 1).title == "Checkout is very slow"

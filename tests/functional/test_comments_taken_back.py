"""Comments that were deleted where they were said, and the line above copies: who said it, when and where."""

from dataclasses import replace

import pytest
from functional.flavours import read, written
from stage import PROJECT, REPO, open_stage

from pmhub.config.workspace import CommentRules
from pmhub.store import Store
from pmhub_github.simulator import Fault


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        stage.github.user_create_issue(REPO, "Pay", "Text")
        settle(stage)
        yield stage


def under(stage, **rules):
    sync = replace(stage.workspace.syncs["backlog"], comment_rules=CommentRules(**rules))
    stage.workspace = replace(stage.workspace, syncs={"backlog": sync})


def settle(stage, runs=2, **options):
    for _ in range(runs):
        stage.rest()
        report = stage.sync(deep=True, **options)
    assert stage.writes == []
    return report


def key(stage):
    (issue,) = stage.jira.issues(PROJECT)
    return issue.key


def in_jira(stage):
    return [read(one.body) for one in stage.jira.comments(key(stage))]


def in_github(stage):
    return [one.body.partition("\n\n<!--")[0] for one in stage.github.comments(REPO).values()]


def delete_in_jira(stage):
    [said] = stage.jira.comments(key(stage))
    stage.jira.user_delete_comment(key(stage), said.id)


def clashes(stage):
    store = Store(stage.workspace.database)
    try:
        return [(one.clash.kind, one.clash.field) for one in store.conflicts.all()]
    finally:
        store.close()


# the line above


def test_a_copy_says_who_wrote_it_when_and_where(stage):
    stage.clock.ahead = 1_777_817_100 - stage.clock.seconds() + stage.clock.ahead  # 3 May 2026, 14:05 UTC
    stage.jira.user_comment(key(stage), written("Is this urgent?"))
    settle(stage)
    [copy] = in_github(stage)
    assert copy == f"**Site Administrator** wrote on 3 May 2026, 14:05 UTC in {key(stage)}:\n\nIs this urgent?"


def test_the_line_stays_through_edits_and_is_never_written_twice(stage):
    stage.github.user_comment(REPO, 1, "From here", user="octocat")
    stage.jira.user_comment(key(stage), written("From there"))
    settle(stage)
    before = in_jira(stage)[1].partition("\n\n")[0]
    assert before.startswith("**octocat** wrote on ")
    assert before.endswith(" UTC in example/shop#1:")
    first, copy = stage.github.comments(REPO).values()
    stage.github.user_edit_comment(REPO, first.id, "From here, again")
    stage.github.user_edit_comment(REPO, copy.id, copy.body.replace("From there", "From there, again"))
    settle(stage)
    assert in_jira(stage) == ["From there, again", f"{before}\n\nFrom here, again"]
    assert [text.count(" wrote ") for text in (*in_jira(stage), *in_github(stage))] == [0, 1, 0, 1]


@pytest.mark.soak
def test_a_lost_database_knows_the_line_again(stage):
    stage.jira.user_comment(key(stage), written("Is this urgent?"))
    settle(stage)
    before = in_github(stage)
    stage.workspace.database.unlink()
    settle(stage)
    assert in_github(stage) == before
    assert in_jira(stage) == ["Is this urgent?"]


def test_the_line_can_be_the_name_alone(stage):
    under(stage, header="author")
    stage.jira.user_comment(key(stage), written("Is this urgent?"))
    settle(stage)
    assert in_github(stage) == ["**Site Administrator** wrote:\n\nIs this urgent?"]


# taken back


def said_and_taken_back(stage, **rules):
    under(stage, **rules)
    stage.jira.user_comment(key(stage), written("Never mind"))
    settle(stage)
    assert len(in_github(stage)) == 1
    delete_in_jira(stage)


def test_by_default_a_copy_stays(stage):
    said_and_taken_back(stage)
    settle(stage)
    assert len(in_github(stage)) == 1
    assert clashes(stage) == []


def test_a_deletion_may_be_told_of(stage):
    said_and_taken_back(stage, deleted="notice")
    settle(stage)
    assert len(in_github(stage)) == 1
    assert clashes(stage) == [("deleted", "")]


def test_a_copy_is_deleted_where_the_sync_says_so_and_only_after_a_second_look(stage):
    said_and_taken_back(stage, deleted="delete")
    stage.rest()
    stage.sync(deep=True)
    assert len(in_github(stage)) == 1
    report = settle(stage, runs=4)
    assert in_github(stage) == []
    assert (report.exit_code, clashes(stage)) == (0, [])
    assert [one.method for one in stage.writes] == []


@pytest.mark.soak
def test_it_works_from_github_to_jira_too(stage):
    under(stage, deleted="delete")
    made = stage.github.user_comment(REPO, 1, "Never mind", user="octocat")
    settle(stage)
    stage.github.user_delete_comment(REPO, made.id)
    settle(stage, runs=5)
    assert in_jira(stage) == []


def test_a_persons_own_comment_stays_where_our_copy_of_it_is_deleted(stage):
    under(stage, deleted="delete")
    stage.jira.user_comment(key(stage), written("Mine"))
    settle(stage)
    [copy] = stage.github.comments(REPO).values()
    stage.github.user_delete_comment(REPO, copy.id)
    settle(stage, runs=4)
    assert in_jira(stage) == ["Mine"]


def test_an_edited_copy_is_not_deleted(stage):
    said_and_taken_back(stage, deleted="delete")
    stage.rest()
    stage.sync(deep=True)
    [copy] = stage.github.comments(REPO).values()
    stage.github.user_edit_comment(REPO, copy.id, copy.body.replace("Never mind", "Do mind"))
    settle(stage, runs=4)
    assert len(in_github(stage)) == 1
    assert ("delete/edit", "") in clashes(stage)


def test_the_end_of_a_ticket_deletes_no_comment(stage):
    under(stage, deleted="delete")
    stage.jira.user_comment(key(stage), written("Said"))
    settle(stage)
    stage.jira.user_delete_issue(key(stage))
    settle(stage, runs=5)
    assert len(in_github(stage)) == 1


def test_many_deletions_at_once_stop_the_run(stage):
    under(stage, deleted="delete")
    for number in range(8):
        stage.jira.user_comment(key(stage), written(f"Comment {number}"))
    settle(stage)
    for said in stage.jira.comments(key(stage))[:4]:
        stage.jira.user_delete_comment(key(stage), said.id)
    stopped = []
    for _ in range(4):
        stage.rest()
        stopped.append(stage.sync(deep=True).stopped)
    assert len(in_github(stage)) == 8
    assert "limit is 2" in stopped[-1]


@pytest.mark.parametrize("fault", ["drop_after", pytest.param("drop_before", marks=pytest.mark.soak)])
def test_a_deletion_whose_answer_is_lost_is_carried_out_once(stage, fault):
    under(stage, deleted="delete")
    stage.jira.user_comment(key(stage), written("Stays"))
    said_and_taken_back_beside(stage)
    stage.github.fault(Fault(fault, "DELETE", times=1))
    settle(stage, runs=5)
    assert [text.rpartition("\n")[2] for text in in_github(stage)] == ["Stays"]
    assert in_jira(stage) == ["Stays"]


def said_and_taken_back_beside(stage):
    made = stage.jira.user_comment(key(stage), written("Never mind"))
    settle(stage, runs=2)
    stage.jira.user_delete_comment(key(stage), made.id)

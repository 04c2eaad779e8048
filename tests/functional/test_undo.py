"""undo and log: what a run replaced goes back, what somebody changed since stays, and every write can be traced."""

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step", labels=["shop"])
        workspace.sync()
        yield workspace


@pytest.fixture
def edited(hub):
    """Run 2 carried two edits over."""
    hub.jira.user_edit_issue("SHOP-1", summary="Pay in two steps", labels=["pay"])
    hub.sync()
    return hub


def titles(hub):
    return hub.github.issue(REPO, 1).title, hub.jira.issue("SHOP-1").summary


def everywhere(hub, title):
    hub.rest()
    hub.github.requests.clear()
    hub.jira.requests.clear()
    assert hub.run("sync").code == 0
    assert hub.writes == []
    assert titles(hub) == (title, title)


def test_an_undo_is_shown_before_it_is_done(edited):
    edited.github.requests.clear()
    done = edited.run("undo", "2")
    assert "~ title: Pay in two steps → Pay in one step" in done.out
    assert "~ labels: +shop -pay" in done.out
    assert "2 values to give back, 0 left alone" in done.out
    assert edited.github.requests == []
    assert titles(edited) == ("Pay in two steps", "Pay in two steps")


def test_an_undo_gives_the_values_back_on_every_side(edited):
    done = edited.run("undo", "2", "--yes")
    assert done.code == 0, done.err
    assert titles(edited) == ("Pay in one step", "Pay in one step")
    assert edited.github.label_names(REPO, 1) == list(edited.jira.issue("SHOP-1").labels) == ["shop"]
    everywhere(edited, "Pay in one step")


def test_an_undo_can_be_undone(edited):
    edited.run("undo", "2", "--yes")
    edited.rest()
    assert "title: Pay in one step → Pay in two steps" in edited.run("undo", "3").out
    edited.run("undo", "3", "--yes")
    everywhere(edited, "Pay in two steps")


def test_what_was_changed_since_is_left_alone(edited):
    edited.github.user_edit_issue(REPO, 1, title="Pay at once")
    edited.sync()
    done = edited.run("undo", "2", "--yes")
    assert "left alone: SHOP-1 = example/shop#1 title: changed since" in done.out
    assert titles(edited) == ("Pay at once", "Pay at once")
    assert edited.github.label_names(REPO, 1) == ["shop"]


def test_a_change_that_was_not_even_read_yet_is_left_alone(edited):
    edited.github.user_edit_issue(REPO, 1, title="Pay at once")
    done = edited.run("undo", "2", "--yes")
    assert done.code == 0, done.err
    assert titles(edited) == ("Pay at once", "Pay at once")


def test_what_a_run_created_stays(hub):
    done = hub.run("undo", "1")
    assert "left alone: SHOP-1 = example/shop#1 Pay in one step: created by that run" in done.out
    hub.run("undo", "1", "--yes")
    assert len(hub.github.issues(REPO)) == 1


def test_a_guard_stops_an_undo_and_nothing_moves(edited):
    done = edited.run("undo", "2", "--yes", "--max-changes", "1")
    assert done.code == 8
    assert titles(edited) == ("Pay in two steps", "Pay in two steps")
    everywhere(edited, "Pay in two steps")


def test_a_run_that_never_was_is_an_error(hub):
    done = hub.run("undo", "99")
    assert done.code == 1
    assert "there was no run 99" in done.err


def test_the_log_lists_the_runs(edited):
    done = edited.run("log")
    assert "run 2 " in done.out
    assert "exit 0: 1 updated ticket" in done.out


def test_the_log_of_a_run_tells_before_after_and_the_request(edited):
    done = edited.run("log", "2")
    assert "taken from jira: title: Pay in one step → Pay in two steps" in done.out
    assert "written to github: title: Pay in one step → Pay in two steps  (request PMHB:" in done.out


def test_the_log_of_an_item_tells_of_all_runs(edited):
    done = edited.run("log", "SHOP-1")
    assert "run 1  created on github: title: Pay in one step" in done.out
    assert "run 2  written to github: labels: +pay -shop" in done.out


def test_the_log_in_json_has_every_row(edited):
    document = edited.run("log", "2", "--format", "json").json
    written = [row for row in document["rows"] if row["op"] == "update" and row["field"] == "title"]
    assert [(row["before"], row["after"], row["result"]) for row in written] == [
        ("Pay in one step", "Pay in two steps", "done")
    ]
    assert written[0]["request"].startswith("PMHB:")

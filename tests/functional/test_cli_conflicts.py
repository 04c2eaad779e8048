"""What waits for a person, and the person's word on it: conflicts and refused writes."""

from __future__ import annotations

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace

from pmhub.engine.plan import Action, Op
from pmhub.store import Store

HOLD = '[syncs.backlog.fields]\ntitle = { conflict = "hold" }\nlabels = { conflict = "hold" }'


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.write(fields=HOLD)
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        workspace.sync()
        yield workspace


@pytest.fixture
def held(hub):
    hub.github.user_edit_issue(REPO, 1, title="From one side")
    hub.jira.user_edit_issue("SHOP-1", summary="From the other")
    assert hub.run("sync").code == 6
    hub.rest()
    return hub


def titles(hub):
    return hub.github.issue(REPO, 1).title, hub.jira.issue("SHOP-1").summary


def test_a_held_conflict_is_listed_with_every_side(held):
    done = held.run("conflicts", "list")
    for told in ("ours: Pay in one step", "jira: From the other", "github: From one side"):
        assert told in done.out


def test_a_held_field_is_marked_where_the_item_is_shown(held):
    assert "title: Pay in one step  (held: a conflict waits for you)" in held.run("show", "SHOP-1").out


def test_nothing_travels_until_somebody_has_chosen(held):
    assert held.run("sync").code == 6
    assert titles(held) == ("From one side", "From the other")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--take", "jira"], "From the other"),
        (["--take", "github"], "From one side"),
        (["--take", "ours"], "Pay in one step"),
        (["--value", "Pay at once"], "Pay at once"),
    ],
)
def test_the_chosen_value_goes_everywhere(held, options, expected):
    assert held.run("conflicts", "resolve", "SHOP-1", "title", *options).code == 0
    assert held.run("sync").code == 0
    assert titles(held) == (expected, expected)
    assert held.run("conflicts", "list").out == ""


def test_a_conflict_goes_by_its_number(held):
    [first, *_] = held.run("conflicts", "list", "--format", "json").json["conflicts"]
    assert held.run("conflicts", "resolve", str(first["id"]), "--take", "github").code == 0
    assert held.run("sync").code == 0
    assert titles(held) == ("From one side", "From one side")


def test_a_choice_is_told_by_why(held):
    held.run("conflicts", "resolve", "SHOP-1", "--value", "Pay at once")
    done = held.run("why", "SHOP-1", "title")
    assert "set on pmhub itself" in done.out
    assert "jira had From the other" in done.out


def test_a_side_that_is_none_is_refused_with_those_that_are(held):
    done = held.run("conflicts", "resolve", "SHOP-1", "--take", "nosuch")
    assert done.code == 1
    assert "--take one of: github, jira, ours" in done.err
    assert held.run("sync").code == 6


def test_several_conflicts_of_one_item_want_the_field_named(hub):
    hub.github.user_edit_issue(REPO, 1, title="From one side")
    hub.jira.user_edit_issue("SHOP-1", summary="From the other")
    hub.run("sync")
    done = hub.run("conflicts", "resolve", "SHOP-1", "labels", "--take", "jira")
    assert done.code == 1
    assert "no conflict waits there: SHOP-1 labels" in done.err


def test_a_conflict_that_a_rule_settled_can_be_turned_round(hub):
    hub.write(fields='[syncs.backlog.fields]\ntitle = { conflict = "jira" }')
    hub.github.user_edit_issue(REPO, 1, title="From one side")
    hub.jira.user_edit_issue("SHOP-1", summary="From the other")
    hub.sync()
    assert titles(hub) == ("From the other", "From the other")
    [row] = hub.run("conflicts", "list", "--all", "--format", "json").json["conflicts"]
    assert (row["value"], row["state"]) == ("From one side", "auto")
    assert hub.run("conflicts", "resolve", str(row["id"]), "--take", "lost").code == 0
    hub.sync()
    assert titles(hub) == ("From one side", "From one side")


@pytest.fixture
def refused(hub):
    """A dead letter, as four refusals of one write leave it."""
    store = Store(hub.database)
    item = store.items.ids()[0]
    [remote] = [bound.remote for bound in store.items.bound(item) if bound.remote.startswith("github:")]
    action = Action(item, remote, Op.UPDATE, {"title": "Refused"}, {})
    with store.transaction():
        store.failures.add(action, "title", "0" * 16, ("title is too rude", "Say it kindly."), 0, 1)
    store.close()
    return hub


def test_a_dead_letter_is_listed_in_the_remotes_words(refused):
    done = refused.run("errors", "list")
    assert "update title on github: title is too rude" in done.out
    assert "hint: Say it kindly." in done.out


def test_a_dead_letter_makes_a_run_exit_with_3(refused):
    done = refused.run("sync", "-q")
    assert done.code == 3
    assert "see `pmhub errors list`" in done.err


@pytest.mark.parametrize("args", [["ignore", "1"], ["retry", "1"], ["retry", "--all"]])
def test_a_dead_letter_that_was_dealt_with_is_no_longer_a_problem(refused, args):
    assert refused.run("errors", *args).code == 0
    assert refused.run("errors", "list").out == ""
    assert refused.run("sync", "-q").code == 0


def test_an_ignored_dead_letter_can_be_found_again(refused):
    refused.run("errors", "ignore", "1")
    [row] = refused.run("errors", "list", "--all", "--format", "json").json["errors"]
    assert (row["state"], row["connection"]) == ("ignored", "github")

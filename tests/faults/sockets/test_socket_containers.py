"""A place that vanishes is an outage: whatever way it goes, nothing is closed, deleted or made again, and it comes back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from both_sides import PROJECT, REPO, SIDES, Side, other
from fault_rows import AUTH, FAULTS, GUARD, OK, TEMPORARY, archived, hidden, issues_off
from faulted_stage import Faulted, faulted

DEEP_RUNS = 4  # one more than a thing must be missing from to be believed gone
Undo = Callable[[], object]


@pytest.fixture(params=[1, 6], ids=["two tickets", "twelve tickets"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Faulted]:
    """Two are as many as may always be missing; twelve are more than any guard lets go."""
    with faulted(tmp_path, request.param) as world:
        yield world


def survives(world: Faulted, side: Side, undo: Undo, codes: set[int]) -> None:
    """Deep runs while it is away, with an edit on the other side; then it comes back."""
    before = {each: sorted(world.sides.seen(each)) for each in SIDES}
    for _ in range(DEEP_RUNS):
        report = world.run(deep=True)
        assert report.exit_code in codes, report
        assert world.sides.writes == []
        world.stage.rest()
    assert {each: sorted(world.sides.seen(each)) for each in SIDES} == before
    world.sides.renamed(other(side))
    world.sides.said(other(side))
    world.run(deep=True)
    assert [state for _, _, state in world.sides.seen(other(side))] == [False] * len(before[side])
    undo()
    assert not world.settled()


def test_issues_switched_off_close_nothing(world: Faulted) -> None:
    survives(world, "github", issues_off(world.sides, "github"), {AUTH})


def test_an_archived_repository_closes_nothing(world: Faulted) -> None:
    survives(world, "github", archived(world.sides, "github"), {OK, AUTH})


def test_an_archived_project_closes_nothing(world: Faulted) -> None:
    survives(world, "jira", archived(world.sides, "jira"), {OK, AUTH, TEMPORARY, GUARD})


@pytest.mark.parametrize("side", SIDES)
def test_a_lost_permission_closes_nothing(world: Faulted, side: Side) -> None:
    survives(world, side, hidden(world.sides, side), {AUTH, TEMPORARY})


@pytest.mark.parametrize("side", SIDES)
def test_an_empty_listing_closes_nothing(world: Faulted, side: Side) -> None:
    paths = {"github": r"/issues$", "jira": r"/search/jql$"}
    empty = {"github": [], "jira": {"issues": [], "isLast": True}}
    faults = getattr(world.sides, side).faults
    fault = FAULTS[side](
        "status", {"github": "GET", "jira": "POST"}[side], paths[side], times=10_000, status=200, body=empty[side]
    )
    faults.append(fault)
    survives(world, side, faults.clear, {OK, GUARD})
    assert fault.seen


def test_a_deleted_repository_closes_nothing(world: Faulted) -> None:
    names = world.sides.github.world.names
    number = names.pop(REPO)
    survives_without_its_own_side(world, "github", lambda: names.update({REPO: number}), {AUTH})


def test_a_deleted_project_closes_nothing(world: Faulted) -> None:
    projects = world.sides.jira.state.projects
    gone = world.sides.jira.project(PROJECT)
    issues = world.sides.jira.state.issues
    kept = {number: issue for number, issue in issues.items() if issue.project_id == gone.id}
    del projects[gone.id]
    for number in kept:
        del issues[number]
    world.sides.jira.search.forget()

    def undo() -> None:
        projects[gone.id] = gone
        issues.update(kept)
        world.sides.jira.search.forget()

    survives_without_its_own_side(world, "jira", undo, {AUTH, TEMPORARY})


def survives_without_its_own_side(world: Faulted, side: Side, undo: Undo, codes: set[int]) -> None:
    there = sorted(world.sides.seen(other(side)))
    for _ in range(DEEP_RUNS):
        report = world.run(deep=True)
        assert report.exit_code in codes, report
        assert world.sides.writes == []
        world.stage.rest()
    assert sorted(world.sides.seen(other(side))) == there
    undo()
    assert not world.settled()


def test_a_transferred_issue_is_not_made_again(world: Faulted) -> None:
    ticket = world.sides.carried_off("github")
    for _ in range(DEEP_RUNS):
        world.run(deep=True)
        world.stage.rest()
    assert ticket.word not in [word for word, _, _ in world.sides.seen("github")]
    assert [word for word, _, _ in world.sides.seen("jira")].count(ticket.word) == 1
    assert not world.settled()


def test_a_renamed_repository_is_told_and_nothing_is_made_again(world: Faulted) -> None:
    world.sides.github.rename_repo(REPO, "example/store")
    report = world.run(deep=True)
    assert report.exit_code == AUTH, report
    assert world.sides.writes == []
    world.sides.github.rename_repo("example/store", REPO)
    assert not world.settled()


def test_the_other_side_goes_on_while_one_is_away(world: Faulted) -> None:
    """What a person does meanwhile arrives when it is back, once."""
    undo = hidden(world.sides, "github")
    for act in ("born", "renamed", "said"):
        getattr(world.sides, act)("jira")
        world.run()
    undo()
    assert not world.settled()

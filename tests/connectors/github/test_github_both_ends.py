"""A long list of issues is read from its oldest and from its newest end at once: none is missed, few are read twice."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from github_connector import REPO, scope

from pmhub.sdk import Kind, Stream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Clock
    from github_connector import Rig

    from pmhub.sdk import Cursor, Page
    from pmhub_github.simulator import GitHubSimulator

MANY = 650


@pytest.fixture
def filled(simulator: GitHubSimulator, clock: Clock) -> GitHubSimulator:
    """One issue a second."""
    for number in range(1, MANY + 1):
        clock.seconds += 1
        simulator.user_create_issue(REPO, f"Issue {number}")
    return simulator


def pages(rig: Rig, cursor: Cursor | None = None) -> Iterable[Page]:
    hub = rig.run()
    hub.check([scope()])
    return hub.fetch([Stream(Kind.TICKET, scope(), cursor)])


def titles(pages: Iterable[Page]) -> Counter[str]:
    return Counter(one.record.title for page in pages for one in page.observations)


def every_one(simulator: GitHubSimulator) -> set[str]:
    return {issue.title for issue in simulator.issues(REPO).values()}


def directions(simulator: GitHubSimulator) -> list[str]:
    asked = [parse_qs(one.query) for one in simulator.requests if one.path.endswith("/issues")]
    return [words["direction"][0] for words in asked if words["sort"] == ["created"]]


def test_every_issue_comes_once_with_as_many_requests_as_there_are_pages(rig: Rig, filled: GitHubSimulator) -> None:
    assert titles(pages(rig)) == Counter(every_one(filled))
    assert Counter(directions(filled)) == {"asc": 4, "desc": 3}


def test_an_issue_that_was_moved_here_between_both_is_not_missed(rig: Rig, filled: GitHubSimulator) -> None:
    """Its number is high, and it was made long ago: just where both would meet by the numbers."""
    issues = filled.issues(REPO)
    for number in range(601, MANY):
        del issues[number]
    issues[MANY].created = issues[300].created
    assert titles(pages(rig)).keys() == every_one(filled)


def test_issues_of_one_second_are_all_read(rig: Rig, filled: GitHubSimulator) -> None:
    for issue in filled.issues(REPO).values():
        issue.created = 1_780_000_000
    assert titles(pages(rig)).keys() == every_one(filled)


@pytest.mark.parametrize("taken", [2, 5])
def test_a_reading_that_was_cut_off_goes_on_at_both_ends(rig: Rig, filled: GitHubSimulator, taken: int) -> None:
    early = list(islice(pages(rig), taken))
    rig.wait_for_reads_ahead()
    before = len(directions(filled))
    late = list(pages(rig, early[-1].cursor))
    assert (titles(early) + titles(late)).keys() == every_one(filled)
    assert len(directions(filled)) - before <= 7 - taken + 1
    assert late[-1].cursor is not None
    assert late[-1].cursor.state.keys() == {"page", "asked"}


def test_few_issues_are_read_from_one_end(rig: Rig, simulator: GitHubSimulator) -> None:
    for number in range(201):
        simulator.user_create_issue(REPO, f"Issue {number}")
    assert titles(pages(rig)).keys() == every_one(simulator)
    assert directions(simulator) == ["asc"] * 3

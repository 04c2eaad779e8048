"""Which pages are asked for before their turn, and where a list goes on another day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from github_connector import scope

from pmhub.http.client import AT_ONCE
from pmhub.sdk import Kind, Stream
from pmhub_github.paging import later_pages, place_in

if TYPE_CHECKING:
    from github_connector import Rig

    from pmhub_github.simulator import GitHubSimulator

REPO = "example/shop"
LIST = "https://api.example/repositories/1/issues/comments?per_page=100"


def links(following: str, last: str = "") -> dict[str, str]:
    return {rel: url for rel, url in {"next": following, "last": last}.items() if url}


def test_numbered_pages_are_known_up_to_the_last() -> None:
    assert later_pages(links(f"{LIST}&page=2", f"{LIST}&page=4")) == [f"{LIST}&page={n}" for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("following", "last"),
    [
        (f"{LIST}&page=2", ""),
        (f"{LIST}&after=Y3Vyc29y&page=2", f"{LIST}&page=9"),
        (f"{LIST}&page=2", f"{LIST}&sort=created&page=4"),
    ],
    ids=["no last", "by cursor", "otherwise written"],
)
def test_of_others_only_the_next_is_known(following: str, last: str) -> None:
    assert later_pages(links(following, last)) == [following]


def test_behind_the_last_page_there_is_nothing() -> None:
    assert later_pages({}) == []
    assert place_in({}) == ""


def test_a_list_goes_on_behind_a_cursor_or_with_the_page_that_was_read_last() -> None:
    assert place_in(links(f"{LIST}&after=Y3Vyc29y&page=8")) == "after=Y3Vyc29y"
    assert place_in(links(f"{LIST}&page=8")) == "page=7"


def test_pages_that_were_asked_for_early_come_in_order_and_once(rig: Rig, simulator: GitHubSimulator) -> None:
    many = 100 * (AT_ONCE + 1) + 1
    simulator.user_create_issue(REPO, "Talked about")
    for number in range(many):
        simulator.user_comment(REPO, 1, f"Comment {number}")
    hub = rig.run()
    hub.check([scope()])
    rig.asked()
    pages = list(hub.fetch([Stream(Kind.COMMENT, scope())]))
    bodies = [one.record.body for page in pages for one in page.observations]
    assert bodies == [f"Comment {number}" for number in range(many)]
    listed = [one for one in rig.asked() if "comments" in one]
    assert listed == ["GET /issues/comments 200"] * (1 + AT_ONCE + 2)

"""Lists, pages, filters and conditional requests of the simulator, over a real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pmhub_github.simulator import GitHubSimulator

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = "/repos/example/shop"
NEWEST = f"{SHOP}/issues?state=all&sort=updated&direction=desc&per_page=100"


@pytest.fixture
def five(simulator: GitHubSimulator, clock: Any) -> None:
    """Create five issues, a minute apart."""
    for title in ("one", "two", "three", "four", "five"):
        simulator.user_create_issue("example/shop", title)
        clock.seconds += 60


def titles(answer: httpx.Response) -> list[str]:
    return [issue["title"] for issue in answer.json()]


@pytest.mark.usefixtures("five")
def test_following_next_links_reads_every_issue_once(api: httpx.Client) -> None:
    answer = api.get(f"{SHOP}/issues?per_page=2&direction=asc")
    found, pages = titles(answer), 1
    while "next" in answer.links:
        answer = api.get(answer.links["next"]["url"])
        found, pages = found + titles(answer), pages + 1
    assert (found, pages) == (["one", "two", "three", "four", "five"], 3)
    assert "page" in httpx.URL(api.get(f"{SHOP}/issues?per_page=2").links["next"]["url"]).params


@pytest.mark.usefixtures("five")
def test_issues_are_paged_by_a_cursor_and_far_behind_by_nothing_else(api: httpx.Client) -> None:
    """As GitHub does since 2025: go-github issue 3565."""
    answer = api.get(f"{SHOP}/issues?per_page=2")
    assert set(answer.links) == {"next"}
    assert "after" in httpx.URL(answer.links["next"]["url"]).params
    assert api.get(f"{SHOP}/issues?per_page=100&page=100").status_code == 422
    assert api.get(f"{SHOP}/issues?after=nonsense").status_code == 422


@pytest.mark.usefixtures("five")
def test_links_name_the_repository_by_id_so_they_cannot_be_guessed(
    api: httpx.Client, simulator: GitHubSimulator
) -> None:
    url = api.get(f"{SHOP}/issues?per_page=2").links["next"]["url"]
    assert f"/repositories/{simulator.repo('example/shop').id}/issues?" in url
    api.get(url)
    assert simulator.requests[-1].path == f"{SHOP}/issues"


def test_a_page_holds_thirty_by_default_and_never_more_than_a_hundred(
    api: httpx.Client, simulator: GitHubSimulator
) -> None:
    for number in range(101):
        simulator.user_create_issue("example/shop", f"issue {number}")
    assert len(api.get(f"{SHOP}/issues").json()) == 30
    assert len(api.get(f"{SHOP}/issues?per_page=500").json()) == 100


@pytest.mark.usefixtures("five")
def test_since_includes_the_second_it_names(api: httpx.Client) -> None:
    stamps = {issue["title"]: issue["updated_at"] for issue in api.get(NEWEST).json()}
    assert titles(api.get(f"{SHOP}/issues?state=all&sort=updated&since={stamps['four']}")) == ["five", "four"]


@pytest.mark.usefixtures("five")
def test_a_comment_moves_its_issue_to_the_front_of_the_list(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_comment("example/shop", 2, "still here")
    assert titles(api.get(NEWEST))[0] == "two"
    assert titles(api.get(f"{SHOP}/issues?sort=comments"))[0] == "two"


def test_the_list_filters_by_state_label_milestone_assignee_creator_and_type(
    api: httpx.Client, simulator: GitHubSimulator
) -> None:
    simulator.user_create_milestone("example/shop", "Autumn")
    simulator.user_create_issue(
        "example/shop", "full", labels=["a", "B"], milestone=1, assignees=["octocat"], type="Bug"
    )
    simulator.user_create_issue("example/shop", "bare", user="pmhub-bot")
    simulator.user_create_issue("example/shop", "done", state="closed")
    asked = {
        "labels=a,b": ["full"],
        "milestone=1": ["full"],
        "milestone=*": ["full"],
        "milestone=none": ["bare"],
        "assignee=octocat": ["full"],
        "assignee=none": ["bare"],
        "type=bug": ["full"],
        "creator=pmhub-bot": ["bare"],
        "state=closed": ["done"],
        "state=all": ["done", "bare", "full"],
    }
    assert {query: titles(api.get(f"{SHOP}/issues?{query}")) for query in asked} == asked


def test_pull_requests_are_mixed_into_the_issues(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "an issue")
    simulator.user_create_pull("example/shop", "a change")
    found = {issue["title"]: "pull_request" in issue for issue in api.get(f"{SHOP}/issues").json()}
    assert found == {"an issue": False, "a change": True}


def test_repository_comments_come_by_id_unless_sorted(
    api: httpx.Client, simulator: GitHubSimulator, clock: Any
) -> None:
    simulator.user_create_issue("example/shop", "one")
    first = simulator.user_comment("example/shop", 1, "first")
    simulator.user_comment("example/shop", 1, "second")
    clock.seconds += 5
    simulator.user_edit_comment("example/shop", first.id, "first, edited")
    path = f"{SHOP}/issues/comments"
    assert [comment["body"] for comment in api.get(path).json()] == ["first, edited", "second"]
    newest = api.get(f"{path}?sort=updated&direction=desc").json()
    assert [comment["body"] for comment in newest] == ["first, edited", "second"]
    oldest = api.get(f"{path}?sort=updated&direction=asc").json()
    assert [comment["body"] for comment in oldest] == ["second", "first, edited"]
    since = newest[0]["updated_at"]
    assert [comment["body"] for comment in api.get(f"{path}?since={since}").json()] == ["first, edited"]


@pytest.mark.usefixtures("five")
def test_an_unchanged_list_answers_304_without_a_body_and_without_cost(api: httpx.Client) -> None:
    first = api.get(NEWEST)
    again = api.get(NEWEST, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"] == "1"


@pytest.mark.usefixtures("five")
def test_any_change_makes_a_new_etag(api: httpx.Client, simulator: GitHubSimulator) -> None:
    first = api.get(NEWEST)
    simulator.user_edit_issue("example/shop", 1, title="one, renamed")
    again = api.get(NEWEST, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, titles(again)[0]) == (200, "one, renamed")


@pytest.mark.usefixtures("five")
def test_the_etag_of_one_token_is_worthless_to_another(connect: Callable[[str], httpx.Client]) -> None:
    first = connect("pmhub-bot").get(NEWEST)
    other = connect("octocat").get(NEWEST, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_every_answer_tells_time_version_request_and_limits(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.clock_skew = 3600
    headers = api.get("/nowhere").headers
    assert headers["date"] == "Thu, 28 May 2026 21:26:40 GMT"
    assert headers["x-github-api-version-selected"] == "2022-11-28"
    assert headers["x-github-request-id"]
    assert {f"x-ratelimit-{name}" for name in ("limit", "remaining", "used", "reset", "resource")} <= set(headers)


def test_one_connection_serves_many_requests(api: httpx.Client, simulator: GitHubSimulator) -> None:
    def socket_of(answer: httpx.Response) -> int:
        return int(answer.extensions["network_stream"].get_extra_info("client_addr")[1])

    first, second = api.get(SHOP), api.post(f"{SHOP}/issues", json={"title": "one"})
    assert socket_of(first) == socket_of(second)
    assert len(simulator.requests) == 2

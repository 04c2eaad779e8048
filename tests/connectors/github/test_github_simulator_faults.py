"""What goes wrong on demand: dropped connections, cut answers, refusals, limits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pmhub_github.simulator import Fault, GitHubSimulator

if TYPE_CHECKING:
    from pmhub_github.simulator import Server

SHOP = "/repos/example/shop"
on_create = partial(Fault, method="POST", path=r"/repos/.*/issues$")


def create(api: httpx.Client, title: str) -> httpx.Response:
    return api.post(f"{SHOP}/issues", json={"title": title})


def test_a_connection_dropped_before_leaves_nothing_behind(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.fault(on_create("drop_before"))
    with pytest.raises(httpx.RemoteProtocolError):
        create(api, "lost")
    assert simulator.issues("example/shop") == {}


def test_a_connection_dropped_after_leaves_the_issue_behind(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.fault(on_create("drop_after"))
    with pytest.raises(httpx.RemoteProtocolError):
        create(api, "made")
    assert [issue.title for issue in simulator.issues("example/shop").values()] == ["made"]
    assert [(one.status, one.fault) for one in simulator.requests] == [(None, "drop_after")]


def test_a_truncated_answer_breaks_off_after_the_write(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.fault(on_create("truncate"))
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        create(api, "made")
    assert len(simulator.issues("example/shop")) == 1


def test_a_bad_gateway_may_hide_a_success_or_a_failure(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.fault(on_create("status"))
    assert create(api, "not made").status_code == 502
    simulator.fault(on_create("status_after"))
    assert create(api, "made").status_code == 502
    assert [issue.title for issue in simulator.issues("example/shop").values()] == ["made"]


def test_a_fault_falls_on_the_nth_match_and_only_as_often_as_told(
    api: httpx.Client, simulator: GitHubSimulator
) -> None:
    simulator.fault(
        on_create("status", nth=2, times=2, status=503, headers={"Retry-After": "7"}, body={"message": "no"})
    )
    api.get(f"{SHOP}/issues")
    answers = [create(api, str(number)) for number in range(4)]
    assert [answer.status_code for answer in answers] == [201, 503, 503, 201]
    assert (answers[1].headers["retry-after"], answers[1].json()) == ("7", {"message": "no"})


def test_the_service_goes_on_after_a_dropped_connection(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.fault(Fault("drop_before", path="/user$"))
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/user")
    assert api.get("/user").json()["login"] == "pmhub-bot"


def test_no_points_left_answers_403_until_the_reset(api: httpx.Client, simulator: GitHubSimulator, clock: Any) -> None:
    reset = simulator.world.now() + 30
    simulator.rate_limit(remaining=1, reset=reset)
    assert api.get(SHOP).headers["x-ratelimit-remaining"] == "0"
    refused = api.get(SHOP)
    assert (refused.status_code, refused.headers["x-ratelimit-reset"]) == (403, str(reset))
    assert "rate limit exceeded" in refused.json()["message"]
    assert api.get("/rate_limit").json()["resources"]["core"]["remaining"] == 0
    clock.seconds += 30
    assert api.get(SHOP).headers["x-ratelimit-remaining"] == "4999"


@pytest.mark.parametrize(("status", "retry_after"), [(403, 60), (429, None)])
def test_a_secondary_limit_refuses_although_points_are_left(
    api: httpx.Client, simulator: GitHubSimulator, status: int, retry_after: int | None
) -> None:
    simulator.secondary_limit(retry_after=retry_after, status=status)
    refused = create(api, "too fast")
    assert refused.status_code == status
    assert "secondary rate limit" in refused.json()["message"]
    assert refused.headers["x-ratelimit-remaining"] == "5000"
    assert refused.headers.get("retry-after") == (None if retry_after is None else str(retry_after))
    assert create(api, "later").status_code == 201


def test_graphql_answers_200_with_an_error_over_its_limit(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.graphql_rate_limited()
    query = {"query": "query IssueNodes($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": {"ids": []}}
    refused = api.post("/graphql", json=query)
    assert (refused.status_code, refused.json()["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert api.post("/graphql", json=query).json() == {"data": {"nodes": []}}


def test_a_closed_server_cuts_open_connections(api: httpx.Client, github_server: Server) -> None:
    api.get(SHOP)
    github_server.close()
    with pytest.raises(httpx.TransportError):
        api.get(SHOP)

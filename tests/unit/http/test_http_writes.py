"""Writes over a real socket: sent once, and honest about what nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pmhub.errors import Ambiguous, Denied, Gone, Limited, Refused, Unavailable
from pmhub.http import Account, Budget, Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.http.conftest import Clock, Script

    from pmhub.http import Client

NOW = 1_800_000_000_000


def create(client: Client, **more: Any) -> Any:
    return client.write("POST", "/things", template="/things", json={"title": "ü"}, **more)


def test_a_write_sends_json_and_brings_the_answer(server: Script, client: Client) -> None:
    server.says(201, {"id": 7})
    assert create(client).data == {"id": 7}
    assert server.seen[0].body == b'{"title":"\\u00fc"}'
    assert server.seen[0].headers["content-type"] == "application/json"


def test_a_write_without_a_body_in_its_answer_is_done(server: Script, client: Client) -> None:
    server.does(lambda request: request.send(204, framed=False)).says(201)
    assert client.write("PUT", "/x", template="/x", json={}).data is None
    assert client.write("PUT", "/x", template="/x", json={}).data is None


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425, 304, 300])
def test_a_write_that_met_trouble_is_ambiguous_and_sent_once(
    server: Script, client: Client, clock: Clock, status: int
) -> None:
    server.says(status, headers={"Retry-After": "1"})
    with pytest.raises(Ambiguous):
        create(client)
    assert (len(server.seen), clock.naps) == (1, [])


@pytest.mark.parametrize("fault", ["hangs_up", "truncates"])
def test_a_write_whose_answer_broke_is_ambiguous_and_sent_once(server: Script, client: Client, fault: str) -> None:
    getattr(server, fault)()
    with pytest.raises(Ambiguous):
        create(client)
    assert len(server.seen) == 1


def test_a_write_that_timed_out_is_ambiguous_and_sent_once(server: Script, make_client: Callable[..., Client]) -> None:
    server.stalls()
    with pytest.raises(Ambiguous):
        create(make_client(account=Account(server.url, "", "anonymous", timeout=0.05)))
    assert len(server.seen) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"id": 1', b"[" * 200_000, b"\xff\xfe"])
def test_a_write_whose_answer_cannot_be_read_is_ambiguous(server: Script, client: Client, body: Any) -> None:
    server.says(201, raw=body)
    with pytest.raises(Ambiguous):
        create(client)
    assert len(server.seen) == 1


def test_a_write_whose_answer_is_too_large_is_ambiguous(server: Script, make_client: Callable[..., Client]) -> None:
    server.says(201, raw=b" " * 2_000)
    with pytest.raises(Ambiguous):
        create(make_client(max_bytes=1_000))


def test_a_write_that_never_left_is_unavailable(server: Script, make_client: Callable[..., Client]) -> None:
    client = make_client()
    server.stop()
    with pytest.raises(Unavailable):
        create(client)
    assert client.metrics.total == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Refused), (401, Denied), (403, Denied), (404, Gone), (410, Gone), (413, Refused), (422, Refused)],
)
def test_a_refused_write_is_definite_and_sent_once(
    server: Script, client: Client, status: int, error: type[Exception]
) -> None:
    server.says(status, raw=b"<html>no</html>")
    with pytest.raises(error):
        create(client)
    assert len(server.seen) == 1


def test_a_limited_write_is_sent_again_after_a_short_wait(server: Script, client: Client, clock: Clock) -> None:
    server.says(429, headers={"Retry-After": "3"}).says(201, {"id": 1})
    assert create(client).data == {"id": 1}
    assert (len(server.seen), clock.naps) == (2, [3.0])


@pytest.mark.parametrize("status", [403, 429])
def test_a_limited_write_that_would_wait_too_long_is_limited(
    server: Script, make_client: Callable[..., Client], status: int
) -> None:
    server.says(status, headers={"Retry-After": "50"})
    with pytest.raises(Limited) as caught:
        create(make_client(deadline=NOW + 10_000))
    assert (len(server.seen), caught.value.retry_at) == (1, NOW + 50_000)


def test_a_limit_that_turns_into_trouble_is_ambiguous(server: Script, client: Client) -> None:
    server.says(429, headers={"Retry-After": "1"}).says(502)
    with pytest.raises(Ambiguous):
        create(client)
    assert len(server.seen) == 2


def test_an_accepted_status_is_an_answer(server: Script, client: Client) -> None:
    server.says(422, {"errors": [{"code": "already_exists"}]})
    assert create(client, accept=(422,)).data["errors"][0]["code"] == "already_exists"


def test_writes_are_spaced_and_reads_are_not(server: Script, make_client: Callable[..., Client], clock: Clock) -> None:
    server.says(200, {})
    client = make_client(pace=Pace(write_gap=1.0))
    for _ in range(3):
        create(client)
        client.get("/x", template="/x")
    assert clock.naps == [1.0, 1.0]


def test_an_empty_budget_stops_new_content_before_it_is_sent(
    server: Script, make_client: Callable[..., Client]
) -> None:
    server.says(201, {})
    client = make_client(pace=Pace(budget=Budget(per_minute=2)), deadline=NOW + 10_000)
    create(client)
    create(client)
    with pytest.raises(Limited) as caught:
        create(client)
    assert (len(server.seen), caught.value.retry_at) == (2, NOW + 60_000)
    assert client.write("PATCH", "/x", template="/x", json={}).status == 201
    assert create(client, creates=0).status == 201


def test_a_write_of_many_pieces_costs_as_many(server: Script, make_client: Callable[..., Client], clock: Clock) -> None:
    server.says(201, {})
    client = make_client(pace=Pace(budget=Budget(per_minute=10)))
    create(client, creates=9)
    create(client, creates=2)
    assert clock.naps == [60.0]


def test_what_is_no_json_never_leaves(server: Script, client: Client) -> None:
    with pytest.raises(ValueError, match="JSON"):
        client.write("POST", "/x", template="/x", json={"x": float("nan")})
    assert server.seen == []

"""Reads over a real socket: repeated when that is safe, mapped to the error whose remedy fits."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from pmhub.errors import Denied, Gone, Limited, Refused, Unavailable
from pmhub.http import Account, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.http.conftest import Answers, Clock, Script

    from pmhub.http import Client

NOW = 1_800_000_000_000


def test_a_read_brings_data_headers_and_links(server: Script, client: Client) -> None:
    server.says(200, [{"id": 1}], {"Link": '</things?page=2>; rel="next"', "X-Odd": "yes"})
    answer = client.get("/things", template="/things", params={"per_page": 100, "q": "a b&c"})
    assert (answer.status, answer.data, answer.not_modified) == (200, [{"id": 1}], False)
    assert answer.links == {"next": f"{server.url}/things?page=2"}
    assert answer.headers["x-odd"] == "yes"
    assert server.seen[0].path == "/things?per_page=100&q=a+b%26c"
    assert server.seen[0].headers["authorization"] == "Bearer fake-token-canary"


def test_params_join_a_query_that_is_there(server: Script, client: Client) -> None:
    server.says(200, {})
    client.get(f"{server.url}/things?page=2", template="/things", params={"per_page": 5})
    assert server.seen[0].path == "/things?page=2&per_page=5"


def test_a_base_url_with_a_path_prefix_works(server: Script, make_client: Callable[..., Client]) -> None:
    server.says(200, {})
    make_client(f"{server.url}/tools/").get("/rest/1", template="/rest/{id}")
    assert server.seen[0].path == "/tools/rest/1"


def test_a_compressed_answer_is_read(server: Script, client: Client) -> None:
    server.says(200, headers={"Content-Encoding": "gzip"}, raw=gzip.compress(json.dumps({"a": "ü"}).encode()))
    assert client.get("/x", template="/x").data == {"a": "ü"}


def test_an_empty_answer_has_no_data(server: Script, client: Client) -> None:
    server.does(lambda request: request.send(204, framed=False))
    assert client.get("/x", template="/x").data is None


def test_a_read_made_by_post_is_repeated_like_any_read(server: Script, client: Client) -> None:
    server.says(502).says(200, {"items": []})
    assert client.read("/search", template="/search", json={"q": "x"}).data == {"items": []}
    assert [seen.body for seen in server.seen] == [b'{"q":"x"}'] * 2


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425])
def test_a_servers_trouble_is_retried_and_then_unavailable(
    server: Script, client: Client, clock: Clock, status: int
) -> None:
    server.says(status)
    with pytest.raises(Unavailable):
        client.get("/x", template="/x")
    assert len(server.seen) == client.metrics.total == 4
    assert clock.naps == [1.0, 2.0, 4.0]


def test_a_retry_is_never_sooner_than_the_server_asks(server: Script, client: Client, clock: Clock) -> None:
    server.says(503, headers={"Retry-After": "9"}).says(200, {})
    client.get("/x", template="/x")
    assert clock.naps == [9.0]


def test_waits_are_jittered(server: Script, make_client: Callable[..., Client], clock: Clock) -> None:
    server.says(502)
    with pytest.raises(Unavailable):
        make_client(jitter=None).get("/x", template="/x")
    assert all(0.7 * base <= nap <= 1.3 * base for nap, base in zip(clock.naps, (1, 2, 4), strict=True))
    assert clock.naps != [1.0, 2.0, 4.0]


@pytest.mark.parametrize("fault", ["hangs_up", "truncates"])
def test_a_broken_read_is_repeated(server: Script, client: Client, fault: str) -> None:
    getattr(server, fault)()
    server.says(200, {"ok": True})
    assert client.get("/x", template="/x").data == {"ok": True}
    assert client.metrics.by_status() == {0: 1, 200: 1}


def test_a_page_of_html_is_no_answer(server: Script, client: Client) -> None:
    server.says(200, raw=b"<html>sign in</html>")
    with pytest.raises(Unavailable):
        client.get("/x", template="/x")
    assert len(server.seen) == 4


def test_an_empty_body_that_nothing_announces_is_no_answer(server: Script, client: Client) -> None:
    def cut(request: Answers) -> None:
        request.send(200, framed=False)
        request.close_connection = True

    server.does(cut).says(200, {})
    assert client.get("/x", template="/x").data == {}


def test_json_nested_without_end_is_no_answer(server: Script, client: Client) -> None:
    server.says(200, raw=b"[" * 200_000)
    with pytest.raises(Unavailable):
        client.get("/x", template="/x")


def test_a_silent_server_times_out(server: Script, make_client: Callable[..., Client], clock: Clock) -> None:
    server.stalls()
    account = Account(server.url, "", "anonymous", timeout=0.05)
    with pytest.raises(Unavailable, match="did not answer in time"):
        make_client(account=account).get("/x", template="/x")
    assert len(clock.naps) == 3


def test_an_answer_that_drips_is_given_up(server: Script, make_client: Callable[..., Client]) -> None:
    def drip(request: Answers) -> None:
        request.send(200, b"[", length=10_000)
        while not server.released.wait(0.01):
            request.wfile.write(b" ")

    server.does(drip)
    with pytest.raises(Unavailable, match="does not end"):
        make_client(account=Account(server.url, "", "anonymous", timeout=0.05), deadline=NOW).get("/x", template="/x")


def test_a_server_that_is_down_is_unavailable(server: Script, make_client: Callable[..., Client]) -> None:
    client = make_client()
    server.stop()
    with pytest.raises(Unavailable, match="no connection"):
        client.get("/x", template="/x")
    assert client.metrics.by_status() == {0: 4}


def test_an_answer_beyond_the_cap_is_refused_and_not_asked_again(
    server: Script, make_client: Callable[..., Client]
) -> None:
    server.says(200, raw=b"[" + b" " * 5_000 + b"]")
    with pytest.raises(Refused, match="larger than 1000 bytes"):
        make_client(max_bytes=1_000).get("/x", template="/x")
    assert len(server.seen) == 1


def test_the_cap_counts_what_compression_hid(server: Script, make_client: Callable[..., Client]) -> None:
    server.says(200, headers={"Content-Encoding": "gzip"}, raw=gzip.compress(b" " * 100_000))
    with pytest.raises(Refused, match="larger"):
        make_client(max_bytes=10_000).get("/x", template="/x")


def test_a_download_is_bytes(server: Script, client: Client) -> None:
    server.says(200, raw=b"PK\x03\x04")
    assert client.download("/zip", template="/zip").data == b"PK\x03\x04"


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Denied), (403, Denied), (407, Denied), (404, Gone), (410, Gone), (400, Refused), (409, Refused)]
    + [(status, Refused) for status in (405, 412, 413, 415, 422, 451)],
)
def test_a_refusal_is_not_repeated(server: Script, client: Client, status: int, error: type[Exception]) -> None:
    server.says(status, {"message": "no \x1b[31mred"})
    with pytest.raises(error, match=rf"GET /things/{{id}}: {status}: no  \[31mred") as caught:
        client.get("/things/7", template="/things/{id}")
    assert type(caught.value) is error
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (
            {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing"}]},
            "title",
            "Validation Failed; title: missing",
        ),
        ({"message": "No", "errors": ["plain"]}, "", "No; plain"),
        ({"errorMessages": ["Bad"], "errors": {"summary": "is required"}}, "summary", "Bad; summary: is required"),
        ({"errorMessages": [], "errors": {"a": ["x", "y"], "b": "z"}}, "a", "a: x; a: y; b: z"),
        ({"errors": [{"resource": "R", "code": "custom", "message": "M"}]}, "", "M"),
        ({"title": 1, "detail": "why"}, "", "why"),
        (["odd"], "", ""),
        ({"errors": 5, "message": None}, "", ""),
    ],
)
def test_a_refusal_names_the_field_and_says_why(
    server: Script, client: Client, body: Any, field: str, message: str
) -> None:
    server.says(422, body)
    with pytest.raises(Refused) as caught:
        client.get("/x", template="/x")
    assert caught.value.field == field
    assert caught.value.message == f"GET /x: 422{': ' if message else ''}{message}"


def test_a_status_the_caller_accepts_is_an_answer(server: Script, client: Client) -> None:
    server.says(404, {"message": "Not Found"}).says(410, raw=b"gone").says(301, headers={"Location": "/new"})
    assert client.get("/x", template="/x", accept=(404, 410)).data == {"message": "Not Found"}
    assert client.get("/x", template="/x", accept=(404, 410)).data is None
    assert client.get("/x", template="/x", accept=(301,)).headers["location"] == "/new"


def test_accepting_success_does_not_excuse_a_broken_body(server: Script, client: Client) -> None:
    server.says(200, raw=b'{"id"')
    with pytest.raises(Unavailable):
        client.get("/x", template="/x", accept=(200, 404))


def test_a_short_limit_is_waited_out(server: Script, client: Client, clock: Clock) -> None:
    server.says(429, headers={"Retry-After": "5"}).says(200, {})
    client.get("/x", template="/x")
    assert clock.naps == [5.0]
    assert client.metrics.waited == 5.0


def test_a_limit_past_the_deadline_is_limited_at_once(
    server: Script, make_client: Callable[..., Client], clock: Clock
) -> None:
    server.says(429, headers={"Retry-After": "30"})
    with pytest.raises(Limited) as caught:
        make_client(deadline=NOW + 10_000).get("/x", template="/x")
    assert caught.value.retry_at == NOW + 30_000
    assert (clock.naps, len(server.seen)) == ([], 1)


def test_a_limit_longer_than_we_wait_is_limited(server: Script, client: Client, clock: Clock) -> None:
    server.says(
        403, {"message": "API rate limit exceeded"}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800003600"}
    )
    with pytest.raises(Limited, match="rate limit exceeded") as caught:
        client.get("/x", template="/x")
    assert caught.value.retry_at == NOW + 3_600_000
    assert clock.naps == []


def test_a_limit_without_a_time_waits_a_minute_and_then_gives_up(server: Script, client: Client, clock: Clock) -> None:
    server.says(403, {"message": "You have exceeded a secondary rate limit"})
    with pytest.raises(Limited) as caught:
        client.get("/x", template="/x")
    assert clock.naps == [60.0]
    assert caught.value.retry_at == NOW + 60_000 + 120_000


def test_while_a_limit_holds_nothing_is_sent(
    server: Script, client: Client, make_client: Callable[..., Client], clock: Clock
) -> None:
    server.says(429, headers={"Retry-After": "600"}).says(200, {})
    with pytest.raises(Limited):
        client.get("/x", template="/x")
    for other in (client, make_client(pace=client.pace)):
        with pytest.raises(Limited) as caught:
            other.get("/y", template="/y")
        assert caught.value.retry_at == NOW + 600_000
    assert len(server.seen) == 1
    clock.now += 600_000
    assert client.get("/y", template="/y").status == 200


def test_a_limit_of_one_endpoint_leaves_the_others_open(server: Script, client: Client) -> None:
    server.says(429, headers={"Retry-After": "600", "RateLimit-Reason": "tracker-burst-based"}).says(200, {})
    with pytest.raises(Limited):
        client.get("/x/1", template="/x/{id}")
    assert client.get("/y", template="/y").status == 200
    with pytest.raises(Limited):
        client.get("/x/2", template="/x/{id}")


def test_a_query_limited_inside_a_200_is_limited(server: Script, client: Client) -> None:
    server.says(200, {"errors": [{"type": "RATE_LIMITED", "message": "later"}]}, {"Retry-After": "600"})
    with pytest.raises(Limited):
        client.read("/graphql", template="/graphql", json={"query": "{x}"})


def test_the_servers_clock_is_measured(server: Script, client: Client) -> None:
    assert client.clock_offset is None
    server.says(200, {}, {"Date": "Fri, 15 Jan 2027 08:00:42 GMT"})
    client.get("/x", template="/x")
    assert client.clock_offset == 42_000


def test_every_request_is_counted_and_logged_without_values(
    server: Script, make_client: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    exchanges: list[Exchange] = []
    server.says(200, {"a": 1}, {"X-Vendor-Request-Id": "abc-1"})
    client = make_client(on_exchange=exchanges.append)
    with caplog.at_level("DEBUG"):
        client.get("/things/7?secret=1", template="/things/{id}")
    assert client.metrics.by_template() == {"GET /things/{id}": 1}
    assert client.metrics.received == len('{"a": 1}')
    assert (exchanges[0].status, exchanges[0].request_id, exchanges[0].received) == (200, "abc-1", 8)
    assert "GET /things/{id}: 200 in" in caplog.text
    assert "abc-1" in caplog.text
    assert "/things/7" not in caplog.text


def test_cookies_are_not_kept(server: Script, client: Client) -> None:
    server.says(200, {}, {"Set-Cookie": "session=fake; Path=/"})
    client.get("/x", template="/x")
    client.get("/x", template="/x", headers={"Cookie": "a=b"})
    assert all("cookie" not in seen.headers for seen in server.seen)


def test_connections_are_kept_alive(server: Script, client: Client) -> None:
    ports: set[int] = set()

    def act(request: Answers) -> None:
        ports.add(request.client_address[1])
        request.send(200, b"{}")

    server.does(act)
    for _ in range(3):
        client.get("/x", template="/x")
    assert len(ports) == 1

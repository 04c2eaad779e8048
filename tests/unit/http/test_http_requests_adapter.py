"""An SDK built on requests rides on our transport."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from pmhub.errors import Ambiguous, Limited, Unavailable
from pmhub.http import Account
from pmhub.http.requests_adapter import TransportAdapter

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.http.conftest import Script

    from pmhub.http import Client


@pytest.fixture
def session(client: Client) -> Any:
    with requests.Session() as made:
        made.mount(client.account.base_url, TransportAdapter(client))
        yield made


def test_a_call_is_sent_once_counted_and_decoded(server: Script, session: requests.Session, client: Client) -> None:
    body = gzip.compress(json.dumps({"a": "ü"}).encode())
    server.says(200, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"}, raw=body)
    response = session.get(f"{server.url}/rest/api/3/things/17", timeout=(1, 2))
    assert (response.json(), response.reason, response.ok) == ({"a": "ü"}, "OK", True)
    assert client.metrics.by_template() == {"GET /rest/api/3/things/{}": 1}


@pytest.mark.parametrize("body", ["text", b"text", io.BytesIO(b"text"), iter([b"te", b"xt"])])
def test_any_body_is_sent(server: Script, session: requests.Session, body: Any) -> None:
    server.says(204)
    assert session.put(f"{server.url}/x", data=body).status_code == 204
    assert server.seen[0].body == b"text"


def test_the_sdks_own_credentials_win_over_ours(server: Script, session: requests.Session) -> None:
    server.says(200, {})
    session.get(f"{server.url}/x", auth=("bot", "fake-token"))
    session.get(f"{server.url}/x")
    assert server.seen[0].headers["authorization"].startswith("Basic ")
    assert server.seen[1].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("status", [404, 422, 500, 502])
def test_a_refusal_is_the_sdks_to_read(server: Script, session: requests.Session, status: int) -> None:
    server.says(status, {"message": "no"})
    assert session.post(f"{server.url}/x").status_code == status
    assert len(server.seen) == 1


def test_a_redirect_is_the_sessions_to_follow(server: Script, session: requests.Session) -> None:
    server.says(302, headers={"Location": "/new"}).says(200, {"new": True})
    assert session.get(f"{server.url}/old").json() == {"new": True}


def test_a_limit_comes_through_as_ours(server: Script, session: requests.Session) -> None:
    server.says(429, headers={"Retry-After": "600"})
    with pytest.raises(Limited):
        session.get(f"{server.url}/x")


@pytest.mark.parametrize(("method", "cause"), [("GET", Unavailable), ("POST", Ambiguous)])
@pytest.mark.parametrize("fault", ["hangs_up", "truncates"])
def test_a_broken_connection_is_theirs_with_ours_as_its_cause(
    server: Script, session: requests.Session, fault: str, method: str, cause: type[Exception]
) -> None:
    getattr(server, fault)()
    with pytest.raises(requests.ConnectionError) as caught:
        session.request(method, f"{server.url}/x")
    assert isinstance(caught.value.__cause__, cause)
    assert len(server.seen) == 1


def test_a_timeout_is_a_timeout(server: Script, session: requests.Session) -> None:
    server.stalls()
    with pytest.raises(requests.ReadTimeout) as caught:
        session.post(f"{server.url}/x", timeout=0.05)
    assert isinstance(caught.value.__cause__, Ambiguous)


def test_a_server_that_is_down_is_a_connection_error(server: Script, session: requests.Session) -> None:
    server.stop()
    with pytest.raises(requests.ConnectionError) as caught:
        session.post(f"{server.url}/x")
    assert isinstance(caught.value.__cause__, Unavailable)


def test_another_server_sees_no_credentials(
    server: Script, elsewhere: Script, make_client: Callable[..., Client]
) -> None:
    client = make_client(account=Account(server.url, "Bearer fake-token", "me"))
    elsewhere.says(200, {})
    with requests.Session() as session:
        session.mount("http://", TransportAdapter(client))
        session.get(f"{elsewhere.url}/x", headers={"Authorization": "Bearer fake-token"})
    assert "authorization" not in elsewhere.seen[0].headers

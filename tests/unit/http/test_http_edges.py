"""What no server on loopback can be made to do, played by respx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from pmhub.errors import Ambiguous, Refused, Unavailable
from pmhub.http import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.http.conftest import Clock

    from pmhub.http import Client

URL = "https://tracker.example.com"


@pytest.fixture
def remote(make_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return make_client(account=Account(URL, "Bearer fake-token-canary", "me"))


@pytest.mark.parametrize("fault", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError])
@respx.mock
def test_a_write_that_found_no_connection_was_not_applied(remote: Client, fault: type[httpx.HTTPError]) -> None:
    route = respx.post(f"{URL}/x").mock(side_effect=fault("fake-token-canary"))
    with pytest.raises(Unavailable) as caught:
        remote.write("POST", "/x", template="/x", json={})
    assert route.call_count == 1
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadError,
        httpx.WriteError,
        httpx.CloseError,
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.RemoteProtocolError,
        httpx.LocalProtocolError,
        httpx.DecodingError,
    ],
)
@respx.mock
def test_a_write_that_broke_after_the_connection_is_ambiguous(remote: Client, fault: type[httpx.HTTPError]) -> None:
    route = respx.post(f"{URL}/x").mock(side_effect=fault("fake-token-canary"))
    with pytest.raises(Ambiguous) as caught:
        remote.write("POST", "/x", template="/x", json={})
    assert route.call_count == 1
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None or not isinstance(caught.value.__context__, httpx.HTTPError)


@respx.mock
def test_a_name_that_does_not_resolve_is_tried_four_times_for_a_read(remote: Client, clock: Clock) -> None:
    route = respx.get(f"{URL}/x").mock(side_effect=httpx.ConnectError("Name or service not known"))
    with pytest.raises(Unavailable, match=r"GET /x: no connection to tracker\.example\.com"):
        remote.get("/x", template="/x")
    assert (route.call_count, clock.naps) == (4, [1.0, 2.0, 4.0])


@pytest.mark.parametrize(
    "target",
    ["http://tracker.example.com/x", "https://169.254.169.254/latest", "https://127.0.0.1/x", "https://localhost/x"],
)
@respx.mock
def test_a_remote_cannot_send_us_to_plain_http_or_into_this_machine(remote: Client, target: str) -> None:
    respx.get(f"{URL}/x").respond(302, headers={"Location": target})
    with pytest.raises(Refused, match="do not follow"):
        remote.get("/x", template="/x")


@respx.mock
def test_another_port_or_subdomain_is_another_server(remote: Client) -> None:
    for target in (f"{URL}:8443/y", "https://files.tracker.example.com/y"):
        respx.get(f"{URL}/x").respond(302, headers={"Location": target})
        route = respx.get(target).respond(200, json={})
        remote.get("/x", template="/x")
        assert "authorization" not in route.calls.last.request.headers


@respx.mock
def test_an_unknown_address_form_is_refused(remote: Client) -> None:
    with pytest.raises(Refused):
        remote.get("https://tracker.example.com:99999/x", template="/x")

"""Redirects are followed for reads only, and credentials never leave our server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pmhub.errors import Ambiguous, Limited, Refused

if TYPE_CHECKING:
    from tests.unit.http.conftest import Script

    from pmhub.http import Client


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_read_follows_on_the_same_server_with_credentials(server: Script, client: Client, status: int) -> None:
    server.says(status, headers={"Location": "/new?x=1"}).says(200, {"moved": True})
    answer = client.get("/old", template="/old")
    assert answer.data == {"moved": True}
    assert answer.url == f"{server.url}/new?x=1"
    assert server.seen[1].headers["authorization"]


def test_another_server_sees_no_credentials_and_no_headers_of_ours(
    server: Script, elsewhere: Script, client: Client
) -> None:
    elsewhere.says(200, raw=b"zip")
    server.says(302, headers={"Location": f"{elsewhere.url}/signed?sig=fake"})
    answer = client.download("/artifact", template="/artifact", headers={"X-Key": "canary"})
    assert answer.data == b"zip"
    assert "canary" not in str(elsewhere.seen[0].headers)
    assert not {"authorization", "cookie", "x-key", "if-none-match"} & elsewhere.seen[0].headers.keys()


def test_credentials_come_back_into_play_on_the_way_home(server: Script, elsewhere: Script, client: Client) -> None:
    elsewhere.says(302, headers={"Location": f"{server.url}/home"})
    server.says(302, headers={"Location": elsewhere.url}).says(200, {})
    client.get("/x", template="/x")
    assert [bool(seen.headers.get("authorization")) for seen in (*server.seen, *elsewhere.seen)] == [True, True, False]


def test_an_absolute_address_of_another_server_gets_no_credentials(elsewhere: Script, client: Client) -> None:
    elsewhere.says(200, {})
    client.get(f"{elsewhere.url}/x", template="/x")
    assert "authorization" not in elsewhere.seen[0].headers


@pytest.mark.parametrize(
    "target", ["http://192.0.2.1/x", "ftp://e.com", "https://u:fake-canary@e.com/", "https://[::1", ""]
)
def test_a_bad_redirect_is_not_followed(server: Script, client: Client, target: str) -> None:
    server.says(302, headers={"Location": target})
    with pytest.raises(Refused) as caught:
        client.get("/x", template="/x")
    assert "canary" not in str(caught.value)
    assert len(server.seen) == 1


def test_a_circle_ends(server: Script, client: Client) -> None:
    server.says(302, headers={"Location": "/x"})
    with pytest.raises(Refused, match="more than 5 times"):
        client.get("/x", template="/x")
    assert len(server.seen) == 6


def test_a_read_by_post_keeps_its_body_at_home_and_stays_there(
    server: Script, elsewhere: Script, client: Client
) -> None:
    server.says(307, headers={"Location": "/new"}).says(200, {}).says(307, headers={"Location": f"{elsewhere.url}/x"})
    client.read("/search", template="/search", json={"q": 1})
    assert (server.seen[1].method, server.seen[1].body) == ("POST", b'{"q":1}')
    with pytest.raises(Refused, match="its own server"):
        client.read("/search", template="/search", json={"q": 1})
    assert elsewhere.seen == []


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_moved_write_is_refused_with_the_new_place(server: Script, client: Client, status: int) -> None:
    server.says(status, headers={"Location": "/new?sig=fake"})
    with pytest.raises(Refused, match=rf"it is now at {server.url}/new$"):
        client.write("PATCH", "/old", template="/old", json={})
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [302, 303])
def test_a_write_sent_to_look_elsewhere_may_have_been_done(server: Script, client: Client, status: int) -> None:
    server.says(status, headers={"Location": "/done"})
    with pytest.raises(Ambiguous):
        client.write("POST", "/x", template="/x", json={})
    assert len(server.seen) == 1


def test_a_write_to_another_server_is_refused_before_sending(elsewhere: Script, client: Client) -> None:
    with pytest.raises(Refused):
        client.write("POST", f"{elsewhere.url}/x", template="/x", json={})
    assert elsewhere.seen == []


def test_a_limit_of_another_server_does_not_hold_ours(server: Script, elsewhere: Script, client: Client) -> None:
    elsewhere.says(429, headers={"Retry-After": "600"})
    server.says(302, headers={"Location": f"{elsewhere.url}/signed"}).says(200, {})
    with pytest.raises(Limited):
        client.download("/artifact", template="/artifact")
    assert client.get("/x", template="/x").status == 200

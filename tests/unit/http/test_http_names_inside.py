"""A name that stands for an address in here is followed as little as the address itself."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from pmhub.http import urls
from pmhub.http.account import Account
from pmhub.http.hops import problem_with_place

NAMES = {
    "assets.example.com": "93.184.216.34",
    "metadata.example.com": "169.254.169.254",
    "rebound.example.com": "10.1.2.3",
    "six.example.com": "fd00::1",
    "mapped.example.com": "::ffff:127.0.0.1",
    "git.corp.example": "10.0.0.5",
}


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver, with names that tests may not ask a network for."""

    def known(host: str, *_: Any, **__: Any) -> list[Any]:
        if host not in NAMES:
            raise socket.gaierror(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (NAMES[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", known)


def problem(url: str, base: str = "https://api.example.org", proxy: str | None = None) -> str:
    return problem_with_place(Account(base, "token fake", "id", proxy=proxy), url)


@pytest.mark.parametrize("host", ["metadata", "rebound", "six", "mapped"])
def test_a_name_that_leads_inside_is_not_followed(host: str) -> None:
    assert "into this machine or its network" in problem(f"https://{host}.example.com/a.png")


def test_a_name_outside_or_unknown_is() -> None:
    assert problem("https://assets.example.com/a.png") == ""
    assert problem("https://nowhere.example.com/a.png") == ""


def test_a_server_of_ones_own_network_may_lead_to_another_there() -> None:
    assert problem("https://rebound.example.com/a.png", base="https://git.corp.example/api/v3") == ""
    assert problem("https://git.corp.example/media/a.png", base="https://git.corp.example/api/v3") == ""


def test_behind_a_proxy_names_are_the_proxys_matter_and_numbers_are_not() -> None:
    proxy = "http://proxy.example.com:3128"
    assert problem("https://rebound.example.com/a.png", proxy=proxy) == ""
    assert problem("https://10.1.2.3/a.png", proxy=proxy) != ""


@pytest.mark.parametrize("host", ["127.1", "[::1]", "localhost", "169.254.169.254", "0x7f.1", "192.168.0.1"])
def test_an_address_inside_is_one_however_it_is_written(host: str) -> None:
    assert urls.leads_inside(host.strip("[]"))

"""Where a request may go and what of an address may be shown."""

from __future__ import annotations

import pytest

from pmhub.errors import ConfigError
from pmhub.http import Account, urls


@pytest.mark.parametrize(
    "url",
    [
        "https://tracker.example.com",
        "https://example.com/prefix/",
        "http://127.0.0.1:8080",
        "http://localhost/x",
        "http://[::1]:1",
    ],
)
def test_https_and_this_machine_are_accepted(url: str) -> None:
    assert Account(url, "", "anonymous").base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://tracker.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://example.com",
        "example.com",
        "https://",
        "https://user:fake-token@example.com",
        "https://example.com\\@evil.example",
        "https://example.com/a b",
        "https://example.com?token=fake-token",
        "https://[::1",
        "https://example.com:port",
        "",
    ],
)
def test_anything_else_is_a_configuration_error_that_shows_no_secret(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Account(url, "", "anonymous")
    assert caught.value.hint
    assert "fake-token" not in str(caught.value)


def test_a_path_prefix_is_kept() -> None:
    assert urls.join("https://example.com/tools/", "/rest/1") == "https://example.com/tools/rest/1"
    assert urls.join("https://example.com/tools", "rest/1") == "https://example.com/tools/rest/1"
    assert urls.join("https://example.com", "//evil.example/x") == "https://example.com/evil.example/x"


def test_an_origin_is_scheme_host_and_port() -> None:
    account = Account("https://Example.com/prefix", "", "me")
    assert account.owns("https://example.com:443/other")
    assert not account.owns("https://example.com:8443/prefix")
    assert not account.owns("http://example.com/prefix")
    assert not account.owns("https://example.com.evil.example/prefix")


def test_a_link_header_is_read_by_relation() -> None:
    header = '<https://e.com/x?a=1,2&page=2>; rel="next", </x?page=9>; title="a, b"; rel="last end"'
    assert urls.links(header, "https://e.com/x?page=1") == {
        "next": "https://e.com/x?a=1,2&page=2",
        "last": "https://e.com/x?page=9",
        "end": "https://e.com/x?page=9",
    }
    assert urls.links("", "https://e.com") == {}


def test_what_is_shown_has_no_userinfo_and_no_query() -> None:
    assert urls.shown("https://user:fake-token@e.com:8443/a?sig=fake#x") == "https://e.com:8443/a"
    assert "fake" not in urls.shown("https://[fake")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "::1", "169.254.169.254", "0.0.0.0", "::ffff:127.0.0.1", "fe80::1"]
)
def test_internal_places_are_known(host: str) -> None:
    assert urls.is_internal(host)

"""Secrets appear nowhere, in no form."""

from __future__ import annotations

import base64
import io
import logging

import pytest

from pmhub.http import Account, SecretFilter, Secrets, identity_of, redact

TOKEN = "fake/token+canary=1"


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {TOKEN}",
        "https://e.com?t=fake%2Ftoken%2Bcanary%3D1",
        base64.b64encode(TOKEN.encode()).decode(),
        f"https://user:{TOKEN.replace('/', '')}@e.com/x",
        f"Authorization: Basic {TOKEN[5:]}",
        f"{{'authorization': 'token {TOKEN[5:]}'}}",
    ],
)
def test_a_secret_is_masked_in_every_form(text: str) -> None:
    assert "canary" not in redact(text, [TOKEN])
    assert "***" in redact(text, [TOKEN])


def test_short_values_garble_nothing() -> None:
    assert redact("a plain text", ["a"]) == "a plain text"


def test_the_password_inside_basic_is_learned() -> None:
    secrets = Secrets()
    encoded = base64.b64encode(b"bot@example.com:fake-token-canary").decode()
    secrets.learn(f"Basic {encoded}")
    assert "canary" not in secrets.redact("the server says: fake-token-canary is wrong")
    assert encoded not in secrets.redact(f"header {encoded}")
    assert "canary" not in repr(secrets)


def test_log_records_and_tracebacks_are_masked() -> None:
    stream, log = io.StringIO(), logging.getLogger("pmhub.test.masked")
    handler = logging.StreamHandler(stream)
    handler.addFilter(SecretFilter(Secrets([TOKEN])))
    log.addHandler(handler)
    log.error("with %s", TOKEN, exc_info=ValueError(f"bad {TOKEN}"))
    log.removeHandler(handler)
    assert "canary" not in stream.getvalue()
    assert "ValueError: bad ***" in stream.getvalue()


def test_an_account_does_not_show_its_credentials() -> None:
    account = Account(
        "https://e.com", f"Bearer {TOKEN}", identity_of(TOKEN), {"x-key": "fake-canary"}, proxy="http://u:canary@p:1"
    )
    assert "canary" not in repr(account)


def test_an_identity_changes_with_the_credentials_and_hides_them() -> None:
    assert identity_of("a", "b") != identity_of("ab")
    assert identity_of(TOKEN) == identity_of(TOKEN)
    assert TOKEN not in identity_of(TOKEN)

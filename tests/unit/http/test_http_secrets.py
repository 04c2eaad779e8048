"""A canary token appears in no log, message, traceback or repr, whatever goes wrong."""

from __future__ import annotations

import logging
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from pmhub.errors import ConfigError, PmhubError
from pmhub.http import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.http.conftest import Script

    from pmhub.http import Client

CANARY = "canary"
TOKEN = "fake-token-canary"


def everything(error: BaseException) -> str:
    parts = [str(error), repr(error), getattr(error, "hint", "")]
    seen: BaseException | None = error
    while seen is not None:
        parts += [str(seen), repr(vars(seen)), *traceback.format_exception(seen)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(parts)


def scripts(server: Script) -> Any:
    echo = {
        "message": f"Bad credentials: {TOKEN}",
        "errors": [{"field": f"Bearer {TOKEN}", "code": "x"}],
    }
    yield lambda: server.says(401, echo)
    yield lambda: server.says(422, echo)
    yield lambda: server.says(429, echo, {"Retry-After": "9999"})
    yield lambda: server.says(500, echo)
    yield lambda: server.says(302, headers={"Location": f"http://x:{TOKEN}@192.0.2.1/{TOKEN}?t={TOKEN}"})
    yield lambda: server.says(307, headers={"Location": f"/{TOKEN}?t={TOKEN}"})
    yield server.hangs_up
    yield lambda: server.says(200, raw=TOKEN.encode())


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("method", ["read", "write"])
def test_no_failure_shows_the_token(
    server: Script, client: Client, caplog: pytest.LogCaptureFixture, number: int, method: str
) -> None:
    list(scripts(server))[number]()
    caplog.set_level(logging.DEBUG)
    send = client.read if method == "read" else partial(client.write, "POST")
    with pytest.raises(PmhubError) as caught:
        send(f"/x?t={TOKEN}", template="/x", json={"secret": TOKEN})
    assert CANARY not in everything(caught.value)
    assert CANARY not in caplog.text
    assert CANARY not in getattr(caught.value, "field", "")


@pytest.mark.parametrize("token", ["fake-canary\n", "fake-cänary", "fake\x00canary"])
def test_a_token_no_header_can_carry_is_a_configuration_error(
    server: Script, make_client: Callable[..., Client], token: str
) -> None:
    client = make_client(account=Account(server.url, f"Bearer {token}", "me"))
    with pytest.raises(ConfigError) as caught:
        client.get("/x", template="/x")
    assert "nary" not in everything(caught.value)
    assert server.seen == []


def test_a_proxy_with_credentials_is_not_shown(make_client: Callable[..., Client]) -> None:
    account = Account("https://tracker.example.com", "", "me", proxy="socks9://user:fake-canary@127.0.0.1:1")
    with pytest.raises(ConfigError) as caught:
        make_client(account=account).get("/x", template="/x")
    assert CANARY not in everything(caught.value)


def test_an_answer_and_a_client_do_not_show_themselves(server: Script, client: Client) -> None:
    server.says(200, {"a": TOKEN})
    assert CANARY not in repr(client.get(f"/x?t={TOKEN}", template="/x"))
    assert CANARY not in repr(client) + repr(client.account) + repr(client.secrets)

"""Conditional reads: the validator goes back as it came, and a 304 brings what we held."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmhub.http import Account, MemoryValidators

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.http.conftest import Script

    from pmhub.http import Client

ETAG = 'W/"abc"'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def ask(client: Client, path: Any = "/x", **more: Any) -> Any:
    return client.get(path, template="/x", conditional=True, **more)


def test_a_304_brings_the_stored_body_and_its_links(server: Script, make_client: Callable[..., Client]) -> None:
    client = make_client(validators=MemoryValidators())
    server.says(200, [1, 2], {"ETag": ETAG, "Link": '</x?page=2>; rel="next"'}).says(304, headers={"ETag": ETAG})
    first, second = ask(client), ask(client)
    assert server.seen[1].headers["if-none-match"] == ETAG
    assert (second.status, second.not_modified, first.not_modified) == (304, True, False)
    assert second.data == first.data == [1, 2]
    assert second.links == first.links


@given(JSON)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_304_brings_any_stored_body_unchanged(server: Script, make_client: Callable[..., Client], value: Any) -> None:
    server.steps.clear()
    server.says(200, headers={"ETag": ETAG}, raw=json.dumps(value).encode()).says(304)
    client = make_client(validators=MemoryValidators())
    assert ask(client).data == ask(client).data == json.loads(json.dumps(value))


def test_a_changed_answer_replaces_the_stored_one(server: Script, make_client: Callable[..., Client]) -> None:
    client = make_client(validators=MemoryValidators())
    server.says(200, 1, {"ETag": '"1"'}).says(200, 2, {"ETag": '"2"'}).says(304)
    assert [ask(client).data for _ in range(3)] == [1, 2, 2]
    assert [seen.headers.get("if-none-match") for seen in server.seen] == [None, '"1"', '"2"']


def test_validators_belong_to_url_query_identity_and_headers(
    server: Script, make_client: Callable[..., Client]
) -> None:
    held = MemoryValidators()
    server.says(200, {}, {"ETag": ETAG})
    ask(make_client(validators=held))
    other = Account(server.url, "Bearer fake-other", "other")
    ask(make_client(validators=held), "/x?page=2")
    ask(make_client(validators=held), headers={"accept": "application/raw"})
    ask(make_client(validators=held, account=other))
    assert all("if-none-match" not in seen.headers for seen in server.seen)
    assert len(held) == 4


def test_a_rotated_token_of_one_identity_keeps_its_validators(
    server: Script, make_client: Callable[..., Client]
) -> None:
    held, tokens = MemoryValidators(), iter(["Bearer fake-one", "Bearer fake-two"])
    client = make_client(account=Account(server.url, lambda: next(tokens), "app"), validators=held)
    server.says(200, {}, {"ETag": ETAG}).says(304)
    ask(client)
    assert ask(client).not_modified
    assert server.seen[1].headers["authorization"] == "Bearer fake-two"


def test_a_stored_body_that_cannot_be_read_is_asked_for_anew(
    server: Script, make_client: Callable[..., Client]
) -> None:
    held = MemoryValidators()
    client = make_client(validators=held)
    server.says(200, {"a": 1}, {"ETag": ETAG})
    ask(client)
    held._held = {key: type(value)(value.etag, "{", {}) for key, value in held._held.items()}
    assert ask(client).data == {"a": 1}
    assert "if-none-match" not in server.seen[1].headers


@pytest.mark.parametrize("conditional", [True, False])
def test_nothing_is_stored_without_an_etag_or_unasked(
    server: Script, make_client: Callable[..., Client], conditional: Any
) -> None:
    held = MemoryValidators()
    server.says(200, {}, {} if conditional else {"ETag": ETAG})
    make_client(validators=held).get("/x", template="/x", conditional=conditional)
    assert len(held) == 0


def test_a_redirected_answer_is_not_stored_and_the_hop_carries_no_condition(
    server: Script, make_client: Callable[..., Client]
) -> None:
    held = MemoryValidators()
    client = make_client(validators=held)
    server.says(200, 1, {"ETag": ETAG}).says(302, headers={"Location": "/y"}).says(200, 2, {"ETag": '"y"'})
    ask(client)
    assert ask(client).data == 2
    assert "if-none-match" not in server.seen[2].headers
    assert len(held) == 1


def test_a_304_nobody_asked_for_is_trouble(server: Script, client: Client) -> None:
    server.says(304).says(200, {})
    assert client.get("/x", template="/x").data == {}

"""Holds recorded exchanges against GitHub's own descriptions: the simulator's answers, and what pmhub itself sends.

`rest_violations(simulator.requests)`, `request_violations`, `answer_violations` and `graphql_violations` return one line
for each departure.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from connectors.form import form, one_of_each
from graphql import GraphQLSchema, build_schema, execute_sync, extend_schema, parse, validate
from jsonschema import Draft4Validator
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from pmhub_github.simulator import Exchange

HOST = "https://api.github.com"
SPECS = Path(os.environ.get("PMHUB_SPECS") or Path(__file__).resolve().parents[4] / "shared" / "specs")
UNVERIFIED = {
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}/events"),
    ("GET", "/repos/{owner}/{repo}/git/ref/{ref}"),
}
_JUDGED: dict[Hashable, list[str]] = {}
ERROR = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}, "documentation_url": {"type": "string"}, "url": {"type": "string"}},
}


def spec_text(name: str) -> str:
    """Return a description's text; without the file the test skips, in CI it fails."""
    path = SPECS / name
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not in {SPECS}: set PMHUB_SPECS")
    return path.read_text("utf-8")


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(spec_text("github-rest.json"), object_hook=mended)
    return found


def mended(schema: dict[str, Any]) -> dict[str, Any]:
    """Let null through where the description says nullable but its enum or oneOf leaves it out, and where it forgets to;
    drop its own format.
    """
    if schema.get("nullable") is True and isinstance(schema.get("enum"), list):
        schema["enum"] = [*schema["enum"], None]
    if schema.get("nullable") is True and isinstance(schema.get("oneOf"), list):
        schema["oneOf"] = [*schema["oneOf"], {"nullable": True, "enum": [None]}]
    if [part.get("title") for part in schema.get("allOf", ())] == ["Simple User", "Enterprise"]:
        schema["anyOf"] = schema.pop("allOf")  # one of them, as beside it: an account that is both there is none
    if schema.get("format") == "timestamp":
        del schema["format"]
    if str(schema.get("description", "")).startswith("The milestone due date."):
        schema["nullable"] = True  # how a due date is cleared: harvester/harvester#11739
    return schema


@cache
def rest_description() -> OpenAPI:
    return OpenAPI.from_dict(description(), config=Config(spec_validator_cls=None))


@cache
def rest_paths() -> dict[str, Any]:
    paths: dict[str, Any] = description()["paths"]
    return paths


@cache
def operations() -> frozenset[tuple[str, str]]:
    """Return every described operation as (METHOD, template)."""
    return frozenset((method.upper(), path) for path, found in rest_paths().items() for method in found)


@cache
def graphql_description() -> GraphQLSchema:
    base = build_schema(spec_text("github-graphql.graphql"), assume_valid=True)
    return extend_schema(base, parse(spec_text("github-graphql-additions.graphql")), assume_valid=True)


def rest_violations(exchanges: Iterable[Exchange]) -> list[str]:
    """Check requests and answers of the REST API; GraphQL is another matter."""
    return [*request_violations(exchanges := list(exchanges)), *answer_violations(exchanges)]


def request_violations(exchanges: Iterable[Exchange]) -> list[str]:
    """Check what was sent, whatever became of it."""
    return [line for one in rest_only(exchanges) for line in judged("sent", one, request_errors)]


def answer_violations(exchanges: Iterable[Exchange]) -> list[str]:
    """Check what was answered; answers made by a fault, and to operations that do not exist, are left out."""
    return [
        line for one in rest_only(exchanges) if one.fault is None for line in judged("answered", one, answer_errors)
    ]


def judged(what: str, one: Exchange, errors: Callable[[Exchange], list[Exception]]) -> list[str]:
    """The judgement of one exchange; those of one form are judged once, since judging takes longer than all else."""
    sent = form(
        {"at": one.path, "query": dict(parse_qsl(one.query)), "body": one.request_body, "told": [*one.request_headers]}
    )
    key = (what, operation(one), one.status, sent, what == "answered" and form(one.response_body))
    if key not in _JUDGED:
        _JUDGED[key] = lines(one, errors(one))
    return _JUDGED[key]


def rest_only(exchanges: Iterable[Exchange]) -> list[Exchange]:
    return [one for one in exchanges if one.template != "/graphql" and operation(one) not in UNVERIFIED]


def operation(exchange: Exchange) -> tuple[str, str]:
    return exchange.method, exchange.template or ""


def lines(exchange: Exchange, errors: Iterable[Exception]) -> list[str]:
    return [f"{exchange.method} {exchange.path} {exchange.status}: {error!r} {error.__cause__!r}" for error in errors]


def request_errors(exchange: Exchange) -> list[Exception]:
    if operation(exchange) not in operations():
        return [LookupError("GitHub describes no such operation")]
    return list(rest_description().request_validator.iter_errors(request_of(exchange)))


def request_of(exchange: Exchange) -> MockRequest:
    sent = exchange.request_body
    return MockRequest(
        HOST,
        exchange.method,
        exchange.path,
        args=dict(parse_qsl(exchange.query, keep_blank_values=True)),
        headers=exchange.request_headers,
        data=None if sent is None else json.dumps(sent).encode(),
        content_type="application/json",
    )


def answer_errors(exchange: Exchange) -> list[Exception]:
    if operation(exchange) not in operations():
        return []
    if exchange.status not in described_statuses(exchange):
        return undescribed_errors(exchange)
    body = b"" if exchange.response_body is None else json.dumps(one_of_each(exchange.response_body)).encode()
    answer = MockResponse(body, exchange.status or 0, exchange.response_headers, "application/json")
    return list(rest_description().response_validator.iter_errors(request_of(exchange), answer))


def described_statuses(exchange: Exchange) -> set[int]:
    return {int(status) for status in rest_paths()[exchange.template or ""][exchange.method.lower()]["responses"]}


def undescribed_errors(exchange: Exchange) -> list[Exception]:
    """Judge what GitHub answers everywhere without describing it: 304, redirects and refusals of the common shape."""
    status = exchange.status or 0
    if status == 304 and exchange.response_body is None:
        return []
    if status in (301, 307) or 400 <= status < 500:
        return list(Draft4Validator(ERROR).iter_errors(exchange.response_body))
    return [ValueError(f"status {status} is not described")]


def graphql_violations(exchanges: Iterable[Exchange]) -> list[str]:
    """Check documents against the schema, and answers by executing each document over its own answer."""
    return [
        line for one in exchanges if one.template == "/graphql" and one.fault is None for line in query_violations(one)
    ]


def query_violations(exchange: Exchange) -> list[str]:
    document = parse(exchange.request_body["query"])
    errors = [str(error) for error in validate(graphql_description(), document)]
    data = exchange.response_body.get("data")
    if errors or data is None or "__type" in data:  # what a server's own schema has, no other can say
        return errors
    replayed = execute_sync(
        graphql_description(),
        document,
        root_value=data,
        variable_values=exchange.request_body.get("variables"),
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=lambda value, *_: kind_of(value),
    )
    errors = [str(error) for error in replayed.errors or []]
    return errors if replayed.data == data else [*errors, "the answer has other fields than were selected"]


def kind_of(value: dict[str, Any]) -> str:
    """Return a selected object's type: its own word for it, else by what only one of them has."""
    if "__typename" in value:
        return str(value["__typename"])
    if "login" in value:
        return "User"
    return "IssueComment" if "issue" in value else "Issue"

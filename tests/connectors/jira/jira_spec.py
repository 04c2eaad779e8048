"""Holds an HTTP exchange against Atlassian's own OpenAPI description, and a rich text against its JSON schema.

The description is read from PMHUB_SPECS (default: ../shared/specs beside the repository). Where it is absent the test
skips with that reason; with CI set it fails. It contradicts its own examples in two places, and the examples win:
moments are written with an offset without a colon (+0000), and both sides of a change log item may be null. How a
version's date is taken away it does not say: null is let through, and the connector believes only the answer. The form with
a file it describes as a list of files, which no form is: it is not checked, nor is who signs in how.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from connectors.form import form, one_of_each

SPECS = Path(os.environ.get("PMHUB_SPECS") or Path(__file__).parents[4] / "shared" / "specs")
HOST = "https://your-domain.atlassian.net"
_UNDESCRIBED = 429
_JUDGED: dict[Hashable, list[str]] = {}


def check_exchange(
    method: str,
    path: str,
    query: str,
    request_json: Any,
    status: int | None,
    response_json: Any,
) -> list[str]:
    """What is wrong with the request and with the answer; an empty list if nothing is.

    `path` starts with /rest/api/3. 429 and 5xx are described for no operation: of those only the request is checked.
    """
    key = form({"at": [method, path, query, str(status)], "sent": request_json, "answered": response_json})
    if key not in _JUDGED:  # judging takes longer than all else: those of one form are judged once
        _JUDGED[key] = _judged(method, path, query, request_json, status, response_json)
    return _JUDGED[key]


def _judged(method: str, path: str, query: str, request_json: Any, status: int | None, response_json: Any) -> list[str]:
    problems = [f"{method} {path}: request: {error}" for error in _request_errors(method, path, query, request_json)]
    if status is not None and status != _UNDESCRIBED and status < 500:
        answer = _answer_errors(method, path, query, request_json, status, response_json)
        problems += [f"{method} {path} -> {status}: {error}" for error in answer]
    return problems


def check_adf(document: Any) -> list[str]:
    """What is wrong with an Atlassian document."""
    return [f"{list(error.absolute_path)}: {error.message[:300]}" for error in _adf_validator().iter_errors(document)]


@cache
def operation_of(method: str, path: str) -> tuple[str, str] | None:
    """The described operation, as (method, path template); None where the description has none."""
    found = [
        template
        for template, operations in _description()["paths"].items()
        if method.lower() in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
    ]
    return (method, min(found, key=lambda template: template.count("{"))) if found else None


@cache
def _description() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(_read("jira-cloud-v3.json"))
    schemas = description["components"]["schemas"]
    for name in ("from", "fromString", "to", "toString"):
        schemas["ChangeDetails"]["properties"][name]["nullable"] = True
    for name in ("startDate", "releaseDate"):
        schemas["Version"]["properties"][name]["nullable"] = True
    _drop_moment_format(schemas)
    del description["paths"]["/rest/api/3/issue/{issueIdOrKey}/attachments"]["post"]["requestBody"]
    for operations in description["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return description


def _drop_moment_format(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("format") == "date-time":
            del node["format"]
        for child in node.values():
            _drop_moment_format(child)
    elif isinstance(node, list):
        for child in node:
            _drop_moment_format(child)


def _read(name: str) -> str:
    file = SPECS / name
    if not file.exists():
        reason = f"{name} is not in {SPECS}; set PMHUB_SPECS to the folder of the vendors' descriptions"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return file.read_text(encoding="utf-8")


@cache
def _openapi() -> Any:
    from openapi_core import Config, OpenAPI  # noqa: PLC0415  half a second that a skipped test does not pay

    return OpenAPI.from_dict(_description(), config=Config(spec_validator_cls=None))


@cache
def _adf_validator() -> Any:
    import jsonschema  # noqa: PLC0415

    schema = json.loads(_read("adf-full.schema.json"))
    return jsonschema.Draft4Validator(schema)


def _messages(errors: Any) -> list[str]:
    """Each error with what lies behind it: openapi-core's own message says only that something is wrong."""
    found = []
    for error in errors:
        behind = getattr(error, "schema_errors", None) or getattr(error.__cause__, "schema_errors", ())
        details = [f"{list(each.absolute_path)} {each.message[:300]}" for each in behind]
        found.append("; ".join([str(error)[:200], *details]))
    return found


def _request(method: str, path: str, query: str, body: Any) -> Any:
    from openapi_core.testing import MockRequest  # noqa: PLC0415
    from werkzeug.datastructures import ImmutableMultiDict  # noqa: PLC0415

    data = None if body is None else json.dumps(body).encode()
    made = MockRequest(HOST, method.lower(), path, data=data, headers={}, cookies={})
    made.parameters.query = ImmutableMultiDict(parse_qsl(query, keep_blank_values=True))
    return made


def _request_errors(method: str, path: str, query: str, body: Any) -> list[str]:
    return _messages(_openapi().request_validator.iter_errors(_request(method, path, query, body)))


def _answer_errors(method: str, path: str, query: str, request_json: Any, status: int, body: Any) -> list[str]:
    from openapi_core.testing import MockResponse  # noqa: PLC0415

    described = _described_answer(method, path, status)
    if described is None:
        return [f"status {status} is not described"]
    if not any("schema" in content for content in described.get("content", {}).values()):
        return []
    response = MockResponse(json.dumps(one_of_each(body)).encode(), status_code=status, content_type="application/json")
    return _messages(_openapi().response_validator.iter_errors(_request(method, path, query, request_json), response))


def _described_answer(method: str, path: str, status: int) -> Any:
    operation = operation_of(method, path)
    if operation is None:
        return None
    return _description()["paths"][operation[1]][method.lower()]["responses"].get(str(status))

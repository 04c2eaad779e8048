"""Holds an exchange with the API of Jira Software against Atlassian's description of it.

It calls its own enumerated query parameters objects; they are read as text.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from jira_spec import HOST, _messages, _read

PREFIX = "/rest/agile/1.0/"


def check_agile(method: str, path: str, query: str, status: int, response_json: Any) -> list[str]:
    """What is wrong with a request and its answer; an empty list if nothing is."""
    from openapi_core.testing import MockRequest, MockResponse  # noqa: PLC0415
    from werkzeug.datastructures import ImmutableMultiDict  # noqa: PLC0415

    request = MockRequest(HOST, method.lower(), path, headers={}, cookies={})
    request.parameters.query = ImmutableMultiDict(parse_qsl(query, keep_blank_values=True))
    found = [f"{method} {path}: {one}" for one in _messages(_openapi().unmarshal_request(request).errors)]
    if status == 200:
        answer = MockResponse(json.dumps(response_json).encode(), status_code=status, content_type="application/json")
        found += [
            f"{method} {path} -> {one}" for one in _messages(_openapi().unmarshal_response(request, answer).errors)
        ]
    return found


@cache
def _openapi() -> Any:
    from openapi_core import OpenAPI  # noqa: PLC0415

    description = json.loads(_read("jira-software.json"))
    description["servers"] = [{"url": HOST}]
    for operation in (one for path in description["paths"].values() for one in path.values() if isinstance(one, dict)):
        operation.pop("security", None)
        for parameter in operation.get("parameters", ()):
            if parameter["schema"].get("type") == "object":
                parameter["schema"] = {"type": "string"}
    return OpenAPI.from_dict(description)

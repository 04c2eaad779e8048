"""From a status and a body to an answer or to the error whose remedy fits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Final
from urllib.parse import urljoin

from pmhub.errors import ConnectorError, Denied, Gone, Refused
from pmhub.http import urls
from pmhub.http.reply import Reply
from pmhub.http.validators import Validator
from pmhub.model.lean import dataclass

LONGEST_MESSAGE: Final = 500
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
UNTOUCHED: Final = frozenset({301, 307, 308})  # a 302 or 303 is also how a server says "done, look there"
PASSING: Final = frozenset({408, 425})
NO_CONTENT: Final = frozenset({204, 205})
NOT_MODIFIED: Final = 304
CREDENTIALS: Final = {
    401: "Check this connection's token: it may be wrong, expired or revoked.",
    403: "The token is known but may not do this: check its permissions.",
    407: "The proxy asks for credentials: set them in the connection's `proxy`.",
}


@dataclass(frozen=True)
class Answer:
    """`data` is the parsed JSON, None where the answer had no body, bytes for a download. Header names are in lower case.

    `url` is where the answer came from, after redirects. `not_modified`: the server said 304 and `data` is what we held.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    data: Any = field(repr=False)
    url: str = field(repr=False)
    not_modified: bool = False
    links: Mapping[str, str] = field(default_factory=dict, repr=False)


def answer(reply: Reply, data: Any, held: Validator | None = None) -> Answer:  # noqa: ANN401 - parsed JSON
    headers = {**held.headers, **reply.headers} if held else reply.headers
    links = urls.links(headers.get("link", ""), reply.url)
    return Answer(reply.status, headers, data, reply.url, not_modified=held is not None, links=links)


def target_of(reply: Reply) -> str:
    """Where a redirect leads; empty where it does not say, which is no address either."""
    location = reply.headers.get("location", "")
    try:
        return urljoin(reply.url, location) if location else ""
    except ValueError:
        return ""


def is_success(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004


def is_passing(status: int) -> bool:
    """The server's own trouble, or a hiccup on the way: no word on what it did."""
    return status in PASSING or not 200 <= status < 500  # noqa: PLR2004


def is_refusal(status: int) -> bool:
    """The server did nothing and never will, as it stands."""
    return 400 <= status < 500 and status not in PASSING  # noqa: PLR2004


def parse(reply: Reply) -> Any:  # noqa: ANN401 - parsed JSON
    """Raises ValueError for what is not JSON; an empty body counts only where the server says it is empty."""
    if not reply.content and is_empty_by_word(reply):
        return None
    try:
        return json.loads(reply.content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def parse_leniently(reply: Reply) -> Any:  # noqa: ANN401 - parsed JSON
    try:
        return parse(reply)
    except ValueError:
        return None


def is_empty_by_word(reply: Reply) -> bool:
    framed = reply.headers.get("content-length") == "0" or "transfer-encoding" in reply.headers
    return framed or reply.status in NO_CONTENT


def error_for(status: int, message: str, field_name: str) -> ConnectorError:
    if status in CREDENTIALS:
        return Denied(message, hint=CREDENTIALS[status])
    if status in {404, 410}:
        return Gone(message, hint="It is deleted, moved or not visible to this token.")
    return Refused(message, field=field_name)


def explain(data: Any, longest: int | None = LONGEST_MESSAGE) -> str:  # noqa: ANN401 - parsed JSON
    """What the server says, from the shapes in use: message, detail, error, errorMessages, and errors as list or object."""
    if not isinstance(data, dict):
        return ""
    parts = [text for key in ("message", "detail", "error", "error_description") for text in texts(data.get(key))]
    parts += [*texts(data.get("errorMessages")), *(told(field, text) for field, text in complaints(data.get("errors")))]
    return printable("; ".join(dict.fromkeys(part for part in parts if part)))[:longest]


def field_named(data: Any) -> str:  # noqa: ANN401 - parsed JSON
    errors = data.get("errors") if isinstance(data, dict) else None
    return next((printable(field) for field, _ in complaints(errors) if field), "")


def complaints(errors: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - parsed JSON
    """(field or empty, text) of each entry."""
    if isinstance(errors, dict):
        for field_name, value in errors.items():
            yield from ((str(field_name), text) for text in texts(value) or [""])
    elif isinstance(errors, list):
        for error in errors:
            yield complaint(error)


def complaint(error: Any) -> tuple[str, str]:  # noqa: ANN401 - parsed JSON
    if not isinstance(error, dict):
        return "", "".join(texts(error))
    text = next((str(error[key]) for key in ("message", "detail", "code") if error.get(key)), "")
    return str(error.get("field") or ""), text


def texts(value: Any) -> list[str]:  # noqa: ANN401 - parsed JSON
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def told(field_name: str, text: str) -> str:
    return f"{field_name}: {text}" if field_name and text else text or field_name


def printable(text: str) -> str:
    """Without control characters: a server's words must not steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text).strip()

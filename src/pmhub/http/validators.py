"""Stored answers of conditional GETs (RFC 9110, 13): what we hold, and how it is asked for again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final, Protocol

from pmhub.http.reply import Reply
from pmhub.model.lean import dataclass

KEPT_HEADERS: Final = ("content-type", "last-modified", "link")


@dataclass(frozen=True)
class Validator:
    """An ETag, verbatim with its quotes and `W/`, and the answer it stands for. `body` is JSON text."""

    etag: str
    body: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class Validators(Protocol):
    """Keyed by exact URL with its query, and by identity: credentials and the headers that shape an answer.

    A 304 says that nothing changed since `put`, so an owner that persists should do so in the transaction that stores what
    the answer said; otherwise a crash between the two hides a change.
    """

    def get(self, url: str, identity: str) -> Validator | None: ...

    def put(self, url: str, identity: str, validator: Validator) -> None: ...


class MemoryValidators:
    """For one process."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Validator] = {}

    def __len__(self) -> int:
        return len(self._held)

    def get(self, url: str, identity: str) -> Validator | None:
        return self._held.get((url, identity))

    def put(self, url: str, identity: str, validator: Validator) -> None:
        self._held[url, identity] = validator


def stored_in(validators: Validators | None, url: str, identity: str) -> tuple[Validator, Any] | None:
    """What we hold with its parsed body; None where it cannot be read, so that the full answer is asked for."""
    held = validators.get(url, identity) if validators is not None else None
    try:
        return None if held is None else (held, json.loads(held.body))
    except ValueError:
        return None


def store_in(validators: Validators | None, url: str, identity: str, reply: Reply) -> None:
    etag = reply.headers.get("etag", "")
    if validators is None or not etag:
        return
    kept = {name: reply.headers[name] for name in KEPT_HEADERS if name in reply.headers}
    try:
        body = reply.content.decode()
    except UnicodeDecodeError:
        return
    validators.put(url, identity, Validator(etag, body, kept))

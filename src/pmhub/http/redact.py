"""Keeps secrets out of everything a person may read: messages, logs, tracebacks."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = "***"
SHORTEST: Final = 4  # a shorter "secret" would garble every text and protect nothing
USERINFO: Final = re.compile(r"(?<=://)[^/\s?#\"']+@")
CUT: Final = 8  # so much of a secret, and the end of the text: the rest was cut off
ENDS: Final = ("", "…", '"', "'", "\n")
TRIPLET: Final = re.compile("%[0-9A-F]{2}")
HEADER: Final = re.compile(r"(?i)(\b(?:proxy-)?authorization\b[\"']?\s*[:=,]\s*b?[\"']?)(?:[a-z]+ )?[^\s\"',]+")


def forms(secret: str) -> set[str]:
    """A secret as itself, URL-quoted, inside JSON and in base64."""
    encoded = base64.b64encode(secret.encode()).decode()
    quoted = {quote(secret, safe=""), quote_plus(secret)}
    lower = {TRIPLET.sub(lambda found: found[0].lower(), each) for each in quoted}
    return {secret, *quoted, *lower, json.dumps(secret)[1:-1], encoded, encoded.rstrip("=")}


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the secrets in any of their forms, without URL userinfo and Authorization values."""
    for form in _forms_of(frozenset(secrets)):
        text = _without_beginning(text.replace(form, MASK), form)
    return HEADER.sub(rf"\1{MASK}", USERINFO.sub(f"{MASK}@", text))


@lru_cache(maxsize=16)
def _forms_of(secrets: frozenset[str]) -> tuple[str, ...]:
    """The longest first. Kept, as every exchange is redacted with the same few."""
    found = {form for secret in secrets if len(secret) >= SHORTEST for form in forms(secret)}
    return tuple(sorted(found, key=len, reverse=True))


def _without_beginning(text: str, form: str) -> str:
    """Also without a secret that was cut off, as a long title is to fit a line."""
    head = form[:CUT]
    at = text.find(head) if len(form) > CUT else -1
    while at >= 0:
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(text[at : at + len(form)], form, strict=False))
        end = at + sum(1 for _ in shared)
        if text[end : end + 1] in ENDS:
            text = f"{text[:at]}{MASK}{text[end:]}"
            end = at + len(MASK)
        at = text.find(head, end)
    return text


class Secrets:
    """The secret values known in this process."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = set(values)

    def __repr__(self) -> str:
        return f"<{len(self._values)} secrets>"

    def add(self, value: str) -> None:
        self._values = self._values | {value}  # a new set: others may be reading the old one

    def learn(self, authorization: str) -> None:
        """Add what an Authorization value holds: the whole, its credentials, and the password inside Basic."""
        if not authorization or authorization in self._values:
            return
        scheme, _, credentials = authorization.partition(" ")
        password = {password_of(credentials)} if scheme.lower() == "basic" else set()
        self._values = self._values | {authorization, credentials} | password

    def redact(self, text: str) -> str:
        return redact(text, self._values)


def password_of(basic: str) -> str:
    try:
        return base64.b64decode(basic, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


class SecretFilter(logging.Filter):
    """For log handlers: rewrites each record, its traceback included, without the secrets."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._secrets.redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._secrets.redact(record.exc_text)
        record.exc_info = None if record.exc_text else record.exc_info
        return True

"""What the mappings of all kinds share: times, who can see a thing, and single fields as GitHub would show them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from pmhub.sdk import ABSENT, Absent, Native, Scope, Visibility, Words
from pmhub_github import texts, words

VISIBILITY: Final[Mapping[str, Visibility]] = {
    "public": Visibility.PUBLIC,
    "private": Visibility.MEMBERS,
    "internal": Visibility.MEMBERS,
}


@lru_cache(maxsize=1024)
def milliseconds(text: str) -> int:
    """GitHub's times are ISO 8601, in UTC, in whole seconds. Each is asked for several times, to choose a thing and to read it."""
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def visibility(scope: Scope, shape: Native) -> Visibility:
    if scope.visibility is not None:
        return scope.visibility
    return VISIBILITY.get(str(shape.get("visibility")), Visibility.RESTRICTED)


def fit_title(title: str | Absent | None, longest: int = texts.LONGEST_TITLE) -> str | Absent:
    return ABSENT if isinstance(title, Absent) else (texts.title(title, longest) or ABSENT)


def fit_body(body: str | Absent | None) -> str | Absent:
    return ABSENT if isinstance(body, Absent) else texts.read(texts.body(body)).text


def fit_type(scope: Scope, word: str | Absent | None) -> str | Absent | None:
    """Absent where the issue would leave the scope by it."""
    if isinstance(word, Absent):
        return ABSENT
    native = words.lower_type(scope.vocabulary, word)
    if isinstance(native, Absent) or words.is_outside(scope, native):
        return ABSENT
    return words.lift_type(scope.vocabulary, native)


def fit_status(scope: Scope, status: str | Absent | None, default: Words) -> str | Absent:
    if not status:
        return ABSENT
    return words.lift_status(scope.vocabulary, words.lower_status(scope.vocabulary, status, default), default)


def fit_people(scope: Scope, names: tuple[str, ...] | Absent) -> tuple[str, ...] | Absent:
    if isinstance(names, Absent):
        return ABSENT
    logins = words.lower_people(scope.vocabulary.people, names)
    return ABSENT if names and not logins else words.lift_people(scope.vocabulary.people, logins)


def fit_labels(scope: Scope, labels: tuple[str, ...] | Absent) -> tuple[str, ...] | Absent:
    return ABSENT if isinstance(labels, Absent) else words.lower_labels(scope, labels)


def lost_title(title: str | Absent | None, longest: int = texts.LONGEST_TITLE) -> dict[str, str]:
    if isinstance(title, Absent):
        return {}
    if not texts.title(title):
        return {"title": "GitHub takes no empty title"}
    return {"title": f"cut: GitHub takes {longest} characters"} if len(title or "") > longest else {}


def lost_text(text: str | Absent | None, name: str = "body") -> dict[str, str]:
    if isinstance(text, Absent) or not texts.is_too_long(text):
        return {}
    return {name: f"cut: GitHub takes {texts.LONGEST_BODY} characters"}

"""Which issues belong to a scope, and how a query asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pmhub.sdk import Scope
from pmhub_jira import words

Json = Mapping[str, Any]
NUMBER: Final = re.compile(r"[0-9]+")


def holds(scope: Scope, issue_type: Json) -> bool:
    """By the configured types; without any, all but epics and what stands above them."""
    types = {name.casefold() for name in scope.settings.types}
    return str(issue_type.get("name")).casefold() in types if types else not words.is_above_tickets(issue_type)


def is_in_project(scope: Scope, issue: Json) -> bool:
    return bool((issue["fields"].get("project") or {}).get("key") == scope.settings.project)


def owns(scope: Scope, issue: Json) -> bool:
    return is_in_project(scope, issue) and holds(scope, issue["fields"].get("issuetype") or {})


def changed_since(projects: Iterable[str], since: int | None) -> str:
    """`since` as bare epoch milliseconds, which no time zone touches: a quoted date is read in the account's own [D]."""
    after = "" if not since else f" AND updated >= {since}"
    return f"project in ({_quoted(projects)}){after} ORDER BY updated DESC"


def all_of(scope: Scope, issue_types: Iterable[Json]) -> str | None:
    """Everything in the scope; None when none of its issue types exists."""
    ids = [number for kind in issue_types if holds(scope, kind) and NUMBER.fullmatch(number := str(kind["id"]))]
    return f"project = {_quoted([scope.settings.project])} AND issuetype in ({', '.join(ids)})" if ids else None


def _quoted(projects: Iterable[str]) -> str:
    """A key may be a reserved word. What could end a string is escaped, though no configured key holds it."""
    escaped = (re.sub(r'(["\\])', r"\\\1", key) for key in sorted(set(projects)))
    return ", ".join(f'"{key}"' for key in escaped)

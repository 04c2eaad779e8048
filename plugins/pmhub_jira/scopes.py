"""Which issues belong to a scope, and how a query asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pmhub.sdk import Kind, Refused, Scope
from pmhub_jira import words

Json = Mapping[str, Any]
NUMBER: Final = re.compile(r"[0-9]+")


def holds(scope: Scope, issue_type: Json, kind: Kind = Kind.TICKET) -> bool:
    """By the configured types; without any, epics and what stands above them are roadmap items and all else is tickets."""
    types = {name.casefold() for name in scope.settings.types}
    if types:
        return str(issue_type.get("name")).casefold() in types
    return words.is_above_tickets(issue_type) is (kind is Kind.ROADMAP_ITEM)


def is_in_project(scope: Scope, issue: Json) -> bool:
    return bool((issue["fields"].get("project") or {}).get("key") == scope.settings.project)


def owns(scope: Scope, issue: Json, kind: Kind = Kind.TICKET) -> bool:
    """Is this issue one of the scope's things of `kind`, or, for comments, one of its tickets?"""
    return is_in_project(scope, issue) and holds(scope, issue["fields"].get("issuetype") or {}, kind)


def changed_since(projects: Iterable[str], moment: str | None) -> str:
    """`moment` as a query names one; None for all."""
    after = f" AND updated >= {moment}" if moment else ""
    return f"project in ({_quoted(projects)}){after} ORDER BY updated DESC"


def created_since(projects: Iterable[str], moment: str | None) -> str:
    """As `changed_since`, by creation: no edit moves an issue past who reads them all."""
    after = f" AND created >= {moment}" if moment else ""
    return f"project in ({_quoted(projects)}){after} ORDER BY created ASC"


def in_versions(project: str, numbers: Iterable[str]) -> str:
    """What is planned for any of these versions, by their ids."""
    ids = ", ".join(number for number in numbers if NUMBER.fullmatch(number))
    return f"project = {_quoted([project])} AND fixVersion in ({ids})"


def all_of(scope: Scope, issue_types: Iterable[Json], kind: Kind = Kind.TICKET) -> str | None:
    """Everything in the scope; None when none of its issue types exists."""
    held = (str(each["id"]) for each in issue_types if holds(scope, each, kind))
    ids = [number for number in held if NUMBER.fullmatch(number)]
    return f"project = {_quoted([scope.settings.project])} AND issuetype in ({', '.join(ids)})" if ids else None


def standing_at(project: str, issue_type: str, status: str) -> str:
    """The latest first."""
    ids = [number for number in (issue_type, status) if NUMBER.fullmatch(number)]
    if len(ids) != 2:  # noqa: PLR2004
        raise Refused(f"no type {issue_type!r} or no status {status!r}", field="status")
    return f"project = {_quoted([project])} AND issuetype = {ids[0]} AND status = {ids[1]} ORDER BY updated DESC"


def _quoted(projects: Iterable[str]) -> str:
    """A key may be a reserved word. What could end a string is escaped, though no configured key holds it."""
    escaped = (re.sub(r'(["\\])', r"\\\1", key) for key in sorted(set(projects)))
    return ", ".join(f'"{key}"' for key in escaped)

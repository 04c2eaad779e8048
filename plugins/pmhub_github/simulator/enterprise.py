"""A GitHub Enterprise Server: where its API is, and what a version of it does not have yet.

Which version brought what is an assumption, near enough to show how a server without it answers: pmhub asks for the
things, never for the version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .errors import not_found
from .selection import Field, GraphQLError
from .shapes import WEB

Version = tuple[int, int]

PREFIX: Final = "/api/v3"
GRAPHQL: Final = "/api/graphql"
NEVER: Final = (99, 0)
SINCE: Final[Mapping[str, Version]] = {"types": (3, 17), "sub_issues": (3, 18), "dependencies": (3, 19), "newer": NEVER}
PATHS: Final[Mapping[str, re.Pattern[str]]] = {
    "types": re.compile("/issue-types$"),
    "sub_issues": re.compile("/(sub_issues?|parent)$"),
    "dependencies": re.compile("/dependencies/"),
    "newer": re.compile("/projectsV2|/issue-fields$|/issue-field-values|^/rate_limit$"),
}
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "types": ("type",),
    "sub_issues": ("sub_issues_summary", "parent_issue_url"),
    "dependencies": ("issue_dependencies_summary",),
    "newer": ("issue_field_values", "pinned_comment"),
}
NODE_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "types": ("issueType",),
    "sub_issues": ("parent", "subIssues"),
    "dependencies": ("blockedBy", "blocking"),
    "newer": ("issueFieldValues",),
}


def lacking(version: Version | None) -> frozenset[str]:
    """What this version does not have; nothing on github.com."""
    return frozenset(name for name, since in SINCE.items() if version is not None and version < since)


def below(version: Version | None, path: str) -> str:
    """The path as on github.com; raise 404 for one beside the API."""
    if version is None:
        return path
    if path == GRAPHQL:
        return "/graphql"
    if not path.startswith(f"{PREFIX}/") or path == f"{PREFIX}/graphql":
        raise not_found()
    return path.removeprefix(PREFIX)


def check_served(version: Version | None, template: str) -> None:
    if any(PATHS[name].search(template) for name in lacking(version)):
        raise not_found()


def reshaped(version: Version | None, web: str, body: Any) -> Any:  # noqa: ANN401 - JSON
    """The answer with the server's own addresses, without what the version does not tell."""
    if version is None:
        return body
    if isinstance(body, list):
        return [reshaped(version, web, one) for one in body]
    if not isinstance(body, dict):
        return body
    unknown = {key for name in lacking(version) for key in KEYS[name]} if "repository_url" in body else set()
    return {key: at_home(version, web, key, one) for key, one in body.items() if key not in unknown}


def at_home(version: Version, web: str, key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str) and (key == "url" or key.endswith("_url")):
        return value.replace(WEB, web) if value.startswith(WEB) else value
    return reshaped(version, web, value)


def check_selection(version: Version | None, fields: list[Field]) -> None:
    """Raise what GraphQL says of a field that the schema does not have."""
    unknown = {key for name in lacking(version) for key in NODE_FIELDS[name]}
    for one in fields:
        if one.on == "Issue":
            for inner in one.fields:
                if inner.name in unknown:
                    raise GraphQLError(f"Field '{inner.name}' doesn't exist on type 'Issue'")
                if inner.name == "stateReason" and inner.arguments and "types" in lacking(version):
                    raise GraphQLError("Field 'stateReason' doesn't accept argument 'enableDuplicate'")
        check_selection(version, one.fields)


def schema_of_issue(version: Version | None) -> dict[str, Any]:
    """What an introspection tells of the type, as far as pmhub asks."""
    unknown = lacking(version)
    names = ["id", "number", "title", "body", "state", "labels", "assignees", "milestone"]
    names += [key for name, keys in NODE_FIELDS.items() if name not in unknown for key in keys]
    told = [field_of_schema(name) for name in sorted(names)]
    reason = field_of_schema("stateReason", () if "types" in unknown else ("enableDuplicate",))
    return {"__typename": "__Type", "name": "Issue", "fields": [*told, reason]}


def field_of_schema(name: str, arguments: tuple[str, ...] = ()) -> dict[str, Any]:
    args = [{"__typename": "__InputValue", "name": each} for each in arguments]
    return {"__typename": "__Field", "name": name, "args": args}

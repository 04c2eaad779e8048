"""What we keep of Jira's JSON: enough to read it again, without the pictures and links that make up most of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pmhub.sdk import Kind

PROPERTY: Final = "pmhub"
_PERSON: Final = ("accountId", "name", "displayName")
_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "issuetype": ("id", "name", "subtask", "hierarchyLevel"),
    "project": ("id", "key"),
    "status": ("id", "name", "statusCategory"),
    "priority": ("name",),
    "assignee": _PERSON,
    "reporter": _PERSON,
    "creator": _PERSON,
    "components": ("name",),
    "fixVersions": ("name",),
    "security": ("id",),
}
_WHOLE: Final = ("summary", "description", "labels", "duedate", "created", "updated")
LINKS: Final = "issuelinks"
FIELDS: Final = (*_WHOLE, *_KEPT, "parent", LINKS)
"""All that is asked of an issue. None is multi-valued in the sense that narrows a bulk fetch to 100 issues [D]: that means
comments, worklogs and attachments. Were links among them [U], the fetch would be narrowed once it is refused.
"""

Json = dict[str, Any]


def field_ids(customs: Iterable[str]) -> list[str]:
    return [*FIELDS, *sorted(set(customs))]


def issue(raw: Mapping[str, Any], customs: Iterable[str]) -> Json:
    fields = raw.get("fields") or {}
    kept = {name: fields[name] for name in (*_WHOLE, *sorted(customs)) if name in fields}
    kept |= {name: _only(fields[name], names) for name, names in _KEPT.items() if name in fields}
    if "status" in fields:
        kept["status"] = _status(fields["status"])
    if "parent" in fields:
        kept["parent"] = _parent(fields["parent"])
    if fields.get(LINKS) is not None:
        kept[LINKS] = [_link(each) for each in fields[LINKS]]
    ours = (raw.get("properties") or {}).get(PROPERTY)
    return {"id": raw["id"], "key": raw["key"], "fields": kept, "properties": {PROPERTY: ours} if ours else {}}


def comment(raw: Mapping[str, Any], *, issue_key: str, secured: bool, prop: Any = None) -> Json:  # noqa: ANN401 - JSON
    """`issue_key` and `secured` (the issue has a security level) are not part of a comment's own JSON."""
    names = ("id", "self", "body", "created", "updated", "visibility", "jsdPublic")
    kept = {name: raw[name] for name in names if name in raw} | {"author": _only(raw.get("author"), _PERSON)}
    ours = prop or comment_property(raw)
    properties = [{"key": PROPERTY, "value": ours}] if ours else []
    return kept | {"issueKey": issue_key, "issueSecured": secured, "properties": properties}


def comment_property(comment: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Our property, where the comment was asked for with its properties; None where it has none."""
    entries = comment.get("properties") or ()
    return next((each.get("value") for each in entries if each.get("key") == PROPERTY), None)


def issue_property(marker: str, kind: Kind) -> Json:
    """A story that becomes an epic still carries the story's marker: an epic's own says what it marks."""
    return {"marker": marker} | ({"kind": str(kind)} if kind is Kind.ROADMAP_ITEM else {})


def kind_marked(prop: Any) -> Kind:  # noqa: ANN401 - JSON that anyone who may edit the issue may have written
    is_roadmap = isinstance(prop, dict) and prop.get("kind") == Kind.ROADMAP_ITEM
    return Kind.ROADMAP_ITEM if is_roadmap else Kind.TICKET


def issue_id_of(comment: Mapping[str, Any]) -> str:
    """The issue's id stands in a comment's address: `…/issue/10010/comment/10000` [D]."""
    parts = str(comment.get("self", "")).split("/")
    return parts[parts.index("issue") + 1] if "issue" in parts[:-1] else ""


def _only(value: Any, names: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [_only(entry, names) for entry in value]
    return {name: value[name] for name in names if name in value} if isinstance(value, dict) else value


def _status(value: Any) -> Any:  # noqa: ANN401 - JSON
    kept = _only(value, _KEPT["status"])
    if isinstance(kept, dict) and "statusCategory" in kept:
        kept["statusCategory"] = _only(kept["statusCategory"], ("key",))
    return kept


def _link(raw: Mapping[str, Any]) -> Json:
    """Without what the other issue looks like, which moves without moving this one."""
    ends = {side: _only(raw[side], ("id", "key")) for side in ("inwardIssue", "outwardIssue") if raw.get(side)}
    return {"id": raw.get("id"), "type": _only(raw.get("type"), ("id", "name")), **ends}


def _parent(value: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        return value
    kind = _only((value.get("fields") or {}).get("issuetype"), _KEPT["issuetype"])
    return {"id": value.get("id"), "key": value.get("key"), "fields": {"issuetype": kind}}

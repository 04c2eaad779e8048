"""One shape for each kind of thing, whether REST or GraphQL told of it: REST's names, only what is used or shown.

A milestone's description is its `body`, its creator and a release's author are its `user`. Besides REST's keys: `key` is what
people call it, `parent` and `issue` name another issue by `key` and `node_id` (None until looked up), `ours` says
whether our own account wrote it, `blocked_by` are issues by `id` and `node_id` (None until looked up), `visibility` is the repository's, `lacks` is what the server does not have, `fields` are the values of issue fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from pmhub.sdk import Native

PLACE: Final = re.compile(r"/(?P<repo>[^/]+/[^/]+)/(?:issues|pull)/(?P<number>\d+)(?:$|[#?/])")
MILESTONE: Final = re.compile(r"/(?P<repo>[^/]+/[^/]+)/milestones?/(?P<number>[0-9]+)(?:$|[#?/])")
MILESTONE_KEY: Final = re.compile(r"(?P<repo>[A-Za-z0-9-]+/(?!\.{1,2}/)[A-Za-z0-9._-]+)/milestone/(?P<number>[0-9]+)")
TAG: Final = re.compile(r"/(?P<repo>[^/]+/[^/]+)/releases/tag/(?P<tag>[^?#]+)")
RELEASE_KEY: Final = re.compile(r"(?P<repo>[A-Za-z0-9-]+/(?!\.{1,2}@)[A-Za-z0-9._-]+)@(?P<tag>[^\s@]+)")
KEY: Final = re.compile(r"(?P<repo>[A-Za-z0-9-]+/(?!\.{1,2}#)[A-Za-z0-9._-]+)#(?P<number>[0-9]+)")
GHOST: Final = "ghost"
"""Who GitHub shows as the author where the account is deleted."""

Shape = dict[str, Any]


def key_of(url: str | None) -> str | None:
    """`owner/repo#7` for the address, on the web or in the API, of an issue or of something on it."""
    found = PLACE.search(url or "")
    return f"{found['repo']}#{found['number']}" if found else None


def place_of(key: str) -> tuple[str, int] | None:
    """(`owner/repo`, 7) for `owner/repo#7`, also where a comment is named behind it."""
    found = KEY.match(key)
    return (found["repo"], int(found["number"])) if found else None


def issue(native: Native) -> Shape:
    """From REST's issue; a shape comes back as it is."""
    if "parent" in native:
        return dict(native)
    kept = ("id", "node_id", "number", "html_url", "title", "state", "state_reason", "created_at", "updated_at")
    return {
        **{name: native.get(name) for name in kept},
        "body": native.get("body") or "",
        "user": account(native.get("user")),
        "labels": [label_name(label) for label in native.get("labels") or ()],
        "assignees": [account(user)["login"] for user in native.get("assignees") or ()],
        "milestone": part(native.get("milestone"), "node_id", "number", "title"),
        "type": part(native.get("type"), "name"),
        "parent": reference(key_of(native.get("parent_issue_url"))),
        "is_pull": "pull_request" in native,
        **blockers(native.get("issue_dependencies_summary")),
        **field_values(native.get("issue_field_values")),
    }


def comment(native: Native) -> Shape:
    """From REST's issue comment; a shape comes back as it is."""
    if "issue" in native:
        return dict(native)
    kept = ("id", "node_id", "html_url", "created_at", "updated_at")
    return {
        **{name: native.get(name) for name in kept},
        "body": native.get("body") or "",
        "user": account(native.get("user")),
        "issue": reference(key_of(native.get("issue_url")) or key_of(native.get("html_url"))),
        "is_pull": "/pull/" in str(native.get("html_url")),
    }


def milestone(native: Native) -> Shape:
    """From REST's milestone; a shape comes back as it is."""
    if "body" in native:
        return dict(native)
    kept = ("node_id", "number", "html_url", "title", "state", "due_on", "created_at", "updated_at")
    return {
        **{name: native.get(name) for name in kept},
        "key": milestone_key(native["html_url"]),
        "body": native.get("description") or "",
        "user": account(native.get("creator")),
    }


def is_milestone(native: Native) -> bool:
    return "due_on" in native


def release(native: Native) -> Shape:
    """From REST's release; a shape comes back as it is."""
    if "user" in native:
        return dict(native)
    kept = ("id", "node_id", "html_url", "tag_name", "name", "created_at", "published_at", "updated_at")
    return {
        **{name: native.get(name) for name in kept},
        "key": f"{repo_of_release(native['html_url'])}@{native['tag_name']}",
        "body": native.get("body") or "",
        "draft": bool(native.get("draft")),
        "prerelease": bool(native.get("prerelease")),
        "immutable": bool(native.get("immutable")),
        "user": account(native.get("author")),
    }


def repo_of_release(url: str) -> str:
    found = TAG.search(url)
    return found["repo"] if found else ""


def milestone_key(url: str) -> str | None:
    """`owner/repo/milestone/3` for its address on the web or in the API."""
    found = MILESTONE.search(url)
    return f"{found['repo']}/milestone/{found['number']}" if found else None


def milestone_number(key: str) -> int | None:
    found = MILESTONE_KEY.fullmatch(key)
    return int(found["number"]) if found else None


def release_key(url: str) -> str | None:
    """`owner/repo@v1.0` for the address of a published release."""
    found = TAG.search(url)
    return f"{found['repo']}@{unquote(found['tag'])}" if found else None


def issue_from_node(node: Mapping[str, Any]) -> Shape:
    milestone, kind, parent = node["milestone"], node.get("issueType"), node.get("parent")
    return {
        **common_from_node(node),
        "number": node["number"],
        "title": node["title"],
        "state": node["state"].lower(),
        "state_reason": (node["stateReason"] or "").lower() or None,
        "labels": [label["name"] for label in node["labels"]["nodes"]],
        "assignees": [user["login"] for user in node["assignees"]["nodes"]],
        "milestone": milestone
        and {"node_id": milestone["id"], "number": milestone["number"], "title": milestone["title"]},
        "type": kind and {"name": kind["name"]},
        "parent": parent and reference_from_node(parent),
        "is_pull": False,
        **({"blocked_by": blockers_from_node(node)} if "blockedBy" in node else {}),
        **field_values_from_nodes(node.get("issueFieldValues")),
    }


def comment_from_node(node: Mapping[str, Any]) -> Shape:
    return {
        **common_from_node(node),
        "issue": reference_from_node(node["issue"]),
        "is_pull": "/pull/" in node["url"],
    }


def blockers(told: Mapping[str, int] | None) -> Shape:
    """Nothing where GitHub does not tell how many there are. It counts those that are closed apart."""
    if told is None:
        return {}
    return {"blocked_by": None if told.get("total_blocked_by", told["blocked_by"]) else []}


def blockers_from_node(node: Mapping[str, Any]) -> list[Shape] | None:
    told = node.get("blockedBy")
    return told and [{"id": int(one["fullDatabaseId"]), "node_id": one["id"]} for one in told["nodes"] if one]


def field_values(told: Sequence[Mapping[str, Any]] | None) -> Shape:
    """Nothing where GitHub does not tell of issue fields. It may leave out a field's name."""
    if told is None:
        return {}
    return {"fields": [field_value(one["issue_field_id"], one.get("issue_field_name"), one) for one in told]}


def field_value(number: int, name: str | None, one: Mapping[str, Any]) -> Shape:
    option = one.get("single_select_option")
    return {"id": number, "name": name, "value": option["name"] if option else one.get("value")}


def field_values_from_nodes(told: Mapping[str, Any] | None) -> Shape:
    if told is None:
        return {}
    named = [one for one in told["nodes"] if one and one.get("field")]
    values = ((one, one.get("number", one.get("text", one.get("option")))) for one in named)
    return {"fields": [{"id": None, "name": one["field"]["name"], "value": value} for one, value in values]}


def common_from_node(node: Mapping[str, Any]) -> Shape:
    return {
        "id": int(node["fullDatabaseId"]),
        "node_id": node["id"],
        "html_url": node["url"],
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "body": node["body"] or "",
        "user": account_from_node(node["author"]),
    }


def account(user: Mapping[str, Any] | None) -> Shape:
    return {"login": user["login"], "type": user.get("type", "User")} if user else {"login": GHOST, "type": "User"}


def account_from_node(actor: Mapping[str, Any] | None) -> Shape:
    """GraphQL leaves out the `[bot]` that REST writes behind a bot's login."""
    if not actor:
        return account(None)
    is_bot = actor["__typename"] == "Bot"
    login = f"{actor['login'].removesuffix('[bot]')}[bot]" if is_bot else actor["login"]
    return {"login": login, "type": "Bot" if is_bot else "User"}


def is_bot(shape: Native) -> bool:
    return shape["user"]["type"] == "Bot" or str(shape["user"]["login"]).endswith("[bot]")


def reference(key: str | None, node_id: str | None = None) -> Shape | None:
    return {"key": key, "node_id": node_id} if key else None


def reference_from_node(node: Mapping[str, Any]) -> Shape:
    return {"key": f"{node['repository']['nameWithOwner']}#{node['number']}", "node_id": node["id"]}


def part(native: Mapping[str, Any] | None, *names: str) -> Shape | None:
    return {name: native.get(name) for name in names} if native else None


def label_name(label: Mapping[str, Any] | str) -> str:
    return label if isinstance(label, str) else str(label.get("name") or "")

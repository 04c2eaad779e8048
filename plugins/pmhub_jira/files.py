"""Files that a text shows: elsewhere their names, which link to the issue that holds them. Pure.

Atlassian's documents name a file by an id that only its editor can follow. For reading, each such node carries a link to
the issue; what is written back is without it, so a file stands in Jira as it always did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmhub.sdk import Ref, Scope

KINDS: Final = frozenset({"media", "mediaInline"})
LINK: Final = "link"

Json = dict[str, Any]


def home(scope: Scope, ref: Ref) -> str:
    """Where people find the files of an issue or of a comment on it; empty where the sync wants no links."""
    return "" if scope.attachments == "none" else ref.url.partition("?")[0]


def linked(body: Any, href: str) -> Any:  # noqa: ANN401 - JSON
    """`body` with a link to `href` on every file that has neither an address nor a link. Wiki markup stays as it is."""
    return _walked(body, href, _with_link) if href and isinstance(body, dict) else body


def unlinked(body: Any, href: str) -> Any:  # noqa: ANN401 - JSON
    """`body` without the links that `linked` put there."""
    return _walked(body, href, _without_link) if href and isinstance(body, dict) else body


def _walked(node: Any, href: str, change: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(node, dict):
        return node
    content = node.get("content")
    if isinstance(content, list):
        found = [_walked(child, href, change) for child in content]
        if any(new is not old for new, old in zip(found, content, strict=True)):
            node = {**node, "content": found}
    return change(node, href) if node.get("type") in KINDS else node


def _with_link(node: Json, href: str) -> Json:
    attrs = node.get("attrs")
    has_address = isinstance(attrs, Mapping) and attrs.get("url")
    if has_address or any(_is_link(mark) for mark in _marks(node)):
        return node
    return {**node, "marks": [*_marks(node), {"type": LINK, "attrs": {"href": href}}]}


def _without_link(node: Json, href: str) -> Json:
    ours = {"type": LINK, "attrs": {"href": href}}
    if ours not in _marks(node):
        return node
    rest = [mark for mark in _marks(node) if mark != ours]
    bare = {name: value for name, value in node.items() if name != "marks"}
    return {**bare, "marks": rest} if rest else bare


def _marks(node: Json) -> list[Any]:
    marks = node.get("marks")
    return marks if isinstance(marks, list) else []


def _is_link(mark: Any) -> bool:  # noqa: ANN401 - JSON
    return isinstance(mark, Mapping) and mark.get("type") == LINK

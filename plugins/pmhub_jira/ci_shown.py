"""Pure: how tests stand as an issue shows it, in one property for all announcements and in a remote link for each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from pmhub.http.answers import printable
from pmhub.sdk import Announcement, Refused, State

PROPERTY: Final = "pmhub.ci"
PROPERTY_LIMIT: Final = 32_768
"""Characters of JSON [D]."""

LINK_LIMIT: Final = 255
"""UTF-16 units of a remote link's global id [D] and, on Data Center, title [source of the server]."""

SUMMARY_LIMIT: Final = 1_000
TOOLTIPS: Final[Mapping[State, str]] = {
    State.OK: "Tests pass",
    State.NOK: "Tests fail",
    State.NOT_RUN: "Tests have not run",
    State.UNCOVERED: "No tests",
}
ICONS: Final[Mapping[State, str]] = {
    State.OK: "check",
    State.NOK: "error",
    State.NOT_RUN: "warning",
    State.UNCOVERED: "information",
}
"""Jira's own pictures. A status without one is not displayed at all [D]."""

Json = dict[str, Any]


def with_entry(held: Any, told: Announcement) -> Json:  # noqa: ANN401 - JSON that anyone who may edit the issue may have written
    """The property's whole value, with the entries of other announcements as they were. Where that is too long these lose
    their summaries, then their titles. Raises Refused where their states alone are too long.
    """
    others = {key: entry for key, entry in held.items() if key != told.key} if isinstance(held, dict) else {}
    for spared in ((), ("summary",), ("summary", "title")):
        value = {key: _without(entry, spared) for key, entry in others.items()} | {told.key: _entry(told)}
        # in the longest way of writing it, as nobody tells how the server counts
        if len(json.dumps(value)) <= PROPERTY_LIMIT:
            return value
    hint = f"Delete the issue property {PROPERTY}, or announce fewer sets of tests on this issue."
    raise Refused(f"{len(others) + 1} announcements are more than {PROPERTY} can hold", hint=hint)


def link(told: Announcement, site: str) -> Json:
    """Tests that have no address of their own lead to the issue itself: a link without one is refused [D]."""
    url = told.url or (told.on.url if told.on else "")
    picture = f"{site}/images/icons/emoticons/{ICONS[told.state]}.png"
    return {
        "globalId": global_id(told.key),
        "application": {"type": "pmhub", "name": "pmhub"},
        "relationship": "is tested by",
        "object": {
            "url": url,
            "title": _line(told.title, LINK_LIMIT),
            "summary": _line(told.summary, SUMMARY_LIMIT),
            "status": {
                "resolved": told.state is State.OK,
                "icon": {"url16x16": picture, "title": TOOLTIPS[told.state], "link": url},
            },
        },
    }


def global_id(key: str) -> str:
    """The key itself; of one that is too long, its beginning and a digest of the whole."""
    if _units(key) <= LINK_LIMIT:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{_cut(key, LINK_LIMIT - len(digest) - 1)}#{digest}"


def holds(there: Any, wanted: Any) -> bool:  # noqa: ANN401 - JSON
    """Does what is there say all of what is wanted? What the server adds, or leaves out as blank, makes no difference."""
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(holds(there.get(name), value) for name, value in wanted.items())
    return bool(there == wanted) or (not there and not wanted)


def _entry(told: Announcement) -> Json:
    return {
        "state": str(told.state),
        "title": _line(told.title, LINK_LIMIT),
        "summary": _line(told.summary, SUMMARY_LIMIT),
        "url": told.url,
    }


def _without(entry: Any, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if name not in names}


def _line(text: str, most: int) -> str:
    """On one line, as a server might make it: what it reformats would be written again and again."""
    one = " ".join(printable(text).split())
    return one if _units(one) <= most else _cut(one, most - 1).rstrip() + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")

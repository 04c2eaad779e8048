"""Projects, people, fields and statuses of a site, for whoever writes a configuration.

What is said of an operation without a source is the vendor's own description of it [D].
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from pmhub.sdk import Account, Category, NativeField, NativeStatus, Place
from pmhub_jira import words
from pmhub_jira.wire import PAGE, Wire

STORY_POINTS: Final = frozenset({"story points", "story point estimate"})
SENSIBLE: Final[Mapping[str, str]] = {
    **dict.fromkeys(STORY_POINTS, "estimate"),
    "start date": "start",
    "horizon": "horizon",
    "sprint": "iteration",
}
"""What people call a field, by the field of ours that it is likely to be."""

Json = Mapping[str, Any]


def places(wire: Wire, *, is_cloud: bool) -> Iterator[Place]:
    """Data Center gives all projects in one answer."""
    found = wire.pages("/project/search", ("values",)) if is_cloud else list(wire.get("/project") or ())
    yield from (Place(str(each["key"]), str(each.get("name", ""))) for each in found)


def people(wire: Wire, projects: Collection[str]) -> Iterator[Account]:
    """Who can be assigned there. The e-mail is only told where the person shows it."""
    for project in sorted(projects):
        start = 0
        while page := _assignable(wire, project, start):
            yield from map(_account, page)
            start += len(page)


def _assignable(wire: Wire, project: str, start: int) -> list[Json]:
    params = {"project": project, "startAt": start, "maxResults": PAGE}
    return list(wire.get("/user/assignable/search", params=params) or ())


def _account(user: Json) -> Account:
    login = str(user.get("name") or "")
    return Account(
        str(user.get("accountId") or login),
        str(user.get("displayName") or ""),
        str(user.get("emailAddress") or ""),
        login,
        bot=user.get("accountType") == "app",
    )


def fields(wire: Wire) -> Iterator[NativeField]:
    for each in wire.fields():
        if each.get("custom"):
            name, kind = str(each.get("name", "")), str((each.get("schema") or {}).get("type", ""))
            yield NativeField(str(each["id"]), name, kind, SENSIBLE.get(name.casefold(), ""))


def statuses(wire: Wire, project: str) -> Iterator[NativeStatus]:
    seen: dict[str, NativeStatus] = {}
    for each in (status for of_type in wire.statuses(project) for status in of_type.get("statuses") or ()):
        category = words.CATEGORIES.get(str((each.get("statusCategory") or {}).get("key")), Category.TODO)
        seen.setdefault(str(each["name"]), NativeStatus(str(each["name"]), category))
    yield from seen.values()

"""What each JQL field means: the values an issue has in it, and how a value in the query is understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from .errors import ApiError
from .state import PRIORITIES, RESOLUTIONS, State
from .timestamps import zone
from .values import Choice, Issue, Json, User

Members: TypeAlias = tuple[Hashable, ...]
SortPart: TypeAlias = Json

_UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_RELATIVE = re.compile(r"^([+-]?)(\d+)([mhdw])$")
_CATEGORY_NAMES = {"to do": "new", "new": "new", "in progress": "indeterminate", "indeterminate": "indeterminate",
                   "done": "done", "2": "new", "4": "indeterminate", "3": "done"}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """Who asks, and when: what the values of a query depend on. `anonymous` readers learn nothing from errors."""

    state: State
    user: User | None
    now: int
    visible: Callable[[int], bool]

    def set_clause(self, name: str, operator: str, raw: list[Json]) -> Callable[[Issue], bool]:
        members, resolve = SETS[name]
        if operator in ("~", "!~"):
            wanted_text = str(raw[0]).lower()
            return lambda issue: (wanted_text in " ".join(map(str, members(self, issue))).lower()) is (operator == "~")
        if None in raw:
            empty = operator in ("is", "=", "in")
            return lambda issue: (not members(self, issue)) is empty
        if operator not in ("=", "!=", "in", "not in"):
            raise ApiError(400, f"The operator '{operator}' is not supported by the '{name}' field.")
        wanted = {value for entry in raw for value in resolve(self, name, entry)}
        if operator in ("=", "in"):
            return lambda issue: any(value in wanted for value in members(self, issue))
        return lambda issue: bool(members(self, issue)) and not any(value in wanted for value in members(self, issue))

    def date_clause(self, name: str, operator: str, raw: Json) -> Callable[[Issue], bool]:
        value = DATES[name]
        if raw is None:
            empty = operator in ("is", "=")
            return lambda issue: (value(self, issue) is None) is empty
        if operator not in _COMPARISONS:
            raise ApiError(400, f"The operator '{operator}' is not supported by the '{name}' field.")
        compare, moment = _COMPARISONS[operator], self.moment(name, raw)

        def holds(issue: Issue) -> bool:
            found = value(self, issue)
            return found is not None and compare(found, moment)

        return holds

    def moment(self, name: str, raw: Json) -> int:
        """Epoch milliseconds from: epoch milliseconds, -5m, now(), or a text read in the asker's time zone."""
        if raw == ("now", ()):
            return self.now
        text = str(raw)
        if re.fullmatch(r"\d{6,}", text):
            return int(text)
        if relative := _RELATIVE.match(text):
            sign = -1 if relative[1] == "-" else 1
            return self.now + sign * int(relative[2]) * _UNITS[relative[3]]
        return self._written(name, text)

    def _written(self, name: str, text: str) -> int:
        home = zone(self.user.time_zone if self.user else "UTC")
        for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
            try:
                return int(datetime.strptime(text, form).replace(tzinfo=home).timestamp() * 1000)
            except ValueError:
                continue
        raise ApiError(
            400,
            f"Date value '{text}' for field '{name}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
            "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
        )

    def sort_part(self, name: str, *, descending: bool) -> Callable[[Issue], SortPart]:
        value = ORDERS[name]
        wrap = _falling if descending else _rising
        return lambda issue: wrap(value(self, issue))


_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    ">=": int.__ge__,
    ">": int.__gt__,
    "<=": int.__le__,
    "<": int.__lt__,
    "=": int.__eq__,
    "!=": int.__ne__,
}


class _Reversed:
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __lt__(self, other: _Reversed) -> bool:
        return other.text < self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and other.text == self.text

    __hash__ = None  # type: ignore[assignment]


def _rising(value: Json) -> SortPart:
    return (0, 0) if value is None else (1, value)


def _falling(value: Json) -> SortPart:
    if value is None:
        return (1, 0)
    return (0, -value) if isinstance(value, int) else (0, _Reversed(value))


Resolver: TypeAlias = Callable[[Reading, str, Json], Iterable[Hashable]]


def _unknown(name: str, value: object) -> ApiError:
    return ApiError(400, f"The value '{value}' does not exist for the field '{name}'.")


def _project(reading: Reading, name: str, value: Json) -> Iterable[Hashable]:
    found = reading.state.project(value)
    if found is None:
        found = next((each for each in reading.state.projects.values() if each.name == value), None)
    if found is not None and not found.archived and reading.visible(found.id):
        return [found.id]
    if reading.user is None:
        return []
    raise _unknown(name, value)


def _from(table: Callable[[Reading], Iterable[tuple[str, Hashable]]]) -> Resolver:
    """Values by name (any case) or id; several may share a name."""

    def resolve(reading: Reading, name: str, value: Json) -> Iterable[Hashable]:
        found = [key for label, key in table(reading) if str(value).lower() in (label.lower(), str(key))]
        if not found:
            raise _unknown(name, value)
        return found

    return resolve


def _choices(choices: tuple[Choice, ...]) -> Resolver:
    return _from(lambda _: [(choice.name, choice.id) for choice in choices])


def _text(_: Reading, __: str, value: Json) -> Iterable[Hashable]:
    return [str(value)]


def _category(_: Reading, name: str, value: Json) -> Iterable[Hashable]:
    if str(value).lower() not in _CATEGORY_NAMES:
        raise _unknown(name, value)
    return [_CATEGORY_NAMES[str(value).lower()]]


def _account(reading: Reading, name: str, value: Json) -> Iterable[Hashable]:
    if value == ("currentuser", ()):
        return [reading.user.account_id] if reading.user else []
    if value in reading.state.users:
        return [value]
    raise _unknown(name, value)


def _issue(reading: Reading, name: str, value: Json) -> Iterable[Hashable]:
    if isinstance(value, tuple):
        return _issues_with_remote_links(reading, value)
    found = reading.state.find(value)
    if found is not None and reading.visible(found.project_id):
        return [found.id]
    if reading.user is None:
        return []
    raise ApiError(400, f"An issue with key '{value}' does not exist for field '{name}'.")


def _issues_with_remote_links(reading: Reading, call: tuple[str, tuple[str, ...]]) -> Iterable[Hashable]:
    function, global_ids = call
    if function != "issueswithremotelinksbyglobalid":
        raise ApiError(400, f"Unable to find JQL function '{function}()'.")
    issues = reading.state.issues.values()
    return [issue.id for issue in issues if any(link.global_id in global_ids for link in issue.remote_links)]


def _resolution(reading: Reading, name: str, value: Json) -> Iterable[Hashable]:
    return ["unresolved"] if str(value).lower() == "unresolved" else _choices(RESOLUTIONS)(reading, name, value)


def _optional(value: Hashable) -> Members:
    return () if value is None else (value,)


_types = _from(lambda reading: [(kind.name, kind.id) for kind in reading.state.types.values()])
_statuses = _from(lambda reading: [(status.name, status.id) for status in reading.state.statuses.values()])
_versions = _from(lambda reading: [(version.name, version.id) for version in reading.state.versions.values()])
_components = _from(lambda reading: [(part.name, part.id) for part in reading.state.components.values()])
_sprints = _from(lambda reading: [(sprint.name, sprint.id) for sprint in reading.state.sprints.values()])

SETS: Mapping[str, tuple[Callable[[Reading, Issue], Members], Resolver]] = {
    "project": (lambda _, issue: (issue.project_id,), _project),
    "issuetype": (lambda _, issue: (issue.type_id,), _types),
    "type": (lambda _, issue: (issue.type_id,), _types),
    "status": (lambda _, issue: (issue.status_id,), _statuses),
    "statuscategory": (lambda reading, issue: (reading.state.statuses[issue.status_id].category,), _category),
    "priority": (lambda _, issue: _optional(issue.priority_id), _choices(PRIORITIES)),
    "resolution": (lambda _, issue: (issue.resolution_id or "unresolved",), _resolution),
    "labels": (lambda _, issue: issue.labels, _text),
    "fixversion": (lambda _, issue: issue.version_ids, _versions),
    "component": (lambda _, issue: issue.component_ids, _components),
    "sprint": (lambda _, issue: tuple(issue.custom.get("customfield_10020") or ()), _sprints),
    "key": (lambda _, issue: (issue.id,), _issue),
    "issue": (lambda _, issue: (issue.id,), _issue),
    "issuekey": (lambda _, issue: (issue.id,), _issue),
    "id": (lambda _, issue: (issue.id,), _issue),
    "parent": (lambda _, issue: _optional(issue.parent_id), _issue),
    "creator": (lambda _, issue: (issue.creator,), _account),
    "reporter": (lambda _, issue: _optional(issue.reporter), _account),
    "assignee": (lambda _, issue: _optional(issue.assignee), _account),
    "summary": (lambda _, issue: (issue.summary,), _text),
}

DATES: Mapping[str, Callable[[Reading, Issue], int | None]] = {
    "updated": lambda _, issue: issue.updated,
    "updateddate": lambda _, issue: issue.updated,
    "created": lambda _, issue: issue.created,
    "createddate": lambda _, issue: issue.created,
    "resolved": lambda _, issue: issue.resolved,
    "resolutiondate": lambda _, issue: issue.resolved,
    "duedate": lambda reading, issue: reading.moment("duedate", issue.due) if issue.due else None,
    "due": lambda reading, issue: reading.moment("duedate", issue.due) if issue.due else None,
}


def _key_order(_: Reading, issue: Issue) -> str:
    project, number = issue.key.rsplit("-", 1)
    return f"{project} {int(number):09d}"


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


ORDERS: Mapping[str, Callable[[Reading, Issue], int | str | None]] = {
    **DATES,
    "id": lambda _, issue: issue.id,
    "key": _key_order,
    "issuekey": _key_order,
    "rank": lambda _, issue: issue.id,
    "project": lambda reading, issue: reading.state.project_of(issue).key,
    "summary": lambda _, issue: issue.summary,
    "status": lambda _, issue: _number(issue.status_id),
    "issuetype": lambda _, issue: _number(issue.type_id),
    "type": lambda _, issue: _number(issue.type_id),
    "priority": lambda _, issue: None if issue.priority_id is None else -int(issue.priority_id),
}

"""Our values as Redmine's JSON takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pmhub.sdk import Changes, Draft, Observation, Refused, Scope, SetChange, Ticket, Value, values
from pmhub_redmine import fitting, mapping, texts, words
from pmhub_redmine.mapping import HOURS, custom_number
from pmhub_redmine.wire import Json, Wire

LISTS = {"status": ("issue_statuses", "/issue_statuses.json"), "type": ("trackers", "/trackers.json")}
PRIORITIES = ("issue_priorities", "/enumerations/issue_priorities.json")


@dataclass(frozen=True)
class Payloads:
    wire: Wire
    marker_field: int

    def new_issue(self, draft: Draft) -> Json:
        """Without a start, which Redmine sets to today unless told otherwise, and then refuses an earlier due date."""
        record = draft.record
        assert isinstance(record, Ticket)  # noqa: S101 - narrows the type; the caller chose by kind
        present = {name: value for name, value in values(record).items() if name != "body"}
        body = self._fields(draft.scope, present)
        trackers = draft.scope.settings.trackers
        if trackers:
            body.setdefault("tracker_id", self._number("type", *LISTS["type"], trackers[0]))
        said = texts.body(record.body if isinstance(record.body, str) else "")
        if self.marker_field:
            body.setdefault("custom_fields", []).append({"id": self.marker_field, "value": draft.marker})
        marker = None if self.marker_field else draft.marker
        body |= {"project_id": draft.scope.settings.project, "start_date": ""}
        return {**body, "description": texts.composed(said, marker=marker)}

    def edited_issue(self, scope: Scope, over: Observation, changes: Changes) -> Json:
        now = values(over.record)
        wanted = {name: settled(change, now.get(name)) for name, change in changes.items() if name != "body"}
        body = self._fields(scope, wanted)
        if "body" in changes:
            said = texts.body(str(changes["body"] or ""))
            hidden = texts.read(over.native.get("description"), ours=True).marker
            body["description"] = texts.composed(said, marker=hidden)
        return body

    def _fields(self, scope: Scope, wanted: Mapping[str, Value]) -> Json:
        body: Json = {}
        for name, value in wanted.items():
            if name in mapping.CUSTOM and custom_number(scope, name):
                body.setdefault("custom_fields", []).append(custom(scope, name, value))
            else:
                body |= self._field(scope, name, value)
        return body

    def _field(self, scope: Scope, name: str, value: Value) -> Json:
        plain: dict[str, tuple[str, Callable[[], Any]]] = {
            "title": ("subject", lambda: texts.line(str(value or ""), texts.LONGEST_SUBJECT)),
            "due": ("due_date", lambda: value or ""),
            "estimate": (HOURS, lambda: "" if value is None else value),
            "assignees": ("assigned_to_id", lambda: fitting.account_of(scope, value) or ""),
            "parent": ("parent_issue_id", lambda: str(value).partition(":")[2] if value else ""),
            "releases": ("fixed_version_id", lambda: self._version(scope, value)),
            "components": ("category_id", lambda: self._category(scope, value)),
        }
        if name not in plain:
            return self._word(scope, name, value)
        key, lower = plain[name]
        return {key: lower()}

    def _word(self, scope: Scope, name: str, value: Value) -> Json:
        if not value:
            return {}
        if name == "status":
            return {"status_id": self._number(name, *LISTS[name], words.lower_status(scope.vocabulary, str(value)))}
        if name == "type":
            return {"tracker_id": self._number(name, *LISTS[name], words.lower_tracker(scope, str(value)))}
        if name == "priority":
            return {"priority_id": self._number(name, *PRIORITIES, words.lower_priority(scope.vocabulary, str(value)))}
        return {}

    def _number(self, field: str, what: str, path: str, name: str | None) -> int:
        known = {key.casefold(): number for key, number in self.wire.names(what, path).items()}
        if name is None or name.casefold() not in known:
            raise Refused(
                f"this Redmine has no {field} {name!r}",
                field=field,
                hint=f"Map {field} to the words it has: {', '.join(self.wire.names(what, path))}.",
            )
        return known[name.casefold()]

    def _version(self, scope: Scope, value: Value) -> int | str:
        wanted = next(iter(fitting.members(value)), None)
        if wanted is None:
            return ""
        found = (one["id"] for one in self.wire.versions(scope.settings.project) if one["name"] == wanted)
        number: int | None = next(found, None)
        if number is None:
            raise Refused(f"there is no version {wanted!r} in this project yet", field="releases", lasting=False)
        return number

    def _category(self, scope: Scope, value: Value) -> int | str:
        wanted = next(iter(fitting.members(value)), None)
        path = f"/projects/{scope.settings.project}/issue_categories.json"
        if wanted is None:
            return ""
        return self._number("components", "issue_categories", path, wanted)


def settled(change: Value | SetChange, now: Value) -> Value:
    """What the set is to be, as Redmine takes it whole."""
    if not isinstance(change, SetChange):
        return change
    kept = [one for one in fitting.members(now) if one not in change.remove]
    return tuple(dict.fromkeys([*change.add, *kept]))


def custom(scope: Scope, name: str, value: Value) -> dict[str, Any]:
    text = ", ".join(value) if isinstance(value, tuple) else "" if value is None else f"{value}".removesuffix(".0")
    return {"id": custom_number(scope, name), "value": text}


def version_body(scope: Scope, wanted: Mapping[str, Value]) -> Json:
    body: Json = {}
    if wanted.get("version"):
        body["name"] = wanted["version"]
    if wanted.get("status"):
        body["status"] = fitting.version_status(scope, str(wanted["status"]))
    if "date" in wanted:
        body["due_date"] = wanted["date"] or ""
    return body

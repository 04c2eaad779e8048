"""What a Redmine holds, what people do in it, and what the server makes of it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

Json = dict[str, Any]
STATUSES: Final = ("New", "In Progress", "Resolved", "Feedback", "Closed", "Rejected")
CLOSED: Final = frozenset({"Closed", "Rejected"})
TRACKERS: Final = ("Bug", "Feature", "Support")
PRIORITIES: Final = ("Low", "Normal", "High", "Urgent", "Immediate")
NAMED: Final = {"tracker_id": TRACKERS, "status_id": STATUSES, "priority_id": PRIORITIES}
PLAIN: Final = ("subject", "description", "start_date", "due_date", "estimated_hours", "is_private")
MARKER_FIELD, LABELS_FIELD = 1, 2
CUSTOM_FIELDS: Final = ((MARKER_FIELD, "pmhub"), (LABELS_FIELD, "Labels"))


@dataclass
class Fault:
    """`drop_after`: it is done, and the connection is cut; `locked`: 500 and nothing is done; `status`: that, empty."""

    method: str
    path: str
    nth: int = 1
    kind: str = "drop_after"


@dataclass
class Refusal(Exception):
    status: int
    errors: tuple[str, ...] = ()


@dataclass
class Request:
    method: str
    path: str


@dataclass
class RedmineSimulator:
    clock: Callable[[], float] = time.time
    requests: list[Request] = field(default_factory=list)
    issues: dict[int, Json] = field(default_factory=dict)
    versions: dict[int, Json] = field(default_factory=dict)
    categories: dict[int, str] = field(default_factory=dict)
    projects: dict[str, Json] = field(default_factory=dict)
    users: dict[str, Json] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    """Statuses that the workflow allows nobody to set: asked for, they are left out without a word."""
    hidden: set[int] = field(default_factory=set)
    """Issues that the role of nobody may see any more."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    last: int = 0

    def add_project(self, identifier: str, *, public: bool = False) -> None:
        number = len(self.projects) + 1
        shown = {"id": number, "name": identifier.title(), "identifier": identifier, "is_public": public, "status": 1}
        self.projects[identifier] = shown

    def add_user(self, login: str, key: str) -> str:
        """The number of the account."""
        number = len(self.users) + 5
        self.users[key] = {"id": number, "login": login, "firstname": login.title(), "lastname": "Example"}
        return str(number)

    def next(self) -> int:
        self.last += 1
        return self.last

    def now(self) -> str:
        return datetime.fromtimestamp(int(self.clock()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    # what people do

    def person(self) -> Json:
        return next((user for user in self.users.values() if user["login"] != "pmhub"), {"id": 3, "login": "ann"})

    def user_create(self, project: str, subject: str, description: str = "", **fields: Any) -> int:  # noqa: ANN401
        body = {"project_id": project, "subject": subject, "description": description, **fields}
        with self.lock:
            return int(self.make_issue(body, self.person())["id"])

    def user_edit(self, number: int, **fields: Any) -> None:  # noqa: ANN401
        with self.lock:
            self.change_issue(self.issues[number], fields, self.person())

    def user_note(self, number: int, text: str, *, private: bool = False) -> None:
        self.user_edit(number, notes=text, private_notes=private)

    def user_delete(self, number: int) -> None:
        with self.lock:
            del self.issues[number]

    def user_version(self, project: str, name: str, **fields: Any) -> int:  # noqa: ANN401
        with self.lock:
            return int(self.make_version(self.projects[project], {"name": name, **fields})["id"])

    # what the server does

    def make_issue(self, body: Json, user: Json) -> Json:
        project = self.found_project(str(body["project_id"]))
        check_subject(body)
        number, now = self.next(), self.now()
        issue: Json = {
            "id": number,
            "project": {"id": project["id"], "name": project["name"]},
            "tracker": {"id": 1, "name": "Bug"},
            "status": {"id": 1, "name": "New", "is_closed": False},
            "priority": {"id": 2, "name": "Normal"},
            "author": {"id": user["id"], "name": name_of(user)},
            "description": None,
            "start_date": now[: len("2026-01-01")],
            "due_date": None,
            "is_private": False,
            "estimated_hours": None,
            "custom_fields": [{"id": id_, "name": name, "value": ""} for id_, name in CUSTOM_FIELDS],
            "created_on": now,
            "updated_on": now,
            "journals": [],
        }
        by_person = user["login"] != "pmhub"
        self.put(issue, {key: value for key, value in body.items() if key != "status_id" or by_person})
        self.issues[number] = issue
        return issue

    def change_issue(self, issue: Json, body: Json, user: Json) -> None:
        check_subject({"subject": issue["subject"], **body})
        before = json.loads(json.dumps(issue))
        try:
            self.put(issue, body)
        except Refusal:
            issue |= before
            raise
        details = list(details_between(before, issue))
        notes = body.get("notes") or ""
        if details or notes:
            issue["updated_on"] = self.now()
            journal = {
                "id": self.next(),
                "user": {"id": user["id"], "name": name_of(user)},
                "notes": notes,
                "created_on": self.now(),
                "private_notes": bool(body.get("private_notes")),
                "details": details,
            }
            issue["journals"].append(journal)

    def put(self, issue: Json, body: Json) -> None:
        for key in PLAIN:
            if key in body:
                issue[key] = None if body[key] == "" and key != "description" else body[key]
        for key, known in NAMED.items():
            if key in body and known[int(body[key]) - 1] not in self.forbidden:
                name = known[int(body[key]) - 1]
                issue[key.removesuffix("_id")] = {"id": int(body[key]), "name": name}
        issue["description"] = re.sub(r"\r?\n", "\r\n", issue["description"] or "")
        issue["status"]["is_closed"] = issue["status"]["name"] in CLOSED
        if issue["due_date"] and issue["start_date"] and issue["due_date"] < issue["start_date"]:
            raise Refusal(422, ("Due date must be greater than start date",))
        self.put_links(issue, body)
        for given in body.get("custom_fields") or ():
            for held in issue["custom_fields"]:
                if held["id"] == given["id"]:
                    held["value"] = given["value"]

    def put_links(self, issue: Json, body: Json) -> None:
        links: dict[str, tuple[str, Callable[[int], str]]] = {
            "assigned_to_id": ("assigned_to", lambda number: f"User {number}"),
            "fixed_version_id": ("fixed_version", lambda number: str(self.versions[number]["name"])),
            "category_id": ("category", lambda number: self.categories[number]),
            "parent_issue_id": ("parent", lambda number: str(self.issues[number]["subject"])),
        }
        for key, (name, called) in links.items():
            if key in body:
                issue.pop(name, None)
                if body[key]:
                    issue[name] = {"id": int(body[key]), "name": called(int(body[key]))}

    def make_version(self, project: Json, body: Json) -> Json:
        if any(one["name"] == body["name"] and one["project"]["id"] == project["id"] for one in self.versions.values()):
            raise Refusal(422, ("Name has already been taken",))
        now = self.now()
        version = {
            "id": self.next(),
            "project": {"id": project["id"], "name": project["name"]},
            "name": body["name"],
            "status": body.get("status", "open"),
            "due_date": body.get("due_date") or None,
            "created_on": now,
            "updated_on": now,
        }
        self.versions[version["id"]] = version
        return version

    def change_version(self, version: Json, body: Json) -> None:
        version |= {key: body[key] or None for key in ("name", "status", "due_date") if key in body}
        version["updated_on"] = self.now()

    def found_project(self, identifier: str) -> Json:
        found = self.projects.get(identifier)
        if found is None:
            raise Refusal(404)
        return found


def name_of(user: Json) -> str:
    return f"{user.get('firstname', 'Ann')} {user.get('lastname', 'Example')}"


def check_subject(body: Json) -> None:
    if not str(body.get("subject") or "").strip():
        raise Refusal(422, ("Subject cannot be blank",))
    if len(body["subject"]) > 255:  # noqa: PLR2004 - Redmine's limit
        raise Refusal(422, ("Subject is too long (maximum is 255 characters)",))


def details_between(before: Json, after: Json) -> Iterator[Json]:
    for key in ("subject", "description", "start_date", "due_date"):
        if before.get(key) != after.get(key):
            yield {"property": "attr", "name": key, "old_value": before.get(key), "new_value": after.get(key)}
    for key in ("tracker", "status", "priority", "assigned_to", "fixed_version", "category", "parent"):
        old, new = ((side.get(key) or {}).get("id") for side in (before, after))
        if old != new:
            told = [None if number is None else str(number) for number in (old, new)]
            yield {"property": "attr", "name": f"{key}_id", "old_value": told[0], "new_value": told[1]}
    for old, new in zip(before["custom_fields"], after["custom_fields"], strict=True):
        if old["value"] != new["value"]:
            yield {"property": "cf", "name": str(old["id"]), "old_value": old["value"], "new_value": new["value"]}

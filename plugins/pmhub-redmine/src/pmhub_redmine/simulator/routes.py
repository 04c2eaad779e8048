"""Which answer belongs to which request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, urlsplit

from .state import PRIORITIES, STATUSES, TRACKERS, Json, RedmineSimulator, Refusal

Groups = tuple[str, ...]
Answered = tuple[int, Json | None]


def current_user(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del sim, found, query, body
    return 200, {"user": user}


def show_project(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del query, body, user
    return 200, {"project": sim.found_project(found[0])}


def list_names(key: str, known: tuple[str, ...]) -> Callable[..., Answered]:
    entries = [{"id": number, "name": name} for number, name in enumerate(known, 1)]
    return lambda *_: (200, {key: entries})


def list_categories(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del found, query, body, user
    return 200, {"issue_categories": [{"id": number, "name": name} for number, name in sim.categories.items()]}


def list_issues(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    """Without `status_id=*` closed issues are left out; `sort` is the only order that is asked for."""
    del found, body, user
    visible = [issue for issue in sim.issues.values() if issue["id"] not in sim.hidden]
    issues = sorted(visible, key=lambda issue: (issue["updated_on"], issue["id"]))
    if query.get("status_id") != "*":
        issues = [issue for issue in issues if not issue["status"]["is_closed"]]
    if "issue_id" in query:
        issues = [issue for issue in issues if str(issue["id"]) in query["issue_id"].split(",")]
    if "project_id" in query:
        number = sim.found_project(query["project_id"])["id"]
        issues = [issue for issue in issues if issue["project"]["id"] == number]
    if "updated_on" in query:
        issues = [issue for issue in issues if issue["updated_on"] >= query["updated_on"].removeprefix(">=")]
    start, limit = int(query.get("offset", 0)), min(100, int(query.get("limit", 25)))
    shown = [{key: value for key, value in issue.items() if key != "journals"} for issue in issues]
    return 200, {"issues": shown[start : start + limit], "total_count": len(shown), "offset": start, "limit": limit}


def show_issue(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del body, user
    issue = sim.issues.get(int(found[0]))
    if issue is None:
        raise Refusal(404)
    if issue["id"] in sim.hidden:
        raise Refusal(403)
    with_journals = "journals" in query.get("include", "")
    return 200, {"issue": {key: value for key, value in issue.items() if key != "journals" or with_journals}}


def create_issue(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del found, query
    issue = sim.make_issue(body["issue"], user)
    return 201, {"issue": {key: value for key, value in issue.items() if key != "journals"}}


def update_issue(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del query
    if int(found[0]) not in sim.issues:
        raise Refusal(404)
    if int(found[0]) in sim.hidden:
        raise Refusal(403)
    sim.change_issue(sim.issues[int(found[0])], body["issue"], user)
    return 204, None


def update_journal(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    """A journal without notes and details is no more."""
    del query, user
    for issue in sim.issues.values():
        for journal in issue["journals"]:
            if journal["id"] == int(found[0]):
                journal["notes"] = body["journal"]["notes"]
                if not journal["notes"] and not journal["details"]:
                    issue["journals"].remove(journal)
                return 204, None
    raise Refusal(404)


def list_versions(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del query, body, user
    number = sim.found_project(found[0])["id"]
    return 200, {"versions": [one for one in sim.versions.values() if one["project"]["id"] == number]}


def create_version(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del query, user
    return 201, {"version": sim.make_version(sim.found_project(found[0]), body["version"])}


def show_version(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del query, body, user
    if int(found[0]) not in sim.versions:
        raise Refusal(404)
    return 200, {"version": sim.versions[int(found[0])]}


def update_version(sim: RedmineSimulator, found: Groups, query: Json, body: Json, user: Json) -> Answered:
    del query, user
    if int(found[0]) not in sim.versions:
        raise Refusal(404)
    sim.change_version(sim.versions[int(found[0])], body["version"])
    return 204, None


ROUTES: Final[tuple[tuple[str, str, Callable[..., Answered]], ...]] = (
    ("GET", r"/users/current\.json", current_user),
    ("GET", r"/projects/([\w-]+)\.json", show_project),
    ("GET", r"/issue_statuses\.json", list_names("issue_statuses", STATUSES)),
    ("GET", r"/trackers\.json", list_names("trackers", TRACKERS)),
    ("GET", r"/enumerations/issue_priorities\.json", list_names("issue_priorities", PRIORITIES)),
    ("GET", r"/projects/([\w-]+)/issue_categories\.json", list_categories),
    ("GET", r"/issues\.json", list_issues),
    ("GET", r"/issues/(\d+)\.json", show_issue),
    ("POST", r"/issues\.json", create_issue),
    ("PUT", r"/issues/(\d+)\.json", update_issue),
    ("PUT", r"/journals/(\d+)\.json", update_journal),
    ("GET", r"/projects/([\w-]+)/versions\.json", list_versions),
    ("POST", r"/projects/([\w-]+)/versions\.json", create_version),
    ("GET", r"/versions/(\d+)\.json", show_version),
    ("PUT", r"/versions/(\d+)\.json", update_version),
)


def answer(sim: RedmineSimulator, method: str, target: str, body: Json, user: Json) -> Answered:
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    for wanted, pattern, act in ROUTES:
        found = re.fullmatch(pattern, parts.path)
        if wanted == method and found:
            return act(sim, found.groups(), query, body, user)
    raise Refusal(404)

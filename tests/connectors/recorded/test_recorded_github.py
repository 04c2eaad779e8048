"""What the real GitHub once answered goes through the connector's mapping, and no field of the model is lost on the way."""

from __future__ import annotations

import re
import time
from calendar import timegm
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from fixtures.recorded_answers import Answer, octokit_answers, pygithub_answers
from fixtures.recorded_issues import Recorded, recorded

from pmhub.http import answers as http_answers
from pmhub.http import urls
from pmhub.model.codec import dump, fingerprint
from pmhub.sdk import ABSENT, Kind, Observation, People, Ref, Scope, Target, Vocabulary
from pmhub_github import changelog, mapping
from pmhub_github.settings import GitHubScope

COLLECTIONS: dict[str, Callable[[], list[Answer]]] = {"pygithub": pygithub_answers, "octokit": octokit_answers}
LEAST = {"pygithub": (400, 100), "octokit": (30, 0)}


@pytest.fixture(scope="module", params=COLLECTIONS)
def collection(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def answers(collection) -> list[Answer]:
    return COLLECTIONS[collection]()


@pytest.fixture(scope="module")
def found(answers) -> Recorded:
    return recorded(answers)


def scope(found: Recorded, **settings: Any) -> Scope:
    """Everybody who is assigned anywhere is in the people map."""
    logins = {user["login"] for raw in found.issues.values() for user in raw["assignees"]}
    logins |= {event["assignee"]["login"] for event in found.events.values() if event.get("assignee")}
    people = People({login: f"name of {login}" for login in logins})
    return Scope("example/shop", GitHubScope("example/shop", **settings), Vocabulary(people=people))


def moment(text: str) -> int:
    """Milliseconds."""
    return timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) * 1000


def differing(expected: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    return [f"{name}: {value!r} became {seen[name]!r}" for name, value in expected.items() if value != seen[name]]


def test_the_collection_holds_what_is_to_be_read(collection, found) -> None:
    issues, comments = LEAST[collection]
    assert len(found.issues) >= issues
    assert len(found.comments) >= comments


def test_an_issue_keeps_its_fields(found) -> None:
    here = scope(found, milestones="release")
    lost = {
        where: wrong
        for where, raw in found.issues.items()
        if (wrong := differing(issue_expected(raw), issue_seen(mapping.normalise(Kind.TICKET, here, raw))))
    }
    assert lost == {}


def issue_expected(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": raw["title"].split(),
        "body": (raw["body"] or "").split(),
        "status": "done" if raw["state"] == "closed" else "todo",
        "type": raw["type"]["name"].lower() if raw.get("type") else ABSENT,
        "labels": {label["name"] for label in raw["labels"]},
        "assignees": {f"name of {user['login']}" for user in raw["assignees"]},
        "releases": {raw["milestone"]["title"]} if raw["milestone"] else set(),
        "parent": "#".join(raw["parent_issue_url"].split("/repos/")[1].split("/issues/"))
        if raw.get("parent_issue_url")
        else None,
        "key": re.sub(r".*?([^/]+/[^/]+)/(issues|pull)/(\d+)$", r"\1#\3", raw["html_url"]),
        "author": raw["user"]["login"],
        "updated": moment(raw["updated_at"]),
        "created": moment(raw["created_at"]),
    }


def issue_seen(one: Observation) -> dict[str, Any]:
    """`parent` as its key: GitHub tells no more of it in the same answer."""
    record = one.record
    return {
        "title": record.title.split(),
        "body": record.body.split(),
        "status": record.status,
        "type": record.type,
        "labels": set(record.labels),
        "assignees": set(record.assignees),
        "releases": set(record.releases),
        "parent": one.native["parent"]["key"] if record.parent is ABSENT else record.parent,
        "key": one.ref.key,
        "author": one.author,
        "updated": one.updated_at,
        "created": one.created_at,
    }


def test_a_milestone_is_the_parent_where_milestones_are_the_roadmap(found) -> None:
    here = scope(found)
    for raw in found.issues.values():
        if raw["milestone"] and not raw.get("parent_issue_url"):
            one = mapping.normalise(Kind.TICKET, here, raw)
            assert one.record.parent == f"roadmap_item:{raw['milestone']['node_id']}"


def test_a_comment_keeps_its_fields(found) -> None:
    here = scope(found)
    lost = {
        where: wrong
        for where, raw in found.comments.items()
        if (wrong := differing(comment_expected(raw), comment_seen(mapping.normalise(Kind.COMMENT, here, raw))))
    }
    assert lost == {}


def comment_expected(raw: dict[str, Any]) -> dict[str, Any]:
    login = raw["user"]["login"]
    return {
        "body": raw["body"].split(),
        "author": {login, f"name of {login}"},
        "account": login,
        "issue": "#".join(raw["issue_url"].split("/repos/")[1].split("/issues/")),
        "updated": moment(raw["updated_at"]),
        "created": moment(raw["created_at"]),
    }


def comment_seen(one: Observation) -> dict[str, Any]:
    return {
        "body": one.record.body.split(),
        "author": {one.author, f"name of {one.author}"} if one.record.author.endswith(one.author) else {},
        "account": one.author,
        "issue": one.native["issue"]["key"],
        "updated": one.updated_at,
        "created": one.created_at,
    }


def test_what_is_kept_of_an_answer_is_enough_to_read_it_again(found) -> None:
    here = scope(found)
    for kind, natives in ((Kind.TICKET, found.issues), (Kind.COMMENT, found.comments)):
        for where, raw in natives.items():
            once = mapping.normalise(kind, here, raw)
            assert mapping.normalise(kind, here, once.native) == once, where
            assert fingerprint(once.native) == fingerprint(dict(once.native)), dump(once.native)


def test_what_github_holds_fits_github(found) -> None:
    """Reading back what was read is no edit."""
    here = scope(found)
    for where, raw in found.issues.items():
        record = mapping.normalise(Kind.TICKET, here, raw).record
        fitted = mapping.fit(here, record)
        assert (fitted.record, dict(fitted.lost)) == (record, {}), where


def test_an_event_is_told_as_the_change_it_was(found) -> None:
    here = scope(found, milestones="release")
    wrong = {where: told for where, event in found.events.items() if (told := event_departures(here, event))}
    assert wrong == {}


def event_departures(here: Scope, event: dict[str, Any]) -> list[str]:
    named = {part: (event.get(part) or {}).get(key) for part, key in (("label", "name"), ("assignee", "login"))}
    given = event["event"] in {"labeled", "assigned"}
    now = {"labels": [named["label"]] if named["label"] and given else [],
           "assignees": [named["assignee"]] if named["assignee"] and given else []}  # fmt: skip
    target = Target(here, Ref(Kind.TICKET, event["node_id"], "example/shop#1"))
    changes = changelog.event_changes(target, [event], now, 0)
    seen = {change.field: (change.old, change.new) for change in changes}
    if not all(change.at == moment(event["created_at"]) for change in changes):
        return [f"at another time: {changes}"]
    return [] if seen == event_expected(event, named) else [f"{event_expected(event, named)} became {seen}"]


def event_expected(event: dict[str, Any], named: dict[str, str | None]) -> dict[str, tuple[Any, Any]]:
    """An answer of 2012 does not tell who was assigned."""
    if event["event"] in {"assigned", "unassigned"} and not named["assignee"]:
        return {}
    person = f"name of {named['assignee']}"
    milestone = (event.get("milestone") or {}).get("title")
    return {
        "renamed": lambda: {"title": (event["rename"]["from"], event["rename"]["to"])},
        "closed": lambda: {"status": ("todo", "done")},
        "reopened": lambda: {"status": ("done", "todo")},
        "labeled": lambda: {"labels": ((), (named["label"],))},
        "unlabeled": lambda: {"labels": ((named["label"],), ())},
        "assigned": lambda: {"assignees": ((), (person,))},
        "unassigned": lambda: {"assignees": ((person,), ())},
        "milestoned": lambda: {"releases": ((), (milestone,))},
        "demilestoned": lambda: {"releases": ((milestone,), ())},
    }.get(event["event"], dict)()


def test_a_refusal_is_told_in_the_servers_own_words(answers) -> None:
    refused = [one for one in answers if 400 <= one.status < 500 and isinstance(one.body, dict)]
    assert refused
    for one in refused:
        told = http_answers.explain(one.body)
        assert " ".join(one.body.get("message", "").split()) in " ".join(told.split()), one
        assert http_answers.field_named(one.body) == first_field(one.body), one


def first_field(body: dict[str, Any]) -> str:
    errors: Iterable[Any] = body.get("errors") or ()
    return next((error["field"] for error in errors if isinstance(error, dict) and error.get("field")), "")


def test_a_recorded_link_header_leads_to_the_next_page(answers) -> None:
    linked = [one for one in answers if "link" in one.headers]
    assert linked
    for one in linked:
        named = {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', one.headers["link"])}
        assert urls.links(one.headers["link"], f"https://api.github.com{one.path}") == named, one.source

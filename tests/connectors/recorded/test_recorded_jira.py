"""What real Jira sites once answered goes through the connector's mapping, and no field of the model is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from fixtures.recorded_answers import jira_answers

from pmhub.sdk import ABSENT, Observation, People, Scope, Vocabulary
from pmhub_jira import mapping, natives, words
from pmhub_jira.settings import JiraScope

SITE = "https://site.example"
CLOUD = "jira-cloud/"
WORD = re.compile(r"\w+")
CATEGORY = {"new": "todo", "indeterminate": "doing", "done": "done"}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return jira_answers()


@pytest.fixture(scope="module")
def issues(answers) -> dict[str, dict[str, Any]]:
    return {f"{name} {raw['key']}": raw for name, body in answers.items() for raw in listed(body, "issues")}


@pytest.fixture(scope="module")
def comments(answers) -> dict[str, dict[str, Any]]:
    return {f"{name} {raw['id']}": raw for name, body in answers.items() for raw in listed(body, "comments")}


def listed(body: Any, name: str) -> list[dict[str, Any]]:
    return body.get(name, []) if isinstance(body, dict) else []


def texts_in(node: Any) -> Iterator[str]:
    """Every text of an Atlassian document, by the shortest way."""
    if isinstance(node, dict):
        yield from ([node["text"]] if isinstance(node.get("text"), str) else [])
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts_in(inner)


def said(document: Any) -> list[str]:
    return WORD.findall(" ".join(texts_in(document)))


def names(values: Any) -> set[str]:
    return {value["name"] for value in values or ()}


def scope(raws: dict[str, dict[str, Any]]) -> Scope:
    accounts = [
        mapping.account(raw["fields"].get(field)) for raw in raws.values() for field in ("assignee", "reporter")
    ]
    people = People({account: f"name of {account}" for account in accounts if account})
    return Scope("SHOP", JiraScope("SHOP"), Vocabulary(people=people, fields={"estimate": "customfield_10016"}))


def moment(text: str) -> int:
    """Milliseconds."""
    return round(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp() * 1000)


def differing(expected: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    return [f"{name}: {value!r} became {seen[name]!r}" for name, value in expected.items() if value != seen[name]]


def test_issues_and_comments_are_there_to_be_read(issues, comments) -> None:
    assert {where.split("/")[0] for where in issues} == {"jira-cloud", "jira-server"}
    assert comments


def test_an_issue_keeps_its_fields(issues) -> None:
    here = scope(issues)
    lost = {
        where: wrong
        for where, raw in issues.items()
        if (wrong := differing(issue_expected(raw), issue_seen(mapping.found(here, raw, SITE))))
    }
    assert lost == {}


def issue_expected(raw: dict[str, Any]) -> dict[str, Any]:
    fields = raw["fields"]
    assignee = mapping.account(fields.get("assignee"))
    return {
        "key": raw["key"],
        "title": fields.get("summary", ABSENT),
        "body": said(fields["description"]) if "description" in fields else ABSENT,
        "type": fields["issuetype"]["name"].lower(),
        "status": CATEGORY[fields["status"]["statusCategory"]["key"]],
        "priority": fields["priority"]["name"].lower(),
        "assignees": {f"name of {assignee}"} if assignee else set(),
        "labels": set(fields["labels"]),
        "components": names(fields.get("components")),
        "releases": names(fields["fixVersions"]),
        "estimate": fields.get("customfield_10016", ABSENT),
        "due": fields.get("duedate", ABSENT),
        "parent": fields["parent"]["id"] if fields.get("parent") else None,
        "updated": moment(fields["updated"]),
        "created": moment(fields["created"]),
    }


def issue_seen(one: Observation) -> dict[str, Any]:
    record = one.record
    return {
        "key": one.ref.key,
        "title": record.title,
        "body": record.body if record.body is ABSENT else WORD.findall(record.body),
        "type": record.type,
        "status": record.status,
        "priority": record.priority,
        "assignees": set(record.assignees),
        "labels": set(record.labels),
        "components": set(record.components or ()),
        "releases": set(record.releases),
        "estimate": record.estimate,
        "due": record.due,
        "parent": record.parent and record.parent.split(":")[1],
        "updated": one.updated_at,
        "created": one.created_at,
    }


def test_a_comment_keeps_its_fields(issues, comments) -> None:
    here = scope(issues)
    for where, raw in comments.items():
        native = natives.comment(raw, issue_key="SHOP-1", secured=False)
        one = mapping.comment(here, native, SITE)
        issue = raw["self"].split("/issue/")[1].split("/")[0]
        assert WORD.findall(one.record.body) == said(raw["body"]), where
        assert one.record.author in {raw["author"]["displayName"], f"name of {raw['author']['accountId']}"}, where
        assert (one.ref.id, one.on) == (raw["id"], issue), where
        assert (one.created_at, one.updated_at) == (moment(raw["created"]), moment(raw["updated"])), where


def test_what_is_kept_of_an_answer_is_enough_to_read_it_again(issues) -> None:
    here = scope(issues)
    for where, raw in issues.items():
        once = mapping.found(here, raw, SITE)
        assert mapping.ticket(here, once.native, SITE) == once, where


def test_every_recorded_status_has_a_word_of_ours(answers) -> None:
    statuses = answers["jira-server/all_statuses.json"]
    assert statuses
    for status in statuses:
        key = status["statusCategory"]["key"]
        assert words.status(Vocabulary(), status["name"], key) == CATEGORY.get(key, "todo"), status["name"]

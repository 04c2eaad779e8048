"""Every endpoint the simulator serves, asked once or more, held against GitHub's own descriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from connectors.github.github_spec import (
    UNVERIFIED,
    answer_violations,
    graphql_violations,
    operations,
    request_violations,
    rest_violations,
)

from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator.endpoints import ROUTES
from pmhub_github.simulator.routing import match

if TYPE_CHECKING:
    import httpx

SHOP = "/repos/example/shop"
ISSUE_NODES = """
query IssueNodes($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on Issue {
      id databaseId fullDatabaseId number title body state stateReason url createdAt updatedAt locked
      author { login }
      labels(first: 100) { nodes { name } }
      assignees(first: 20) { nodes { login } }
      milestone { number title }
      issueType { name }
      parent { id number databaseId repository { nameWithOwner } }
      repository { nameWithOwner isPrivate }
    }
    ... on IssueComment {
      id databaseId fullDatabaseId body url createdAt updatedAt
      author { login }
      issue { id number databaseId }
    }
  }
  rateLimit { cost remaining resetAt }
}
"""
CONTENT_EDITS = """
query ContentEdits($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on Issue { ...Edits }
    ... on IssueComment { ...Edits }
  }
}
fragment Edits on Comment {
  id createdAt lastEditedAt
  author { login }
  userContentEdits(first: 100) { nodes { editedAt editor { login } diff } }
}
"""


@pytest.fixture
def numbers(simulator: GitHubSimulator) -> dict[str, int]:
    """Fill the repository so that every list has something in it."""
    simulator.user_create_milestone("example/shop", "Autumn", due_on="2026-11-30T08:00:00Z", description="cold")
    first = simulator.user_create_issue(
        "example/shop", "first", "text", labels=["bug"], assignees=["octocat"], milestone=1, type="Bug"
    )
    simulator.user_create_issue("example/shop", "second")
    simulator.user_create_pull("example/shop", "a change")
    comment = simulator.user_comment("example/shop", 1, "a word")
    simulator.user_edit_issue("example/shop", 1, title="first, renamed", body="other text", type="Task")
    simulator.user_close("example/shop", 1, reason="not_planned")
    release = simulator.user_create_release("example/shop", "v1.0", body="notes")
    simulator.user_create_release("example/shop", "v2.0", draft=True)
    second = simulator.issue("example/shop", 2)
    return {"first": first.id, "second": second.id, "comment": comment.id, "release": release.id}


READS = (
    "/user",
    "/meta",
    "/rate_limit",
    SHOP,
    f"{SHOP}/issues?state=all&sort=updated&direction=desc&per_page=2&since=2020-01-01T00:00:00Z",
    f"{SHOP}/issues?labels=bug&state=closed&creator=octocat&milestone=1&assignee=octocat&type=Task",
    f"{SHOP}/issues/1",
    f"{SHOP}/issues/3",
    f"{SHOP}/issues/comments?sort=updated&direction=desc&per_page=100",
    f"{SHOP}/issues/1/comments",
    f"{SHOP}/issues/events?per_page=100",
    f"{SHOP}/issues/1/events",
    f"{SHOP}/labels",
    f"{SHOP}/labels/bug",
    f"{SHOP}/issues/1/labels",
    f"{SHOP}/milestones?state=all&sort=completeness&direction=desc",
    f"{SHOP}/milestones/1",
    f"{SHOP}/releases?per_page=100",
    f"{SHOP}/git/ref/tags/v1.0",
    f"{SHOP}/issue-types",
    "/orgs/example/issue-types",
    f"{SHOP}/issues/1/sub_issues",
    f"{SHOP}/issues/1/dependencies/blocked_by",
    f"{SHOP}/issues/2/dependencies/blocking",
)


def test_every_read_answers_as_github_describes(
    api: httpx.Client, simulator: GitHubSimulator, numbers: dict[str, int]
) -> None:
    api.post(f"{SHOP}/issues/1/sub_issues", json={"sub_issue_id": numbers["second"]}).raise_for_status()
    blocked = {"issue_id": numbers["second"]}
    api.post(f"{SHOP}/issues/1/dependencies/blocked_by", json=blocked).raise_for_status()
    paths = [
        *READS,
        f"{SHOP}/issues/2/parent",
        f"{SHOP}/issues/comments/{numbers['comment']}",
        f"{SHOP}/releases/{numbers['release']}",
    ]
    answers = [api.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    assert all(answer.json() for answer in answers)
    assert rest_violations(simulator.requests) == []


def test_every_write_answers_as_github_describes(
    api: httpx.Client, simulator: GitHubSimulator, numbers: dict[str, int]
) -> None:
    issue = {
        "title": "new",
        "body": "text",
        "labels": ["bug", "fresh"],
        "assignees": ["octocat"],
        "milestone": 1,
        "type": "Bug",
    }
    change: dict[str, object] = {
        "title": "t",
        "body": None,
        "state": "closed",
        "state_reason": "completed",
        "milestone": None,
        "type": None,
        "labels": [],
    }
    family, blocker = {"sub_issue_id": numbers["second"], "replace_parent": True}, {"issue_id": numbers["second"]}
    writes: list[tuple[str, str, object, int]] = [
        ("POST", "/issues", issue, 201),
        ("PATCH", "/issues/4", change, 200),
        ("PATCH", "/issues/4", {"state": "open"}, 200),
        (
            "PATCH",
            "/issues/4",
            {"state": "closed", "state_reason": "duplicate", "duplicate_issue_id": numbers["first"]},
            200,
        ),
        ("POST", "/issues/1/comments", {"body": "hello"}, 201),
        ("PATCH", f"/issues/comments/{numbers['comment']}", {"body": "better"}, 200),
        ("DELETE", f"/issues/comments/{numbers['comment']}", None, 204),
        ("POST", "/labels", {"name": "release/1.0", "color": "AABBCC", "description": "d"}, 201),
        ("PATCH", "/labels/release%2F1.0", {"new_name": "release/1.1"}, 200),
        ("POST", "/issues/2/labels", {"labels": ["release/1.1", "made-on-the-fly"]}, 200),
        ("PUT", "/issues/2/labels", {"labels": ["release/1.1", "bug"]}, 200),
        ("DELETE", "/issues/2/labels/release%2F1.1", None, 200),
        ("DELETE", "/issues/2/labels", None, 204),
        ("DELETE", "/labels/release%2F1.1", None, 204),
        ("POST", "/issues/2/assignees", {"assignees": ["octocat", "nobody"]}, 201),
        ("DELETE", "/issues/2/assignees", {"assignees": ["octocat"]}, 200),
        ("POST", "/milestones", {"title": "Winter", "due_on": "2026-12-31T08:00:00Z"}, 201),
        ("PATCH", "/milestones/2", {"state": "closed", "description": "over"}, 200),
        ("DELETE", "/milestones/2", None, 204),
        ("POST", "/releases", {"tag_name": "v3.0", "name": "3.0", "draft": True, "prerelease": True}, 201),
        ("PATCH", f"/releases/{numbers['release']}", {"tag_name": "v1.0", "make_latest": "legacy"}, 200),
        ("DELETE", f"/releases/{numbers['release']}", None, 204),
        ("POST", "/issues/1/sub_issues", family, 201),
        ("DELETE", "/issues/1/sub_issue", {"sub_issue_id": numbers["second"]}, 200),
        ("POST", "/issues/1/dependencies/blocked_by", blocker, 201),
        ("DELETE", f"/issues/1/dependencies/blocked_by/{numbers['second']}", None, 200),
        ("PUT", "/issues/1/lock", {"lock_reason": "too heated"}, 204),
        ("DELETE", "/issues/1/lock", None, 204),
    ]
    for method, path, body, status in writes:
        answer = api.request(method, SHOP + path, json=body) if body is not None else api.request(method, SHOP + path)
        assert answer.status_code == status, (method, path, answer.text)
    assert rest_violations(simulator.requests) == []


def test_every_refusal_has_the_shape_github_describes(
    api: httpx.Client, simulator: GitHubSimulator, numbers: dict[str, int]
) -> None:
    simulator.user_delete_issue("example/shop", 2)
    refusals: list[tuple[str, str, object, int]] = [
        ("GET", "/issues/2", None, 410),
        ("GET", "/issues/99", None, 404),
        ("GET", "/issues?state=odd", None, 422),
        ("POST", "/issues", {"title": ""}, 422),
        ("POST", "/issues", {"title": "t", "milestone": 77}, 422),
        ("POST", "/issues", {"title": "t", "assignees": ["nobody"]}, 422),
        ("POST", "/issues/1/comments", {"body": " "}, 422),
        ("POST", "/milestones", {"title": "Autumn"}, 422),
        ("POST", "/labels", {"name": "bug"}, 422),
        ("POST", "/releases", {"tag_name": "v1.0"}, 422),
        ("GET", "/releases/1", None, 404),
        ("POST", "/issues/1/sub_issues", {"sub_issue_id": numbers["first"]}, 422),
    ]
    for method, path, body, status in refusals:
        assert api.request(method, SHOP + path, json=body).status_code == status, (method, path)
    assert answer_violations(simulator.requests) == []


def test_every_endpoint_served_is_described_or_listed_as_unverified() -> None:
    served = {(method, match(method, sample(path))[1]) for method, path, _serve in ROUTES}
    assert served - operations() == UNVERIFIED


def sample(path: str) -> str:
    return (
        re.sub(r"<int:\w+>", "1", path)
        .replace("<path:name>", "bug")
        .replace("<path:ref>", "tags/v1.0")
        .replace("<owner>", "example")
        .replace("<repo>", "shop")
        .replace("<org>", "example")
    )


def test_the_graphql_documents_and_their_answers_fit_the_schema(
    api: httpx.Client, simulator: GitHubSimulator, numbers: dict[str, int]
) -> None:
    simulator.user_add_sub_issue("example/shop", 2, 1)
    simulator.user_edit_comment("example/shop", numbers["comment"], "a better word")
    shop = simulator.repo("example/shop")
    ids = [shop.issues[1].node_id, shop.comments[numbers["comment"]].node_id, "I_gone"]
    for document in (ISSUE_NODES, CONTENT_EDITS):
        answer = api.post("/graphql", json={"query": document, "variables": {"ids": ids}}).json()
        assert [node is None for node in answer["data"]["nodes"]] == [False, False, True]
    assert graphql_violations(simulator.requests) == []


def test_repositories_looked_up_by_name_fit_the_schema(api: httpx.Client, simulator: GitHubSimulator) -> None:
    """As other readers of the API ask, who are measured beside us."""
    known, unknown = 'repository(owner: "example", name: "shop")', 'repository(owner: "example", name: "nothing")'
    query = (
        f"query {{ one: {known} {{ nameWithOwner databaseId }} two: {unknown} {{ databaseId }} rateLimit {{ cost }} }}"
    )
    answer = api.post("/graphql", json={"query": query}).json()
    assert answer["data"]["one"] == {"nameWithOwner": "example/shop", "databaseId": simulator.repo("example/shop").id}
    assert answer["data"]["two"] is None
    assert [error["path"] for error in answer["errors"]] == [["two"]]
    assert graphql_violations(simulator.requests) == []


def test_an_answer_with_a_wrong_shape_is_noticed(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "first")
    api.get(f"{SHOP}/issues/1")
    api.post(
        "/graphql", json={"query": ISSUE_NODES, "variables": {"ids": [simulator.issue("example/shop", 1).node_id]}}
    )
    rest, graphql = simulator.requests
    rest.response_body["number"] = "one"
    graphql.response_body["data"]["nodes"][0]["number"] = "one"
    assert len(rest_violations([rest])) == 1
    assert graphql_violations([graphql])


def test_a_request_with_a_wrong_shape_is_noticed(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "first")
    api.patch(f"{SHOP}/issues/1", json={"labels": "bug"})
    api.get(f"{SHOP}/issues/1/nothing")
    assert [one.status for one in simulator.requests] == [422, 404]
    assert len(request_violations(simulator.requests)) == 2

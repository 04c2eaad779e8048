"""Who may do what, and where things went: permissions, archives, renames, transfers, deletions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from pmhub.http.tls import TRUSTS_NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from pmhub_github.simulator import GitHubSimulator, Server

    Connect = Callable[[str], httpx.Client]

SHOP = "/repos/example/shop"


def test_an_unknown_token_is_refused_and_none_sees_no_private_repository(github_server: Server) -> None:
    with httpx.Client(base_url=github_server.url, verify=TRUSTS_NOBODY, trust_env=False) as anonymous:
        assert anonymous.get("/user").status_code == 401
        assert anonymous.get(SHOP).status_code == 404
        assert anonymous.get(SHOP).headers["x-ratelimit-limit"] == "60"
        assert anonymous.get(SHOP, headers={"Authorization": "Bearer fake-token-wrong"}).status_code == 401
        assert anonymous.get("/meta", headers={"User-Agent": ""}).status_code == 403


def test_without_access_everything_is_not_found(connect: Connect, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "secret")
    stranger = connect("stranger")
    paths = ("", "/issues", "/issues/1", "/issues/events", "/labels", "/milestones")
    assert {stranger.get(SHOP + path).status_code for path in paths} == {404}


def test_a_repository_tells_what_the_caller_may_do(connect: Connect) -> None:
    permissions = connect("reader").get(SHOP).json()["permissions"]
    assert permissions == {"admin": False, "maintain": False, "push": False, "triage": False, "pull": True}
    assert connect("pmhub-bot").get(SHOP).json()["permissions"]["push"] is True


def test_without_push_access_what_needs_it_is_dropped_in_silence(connect: Connect, simulator: GitHubSimulator) -> None:
    simulator.user_create_milestone("example/shop", "Autumn")
    fields = {"title": "mine", "labels": ["bug"], "assignees": ["octocat"], "milestone": 1, "type": "Bug"}
    made = connect("reader").post(f"{SHOP}/issues", json=fields)
    assert made.status_code == 201
    assert [made.json()[name] for name in ("labels", "assignees", "milestone", "type")] == [[], [], None, None]
    assert simulator.repo("example/shop").labels == {}


def test_a_reader_edits_only_their_own_issues(connect: Connect, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "theirs")
    simulator.user_create_issue("example/shop", "mine", user="reader")
    reader = connect("reader")
    assert reader.patch(f"{SHOP}/issues/1", json={"title": "taken"}).status_code == 403
    assert reader.patch(f"{SHOP}/issues/2", json={"title": "still mine"}).status_code == 200
    assert reader.post(f"{SHOP}/milestones", json={"title": "Autumn"}).status_code == 404


def test_a_locked_conversation_takes_no_comment_from_a_reader(connect: Connect, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "hot")
    simulator.lock_issue("example/shop", 1)
    path, comment = f"{SHOP}/issues/1/comments", {"body": "one more"}
    assert connect("reader").post(path, json=comment).status_code == 403
    assert connect("pmhub-bot").post(path, json=comment).status_code == 201


def test_an_archived_repository_is_read_only(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "old")
    simulator.archive("example/shop")
    assert api.get(f"{SHOP}/issues/1").status_code == 200
    assert api.get(SHOP).json()["archived"] is True
    writes = [("PATCH", "/issues/1"), ("POST", "/issues"), ("POST", "/issues/1/comments"), ("POST", "/milestones")]
    assert {api.request(method, SHOP + path, json={"title": "t"}).status_code for method, path in writes} == {403}


def test_issues_switched_off_are_gone(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "old")
    simulator.disable_issues("example/shop")
    assert api.post(f"{SHOP}/issues", json={"title": "t"}).status_code == 410
    assert {api.get(SHOP + path).status_code for path in ("/issues", "/issues/1", "/issues/events")} == {410}
    assert api.get(SHOP).json()["has_issues"] is False


def test_a_deleted_issue_is_gone_and_one_that_never_was_is_not_found(
    api: httpx.Client, simulator: GitHubSimulator
) -> None:
    simulator.user_create_issue("example/shop", "short-lived")
    simulator.user_comment("example/shop", 1, "bye")
    simulator.user_delete_issue("example/shop", 1)
    assert api.get(f"{SHOP}/issues/1").status_code == 410
    assert api.patch(f"{SHOP}/issues/1", json={"title": "back"}).status_code == 410
    assert api.get(f"{SHOP}/issues/2").status_code == 404
    assert api.get(f"{SHOP}/issues?state=all").json() == api.get(f"{SHOP}/issues/comments").json() == []
    assert simulator.user_create_issue("example/shop", "next").number == 2


def test_a_renamed_repository_redirects_reads_and_writes(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "one")
    simulator.rename_repo("example/shop", "example/store")
    moved = api.get(f"{SHOP}/issues/1")
    assert moved.status_code == 301
    assert api.get(moved.headers["location"]).json()["title"] == "one"
    written = api.patch(f"{SHOP}/issues/1", json={"title": "t"})
    assert written.status_code == 307
    assert api.patch(written.headers["location"], json={"title": "t"}).status_code == 200
    assert api.get("/repos/example/store").json()["full_name"] == "example/store"


def test_a_transferred_issue_redirects_to_its_new_number(connect: Connect, simulator: GitHubSimulator) -> None:
    simulator.add_repo("example/attic", private=True, permissions={"pmhub-bot": "read"})
    before = simulator.user_create_issue("example/shop", "wanders")
    simulator.user_comment("example/shop", 1, "safe travels")
    after = simulator.transfer_issue("example/shop", 1, "example/attic")
    moved = connect("pmhub-bot").get(f"{SHOP}/issues/1")
    assert moved.status_code == 301
    assert connect("pmhub-bot").get(moved.headers["location"]).json()["comments"] == 1
    assert before.node_id != after.node_id
    assert connect("reader").get(f"{SHOP}/issues/1").status_code == 404


def test_what_the_token_may_not_see_is_no_node(connect: Connect, simulator: GitHubSimulator) -> None:
    issue = simulator.user_create_issue("example/shop", "secret")
    query = {
        "query": "query IssueNodes($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        "variables": {"ids": [issue.node_id]},
    }
    assert connect("reader").post("/graphql", json=query).json() == {"data": {"nodes": [{"id": issue.node_id}]}}
    hidden = connect("stranger").post("/graphql", json=query).json()
    assert hidden["data"] == {"nodes": [None]}
    assert [(error["type"], error["path"]) for error in hidden["errors"]] == [("NOT_FOUND", ["nodes", 0])]

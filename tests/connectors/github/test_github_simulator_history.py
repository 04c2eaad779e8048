"""Time, events and edits: what changed, when, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from pmhub_github.simulator import GitHubSimulator

SHOP = "/repos/example/shop"
EDITS = """query ContentEdits($ids: [ID!]!) { nodes(ids: $ids) { ... on Comment {
  lastEditedAt  edits: userContentEdits(first: 100) { nodes { editedAt editor { login } diff } } } } }"""


def edits(api: httpx.Client, node_id: str) -> list[tuple[str, str, str]]:
    answer = api.post("/graphql", json={"query": EDITS, "variables": {"ids": [node_id]}}).json()
    nodes = answer["data"]["nodes"][0]["edits"]["nodes"]
    return [(edit["editedAt"][-9:], edit["editor"]["login"], edit["diff"]) for edit in nodes]


def names(api: httpx.Client) -> list[str]:
    return [event["event"] for event in api.get(f"{SHOP}/issues/events?per_page=100").json()][::-1]


def updated(api: httpx.Client, number: int = 1) -> str:
    return str(api.get(f"{SHOP}/issues/{number}").json()["updated_at"])


def test_two_changes_within_a_second_have_the_same_time(
    api: httpx.Client, simulator: GitHubSimulator, clock: Any
) -> None:
    simulator.user_create_issue("example/shop", "one")
    first = updated(api)
    clock.seconds += 0.5
    simulator.user_edit_issue("example/shop", 1, title="two")
    assert updated(api) == first
    clock.seconds += 0.5
    simulator.user_edit_issue("example/shop", 1, title="three")
    assert updated(api) > first


def test_renaming_a_label_or_a_milestone_leaves_its_issues_alone(
    api: httpx.Client, simulator: GitHubSimulator, clock: Any
) -> None:
    simulator.user_create_milestone("example/shop", "Autumn")
    simulator.user_create_issue("example/shop", "one", labels=["bug"], milestone=1)
    before, count = updated(api), len(names(api))
    clock.seconds += 60
    api.patch(f"{SHOP}/labels/bug", json={"new_name": "defect"}).raise_for_status()
    api.patch(f"{SHOP}/milestones/1", json={"title": "Fall"}).raise_for_status()
    issue = api.get(f"{SHOP}/issues/1").json()
    assert (issue["labels"][0]["name"], issue["milestone"]["title"]) == ("defect", "Fall")
    assert (issue["updated_at"], len(names(api))) == (before, count)


@pytest.mark.parametrize(
    "change", [{"body": "other"}, {"labels": ["bug"]}, {"state": "closed"}, {"assignees": ["octocat"]}, {"type": "Bug"}]
)
def test_every_change_of_an_issue_moves_its_time(
    api: httpx.Client, simulator: GitHubSimulator, clock: Any, change: dict[str, object]
) -> None:
    simulator.user_create_issue("example/shop", "one")
    before = updated(api)
    clock.seconds += 60
    api.patch(f"{SHOP}/issues/1", json=change).raise_for_status()
    moved = updated(api)
    assert moved > before
    clock.seconds += 60
    api.patch(f"{SHOP}/issues/1", json=change).raise_for_status()
    assert updated(api) == moved


def test_people_and_the_api_leave_the_same_events(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_milestone("example/shop", "Autumn")
    simulator.user_create_issue("example/shop", "one", labels=["bug"], assignees=["octocat"], milestone=1)
    assert names(api) == ["labeled", "assigned", "milestoned"]
    change: dict[str, object] = {
        "title": "two",
        "labels": [],
        "assignees": [],
        "milestone": None,
        "state": "closed",
        "state_reason": "not_planned",
    }
    api.patch(f"{SHOP}/issues/1", json=change).raise_for_status()
    simulator.user_reopen("example/shop", 1)
    expected = ["renamed", "unlabeled", "unassigned", "demilestoned", "closed", "reopened"]
    assert names(api)[3:] == expected
    found = {event["event"]: event for event in api.get(f"{SHOP}/issues/1/events").json()}
    assert found["renamed"]["rename"] == {"from": "one", "to": "two"}
    assert found["unlabeled"]["label"]["name"] == "bug"
    assert (found["unassigned"]["assignee"]["login"], found["unassigned"]["assigner"]["login"]) == (
        "octocat",
        "pmhub-bot",
    )
    assert found["demilestoned"]["milestone"] == {"title": "Autumn"}
    assert (found["closed"]["state_reason"], found["closed"]["actor"]["login"]) == ("not_planned", "pmhub-bot")
    assert found["reopened"]["actor"]["login"] == "octocat"


def test_closing_and_reopening_keep_the_state_reason_in_step(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "one")
    closed = api.patch(f"{SHOP}/issues/1", json={"state": "closed"}).json()
    assert (closed["state_reason"], closed["closed_by"]["login"]) == ("completed", "pmhub-bot")
    ignored = api.patch(f"{SHOP}/issues/1", json={"state": "closed", "state_reason": "not_planned"}).json()
    assert ignored["state_reason"] == "completed"
    reopened = api.patch(f"{SHOP}/issues/1", json={"state": "open"}).json()
    assert (reopened["state_reason"], reopened["closed_at"], reopened["closed_by"]) == ("reopened", None, None)


def test_a_body_keeps_every_version_newest_first(api: httpx.Client, simulator: GitHubSimulator, clock: Any) -> None:
    issue = simulator.user_create_issue("example/shop", "one", "original")
    assert edits(api, issue.node_id) == []
    clock.seconds += 60
    simulator.user_edit_issue("example/shop", 1, body="by a person")
    clock.seconds += 60
    api.patch(f"{SHOP}/issues/1", json={"body": "by the bot", "title": "title edits are events"}).raise_for_status()
    assert edits(api, issue.node_id) == [
        ("20:28:40Z", "pmhub-bot", "by the bot"),
        ("20:27:40Z", "octocat", "by a person"),
        ("20:26:40Z", "octocat", "original"),
    ]


def test_a_comment_keeps_its_versions_too(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "one")
    made = api.post(f"{SHOP}/issues/1/comments", json={"body": "first"}).json()
    simulator.user_edit_comment("example/shop", made["id"], "second")
    assert [(who, text) for _, who, text in edits(api, made["node_id"])] == [
        ("octocat", "second"),
        ("pmhub-bot", "first"),
    ]


def test_an_unknown_label_on_an_issue_is_created(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_issue("example/shop", "one")
    api.post(f"{SHOP}/issues/1/labels", json={"labels": ["brand new"]}).raise_for_status()
    assert [label["name"] for label in api.get(f"{SHOP}/labels").json()] == ["brand new"]
    assert simulator.label_names("example/shop", 1) == ["brand new"]


def test_a_due_date_becomes_midnight_on_the_pacific_coast(api: httpx.Client) -> None:
    due = {"winter": "2026-12-24T08:00:00Z", "summer": "2026-06-30T08:00:00Z", "eve": "2026-12-24T03:00:00Z"}
    kept = {
        name: api.post(f"{SHOP}/milestones", json={"title": name, "due_on": when}).json()["due_on"]
        for name, when in due.items()
    }
    assert kept == {"winter": "2026-12-24T08:00:00Z", "summer": "2026-06-30T07:00:00Z", "eve": "2026-12-23T08:00:00Z"}


def test_a_parent_counts_its_sub_issues_and_a_child_names_its_parent(
    api: httpx.Client, simulator: GitHubSimulator
) -> None:
    for title in ("parent", "child", "other parent"):
        simulator.user_create_issue("example/shop", title)
    child = simulator.issue("example/shop", 2)
    simulator.user_add_sub_issue("example/shop", 1, 2)
    simulator.user_close("example/shop", 2)
    parent = api.get(f"{SHOP}/issues/1").json()
    assert parent["sub_issues_summary"] == {"total": 1, "completed": 1, "percent_completed": 100}
    assert api.get(f"{SHOP}/issues/2").json()["parent_issue_url"] == parent["url"]
    move = {"sub_issue_id": child.id}
    assert api.post(f"{SHOP}/issues/3/sub_issues", json=move).status_code == 422
    assert api.post(f"{SHOP}/issues/3/sub_issues", json={**move, "replace_parent": True}).status_code == 201
    assert api.get(f"{SHOP}/issues/2/parent").json()["number"] == 3
    under_itself = {"sub_issue_id": simulator.issue("example/shop", 3).id}
    assert api.post(f"{SHOP}/issues/2/sub_issues", json=under_itself).status_code == 422


def test_texts_over_githubs_limits_are_refused(api: httpx.Client) -> None:
    fits = {"title": "t" * 256, "body": "b" * 65_536}
    assert api.post(f"{SHOP}/issues", json=fits).status_code == 201
    for field, text in fits.items():
        refused = api.post(f"{SHOP}/issues", json=fits | {field: text + "x"})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == field


def test_a_recorded_issue_keeps_its_texts_people_and_times(api: httpx.Client, simulator: GitHubSimulator) -> None:
    simulator.user_create_milestone("example/shop", "Autumn")
    simulator.user_create_issue(
        "example/shop", "one", "text", labels=["bug"], assignees=["octocat"], milestone=1, type="Bug"
    )
    simulator.user_comment("example/shop", 1, "a word")
    recorded, comment = api.get(f"{SHOP}/issues/1").json(), api.get(f"{SHOP}/issues/1/comments").json()[0]
    recorded |= {
        "created_at": "2020-05-01T10:00:00Z",
        "updated_at": "2020-05-02T10:00:00Z",
        "state": "closed",
        "number": 41,
    }
    simulator.add_repo("example/copy", permissions={"pmhub-bot": "write"})
    simulator.load_issue("example/copy", recorded)
    simulator.load_comment("example/copy", 41, comment)
    loaded = api.get("/repos/example/copy/issues/41").json()
    same = ("title", "body", "state", "created_at", "updated_at", "comments")
    assert {key: loaded[key] for key in same} == {key: recorded[key] for key in same}
    assert (loaded["labels"][0]["name"], loaded["milestone"]["title"], loaded["type"]["name"]) == (
        "bug",
        "Autumn",
        "Bug",
    )
    assert (loaded["assignees"][0]["login"], loaded["user"]["login"]) == ("octocat", "octocat")
    assert simulator.user_create_issue("example/copy", "next").number == 42

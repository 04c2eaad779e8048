"""Projects v2 as the simulator serves them: held against GitHub's description, paged by cursor, with their own times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from connectors.github.github_spec import answer_violations, rest_violations

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from conftest import Clock

    from pmhub_github.simulator import GitHubSimulator
    from pmhub_github.simulator.project_state import Project

REPO = "example/shop"
PROJECT = "/orgs/example/projectsV2/1"
MINE = "/users/octocat/projectsV2/1"


@pytest.fixture
def project(simulator: GitHubSimulator) -> Project:
    """A project with a field of each type that can be written, an issue, a pull request and a draft."""
    found = simulator.projects.add("example")
    for name, kind in (("Target date", "date"), ("Notes", "text"), ("Size", "number")):
        simulator.projects.add_field(found, name, kind)
    simulator.projects.add_field(found, "Sprint", "iteration", ["Sprint 1"])
    simulator.user_create_issue(REPO, "An issue", type="Bug")
    simulator.user_create_pull(REPO, "A change")
    simulator.projects.put(found, REPO, 1, Target_date="2026-12-24", Status="In Progress", Sprint="Sprint 1")
    simulator.projects.add_draft(found, "An idea")
    return found


def all_fields(project: Project) -> str:
    return "&fields=" + ",".join(map(str, project.fields))


def test_every_read_and_write_answers_as_github_describes(
    api: httpx.Client, simulator: GitHubSimulator, project: Project
) -> None:
    simulator.projects.add("octocat", user_owned=True)
    issue = simulator.issue(REPO, 1).id
    [item, _] = project.items
    date, status = project.field_named("Target date"), project.field_named("Status")
    values = [{"id": date.id, "value": "2027-01-15"}, {"id": status.id, "value": status.options[2].id}]
    mine = api.post(f"{MINE}/items", json={"type": "Issue", "id": issue}).json()["id"]
    asked = [
        api.get(f"{PROJECT}/fields?per_page=100"),
        api.get(f"{PROJECT}/items?per_page=100{all_fields(project)}"),
        api.get(f"{PROJECT}/items/{item}?per_page=100{all_fields(project)}"),
        api.patch(f"{PROJECT}/items/{item}", json={"fields": values}),
        api.patch(f"{PROJECT}/items/{item}", json={"fields": [{"id": date.id, "value": None}]}),
        api.get(f"{MINE}/fields"),
        api.get(f"{MINE}/items"),
        api.get(f"{MINE}/items/{mine}"),
        api.patch(f"{MINE}/items/{mine}", json={"fields": []}),
    ]
    assert [answer.status_code for answer in asked] == [200] * len(asked)
    assert simulator.projects.shown(project, REPO, 1) == {"Status": "Done", "Sprint": "Sprint 1"}
    assert rest_violations(simulator.requests) == []


def test_every_refusal_has_the_shape_github_describes(
    api: httpx.Client, simulator: GitHubSimulator, project: Project
) -> None:
    item = f"{PROJECT}/items/{next(iter(project.items))}"
    date, status = project.field_named("Target date").id, project.field_named("Status").id
    refusals = [
        ("GET", "/orgs/example/projectsV2/9/items", None, 404),
        ("GET", "/users/example/projectsV2/1/items", None, 404),
        ("GET", f"{PROJECT}/items/1", None, 404),
        ("POST", f"{PROJECT}/items", {"type": "Issue", "id": 1}, 404),
        ("PATCH", item, {"fields": [{"id": date, "value": "tomorrow"}]}, 422),
        ("PATCH", item, {"fields": [{"id": status, "value": "Done"}]}, 422),
        ("PATCH", item, {"fields": [{"id": 1, "value": "x"}]}, 422),
        ("PATCH", item, {"fields": [{"id": project.field_named("Title").id, "value": "x"}]}, 422),
    ]
    for method, path, body, status_code in refusals:
        assert api.request(method, path, json=body).status_code == status_code, (method, path)
    assert answer_violations(simulator.requests) == []


def test_items_are_paged_by_cursor_and_unchanged_pages_are_free(
    api: httpx.Client, simulator: GitHubSimulator, project: Project
) -> None:
    for number in range(3):
        simulator.projects.add_draft(project, f"Idea {number}")
    path, seen = f"{PROJECT}/items?per_page=2", []
    while path:
        answer = api.get(path)
        seen += [one["id"] for one in answer.json()]
        path = answer.links.get("next", {}).get("url", "")
    assert seen == list(project.items)
    first = api.get(f"{PROJECT}/items?per_page=2")
    assert api.get(f"{PROJECT}/items?per_page=2", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_only_the_title_is_shown_unless_fields_are_named(api: httpx.Client, project: Project) -> None:
    date = project.field_named("Target date").id
    shown = [api.get(f"{PROJECT}/items{query}").json()[0]["fields"] for query in ("", f"?fields={date}")]
    assert [[field["name"] for field in fields] for fields in shown] == [["Title"], ["Target date"]]


def test_a_change_in_the_project_moves_its_own_time_alone(
    api: httpx.Client, simulator: GitHubSimulator, project: Project, clock: Clock
) -> None:
    before = api.get(f"/repos/{REPO}/issues/1").json()["updated_at"]
    clock.seconds += 60
    simulator.projects.put(project, REPO, 1, Target_date="2027-01-15")
    [item, *_] = api.get(f"{PROJECT}/items").json()
    assert item["updated_at"] > before
    assert item["content"]["updated_at"] == api.get(f"/repos/{REPO}/issues/1").json()["updated_at"] == before


def test_an_issue_added_twice_is_one_item_and_a_deleted_one_is_none(
    api: httpx.Client, simulator: GitHubSimulator, project: Project
) -> None:
    body = {"type": "Issue", "id": simulator.issue(REPO, 1).id}
    [known, draft] = project.items
    assert api.post(f"{PROJECT}/items", json=body).json()["id"] == known
    simulator.user_delete_issue(REPO, 1)
    assert [one["id"] for one in api.get(f"{PROJECT}/items").json()] == [draft]


def test_with_its_workflows_what_is_closed_is_done_and_what_is_done_is_closed(
    simulator: GitHubSimulator, project: Project
) -> None:
    project.workflows = True
    simulator.user_close(REPO, 1)
    assert simulator.projects.shown(project, REPO, 1)["Status"] == "Done"
    simulator.user_reopen(REPO, 1)
    assert simulator.projects.shown(project, REPO, 1)["Status"] == "Done"
    simulator.projects.put(project, REPO, 1, Status="Todo")
    simulator.projects.put(project, REPO, 1, Status="Done")
    assert simulator.issue(REPO, 1).state == "closed"


def test_who_may_not_see_or_write_a_project_does_not(connect: Callable[[str], httpx.Client], project: Project) -> None:
    project.permissions = {"reader": "read"}
    body = {"fields": []}
    assert connect("stranger").get(f"{PROJECT}/items").status_code == 404
    assert connect("reader").get(f"{PROJECT}/items").status_code == 200
    assert connect("reader").patch(f"{PROJECT}/items/{next(iter(project.items))}", json=body).status_code == 403


def test_an_issue_that_may_not_be_read_is_shown_without_its_content(
    connect: Callable[[str], httpx.Client], simulator: GitHubSimulator, project: Project
) -> None:
    simulator.repo(REPO).permissions = {"octocat": "write"}
    [item, _] = connect("stranger").get(f"{PROJECT}/items").json()
    assert (item["content_type"], item["content"]) == ("Issue", None)

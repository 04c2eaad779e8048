"""Releases of the simulator: drafts, publishing, tags, immutability, and milestones where they differ from issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pmhub_github.simulator import GitHubSimulator, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    Connect = Callable[[str], httpx.Client]

SHOP = "/repos/example/shop"
REPO = "example/shop"


def draft(api: httpx.Client, tag: str = "v1.0", **fields: object) -> dict[str, object]:
    made = api.post(f"{SHOP}/releases", json={"tag_name": tag, "name": tag, "draft": True, **fields})
    assert made.status_code == 201
    found: dict[str, object] = made.json()
    return found


def test_a_draft_makes_no_tag_and_shows_only_to_those_who_may_write(api: httpx.Client, connect: Connect) -> None:
    made = draft(api)
    assert made["published_at"] is None
    assert "/releases/tag/untagged-" in str(made["html_url"])
    assert api.get(f"{SHOP}/git/ref/tags/v1.0").status_code == 404
    reader = connect("reader")
    assert reader.get(f"{SHOP}/releases").json() == []
    assert reader.get(f"{SHOP}/releases/{made['id']}").status_code == 404
    assert reader.post(f"{SHOP}/releases", json={"tag_name": "v2"}).status_code == 404


def test_publishing_makes_the_missing_tag(api: httpx.Client, simulator: GitHubSimulator) -> None:
    made = draft(api)
    changed = api.patch(f"{SHOP}/releases/{made['id']}", json={"tag_name": "v1.0", "draft": False})
    assert (changed.json()["draft"], changed.json()["html_url"][-5:]) == (False, "/v1.0")
    assert api.get(f"{SHOP}/git/ref/tags/v1.0").json()["ref"] == "refs/tags/v1.0"
    assert simulator.repo(REPO).tags.keys() == {"v1.0"}


def test_two_drafts_may_have_one_tag_and_one_of_them_may_be_published(api: httpx.Client) -> None:
    one, other = draft(api), draft(api)
    published = {"tag_name": "v1.0", "draft": False}
    assert api.patch(f"{SHOP}/releases/{one['id']}", json=published).status_code == 200
    refused = api.patch(f"{SHOP}/releases/{other['id']}", json=published)
    assert refused.status_code == 422
    assert refused.json()["errors"][0] == {"resource": "Release", "field": "tag_name", "code": "already_exists"}
    assert api.get(f"{SHOP}/releases/{other['id']}").json()["draft"] is True
    assert api.post(f"{SHOP}/releases", json={"tag_name": "v1.0"}).status_code == 422


def test_a_draft_whose_tag_is_not_sent_again_loses_it(api: httpx.Client) -> None:
    made = draft(api)
    changed = api.patch(f"{SHOP}/releases/{made['id']}", json={"body": "notes"}).json()
    assert str(changed["tag_name"]).startswith("untagged-")
    kept = api.patch(f"{SHOP}/releases/{made['id']}", json={"body": "more", "tag_name": "v1.1"}).json()
    assert (kept["tag_name"], kept["body"], kept["draft"]) == ("v1.1", "more", True)


@pytest.mark.parametrize("change", [{"tag_name": "v2.0"}, {"prerelease": True}, {"draft": True}])
def test_of_an_immutable_release_title_and_notes_can_be_changed(
    api: httpx.Client, simulator: GitHubSimulator, change: dict[str, object]
) -> None:
    simulator.repo(REPO).immutable_releases = True
    made = api.post(f"{SHOP}/releases", json={"tag_name": "v1.0", "name": "One"}).json()
    assert made["immutable"]
    assert api.patch(f"{SHOP}/releases/{made['id']}", json={"name": "Uno", "body": "notes"}).json()["name"] == "Uno"
    assert api.patch(f"{SHOP}/releases/{made['id']}", json=change).status_code == 422


def test_the_newest_release_comes_first(api: httpx.Client, simulator: GitHubSimulator) -> None:
    for tag in ("v1", "v2", "v3"):
        simulator.user_create_release(REPO, tag)
    listed = api.get(f"{SHOP}/releases?per_page=2")
    assert [one["tag_name"] for one in listed.json()] == ["v3", "v2"]
    assert 'rel="next"' in listed.headers["Link"]


@pytest.mark.parametrize("body", [{}, {"tag_name": "a b"}, {"tag_name": "v1", "body": "x" * 125_001}])
def test_what_cannot_be_a_release_is_refused(api: httpx.Client, body: dict[str, object]) -> None:
    assert api.post(f"{SHOP}/releases", json=body).status_code == 422
    assert api.get(f"{SHOP}/releases").json() == []


def test_a_due_date_is_cleared_by_null_but_not_created_so(api: httpx.Client, simulator: GitHubSimulator) -> None:
    assert api.post(f"{SHOP}/milestones", json={"title": "Autumn", "due_on": None}).status_code == 422
    simulator.user_create_milestone(REPO, "Autumn", due_on="2026-11-30T08:00:00Z")
    assert api.patch(f"{SHOP}/milestones/1", json={"due_on": None}).json()["due_on"] is None


def test_releases_and_tags_outlive_the_process(simulator: GitHubSimulator, clock: Callable[[], float]) -> None:
    simulator.user_create_release(REPO, "v1.0", body="notes")
    simulator.user_create_release(REPO, "v2.0", draft=True)
    other = GitHubSimulator(clock)
    snapshot.load(other.world, snapshot.dump(simulator.world))
    assert other.releases(REPO) == simulator.releases(REPO)
    assert other.repo(REPO).tags == simulator.repo(REPO).tags

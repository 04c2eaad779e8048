"""Releases, drafts among them for those who may write, and the tags they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import not_found
from pmhub_github.simulator.paging import paged
from pmhub_github.simulator.release_changes import create_release, edit_release
from pmhub_github.simulator.release_shapes import ref_json, release_json

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Release, Repo

PATH = "/repos/<owner>/<repo>/releases"


def list_releases(call: Call) -> Reply:
    repo = call.repo()
    found = sorted(visible(call, repo), key=lambda release: (release.created, release.id), reverse=True)
    return paged(call, repo, found, lambda release: release_json(call.world, repo, release))


def visible(call: Call, repo: Repo) -> list[Release]:
    may_write = call.world.may(repo, call.login, "write")
    return [release for release in repo.releases.values() if may_write or not release.draft]


def find(call: Call, repo: Repo) -> Release:
    found = next((one for one in visible(call, repo) if one.id == call.args["release_id"]), None)
    if found is None:
        raise not_found()
    return found


def get_release(call: Call) -> Reply:
    repo = call.repo()
    return Reply(200, release_json(call.world, repo, find(call, repo)))


def post_release(call: Call) -> Reply:
    repo = call.repo()
    actor = call.writable(repo, "write")
    shape = release_json(call.world, repo, create_release(call.world, repo, actor, call.body))
    return Reply(201, shape, {"Location": shape["url"]})


def patch_release(call: Call) -> Reply:
    repo = call.repo()
    release = find(call, repo)
    call.writable(repo, "write")
    edit_release(call.world, repo, release, call.body)
    return Reply(200, release_json(call.world, repo, release))


def remove_release(call: Call) -> Reply:
    """Delete a release; its tag stays."""
    repo = call.repo()
    release = find(call, repo)
    call.writable(repo, "write")
    del repo.releases[release.id]
    return Reply(204)


def get_ref(call: Call) -> Reply:
    repo = call.repo()
    kind, _, tag = call.args["ref"].partition("/")
    if kind != "tags" or tag not in repo.tags:
        raise not_found()
    return Reply(200, ref_json(call.world, repo, tag))


ROUTES: list[Route] = [
    ("GET", PATH, list_releases),
    ("POST", PATH, post_release),
    ("GET", f"{PATH}/<int:release_id>", get_release),
    ("PATCH", f"{PATH}/<int:release_id>", patch_release),
    ("DELETE", f"{PATH}/<int:release_id>", remove_release),
    ("GET", "/repos/<owner>/<repo>/git/ref/<path:ref>", get_ref),
]

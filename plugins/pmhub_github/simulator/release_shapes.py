"""Releases and tags as GitHub's REST API writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from .release_changes import untagged
from .shapes import WEB, Json, iso, iso_or_none, person, repo_url
from .state import node_id

if TYPE_CHECKING:
    from .state import Release, Repo
    from .world import World


def release_json(world: World, repo: Repo, release: Release) -> Json:
    base = repo_url(world, repo)
    url, upload = f"{base}/releases/{release.id}", f"{base}/releases/{release.id}/assets{{?name,label}}"
    shown = quote(untagged(release) if release.draft else release.tag)
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": upload,
        "html_url": f"{WEB}/{repo.full_name}/releases/tag/{shown}",
        "id": release.id,
        "author": person(world, release.author),
        "node_id": node_id("RE", release.id),
        "tag_name": release.tag,
        "target_commitish": release.target,
        "name": release.name,
        "draft": release.draft,
        "immutable": release.immutable,
        "prerelease": release.prerelease,
        "created_at": iso(release.created),
        "updated_at": iso(release.updated),
        "published_at": iso_or_none(release.published),
        "assets": [],
        "tarball_url": None if release.draft else f"{base}/tarball/{shown}",
        "zipball_url": None if release.draft else f"{base}/zipball/{shown}",
        "body": release.body,
    }


def ref_json(world: World, repo: Repo, tag: str) -> Json:
    base, sha = repo_url(world, repo), repo.tags[tag]
    return {
        "ref": f"refs/tags/{tag}",
        "node_id": node_id("REF", repo.id),
        "url": f"{base}/git/refs/tags/{quote(tag)}",
        "object": {"sha": sha, "type": "commit", "url": f"{base}/git/commits/{sha}"},
    }

"""Changes to releases: drafts, publishing, which makes a missing tag, and immutability."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from .errors import ApiError, check_length, invalid
from .state import Release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .state import Repo
    from .world import World

BODY_LIMIT = 125_000
UNFIT = (" ", "~", "^", ":", "?", "*", "[", "\\", "..", "@{")
LATEST = ("true", "false", "legacy")


def create_release(world: World, repo: Repo, actor: str, fields: Mapping[str, Any]) -> Release:
    """Make a release, published unless `draft` is set. Any number of drafts may have one tag."""
    check_fields({"tag_name": None, **fields})
    now, number, is_draft = world.now(), world.new_id(), bool(fields.get("draft", False))
    release = Release(number, str(fields["tag_name"]), world.user(actor).login, now, now)
    if not is_draft:
        check_free(repo, release, release.tag)
    write(release, fields)
    if not is_draft:
        publish(world, repo, release)
    repo.releases[release.id] = release
    return release


def edit_release(world: World, repo: Repo, release: Release, fields: Mapping[str, Any]) -> None:
    """Change a release. A draft whose `tag_name` is not sent again loses it (jdx/communique#241)."""
    tag = str(fields.get("tag_name") or (untagged(release) if release.draft else release.tag))
    stays_draft = bool(fields.get("draft", release.draft))
    check_fields({**fields, "tag_name": tag})
    if release.immutable:
        check_immutable(release, fields)
    if not stays_draft:
        check_free(repo, release, tag)
    write(release, {**fields, "tag_name": tag})
    release.updated = world.now()
    if stays_draft:
        release.draft = True
    else:
        publish(world, repo, release)


def check_fields(fields: Mapping[str, Any]) -> None:
    tag = fields["tag_name"]
    if not tag:
        raise invalid("Release", "tag_name", "missing_field")
    if not isinstance(tag, str) or any(sign in tag for sign in UNFIT):
        raise invalid("Release", "tag_name", "custom", message="tag_name is not a valid tag")
    check_length("Release", "body", str(fields.get("body") or ""), BODY_LIMIT)
    if fields.get("make_latest", "true") not in LATEST:
        raise invalid("Release", "make_latest", "invalid", value=fields["make_latest"])


def check_immutable(release: Release, fields: Mapping[str, Any]) -> None:
    """Only title and notes of an immutable release can be modified."""
    fixed = {"tag_name": release.tag, "draft": False, "prerelease": release.prerelease}
    for name, value in fixed.items():
        if fields.get(name, value) != value:
            message = f"{name} cannot be changed: the release is immutable"
            raise ApiError(
                422,
                "Validation Failed",
                [{"resource": "Release", "field": name, "code": "custom", "message": message}],
            )


def write(release: Release, fields: Mapping[str, Any]) -> None:
    release.tag = fields.get("tag_name") or release.tag
    release.name = fields.get("name", release.name)
    release.body = fields.get("body", release.body)
    release.target = fields.get("target_commitish") or release.target
    release.prerelease = bool(fields.get("prerelease", release.prerelease))


def check_free(repo: Repo, release: Release, tag: str) -> None:
    """Raise 422 where another published release has the tag."""
    if any(other.tag == tag and not other.draft for other in repo.releases.values() if other is not release):
        raise invalid("Release", "tag_name", "already_exists")


def publish(world: World, repo: Repo, release: Release) -> None:
    """Make the tag where there is none."""
    repo.tags.setdefault(release.tag, head_of(repo))
    release.immutable = release.immutable or (release.draft and repo.immutable_releases)
    release.draft, release.published = False, release.published or world.now()


def untagged(release: Release) -> str:
    return f"untagged-{hashlib.sha256(str(release.id).encode()).hexdigest()[:20]}"


def head_of(repo: Repo) -> str:
    """Return the commit that the default branch ends with; the simulator knows no other."""
    return hashlib.sha256(repo.full_name.encode()).hexdigest()[:40]

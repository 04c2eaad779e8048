"""People, repositories and issue types as GitHub's REST API writes them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .state import node_id

if TYPE_CHECKING:
    from .state import IssueType, Repo, User
    from .world import World

Json = dict[str, Any]
WEB = "https://github.com"
USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
REPO_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
NOTHING: Json = dict.fromkeys(
    (
        "forks_count",
        "stargazers_count",
        "watchers_count",
        "size",
        "forks",
        "watchers",
        "network_count",
        "subscribers_count",
    ),
    0,
)


@lru_cache(maxsize=100_000)
def iso(when: int) -> str:
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_none(when: int | None) -> str | None:
    return None if when is None else iso(when)


def epoch(text: str) -> int:
    """Read an ISO 8601 timestamp; one without a zone is UTC. Raise ValueError for anything else."""
    when = datetime.fromisoformat(text)
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def user_json(world: World, user: User) -> Json:
    return dict(_user_json(world.base_url, user.id, user.login, user.kind))


@lru_cache(maxsize=10_000)
def _user_json(base_url: str, number: int, login: str, kind: str) -> Json:
    url = f"{base_url}/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": base64.b64encode(f"04:User{number}".encode()).decode(),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{WEB}/{login}",
        **{key: url + rest for key, rest in USER_LINKS.items()},
        "type": kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def person(world: World, login: str | None) -> Json | None:
    return None if login is None else user_json(world, world.user(login))


def own_user_json(world: World, user: User) -> Json:
    """Return the caller's own profile, in the form without private details."""
    unknown = dict.fromkeys(("name", "company", "location", "email", "hireable", "bio", "twitter_username"))
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    dates = {"created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z"}
    shown = {"name": user.name, "email": user.email}
    return {**user_json(world, user), **unknown, **shown, "blog": "", **counts, **dates}


def repo_url(world: World, repo: Repo) -> str:
    return f"{world.base_url}/repos/{repo.full_name}"


def repo_json(world: World, repo: Repo, login: str | None) -> Json:
    url, web = repo_url(world, repo), f"{WEB}/{repo.full_name}"
    open_issues = [issue.state for issue in repo.issues.values()].count("open")
    stamp = iso(repo.created)
    return {
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "owner": person(world, repo.owner),
        "private": repo.private,
        "visibility": "private" if repo.private else "public",
        "html_url": web,
        "url": url,
        **{key: url + rest for key, rest in REPO_LINKS.items()},
        "git_url": f"git://github.com/{repo.full_name}.git",
        "ssh_url": f"git@github.com:{repo.full_name}.git",
        "clone_url": f"{web}.git",
        "svn_url": web,
        **dict.fromkeys(("description", "homepage", "language", "license", "mirror_url")),
        **NOTHING,
        "open_issues_count": open_issues,
        "open_issues": open_issues,
        "default_branch": "main",
        "topics": [],
        "has_issues": repo.has_issues,
        **dict.fromkeys(("has_projects", "has_wiki", "has_downloads"), True),
        **dict.fromkeys(("fork", "has_pages", "has_discussions", "disabled", "is_template"), False),
        "archived": repo.archived,
        "created_at": stamp,
        "updated_at": stamp,
        "pushed_at": stamp,
        "permissions": permissions_json(world, repo, login),
    }


def permissions_json(world: World, repo: Repo, login: str | None) -> dict[str, bool]:
    if login is not None and world.user(login).kind == "Bot":  # an App's rights are told with its token alone
        return dict.fromkeys(("admin", "maintain", "push", "triage", "pull"), False)
    levels = {"admin": "admin", "maintain": "maintain", "push": "write", "triage": "triage", "pull": "read"}
    return {word: world.may(repo, login, level) for word, level in levels.items()}


def type_json(kind: IssueType) -> Json:
    return {
        "id": kind.id,
        "node_id": node_id("IT", kind.id),
        "name": kind.name,
        "description": kind.description,
        "color": kind.color,
        "created_at": iso(kind.created),
        "updated_at": iso(kind.created),
        "is_enabled": True,
    }

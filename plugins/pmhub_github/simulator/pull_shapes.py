"""Pull requests as GitHub's REST API lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .issue_shapes import association, issue_url, label_json, milestone_json, web_url
from .shapes import Json, iso, iso_or_none, person, repo_json, repo_url

if TYPE_CHECKING:
    from .state import Issue, Repo
    from .world import World


def pull_json(world: World, repo: Repo, pull: Issue, login: str | None) -> Json:
    url, issue = f"{repo_url(world, repo)}/pulls/{pull.number}", issue_url(world, repo, pull.number)
    web = web_url(repo, pull)
    links = {
        "self": url,
        "html": web,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{repo_url(world, repo)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{repo_url(world, repo)}/statuses/{pull.merge_commit or '0' * 40}",
    }
    assignees = [person(world, one) for one in pull.assignees]
    return {
        "url": url,
        "id": pull.id,
        "node_id": pull.node_id,
        "html_url": web,
        "number": pull.number,
        **{
            f"{name}_url": links[name]
            for name in ("commits", "review_comments", "review_comment", "comments", "statuses")
        },
        "issue_url": issue,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "state": pull.state,
        "locked": pull.locked,
        "title": pull.title,
        "body": pull.body,
        "draft": False,
        "user": person(world, pull.author),
        "labels": [{**label_json(world, repo, repo.labels[one]), "description": ""} for one in pull.labels],
        "milestone": None if pull.milestone is None else milestone_json(world, repo, repo.milestones[pull.milestone]),
        "created_at": iso(pull.created),
        "updated_at": iso(pull.updated),
        "closed_at": iso_or_none(pull.closed),
        "merged_at": iso_or_none(pull.merged),
        "merge_commit_sha": pull.merge_commit,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "requested_reviewers": [],
        "requested_teams": [],
        "head": end_json(world, repo, pull, pull.branch or f"patch-{pull.number}", login),
        "base": end_json(world, repo, pull, "main", login),
        "_links": {name: {"href": href} for name, href in links.items()},
        "author_association": association(world, repo, pull.author),
        "auto_merge": None,
        "active_lock_reason": pull.lock_reason,
    }


def end_json(world: World, repo: Repo, pull: Issue, branch: str, login: str | None) -> Json:
    return {
        "label": f"{repo.owner}:{branch}",
        "ref": branch,
        "sha": pull.merge_commit or "0" * 40,
        "user": person(world, repo.owner),
        "repo": repo_json(world, repo, login),
    }

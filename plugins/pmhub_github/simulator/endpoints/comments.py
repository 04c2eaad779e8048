"""Comments, of one issue and of the whole repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.comment_changes import create_comment, delete_comment, edit_comment
from pmhub_github.simulator.errors import ApiError, not_found
from pmhub_github.simulator.issue_filters import select_comments, since
from pmhub_github.simulator.issue_shapes import comment_json
from pmhub_github.simulator.paging import paged

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Comment, Repo


def list_repo_comments(call: Call) -> Reply:
    repo = call.repo_with_issues()
    return paged(call, repo, select_comments(call, repo), lambda comment: comment_json(call.world, repo, comment))


def list_comments(call: Call) -> Reply:
    repo = call.repo_with_issues()
    after = since(call)
    found = [repo.comments[one] for one in sorted(call.issue(repo).comments) if repo.comments[one].updated >= after]
    return paged(call, repo, found, lambda comment: comment_json(call.world, repo, comment))


def post_comment(call: Call) -> Reply:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    comment = create_comment(call.world, repo, issue, call.writable(repo), call.body.get("body"))
    shape = comment_json(call.world, repo, comment)
    return Reply(201, shape, {"Location": shape["url"]})


def get_comment(call: Call) -> Reply:
    repo = call.repo_with_issues()
    return Reply(200, comment_json(call.world, repo, find(call, repo)))


def patch_comment(call: Call) -> Reply:
    repo = call.repo_with_issues()
    comment, actor = editable(call, repo)
    edit_comment(call.world, repo, comment, actor, call.body.get("body"))
    return Reply(200, comment_json(call.world, repo, comment))


def remove_comment(call: Call) -> Reply:
    repo = call.repo_with_issues()
    comment, _actor = editable(call, repo)
    delete_comment(call.world, repo, comment)
    return Reply(204)


def find(call: Call, repo: Repo) -> Comment:
    comment = repo.comments.get(call.args["comment_id"])
    if comment is None:
        raise not_found()
    return comment


def editable(call: Call, repo: Repo) -> tuple[Comment, str]:
    comment, actor = find(call, repo), call.writable(repo)
    if comment.author != actor and not call.world.may(repo, actor, "write"):
        raise ApiError(403, "Must have admin rights to Repository.")
    return comment, actor


ROUTES: list[Route] = [
    ("GET", "/repos/<owner>/<repo>/issues/comments", list_repo_comments),
    ("GET", "/repos/<owner>/<repo>/issues/<int:issue_number>/comments", list_comments),
    ("POST", "/repos/<owner>/<repo>/issues/<int:issue_number>/comments", post_comment),
    ("GET", "/repos/<owner>/<repo>/issues/comments/<int:comment_id>", get_comment),
    ("PATCH", "/repos/<owner>/<repo>/issues/comments/<int:comment_id>", patch_comment),
    ("DELETE", "/repos/<owner>/<repo>/issues/comments/<int:comment_id>", remove_comment),
]

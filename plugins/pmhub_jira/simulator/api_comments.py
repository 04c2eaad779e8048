"""Comments of issues."""

from __future__ import annotations

from . import comments
from .call import Answer, Call
from .errors import ApiError
from .values import Comment, Issue, Json

MOST_LISTED = 1_000


def list_comments(call: Call, issue: str) -> Answer:
    found = call.issue(issue)
    readable = sorted(call.shapes.readable_comments(found), key=lambda comment: (comment.created, comment.id))
    if call.query.get("orderBy", "created").startswith("-"):
        readable.reverse()
    start, size = call.window(most=100, usual=50)
    page = [_json(call, comment, found) for comment in readable[start : start + size]]
    return Answer(json={"startAt": start, "maxResults": size, "total": len(readable), "comments": page})


def get_comment(call: Call, issue: str, comment: str) -> Answer:
    found = call.issue(issue)
    return Answer(json=_json(call, call.comment(found, comment), found))


def add_comment(call: Call, issue: str) -> Answer:
    found = call.issue_to_change(issue)
    if not call.has("ADD_COMMENTS", found.project_id):
        raise ApiError(400, errors={"comment": "You do not have the permission to comment on this issue."})
    after, comment = comments.add(call.state, call.actor, found, call.payload())
    return Answer(201, _json(call, comment, after))


def edit_comment(call: Call, issue: str, comment: str) -> Answer:
    found = call.issue_to_change(issue)
    known = call.comment(found, comment)
    _own_or_all(call, found, known, "EDIT")
    changed = comments.edit(call.state, call.actor, found, known, call.payload())
    return Answer(json=_json(call, changed, found))


def delete_comment(call: Call, issue: str, comment: str) -> Answer:
    found = call.issue_to_change(issue)
    known = call.comment(found, comment)
    _own_or_all(call, found, known, "DELETE")
    comments.delete(call.state, found, known)
    return Answer(204)


def _own_or_all(call: Call, issue: Issue, comment: Comment, verb: str) -> None:
    own = comment.author == call.actor and call.has(f"{verb}_OWN_COMMENTS", issue.project_id)
    if not own and not call.has(f"{verb}_ALL_COMMENTS", issue.project_id):
        message = f"You do not have permission to {verb.lower()} comment with id: {comment.id} in this issue."
        raise ApiError(400, message)


def comments_by_id(call: Call) -> Answer:
    """Ids that do not exist or may not be read are left out."""
    wanted = call.payload().get("ids") or []
    if not 1 <= len(wanted) <= MOST_LISTED:
        raise ApiError(400, "Between 1 and 1000 comment ids must be provided.")
    values = []
    for number in wanted:
        issue = call.state.issues.get(call.state.comment_homes.get(number, -1))
        if issue is None or not call.has("BROWSE_PROJECTS", issue.project_id):
            continue
        readable = call.shapes.readable_comments(issue)
        values += [_json(call, comment, issue) for comment in readable if comment.id == number]
    page = {"isLast": True, "maxResults": 1_048_576, "startAt": 0, "total": len(values)}
    return Answer(json=page | {"values": values})


def _json(call: Call, comment: Comment, issue: Issue) -> Json:
    return call.shapes.comment(comment, issue.id, properties="properties" in call.expand())

"""Comments: adding, editing and deleting each move the issue's `updated`."""

from __future__ import annotations

from dataclasses import replace

from .adf import check_document
from .errors import ApiError, DocumentError, FieldError
from .server_values import wiki
from .state import State
from .values import Comment, Issue, Json


def add(state: State, actor: str, issue: Issue, payload: Json) -> tuple[Issue, Comment]:
    """Payload: body (ADF), visibility, properties `[{key, value}]`."""
    now = state.now()
    comment = Comment(
        id=state.new_id(),
        author=actor,
        editor=actor,
        body=_body(state, payload),
        created=now,
        updated=now,
        visibility=payload.get("visibility"),
        properties=_properties(payload),
    )
    state.comment_homes[comment.id] = issue.id
    return _keep(state, issue, (*issue.comments, comment)), comment


def edit(state: State, actor: str, issue: Issue, comment: Comment, payload: Json) -> Comment:
    changed = replace(
        comment,
        editor=actor,
        body=_body(state, payload),
        updated=state.now(),
        visibility=payload.get("visibility", comment.visibility),
        properties={**comment.properties, **_properties(payload)},
    )
    _keep(state, issue, tuple(changed if entry.id == comment.id else entry for entry in issue.comments))
    return changed


def delete(state: State, issue: Issue, comment: Comment) -> None:
    del state.comment_homes[comment.id]
    _keep(state, issue, tuple(entry for entry in issue.comments if entry.id != comment.id))


def find(issue: Issue, comment_id: object) -> Comment | None:
    return next((entry for entry in issue.comments if str(entry.id) == str(comment_id)), None)


def _keep(state: State, issue: Issue, kept: tuple[Comment, ...]) -> Issue:
    return state.put(replace(issue, comments=kept, updated=state.now()))


def _properties(payload: Json) -> dict[str, Json]:
    return {entry["key"]: entry.get("value") for entry in payload.get("properties") or ()}


def _body(state: State, payload: Json) -> Json:
    body = payload.get("body")
    if not body or (isinstance(body, dict) and body.get("content") == []):
        raise ApiError(400, errors={"comment": "Comment body can not be empty!"})
    try:
        return wiki(body) if state.data_center else check_document(body)
    except DocumentError as error:
        raise ApiError(400, str(error)) from error
    except FieldError as error:
        raise ApiError(400, errors={"comment": str(error)}) from error

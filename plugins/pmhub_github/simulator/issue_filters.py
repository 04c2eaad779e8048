"""The filters and orders of the issue and comment lists."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from .errors import invalid
from .paging import choice
from .shapes import epoch

if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import Call
    from .state import Comment, Issue, Repo

    Test = Callable[[Issue], bool]


def select(call: Call, repo: Repo) -> list[Issue]:
    """Return the issues and pull requests a list request asks for, in its order; ties go by number."""
    state, after = choice(call, "state", ("open", "closed", "all")), since(call)
    found = [issue for issue in repo.issues.values() if issue.updated >= after]
    if state != "all":
        found = [issue for issue in found if issue.state == state]
    for name, make in FILTERS.items():
        if call.query.get(name):
            found = list(filter(make(repo, call.query[name]), found))
    found.sort(key=attrgetter("number"))
    found.sort(key=ORDERS[choice(call, "sort", tuple(ORDERS))])
    if choice(call, "direction", ("desc", "asc")) == "desc":
        found.reverse()
    return found


def since(call: Call) -> int:
    """Return the inclusive lower bound of `updated_at`, 0 for none; raise 422 for what is not a time."""
    text = call.query.get("since")
    if not text:
        return 0
    try:
        return epoch(text)
    except ValueError:
        raise invalid("Search", "since", "invalid", value=text) from None


def by_labels(repo: Repo, text: str) -> Test:
    names = {name.strip().lower() for name in text.split(",")}
    return lambda issue: names <= {repo.labels[one].name.lower() for one in issue.labels}


def by_milestone(_repo: Repo, text: str) -> Test:
    return lambda issue: matches(text, [] if issue.milestone is None else [str(issue.milestone)])


def by_assignee(_repo: Repo, text: str) -> Test:
    return lambda issue: matches(text, issue.assignees)


def by_type(_repo: Repo, text: str) -> Test:
    return lambda issue: matches(text, [] if issue.type is None else [issue.type])


def by_creator(_repo: Repo, text: str) -> Test:
    return lambda issue: issue.author.lower() == text.lower()


def by_mention(_repo: Repo, text: str) -> Test:
    return lambda issue: f"@{text.lower()}" in (issue.body or "").lower()


def matches(text: str, values: list[str]) -> bool:
    """Tell whether `text` is one of the values; `*` asks for any value, `none` for no value."""
    if text == "none":
        return not values
    return bool(values) if text == "*" else text.lower() in (value.lower() for value in values)


ORDERS: dict[str, Callable[[Issue], int]] = {
    "created": attrgetter("created"),
    "updated": attrgetter("updated"),
    "comments": lambda issue: len(issue.comments),
}
FILTERS: dict[str, Callable[[Repo, str], Test]] = {
    "labels": by_labels,
    "milestone": by_milestone,
    "assignee": by_assignee,
    "type": by_type,
    "creator": by_creator,
    "mentioned": by_mention,
}


def select_comments(call: Call, repo: Repo) -> list[Comment]:
    """Return the comments of a repository; without `sort` they come by id and `direction` is ignored."""
    after = since(call)
    found = [comment for comment in repo.comments.values() if comment.updated >= after]
    sort = choice(call, "sort", ("id", "created", "updated"))
    if sort == "id":
        return sorted(found, key=lambda comment: comment.id)
    descending = choice(call, "direction", ("desc", "asc")) == "desc"
    if sort == "created":
        return sorted(found, key=lambda comment: (comment.created, comment.id), reverse=descending)
    return sorted(found, key=lambda comment: (comment.updated, comment.id), reverse=descending)

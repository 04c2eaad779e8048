"""How a Data Center writes what it holds as JSON, where it does otherwise than Cloud.

Shapes from recorded answers of Jira Server and from the vendor's description of Jira Data Center 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from .fields import SPRINT
from .shapes import Shapes
from .values import Comment, History, Issue, IssueType, Json

EPIC_LINK = "customfield_10014"
_PEOPLE = frozenset({"assignee", "reporter"})


def key_of(name: str) -> str:
    """The key of a user, which is no longer the name."""
    return f"JIRAUSER-{name}"


class ServerShapes(Shapes):
    def user(self, account_id: str | None) -> Json:
        if account_id is None:
            return None
        user = self.state.users[account_id]
        return {
            "self": self.url(f"user?username={quote(account_id, safe='')}"),
            "name": account_id,
            "key": key_of(account_id),
            "emailAddress": user.email,
            "avatarUrls": self.avatars("user"),
            "displayName": user.display_name,
            "active": user.active,
            "timeZone": user.time_zone,
        }

    def issue_type(self, kind: IssueType) -> Json:
        return {name: value for name, value in super().issue_type(kind).items() if name != "hierarchyLevel"}

    def comment(self, comment: Comment, issue_id: int, *, properties: bool = False) -> Json:
        """Without its properties, whatever is asked."""
        del properties
        shown = super().comment(comment, issue_id)
        del shown["jsdPublic"]
        return shown

    def comment_field(self, issue: Issue) -> Json:
        """An issue embeds all its comments."""
        shown = [self.comment(comment, issue.id) for comment in self.readable_comments(issue)]
        return {"comments": shown, "maxResults": len(shown), "total": len(shown), "startAt": 0}

    def history(self, entry: History) -> Json:
        items = [self._item(item) for item in entry.items]
        author = self.user(entry.author)
        return {"id": str(entry.id), "author": author, "created": self.moment(entry.created), "items": items}

    def field(self, name: str, issue: Issue) -> Json:
        return _FIELDS[name](self, issue) if name in _FIELDS else super().field(name, issue)

    def fields(self, issue: Issue, wanted: list[str]) -> Json:
        """An issue that is no sub-task has no parent at all."""
        shown = super().fields(issue, wanted)
        if shown.get("parent", ()) is None:
            del shown["parent"]
        return shown

    def _item(self, item: dict[str, str | None]) -> Json:
        """People stand there by their keys, and no field by its id."""
        told = {name: value for name, value in item.items() if name != "fieldId"}
        if told["field"] == "IssueParentAssociation":
            return told | {"field": "Epic Link", "fieldtype": "custom"}
        if told["field"] in _PEOPLE:
            told |= {side: key_of(name) for side in ("from", "to") if (name := told[side])}
        return told


def _is_epic(shapes: Shapes, issue: Issue) -> bool:
    return shapes.state.types[issue.type_id].level == 1


def _parent(shapes: Shapes, issue: Issue) -> Json:
    parent = shapes.state.issues.get(issue.parent_id or -1)
    return shapes.brief(parent) if parent and not _is_epic(shapes, parent) else None


def _epic_link(shapes: Shapes, issue: Issue) -> Json:
    parent = shapes.state.issues.get(issue.parent_id or -1)
    return parent.key if parent and _is_epic(shapes, parent) else None


def _sprints(shapes: Shapes, issue: Issue) -> Json:
    """Each is a text; what is not said of it is `<null>`."""
    known = [shapes.state.sprints[number] for number in issue.custom.get(SPRINT) or ()]
    return [
        f"com.atlassian.greenhopper.service.sprint.Sprint@1f{one.id:x}[id={one.id},rapidViewId=1,"
        f"state={one.state.upper()},name={one.name},startDate=<null>,endDate=<null>,completeDate=<null>,"
        f"activatedDate=<null>,sequence={one.id},goal=,autoStartStop=false]"
        for one in known
    ] or None


_FIELDS: Mapping[str, Callable[[Shapes, Issue], Json]] = {"parent": _parent, EPIC_LINK: _epic_link, SPRINT: _sprints}

"""How Jira writes what it holds as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from . import fields as field_list
from .state import PRIORITIES, RESOLUTIONS, State
from .timestamps import day, stamp
from .values import (
    EPIC_NAME,
    Attachment,
    Choice,
    Comment,
    Component,
    History,
    Issue,
    IssueLink,
    IssueType,
    Json,
    LinkType,
    Project,
    RemoteLink,
    Sprint,
    User,
    Version,
)
from .workflow import Status

COMMENTS_EMBEDDED = 20
_CATEGORIES = {
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}


@dataclass(frozen=True)
class Shapes:
    """Writes for one reader: links start with `base`, moments are in the reader's time zone."""

    state: State
    base: str
    reader: User | None = None

    def url(self, path: str) -> str:
        return f"{self.base}/rest/api/{2 if self.state.data_center else 3}/{path}"

    def moment(self, milliseconds: int) -> str:
        return stamp(milliseconds, self.reader.time_zone if self.reader else "UTC")

    def user(self, account_id: str | None) -> Json:
        if account_id is None:
            return None
        user = self.state.users[account_id]
        answer = {
            "self": self.url(f"user?accountId={quote(account_id, safe='')}"),
            "accountId": account_id,
            "emailAddress": user.email,
            "avatarUrls": self.avatars("user"),
            "displayName": user.display_name,
            "active": user.active,
            "timeZone": user.time_zone,
            "accountType": user.account_type,
        }
        if not user.shows_email or not user.email:
            del answer["emailAddress"]
        return answer

    def avatars(self, kind: str) -> Json:
        path = f"universal_avatar/view/type/{kind}/avatar/10300"
        return {f"{size}x{size}": self.url(f"{path}?size={size}") for size in (16, 24, 32, 48)}

    def status(self, status: Status) -> Json:
        number, color, name = _CATEGORIES[status.category]
        category = {"id": number, "key": status.category, "colorName": color, "name": name}
        return {
            "self": self.url(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.base}/",
            "name": status.name,
            "id": status.id,
            "statusCategory": {"self": self.url(f"statuscategory/{number}"), **category},
        }

    def issue_type(self, kind: IssueType) -> Json:
        return {
            "self": self.url(f"issuetype/{kind.id}"),
            "id": kind.id,
            "description": "",
            "iconUrl": self.url("universal_avatar/view/type/issuetype/avatar/10307?size=medium"),
            "name": kind.name,
            "subtask": kind.subtask,
            "avatarId": 10307,
            "hierarchyLevel": kind.level,
        }

    def project(self, project: Project) -> Json:
        """As an issue shows it."""
        return {
            "self": self.url(f"project/{project.id}"),
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": False,
            "avatarUrls": self.avatars("project"),
        }

    def priority(self, choice: Choice) -> Json:
        icon = f"{self.base}/images/icons/priorities/{choice.name.lower()}.svg"
        return {"self": self.url(f"priority/{choice.id}"), "iconUrl": icon, "name": choice.name, "id": choice.id}

    def resolution(self, choice: Choice) -> Json:
        return {"self": self.url(f"resolution/{choice.id}"), "id": choice.id, "description": "", "name": choice.name}

    def component(self, component: Component) -> Json:
        return {"self": self.url(f"component/{component.id}"), "id": str(component.id), "name": component.name}

    def version(self, version: Version) -> Json:
        """As an issue shows it: dates that are not set are left out."""
        answer = {
            "self": self.url(f"version/{version.id}"),
            "id": str(version.id),
            "description": version.description,
            "name": version.name,
            "archived": version.archived,
            "released": version.released,
            "releaseDate": version.release,
        }
        return {name: value for name, value in answer.items() if value not in (None, "")}

    def whole_version(self, version: Version) -> Json:
        answer = self.version(version) | {"projectId": version.project_id}
        if version.start:
            answer |= {"startDate": version.start, "userStartDate": version.start}
        if version.release:
            late = not version.released and version.release < day(self.state.now())
            answer |= {"overdue": late, "userReleaseDate": version.release}
        return answer

    def link_type(self, kind: LinkType) -> Json:
        names = {"id": kind.id, "name": kind.name, "inward": kind.inward, "outward": kind.outward}
        return {**names, "self": self.url(f"issueLinkType/{kind.id}")}

    def link(self, link: IssueLink, seen_from: int) -> Json:
        other, side = (link.target, "outwardIssue") if link.source == seen_from else (link.source, "inwardIssue")
        kind = self.link_type(link.type)
        return {
            "id": str(link.id),
            "self": self.url(f"issueLink/{link.id}"),
            "type": kind,
            side: self.brief(self.state.issues[other]),
        }

    def brief(self, issue: Issue) -> Json:
        """An issue as another issue shows it."""
        shown = ("summary", "status", "priority", "issuetype")
        return {
            "id": str(issue.id),
            "key": issue.key,
            "self": self.url(f"issue/{issue.id}"),
            "fields": {name: self.field(name, issue) for name in shown},
        }

    def comment(self, comment: Comment, issue_id: int, *, properties: bool = False) -> Json:
        answer = {
            "self": self.url(f"issue/{issue_id}/comment/{comment.id}"),
            "id": str(comment.id),
            "author": self.user(comment.author),
            "body": comment.body,
            "updateAuthor": self.user(comment.editor),
            "created": self.moment(comment.created),
            "updated": self.moment(comment.updated),
            "jsdPublic": True,
        }
        if comment.visibility:
            answer["visibility"] = comment.visibility
        if properties:
            answer["properties"] = [{"key": key, "value": value} for key, value in comment.properties.items()]
        return answer

    def readable_comments(self, issue: Issue) -> list[Comment]:
        """Those whose visibility includes the reader."""
        return [comment for comment in issue.comments if self._may_read(comment)]

    def _may_read(self, comment: Comment) -> bool:
        if not comment.visibility:
            return True
        reader = self.reader
        return reader is not None and (
            comment.author == reader.account_id or comment.visibility.get("value") in reader.roles
        )

    def comment_field(self, issue: Issue) -> Json:
        """Only the first page of the comments is embedded in an issue."""
        comments = self.readable_comments(issue)
        return {
            "comments": [self.comment(comment, issue.id) for comment in comments[:COMMENTS_EMBEDDED]],
            "self": self.url(f"issue/{issue.id}/comment"),
            "maxResults": min(len(comments), COMMENTS_EMBEDDED),
            "total": len(comments),
            "startAt": 0,
        }

    def history(self, entry: History) -> Json:
        author, created = self.user(entry.author), self.moment(entry.created)
        return {"id": str(entry.id), "author": author, "created": created, "items": list(entry.items)}

    def remote_link(self, link: RemoteLink, issue: Issue) -> Json:
        answer: dict[str, Json] = {"id": link.id, "self": self.url(f"issue/{issue.key}/remotelink/{link.id}")}
        if link.global_id is not None:
            answer["globalId"] = link.global_id
        answer["application"] = link.application or {}
        if link.relationship is not None:
            answer["relationship"] = link.relationship
        return answer | {"object": link.object}

    def fields(self, issue: Issue, wanted: list[str]) -> Json:
        hidden = self.state.project_of(issue).hidden_fields
        return {name: self.field(name, issue) for name in wanted if name not in hidden}

    def field(self, name: str, issue: Issue) -> Json:
        return FIELD_SHAPES[name](self, issue)

    def option(self, value: str | None) -> Json:
        if value is None:
            return None
        number = str(10_200 + field_list.HORIZONS.index(value))
        return {"self": self.url(f"customFieldOption/{number}"), "value": value, "id": number}

    def sprints(self, ids: list[int] | None) -> Json:
        if not ids:
            return None
        known = [self.state.sprints[number] for number in ids]
        return [self.sprint(entry) | {"boardId": 1} for entry in known]

    def attachment(self, one: Attachment) -> Json:
        return {
            "self": self.url(f"attachment/{one.id}"),
            "id": str(one.id),
            "filename": one.filename,
            "author": self.user(one.author),
            "created": self.moment(one.created),
            "size": len(one.content),
            "mimeType": "application/octet-stream",
            "content": self.url(f"attachment/content/{one.id}"),
        }

    def sprint(self, entry: Sprint) -> Json:
        return {"id": entry.id, "name": entry.name, "state": entry.state, "goal": ""}

    def time_tracking(self, seconds: int | None) -> Json:
        return {"originalEstimate": f"{seconds // 60}m", "originalEstimateSeconds": seconds} if seconds else {}


def choice(choices: tuple[Choice, ...], wanted: str | None) -> Choice | None:
    return next((entry for entry in choices if entry.id == wanted), None)


def _priority(shapes: Shapes, issue: Issue) -> Json:
    found = choice(PRIORITIES, issue.priority_id)
    return found and shapes.priority(found)


def _resolution(shapes: Shapes, issue: Issue) -> Json:
    found = choice(RESOLUTIONS, issue.resolution_id)
    return found and shapes.resolution(found)


def _parent(shapes: Shapes, issue: Issue) -> Json:
    parent = shapes.state.issues.get(issue.parent_id or -1)
    return parent and shapes.brief(parent)


def _subtasks(shapes: Shapes, issue: Issue) -> Json:
    state = shapes.state
    children = [state.issues[child] for child in sorted(state.children.get(issue.id, ()))]
    return [shapes.brief(child) for child in children if state.types[child.type_id].subtask]


FIELD_SHAPES: Mapping[str, Callable[[Shapes, Issue], Json]] = {
    "statuscategorychangedate": lambda shapes, issue: shapes.moment(issue.status_changed),
    "issuetype": lambda shapes, issue: shapes.issue_type(shapes.state.types[issue.type_id]),
    "project": lambda shapes, issue: shapes.project(shapes.state.project_of(issue)),
    "parent": _parent,
    "summary": lambda _, issue: issue.summary,
    "description": lambda _, issue: issue.description,
    "environment": lambda _, __: None,
    "status": lambda shapes, issue: shapes.status(shapes.state.statuses[issue.status_id]),
    "resolution": _resolution,
    "resolutiondate": lambda shapes, issue: issue.resolved and shapes.moment(issue.resolved),
    "priority": _priority,
    "assignee": lambda shapes, issue: shapes.user(issue.assignee),
    "reporter": lambda shapes, issue: shapes.user(issue.reporter),
    "creator": lambda shapes, issue: shapes.user(issue.creator),
    "created": lambda shapes, issue: shapes.moment(issue.created),
    "updated": lambda shapes, issue: shapes.moment(issue.updated),
    "duedate": lambda _, issue: issue.due,
    field_list.TIME_ESTIMATE: lambda _, issue: issue.time_estimate,
    field_list.TIME_TRACKING: lambda shapes, issue: shapes.time_tracking(issue.time_estimate),
    "labels": lambda _, issue: list(issue.labels),
    "components": lambda shapes, issue: [shapes.component(shapes.state.components[n]) for n in issue.component_ids],
    "fixVersions": lambda shapes, issue: [shapes.version(shapes.state.versions[n]) for n in issue.version_ids],
    "versions": lambda _, __: [],
    "issuelinks": lambda shapes, issue: [shapes.link(link, issue.id) for link in shapes.state.links_of(issue.id)],
    "subtasks": _subtasks,
    "security": lambda shapes, issue: (
        issue.security and {"self": shapes.url("securitylevel/10000"), "id": "10000", "name": issue.security}
    ),
    "comment": lambda shapes, issue: shapes.comment_field(issue),
    "attachment": lambda shapes, issue: [shapes.attachment(one) for one in issue.attachments],
    "worklog": lambda _, __: {"startAt": 0, "maxResults": 20, "total": 0, "worklogs": []},
    EPIC_NAME: lambda _, issue: issue.custom.get(EPIC_NAME),
    "customfield_10014": lambda _, __: None,
    field_list.START_DATE: lambda _, issue: issue.custom.get(field_list.START_DATE),
    field_list.ESTIMATE: lambda _, issue: issue.custom.get(field_list.ESTIMATE),
    field_list.SPRINT: lambda shapes, issue: shapes.sprints(issue.custom.get(field_list.SPRINT)),
    field_list.HORIZON: lambda shapes, issue: shapes.option(issue.custom.get(field_list.HORIZON)),
    field_list.OBJECTIVE: lambda _, issue: issue.custom.get(field_list.OBJECTIVE),
    field_list.OUTCOME: lambda _, issue: issue.custom.get(field_list.OUTCOME),
    "customfield_10021": lambda _, __: None,
}

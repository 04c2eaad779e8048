"""One request on its way through: who asks, for what, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from .errors import ApiError, issue_missing
from .server_shapes import ServerShapes
from .shapes import Shapes
from .simulator import JiraSimulator
from .state import State
from .values import Comment, Issue, Json, Project, User


@dataclass(frozen=True)
class Answer:
    status: int = 200
    json: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)


class TooMany(Exception):
    """A limit refused the request; `headers` say which and for how long."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(headers)
        self.headers = headers


@dataclass(frozen=True)
class Call:
    simulator: JiraSimulator
    user: User | None
    query: MultiDict[str, str]
    json: Json
    files: tuple[tuple[str, bytes], ...] = ()
    is_trusted: bool = False
    """Does it say that no browser sends it?"""

    @property
    def state(self) -> State:
        return self.simulator.state

    @property
    def shapes(self) -> Shapes:
        shapes = ServerShapes if self.state.data_center else Shapes
        return shapes(self.state, self.simulator.base_url, self.user)

    @property
    def actor(self) -> str:
        """The account that writes; raises 401 for the anonymous."""
        if self.user is None:
            raise ApiError(401, "You are not authenticated. Authentication required to perform this operation.")
        return self.user.account_id

    def payload(self) -> dict[str, Json]:
        """The body, which has to be a JSON object."""
        if not isinstance(self.json, dict):
            raise ApiError(400, "INVALID_INPUT")
        return self.json

    def has(self, permission: str, project_id: int | None = None) -> bool:
        account = self.user.account_id if self.user else None
        return self.simulator.permissions.has(account, permission, project_id)

    def issue(self, id_or_key: object) -> Issue:
        """The issue, if it exists and the caller may see it; else 404, without saying which."""
        found = self.state.find(id_or_key)
        if found is None or not self.has("BROWSE_PROJECTS", found.project_id):
            raise issue_missing()
        return found

    def issue_to_change(self, id_or_key: object) -> Issue:
        """As `issue`, counted by the per-issue write limit; an archived project's issues are read-only."""
        found = self.issue(id_or_key)
        _ = self.actor
        refused = self.simulator.issue_writes.refuse(found.id, self.state.now())
        if refused:
            raise TooMany(refused.headers(self.state.now()))
        if self.state.project_of(found).archived:
            raise ApiError(403, "The issue is in an archived project and cannot be changed.")
        return found

    def project(self, id_or_key: str) -> Project:
        found = self.state.project(id_or_key)
        if found is None or not self.has("BROWSE_PROJECTS", found.id):
            raise ApiError(404, f"No project could be found with key '{id_or_key}'.")
        return found

    def comment(self, issue: Issue, comment_id: str) -> Comment:
        for comment in self.shapes.readable_comments(issue):
            if str(comment.id) == comment_id:
                return comment
        raise ApiError(404, f"Can not find a comment for the id: {comment_id}.")

    def expand(self) -> set[str]:
        return {name.strip() for name in self.query.get("expand", "").split(",") if name.strip()}

    def window(self, most: int = 5_000, usual: int = 50) -> tuple[int, int]:
        """An offset page: startAt and maxResults."""
        start, size = self.query.get("startAt", 0, type=int), self.query.get("maxResults", usual, type=int)
        if start < 0 or size < 0:
            raise ApiError(400, "startAt and maxResults must not be negative.")
        return start, min(size, most)

    def flag(self, name: str) -> bool:
        return self.query.get(name, "false").lower() == "true"

"""The GitHub Projects that roadmaps name: looked at once a day, their items listed once a run, written item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

from pmhub.model.codec import fingerprint
from pmhub.model.lean import dataclass
from pmhub.sdk import Changes, ConnectorError, Context, Refused, Scope
from pmhub_github import project_changes, project_fields
from pmhub_github.project_calls import ProjectCalls, ProjectPlace, unseen
from pmhub_github.project_changes import Wanted
from pmhub_github.project_fields import Held, Item, ProjectField
from pmhub_github.queries import PROJECTS
from pmhub_github.settings import GitHubScope
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire
from pmhub_github.writing import after_another

DAY: Final = 24 * 3600 * 1000


@dataclass(frozen=True)
class Known:
    place: ProjectPlace
    fields: tuple[ProjectField, ...]


@dataclass
class Listed:
    """A project's issues by node id, as this run has seen them, how many drafts stand beside them, and what was read of them:
    the ids of the fields.
    """

    items: dict[str, Item] = field(default_factory=dict)
    drafts: int = 0
    fields: str = ""


class Projects:
    def __init__(self, wire: Wire, context: Context) -> None:
        self._calls = ProjectCalls(wire)
        self._server = wire.server
        self._context = context
        self._known: dict[str, Known] = {}
        self._listed: dict[str, Listed] = {}

    # fields

    def serves(self, settings: GitHubScope) -> bool:
        """Whether the scope has a project, on a server that shows it."""
        return bool(settings.project) and PROJECTS not in self._server.lacks()

    def look_at(self, settings: GitHubScope) -> None:
        """Raises Denied where it cannot be seen. What it has no field for is told once a day."""
        if self.serves(settings) and self._recall(settings.project) is None:
            self._look_up(settings)

    def held(self, settings: GitHubScope) -> Held:
        """Without a request: what is remembered of the project, else what a project usually has."""
        if not self.serves(settings):
            return {}
        known = self._recall(settings.project)
        return project_fields.assumed(settings) if known is None else project_fields.held(settings, known.fields)

    def _of(self, settings: GitHubScope) -> Known:
        self.look_at(settings)
        known = self._known.get(settings.project.casefold())
        if known is None:
            raise unseen(settings.project, "this server does not show projects")
        return known

    def _recall(self, project: str) -> Known | None:
        key = project.casefold()
        if key not in self._known and (told := self._context.memory.get(memory_key(project))):
            fields = tuple(map(project_fields.project_field, told["fields"]))
            self._known[key] = Known(ProjectPlace(project, told["owners"]), fields)
        return self._known.get(key)

    def _look_up(self, settings: GitHubScope) -> None:
        if self._server.is_enterprise and not self._calls.has_projects(settings.project):
            self._server.learn_missing(PROJECTS)
            return
        place, raws = self._calls.look_up(settings.project)
        known = Known(place, tuple(map(project_fields.project_field, raws)))
        self._known[settings.project.casefold()] = known
        told = {"owners": place.owners, "fields": [project_fields.remembered(one) for one in known.fields]}
        self._context.memory.put(memory_key(settings.project), told, until=self._context.clock() + DAY)
        held = project_fields.held(settings, known.fields)
        for ours, theirs in project_fields.names_of(settings).items():
            if ours not in held:
                self._context.log.info("%s has no field %r to hold %s", settings.project, theirs, ours)

    # items

    def forget_items(self) -> None:
        """The next list is a new one."""
        self._listed.clear()

    def listed(self, settings: GitHubScope) -> Listed:
        """As listed before in this run, with what was learned since."""
        key = list_key(settings)
        return self._listed[key] if key in self._listed else self.afresh(settings)

    def afresh(self, settings: GitHubScope) -> Listed:
        known, held = self._of(settings), self.held(settings)
        raws = list(self._calls.items(known.place, ids_of(held)))
        found = [one for raw in raws if (one := project_fields.item(raw, held)) is not None]
        read = ",".join(f"{ours}:{theirs.id}" for ours, theirs in sorted(held.items()))
        listed = Listed({one.issue: one for one in found}, project_fields.drafts(raws), read)
        self._listed[list_key(settings)] = listed
        return listed

    def look_again(self, settings: GitHubScope, issue: str) -> None:
        """One item, directly; the list again for an issue that was not in the project when it was listed."""
        listed = self.listed(settings)
        if issue not in listed.items:
            self.afresh(settings)
        else:
            self._renew(settings, issue, listed.items[issue].shape["id"])

    def _renew(self, settings: GitHubScope, issue: str, item: int) -> None:
        held, items = self.held(settings), self.listed(settings).items
        raw = self._calls.item(self._of(settings).place, item, ids_of(held))
        found = project_fields.item(raw, held) if raw else None
        if found is None:
            items.pop(issue, None)
        else:
            items[issue] = found

    def joined(self, scope: Scope, shape: Shape) -> Shape:
        """The issue's shape with its part in the project."""
        if not self.serves(scope.settings):
            return shape
        item = self.listed(scope.settings).items.get(shape["node_id"])
        return {**shape, "project": item.shape if item else dict(project_fields.OUTSIDE)}

    # writing

    def wanted(self, scope: Scope, over: Mapping[str, Any], changes: Changes) -> Wanted:
        """What to write into the item, all of it looked up. Raises Refused for a word that the project has no option for.

        Options are looked at once more before that: someone may have made one meanwhile.
        """
        self.look_at(scope.settings)
        try:
            return project_changes.wanted(scope, self.held(scope.settings), over, changes)
        except Refused:
            self._look_up(scope.settings)
            return project_changes.wanted(scope, self.held(scope.settings), over, changes)

    def write(self, scope: Scope, shape: Shape, wanted: Wanted) -> None:
        """Several fields in one request, and how the item then stands; an issue outside is put into the project first."""
        node_id, item = shape["node_id"], self.listed(scope.settings).items.get(shape["node_id"])
        place = self._of(scope.settings).place
        if item is None:
            number = self._calls.add(place, shape["id"])
            after_another(lambda: self._fill(scope.settings, node_id, number, wanted))
        else:
            self._fill(scope.settings, node_id, item.shape["id"], wanted)

    def _fill(self, settings: GitHubScope, issue: str, item: int, wanted: Wanted) -> None:
        if wanted:
            self._calls.change(self._of(settings).place, item, list(wanted.items()))
        after_another(lambda: self._renew(settings, issue, item))

    def put_in(self, scope: Scope, shape: Shape) -> Shape:
        """A new issue's shape with its part in the project. Never raises: the issue is made, whatever became of this, and the
        first change of a field puts it there.
        """
        try:
            self.write(scope, shape, {})
            return self.joined(scope, shape)
        except ConnectorError as error:
            self._context.log.warning("%s is not in %s yet: %s", shape["html_url"], scope.settings.project, error)
            return {**shape, "project": dict(project_fields.OUTSIDE)}


def ids_of(held: Held) -> list[int]:
    return [one.id for one in held.values()]


def memory_key(project: str) -> str:
    return f"project:{project.casefold()}"


def list_key(settings: GitHubScope) -> str:
    """Two roadmaps may read other fields of one project."""
    return fingerprint([settings.project.casefold(), project_fields.names_of(settings)])

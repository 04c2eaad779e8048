"""What people do with Projects v2 on the web: for tests and the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import project_changes

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from .project_state import Field, Item, Project
    from .world import World

PERSON = "octocat"


class ProjectPeople:
    def __init__(self, world: World, lock: threading.RLock) -> None:
        self._world = world
        self._lock = lock

    def add(self, owner: str, title: str = "Roadmap", *, user_owned: bool = False) -> Project:
        """Add a project with GitHub's own fields; a person's with `user_owned`."""
        with self._lock:
            login = (self._world.user if user_owned else self._world.organization)(owner).login
            return project_changes.create_project(self._world, login, title)

    def add_field(self, project: Project, name: str, data_type: str, options: Iterable[str] = ()) -> Field:
        with self._lock:
            return project_changes.add_field(self._world, project, name, data_type, options)

    def drop_field(self, project: Project, name: str) -> None:
        with self._lock:
            del project.fields[project.field_named(name).id]

    def put(self, project: Project, full_name: str, number: int, *, user: str = PERSON, **values: str | None) -> Item:
        """Put an issue into the project and set fields by name; `_` in a name is a space, and an option goes by its name."""
        with self._lock:
            issue = self._world.repo(full_name).issues[number]
            item = project_changes.add_issue(self._world, project, user, issue.id)
            self.set(project, item, user=user, **values)
            return item

    def set(self, project: Project, item: Item, *, user: str = PERSON, **values: str | None) -> None:
        with self._lock:
            fields = [(project.field_named(name.replace("_", " ")), value) for name, value in values.items()]
            changes = [(field.id, option_id(field, value)) for field, value in fields]
            if changes:
                project_changes.set_values(self._world, project, item, user, changes)

    def add_draft(self, project: Project, title: str, *, user: str = PERSON) -> Item:
        with self._lock:
            return project_changes.add_item(self._world, project, user, None, title)

    def take_out(self, project: Project, item: Item) -> None:
        with self._lock:
            del project.items[item.id]

    def item(self, project: Project, full_name: str, number: int) -> Item | None:
        issue = self._world.repo(full_name).issues[number]
        return next((one for one in project.items.values() if one.issue == issue.id), None)

    def shown(self, project: Project, full_name: str, number: int) -> dict[str, str]:
        """Return the values that are set, by the names of their fields; empty for an issue outside the project."""
        item = self.item(project, full_name, number)
        values = item.values if item else {}
        found = [(project.fields[one], value) for one, value in values.items() if value is not None]
        return {field.name: option.name if (option := field.option(value)) else value for field, value in found}


def option_id(field: Field, value: str | None) -> str | None:
    return next((one.id for one in field.options if one.name == value), value)

"""What the simulator remembers of Projects v2: a project of an organisation or a person, its fields and its items."""

from __future__ import annotations

from dataclasses import dataclass, field

Value = str | None
"""A date as an ISO day, a text, or the id of an option or an iteration."""


@dataclass(slots=True)
class Option:
    """A choice of a single select, or an iteration."""

    id: str
    name: str


@dataclass(slots=True)
class Field:
    id: int
    name: str
    data_type: str
    created: int
    options: list[Option] = field(default_factory=list)

    def option(self, value: Value) -> Option | None:
        return next((one for one in self.options if one.id == value), None)


@dataclass(slots=True)
class Item:
    """`issue` is a database id, None for a draft. `updated` moves with its values, which leave the issue's own time alone."""

    id: int
    creator: str
    created: int
    updated: int
    issue: int | None
    title: str = ""
    values: dict[int, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Project:
    """`permissions` maps login to none, read or write; None lets every known user write. `workflows`: see project_workflows."""

    id: int
    owner: str
    number: int
    title: str
    created: int
    permissions: dict[str, str] | None = None
    workflows: bool = False
    fields: dict[int, Field] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)

    def field_named(self, name: str) -> Field:
        return next(one for one in self.fields.values() if one.name == name)

    def may(self, login: str | None, level: str) -> bool:
        if login is None:
            return False
        held = "write" if self.permissions is None else self.permissions.get(login, "none")
        return held in ("write", level)

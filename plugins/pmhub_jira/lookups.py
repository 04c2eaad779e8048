"""What is asked of Jira rarely and remembered: projects, their types, statuses and versions, fields, transitions, comments' marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pmhub.sdk import Container, Context, Denied, Ref, Refused, Scope
from pmhub_jira.wire import Wire

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
MONTH: Final = 30 * DAY
EPIC_NAME: Final = "com.pyxis.greenhopper.jira:gh-epic-label"
WRITING: Final = ("CREATE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS")

Json = dict[str, Any]


class Lookups:
    def __init__(self, wire: Wire, context: Context) -> None:
        self._wire = wire
        self._context = context

    def container(self, scope: Scope) -> Container:
        """Raises Denied for a project that is not there or not ours to see."""
        key = scope.settings.project
        found = self._remember(f"project:{key}", DAY, lambda: self._look_at(key))
        return Container(scope.key, found["id"], writable=found["writable"])

    def project_id(self, scope: Scope) -> str:
        return self.container(scope).id

    def issue_types(self, project: str, *, fresh: bool = False) -> list[Json]:
        """`[{"id", "name", "subtask", "hierarchyLevel"}]`."""

        def ask() -> list[Json]:
            kept = ("id", "name", "subtask", "hierarchyLevel")
            return [{name: each[name] for name in kept if name in each} for each in self._wire.issue_types(project)]

        return list(self._remember(f"types:{project}", DAY, ask, fresh=fresh))

    def status_categories(self, project: str) -> Mapping[str, str]:
        """Status id → key of its category."""

        def ask() -> dict[str, str]:
            kinds = self._wire.statuses(project)
            return {each["id"]: each["statusCategory"]["key"] for kind in kinds for each in kind.get("statuses") or ()}

        return dict(self._remember(f"statuses:{project}", DAY, ask))

    def transitions(self, issue: Ref, native: Json, *, fresh: bool = False) -> list[Json]:
        """`[{"id", "name", "to": {"name", "category"}}]` for issues of this project, type and status [facts 3.5]."""
        fields = native.get("fields") or {}
        at = [str((fields.get(name) or {}).get("id")) for name in ("project", "issuetype", "status")]
        ask = lambda: [_transition(each) for each in self._wire.transitions(issue.id)]  # noqa: E731
        return list(self._remember(f"transitions:{':'.join(at)}", HOUR, ask, fresh=fresh))

    def need_versions(self, scope: Scope, names: Iterable[str]) -> None:
        """Makes the versions that the project lacks. Raises Refused(field="releases") where we may not."""
        project, missing = scope.settings.project, set(names)
        for fresh in (False, True):
            missing -= set(self._versions(project, fresh=fresh)) if missing else set()
        for name in sorted(missing):
            try:
                self._wire.create_version({"name": name, "projectId": int(self.project_id(scope))})
            except (Refused, Denied) as error:
                hint = f"Create the version `{name}` in {project}, or let this account administer the project."
                raise Refused(
                    f"{project} has no version `{name}`: {error.message}", field="releases", hint=hint
                ) from error
        if missing:
            self._versions(project, fresh=True)

    def versions(self, project: str) -> list[Json]:
        """All of a project, asked now; their names are remembered."""
        found = self._wire.versions(project)
        self._context.memory.put(f"versions:{project}", _names(found), until=self._context.clock() + DAY)
        return found

    def lacks_version(self, project: str, name: str) -> bool:
        """Is a version known to be gone, or to be called otherwise by now? Asked only where versions were asked for before."""
        if self._context.memory.get(f"versions:{project}") is None:
            return False
        return all(name not in self._versions(project, fresh=fresh) for fresh in (False, True))

    def renamed(self, project: str, found: Iterable[Json]) -> list[str]:
        """The ids of versions that had another name when this was last asked."""
        key = f"version names:{project}"
        before, now = self._context.memory.get(key) or {}, {str(each["id"]): str(each["name"]) for each in found}
        self._context.memory.put(key, now, until=self._context.clock() + MONTH)
        return sorted(number for number, name in now.items() if before.get(number, name) != name)

    def field_schemas(self) -> Mapping[str, Json]:
        """Field id → `{"type", "custom"}` of every custom field."""
        ask = lambda: {str(each["id"]): each.get("schema") or {} for each in self._wire.fields() if each.get("custom")}  # noqa: E731
        return dict(self._remember("fields", DAY, ask))

    def epic_name(self, project: str, issue_type: str) -> str | None:
        """The field that must name a new issue of that type beside its summary, as in old company-managed projects."""

        def ask() -> list[str]:
            fields = self._wire.create_fields(project, issue_type)
            return [each["fieldId"] for each in fields if each.get("required") and _is_epic_name(each)]

        return next(iter(self._remember(f"epic name:{project}:{issue_type}", DAY, ask)), None)

    def level(self, issue: str) -> int | None:
        """The level at which an issue stands; None for one that is not there."""

        def ask() -> list[int]:
            kinds = (each["fields"].get("issuetype") or {} for each in self._wire.issues([issue], ["issuetype"]))
            return [kind["hierarchyLevel"] for kind in kinds if "hierarchyLevel" in kind]

        return next(iter(self._remember(f"level:{issue}", HOUR, ask)), None)

    def comment_properties(self, issue: str) -> dict[str, Any]:
        """What we know of our own comments on an issue: comment id → our property, None for one that has none."""
        return dict(self._context.memory.get(f"comments:{issue}") or {})

    def learn_comments(self, issue: str, properties: Mapping[str, Any]) -> None:
        if properties:
            known = {**self.comment_properties(issue), **properties}
            self._context.memory.put(f"comments:{issue}", known, until=self._context.clock() + MONTH)

    def _versions(self, project: str, *, fresh: bool = False) -> list[str]:
        ask = lambda: _names(self._wire.versions(project))  # noqa: E731
        return list(self._remember(f"versions:{project}", DAY, ask, fresh=fresh))

    def _look_at(self, key: str) -> Json:
        found = self._wire.project(key)
        if found is None:
            hint = "Check the key, and that the account of this connection may browse the project."
            raise Denied(f"no project {key} can be seen", hint=hint)
        may = self._wire.permissions(key, WRITING)
        writable = all(may.values()) and not found.get("archived")
        return {"id": str(found["id"]), "writable": writable}

    def _remember(self, key: str, span: int, ask: Callable[[], Any], *, fresh: bool = False) -> Any:  # noqa: ANN401
        held = None if fresh else self._context.memory.get(key)
        if held is None:
            held = ask()
            self._context.memory.put(key, held, until=self._context.clock() + span)
        return held


def _is_epic_name(field: Json) -> bool:
    return str((field.get("schema") or {}).get("custom")) == EPIC_NAME


def _names(versions: Iterable[Json]) -> list[str]:
    return [str(each["name"]) for each in versions]


def _transition(raw: Json) -> Json:
    to = raw.get("to") or {}
    category = (to.get("statusCategory") or {}).get("key")
    return {"id": str(raw["id"]), "name": raw.get("name", ""), "to": {"name": to.get("name"), "category": category}}

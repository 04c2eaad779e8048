"""What is asked of Jira rarely and remembered: projects, their types, statuses and versions, fields, transitions, comments' marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pmhub.http.client import AT_ONCE
from pmhub.sdk import Container, Context, Denied, Gone, Refused, Scope
from pmhub_jira import screens, sprints
from pmhub_jira.wire import Wire

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
MONTH: Final = 30 * DAY
YEAR: Final = 365 * DAY
EPIC_NAME: Final = "com.pyxis.greenhopper.jira:gh-epic-label"
EPIC_LINK: Final = "com.pyxis.greenhopper.jira:gh-epic-link"
SPRINTS: Final = "sprint field"
LINK_TYPES: Final = "link types"
WRITING: Final = ("CREATE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS")
ADMINISTERING: Final = "ADMINISTER_PROJECTS"
RIGHTS: Final = (*WRITING, ADMINISTERING)

Json = dict[str, Any]


class Lookups:
    def __init__(self, wire: Wire, context: Context) -> None:
        self._wire = wire
        self._context = context

    def begin(self, projects: Iterable[str]) -> None:
        """What is not remembered of them is asked beside who we are."""
        unknown = [key for key in dict.fromkeys(projects) if self._context.memory.get(f"project:{key}") is None]
        for key in unknown[:AT_ONCE]:
            self._wire.begin_project(key, RIGHTS)

    def container(self, scope: Scope) -> Container:
        """Raises Denied for a project that is not there or not ours to see."""
        found = self._project(scope.settings.project)
        return Container(scope.key, found["id"], writable=found["writable"])

    def administers(self, project: str) -> bool:
        return bool(self._project(project).get("administers"))

    def project_id(self, scope: Scope) -> str:
        return self.container(scope).id

    def issue_types(self, project: str, *, fresh: bool = False) -> list[Json]:
        """`[{"id", "name", "subtask", "hierarchyLevel"}]`: those we may create, or of an account that may create none, all."""

        def ask() -> list[Json]:
            kept = ("id", "name", "subtask", "hierarchyLevel")
            try:
                found = self._wire.issue_types(project)
            except Refused as refusal:  # a project that cannot be seen at all has no types to tell
                whole = self._wire.project(project)
                if whole is None:
                    raise refusal from None
                found = whole.get("issueTypes") or []
            else:
                found = found or (self._wire.project(project) or {}).get("issueTypes") or []
            return [{name: each[name] for name in kept if name in each} for each in found]

        return list(self._remember(f"types:{project}", DAY, ask, fresh=fresh))

    def status_categories(self, project: str) -> Mapping[str, str]:
        """Status id → key of its category."""

        def ask() -> dict[str, str]:
            kinds = self._wire.statuses(project)
            return {each["id"]: each["statusCategory"]["key"] for kind in kinds for each in kind.get("statuses") or ()}

        return dict(self._remember(f"statuses:{project}", DAY, ask))

    def transitions_from(
        self, place: tuple[str, str], status: str, issue: Callable[[], str | None], *, fresh: bool = False
    ) -> list[Json] | None:
        """What leaves a status, for issues of a project (key) and type (id) [facts 3.5]. `issue` finds one that stands there;
        None where there is none.
        """

        def ask() -> list[Json] | None:
            number = issue()
            return [transition(each) for each in self._wire.transitions(number)] if number else None

        found = self._remember(f"transitions:{':'.join(place)}:{status}", HOUR, ask, fresh=fresh)
        return None if found is None else list(found)

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
        return {number: known["schema"] for number, known in self._customs().items()}

    def field_names(self) -> Mapping[str, str]:
        """What people call a custom field → its id."""
        return {known["name"]: number for number, known in self._customs().items()}

    def epic_link(self) -> str | None:
        """The field that names an issue's epic by its key, on a Data Center that has any [facts 3.6]."""
        schemas = self.field_schemas().items()
        return next((number for number, schema in schemas if schema.get("custom") == EPIC_LINK), None)

    def sprint_field(self) -> str | None:
        """The field that names an issue's sprints, where the site has one."""
        return next(iter(self._remember(SPRINTS, DAY, self._sprint_fields)), None)

    def known_sprint_field(self) -> str | None:
        """The same without a request: None where it was not looked up."""
        return next(iter(self._context.memory.get(SPRINTS) or ()), None)

    def _sprint_fields(self) -> list[str]:
        schemas = self.field_schemas().items()
        return sorted(number for number, schema in schemas if schema.get("custom") == sprints.SCHEMA)[:1]

    def link_types(self) -> list[Json]:
        """`[{"id", "name", …}]`, none where links are switched off."""
        return list(self._remember(LINK_TYPES, DAY, self._wire.link_types))

    def known_link_types(self) -> list[Json] | None:
        """The same without a request: None where they were not looked up."""
        known = self._context.memory.get(LINK_TYPES)
        return None if known is None else list(known)

    def epic_name(self, project: str, issue_type: str) -> str | None:
        """The field that must name a new issue of that type beside its summary, as in old company-managed projects."""

        def ask() -> list[str]:
            fields = self._wire.create_fields(project, issue_type)
            return [each["fieldId"] for each in fields if each.get("required") and _is_epic_name(each)]

        return next(iter(self._remember(f"epic name:{project}:{issue_type}", DAY, ask)), None)

    def level(self, issue: str) -> int | None:
        """The level at which an issue stands; None for one that is not there."""

        def ask() -> list[int]:
            found = self._wire.issue(issue, ["issuetype"]) or {"fields": {}}
            kind = found["fields"].get("issuetype") or {}
            return [kind["hierarchyLevel"]] if "hierarchyLevel" in kind else []

        return next(iter(self._remember(f"level:{issue}", HOUR, ask)), None)

    def issue_id(self, key: str) -> str:
        """Of an issue that is not there, its key: nothing has such an id."""
        return next(iter(self._remember(f"id:{key}", MONTH, lambda: self._named(key, "id"))), key)

    def issue_key(self, number: str) -> str:
        """Raises Gone for an issue that is not there."""
        found = self._remember(f"key:{number}", DAY, lambda: self._named(number, "key"))
        if not found:
            raise Gone(f"there is no issue {number}")
        self._context.memory.put(f"id:{found[0]}", [number], until=self._context.clock() + MONTH)
        return str(found[0])

    def knows_mark(self, issue: str) -> bool:
        """Was this issue asked for our property, which only a call of its own tells?"""
        return self._context.memory.get(f"mark:{issue}") is not None

    def mark(self, issue: str) -> Any:  # noqa: ANN401 - JSON
        """Our property on an issue, as it is remembered."""
        return next(iter(self._context.memory.get(f"mark:{issue}") or ()), None)

    def learn_mark(self, issue: str, prop: Any) -> None:  # noqa: ANN401 - JSON
        self._context.memory.put(f"mark:{issue}", [prop], until=self._context.clock() + YEAR)

    def comment_properties(self, issue: str) -> dict[str, Any]:
        """What we know of our own comments on an issue: comment id → our property, None for one that has none."""
        return dict(self._context.memory.get(f"comments:{issue}") or {})

    def learn_comments(self, issue: str, properties: Mapping[str, Any]) -> None:
        if properties:
            known = {**self.comment_properties(issue), **properties}
            self._context.memory.put(f"comments:{issue}", known, until=self._context.clock() + MONTH)

    def learn_home(self, comment: str, issue: str) -> None:
        self._context.memory.put(f"home:{comment}", issue, until=self._context.clock() + MONTH)

    def home(self, comment: str) -> str:
        """The issue of a comment whose key does not tell it, as it was made before its issue was seen; else empty."""
        return str(self._context.memory.get(f"home:{comment}") or "")

    def _customs(self) -> Mapping[str, Json]:
        """Field id → name and schema of every custom field."""

        def ask() -> Json:
            custom = (each for each in self._wire.fields() if each.get("custom"))
            return {
                str(each["id"]): {"name": each.get("name", ""), "schema": each.get("schema") or {}} for each in custom
            }

        return dict(self._remember("custom fields", DAY, ask))

    def _named(self, issue: str, name: str) -> list[str]:
        found = self._wire.issue(issue, ["updated"])
        return [str(found[name])] if found else []

    def _versions(self, project: str, *, fresh: bool = False) -> list[str]:
        ask = lambda: _names(self._wire.versions(project))  # noqa: E731
        return list(self._remember(f"versions:{project}", DAY, ask, fresh=fresh))

    def _project(self, key: str) -> Json:
        """Where we may not write we look again: somebody may have given us the right since."""
        known = self._context.memory.get(f"project:{key}") or {"writable": True}
        return dict(self._remember(f"project:{key}", DAY, lambda: self._look_at(key), fresh=not known["writable"]))

    def _look_at(self, key: str) -> Json:
        found = self._wire.project(key)
        if found is None:
            hint = "Check the key, and that the account of this connection may browse the project."
            raise Denied(f"no project {key} can be seen", hint=hint)
        may = self._wire.permissions(key, RIGHTS)
        administers = may.pop(ADMINISTERING)
        writable = may["EDIT_ISSUES"] and not found.get("archived")
        return {"id": str(found["id"]), "writable": writable, "administers": administers}

    def _remember(self, key: str, span: int, ask: Callable[[], Any], *, fresh: bool = False) -> Any:  # noqa: ANN401
        held = None if fresh else self._context.memory.get(key)
        if held is None and (held := ask()) is not None:
            self._context.memory.put(key, held, until=self._context.clock() + span)
        return held


def _is_epic_name(field: Json) -> bool:
    return str((field.get("schema") or {}).get("custom")) == EPIC_NAME


def _names(versions: Iterable[Json]) -> list[str]:
    return [str(each["name"]) for each in versions]


def transition(raw: Json) -> Json:
    """What is remembered of one, as `workflow.Step`."""
    to = raw.get("to") or {}
    category = (to.get("statusCategory") or {}).get("key")
    target = {"id": str(to.get("id")), "name": to.get("name"), "category": category}
    fields = screens.asked(raw.get("fields") or {})
    return {"id": str(raw["id"]), "name": raw.get("name", ""), "to": target, "fields": fields}

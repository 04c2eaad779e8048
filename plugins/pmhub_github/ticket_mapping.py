"""Issues as tickets, and what GitHub would hold of a ticket. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from pmhub.sdk import ABSENT, Absent, Fitted, Kind, Native, Observation, Ref, Scope, Ticket
from pmhub_github import dependencies, fields, issue_fields, project_fields, project_words, shapes, texts, words
from pmhub_github.queries import DEPENDENCIES, PARENTS, TYPES
from pmhub_github.shapes import Shape

NO_PROJECT: Final[project_fields.Held] = {}


def ticket(scope: Scope, shape: Shape) -> Observation:
    vocabulary, login = scope.vocabulary, shape["user"]["login"]
    reading = texts.read(shape["body"], ours=bool(shape.get("ours")))
    status = words.native_status(shape["state"], shape["state_reason"])
    kind_name = (shape["type"] or {}).get("name")
    milestone = shape["milestone"] or {}
    item = shape.get("project") or {}
    standing = {"iteration": (item.get("values") or {}).get("iteration", ABSENT)} if scope.settings.project else {}
    record = Ticket(
        title=texts.title(shape["title"]),
        body=reading.text,
        type=ABSENT if TYPES in lacks_of(shape) else words.lift_type(vocabulary, kind_name),
        status=words.lift_status(vocabulary, status),
        assignees=words.lift_people(vocabulary.people, shape["assignees"]),
        labels=words.lift_labels(scope, shape["labels"]),
        releases=words.lift_releases(scope, shape["labels"], milestone.get("title")),
        parent=parent(scope, shape),
        links=dependencies.links(shape),
        **(issue_fields.read_all(scope, shape) | standing),
    )
    return Observation(
        ref=issue_ref(Kind.TICKET, shape),
        record=record,
        updated_at=max(fields.milliseconds(one) for one in (shape["updated_at"], item.get("updated_at")) if one),
        created_at=fields.milliseconds(shape["created_at"]),
        author=login,
        native=shape,
        marker=reading.marker,
        visibility=fields.visibility(scope, shape),
        originals=originals(shape),
    )


def originals(shape: Shape) -> dict[str, str]:
    status = words.native_status(shape["state"], shape["state_reason"])
    kind_name = (shape["type"] or {}).get("name")
    told = {"status": status, "type": kind_name or "", "assignees": ", ".join(shape["assignees"])}
    return {name: text for name, text in told.items() if text}


def parent(scope: Scope, shape: Shape) -> str | Absent | None:
    """The issue it is a sub-issue of, else in a roadmap its milestone; absent where the parent's id is not known.

    GitHub does not tell with a child what kind of issue its parent is: it is named as a ticket also where it is a roadmap
    item.
    """
    if shape["parent"] is not None:
        node_id = shape["parent"]["node_id"]
        return f"{Kind.TICKET}:{node_id}" if node_id else ABSENT
    if scope.settings.milestones == "roadmap" and shape["milestone"]:
        return f"{Kind.ROADMAP_ITEM}:{shape['milestone']['node_id']}"
    holds_none = PARENTS in lacks_of(shape) and scope.settings.milestones != "roadmap"
    return ABSENT if holds_none else None


def lacks_of(shape: Native) -> Collection[str]:
    return shape.get("lacks") or ()


def issue_ref(kind: Kind, shape: Native) -> Ref:
    return Ref(kind, shape["node_id"], shapes.key_of(shape["html_url"]) or "", shape["html_url"])


def fit_ticket(
    scope: Scope,
    record: Ticket,
    lacks: Collection[str] = (),
    in_fields: issue_fields.Held = issue_fields.NO_FIELDS,
    in_project: project_fields.Held = NO_PROJECT,
) -> Fitted:
    """`lacks`: what the server does not have. `in_fields`, `in_project`: the issue and project fields that hold something."""
    named = {name: issue_fields.fit(scope, in_fields, name, getattr(record, name)) for name in issue_fields.SUITED}
    if scope.settings.project:
        named["iteration"] = project_words.fit_iteration(in_project, record.iteration)
    fitted = Ticket(
        title=fields.fit_title(record.title),
        body=fields.fit_body(record.body),
        type=ABSENT if TYPES in lacks else fields.fit_type(scope, record.type),
        status=fields.fit_status(scope, record.status, words.DEFAULT_STATUS),
        assignees=fields.fit_people(scope, record.assignees),
        labels=fields.fit_labels(scope, record.labels),
        releases=ABSENT if isinstance(record.releases, Absent) else words.lower_releases(scope, record.releases),
        parent=fit_parent(scope, record.parent, lacks),
        links=ABSENT if DEPENDENCIES in lacks else dependencies.fit(record.links),
        **named,
    )
    told = lost_in_fields(record, fitted, in_fields)
    if "iteration" in told and in_project:
        told["iteration"] = NO_ITERATION
    return Fitted(fitted, lost(record, fitted, lacks) | told)


def fit_parent(scope: Scope, named: str | Absent | None, lacks: Collection[str]) -> str | Absent | None:
    if not isinstance(named, str):
        return named
    kind = named.partition(":")[0]
    if PARENTS in lacks and (kind == Kind.TICKET or words.has_roadmap_issues(scope)):
        return ABSENT
    holds_roadmap_items = scope.settings.milestones == "roadmap" or words.has_roadmap_issues(scope)
    return named if kind == Kind.TICKET or (kind == Kind.ROADMAP_ITEM and holds_roadmap_items) else ABSENT


def lost(record: Ticket, fitted: Ticket, lacks: Collection[str]) -> dict[str, str]:
    found = {**fields.lost_text(record.body), **fields.lost_title(record.title)}
    if record.type and fitted.type is ABSENT:
        found["type"] = f"GitHub has no issue type for {record.type!r}"
    for name in ("assignees", "labels", "releases"):
        dropped = sorted(set(getattr(record, name) or ()) - set(getattr(fitted, name) or ()))
        if dropped:
            found[name] = f"{WHY_DROPPED[name]}: {', '.join(dropped)}"
    if record.links and set(record.links) != set(fitted.links or ()):
        found["links"] = dependencies.NOT_HELD
    for name in ("components", "reporter"):
        if getattr(record, name):
            found[name] = issue_fields.NOT_HELD
    if record.parent and fitted.parent is ABSENT:
        found["parent"] = NO_SUB_ISSUES if PARENTS in lacks else NO_ROADMAP
    return found


def lost_in_fields(record: Ticket, fitted: Ticket, in_fields: issue_fields.Held) -> dict[str, str]:
    dropped = [name for name in issue_fields.SUITED if getattr(record, name) and getattr(fitted, name) is ABSENT]
    return {name: issue_fields.lost(in_fields, name) for name in dropped}


NO_ITERATION: Final = "the project has no such iteration, or it is over"
NO_SUB_ISSUES: Final = "this server has no sub-issues"
NO_ROADMAP: Final = "milestones here are releases, so a roadmap item cannot be the parent"
WHY_DROPPED: Final[Mapping[str, str]] = {
    "assignees": f"not in the people map, or more than {words.MOST_ASSIGNEES}",
    "labels": f"longer than {words.LONGEST_LABEL} characters, differing only by case, or with a meaning of their own here",
    "releases": "one milestone holds one release, a label 42 characters",
}

"""Which fields of a GitHub Project hold something of an issue, and how one of its items reads. Pure.

An item's part of an issue's shape is `project`: the item's `id` (None outside the project), its `updated_at`, and
`values` by our names: an ISO day, the name of an option or an iteration, None where a field is empty. What the project
has no field for is not in `values`, nor is anything of an issue outside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Native
from pmhub_github import shapes
from pmhub_github.settings import GitHubScope
from pmhub_github.shapes import Shape

DATE: Final = "date"
CHOICE: Final = "single_select"
ITERATION: Final = "iteration"
ISSUE: Final = "Issue"
DRAFT: Final = "DraftIssue"
DAY: Final = len("2026-01-01")
SUITED: Final[Mapping[str, tuple[str, ...]]] = {
    "start": (DATE,),
    "target": (DATE,),
    "horizon": (CHOICE, ITERATION),
    "status": (CHOICE,),
    "iteration": (ITERATION,),
}
"""The types of field that can hold each of ours."""
OUTSIDE: Final[Mapping[str, Any]] = {"id": None, "updated_at": None, "values": {}}


@dataclass(frozen=True)
class ProjectField:
    """`options`: the ids of its choices by name; of iterations, those that are not over."""

    id: int
    name: str
    data_type: str
    options: Mapping[str, str] = field(default_factory=dict)


Held = Mapping[str, ProjectField]
"""The project's fields by our names: only those that it has, of a type that suits."""

USUAL_COLUMNS: Final = ("Todo", "In Progress", "Done")
ASSUMED: Final[Held] = {
    "start": ProjectField(0, "Start date", DATE),
    "target": ProjectField(0, "Target date", DATE),
    "horizon": ProjectField(0, "Horizon", CHOICE),
    "status": ProjectField(0, "Status", CHOICE, dict.fromkeys(USUAL_COLUMNS, "")),
}
"""What a project usually has; the columns are those of a new one."""


def assumed(settings: GitHubScope) -> Held:
    """Until the project was looked at. Of iterations nobody can know which there are."""
    return {ours: one for ours, one in ASSUMED.items() if ours in names_of(settings)}


def names_of(settings: GitHubScope) -> dict[str, str]:
    """What the configuration calls the fields that hold each of ours: of roadmap items, or of tickets."""
    if settings.as_ != "issue":
        return {"iteration": settings.iteration_field}
    return {
        "start": settings.start_field,
        "target": settings.target_field,
        "horizon": settings.horizon_field,
        "status": settings.status_field,
    }


def held(settings: GitHubScope, fields: Iterable[ProjectField]) -> Held:
    known = {one.name.casefold(): one for one in fields}
    found = {ours: known.get(theirs.casefold()) for ours, theirs in names_of(settings).items()}
    return {ours: one for ours, one in found.items() if one is not None and one.data_type in SUITED[ours]}


def project_field(raw: Mapping[str, Any]) -> ProjectField:
    """From REST's field, or from what `remembered` made of one."""
    options = {name_in(option["name"]): str(option["id"]) for option in raw.get("options") or ()}
    options |= {name_in(one["title"]): str(one["id"]) for one in _iterations(raw)}
    return ProjectField(int(raw["id"]), str(raw["name"]), str(raw["data_type"]), options)


def _iterations(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The current one and those to come, the next first."""
    told = (raw.get("configuration") or {}).get("iterations") or ()
    return sorted((one for one in told if not one.get("completed")), key=lambda one: str(one.get("start_date")))


def remembered(one: ProjectField) -> dict[str, Any]:
    options = [{"name": name, "id": option} for name, option in one.options.items()]
    return {"id": one.id, "name": one.name, "data_type": one.data_type, "options": options}


def name_in(told: Any) -> str:  # noqa: ANN401 - JSON
    """A name, which GitHub also writes as `{raw, html}`."""
    return str(told.get("raw") or "") if isinstance(told, Mapping) else str(told or "")


@dataclass(frozen=True)
class Item:
    """`issue` is the node id of the issue, `key` what people call it."""

    issue: str
    key: str
    shape: Shape


def item(raw: Mapping[str, Any], fields: Held) -> Item | None:
    """None for what is no issue, and for an issue that may not be seen."""
    content = raw.get("content")
    if raw.get("content_type") != ISSUE or not content:
        return None
    values = {int(one["id"]): one for one in raw.get("fields") or ()}
    shape = {
        "id": int(raw["id"]),
        "updated_at": raw["updated_at"],
        "values": {ours: value_in(values.get(theirs.id), theirs) for ours, theirs in fields.items()},
    }
    return Item(content["node_id"], shapes.key_of(content.get("html_url")) or "", shape)


def value_in(told: Native | None, theirs: ProjectField) -> str | None:
    value = (told or {}).get("value")
    if value is None:
        return None
    if theirs.data_type == DATE:
        return str(value)[:DAY] or None
    return name_in(value.get("name") or value.get("title")) or None


def drafts(raws: Sequence[Mapping[str, Any]]) -> int:
    return sum(raw.get("content_type") == DRAFT for raw in raws)

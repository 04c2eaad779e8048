"""Issue fields of an organisation, as far as they hold something of a ticket: which, how they read, what is sent. Pure.

A scope's vocabulary names them (`estimate` is `Effort`, also written `field:Effort`). In an issue's shape they are `fields`, each
with its value: a number, an ISO day, the name of an option; one that is empty is left out; without `fields` GitHub told of none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import ABSENT, Absent, Changes, Native, Scope, Vocabulary
from pmhub_github.shapes import Shape

NUMBER, DAY, CHOICE, TEXT = "number", "date", "single_select", "text"
SUITED: Final[Mapping[str, tuple[str, ...]]] = {
    "estimate": (NUMBER,),
    "due": (DAY,),
    "priority": (CHOICE,),
    "iteration": (CHOICE, TEXT),
    "time_estimate": (NUMBER,),
}
"""The types of field that can hold each of ours. Time stands there in hours."""
HOUR: Final = 3600
MINUTE: Final = 60
NOT_HELD: Final = "GitHub issues have no such field"

Plain = str | float | None


@dataclass(frozen=True)
class IssueField:
    """`options`: the names of its choices, the highest first."""

    id: int
    name: str
    data_type: str
    options: tuple[str, ...] = ()


Held = Mapping[str, IssueField]
"""The organisation's fields by our names: only those that the scope names, of the type that suits."""

NO_FIELDS: Final[Held] = {}


def issue_field(raw: Mapping[str, Any]) -> IssueField:
    """From GitHub's own JSON, and from what is remembered of it."""
    options = tuple(one if isinstance(one, str) else str(one["name"]) for one in raw.get("options") or ())
    return IssueField(int(raw["id"]), str(raw["name"]), str(raw["data_type"]), options)


def names_of(scope: Scope) -> dict[str, str]:
    """Our name → the field's."""
    named = scope.vocabulary.fields
    return {ours: named[ours].removeprefix("field:").strip() for ours in SUITED if ours in named}


def held(scope: Scope, known: Sequence[IssueField]) -> Held:
    by_name = {one.name.casefold(): one for one in known}
    found = {ours: by_name.get(name.casefold()) for ours, name in names_of(scope).items()}
    return {ours: one for ours, one in found.items() if one is not None and one.data_type in SUITED[ours]}


# reading


def named(shape: Shape, known: Iterable[IssueField]) -> Shape:
    """The shape with every field's name."""
    names = {one.id: one.name for one in known}
    told = [{**one, "name": one["name"] or names.get(one["id"])} for one in shape.get("fields") or ()]
    return {**shape, "fields": told} if "fields" in shape else shape


def read_all(scope: Scope, shape: Native) -> dict[str, Any]:
    """Of a Ticket's fields those that the scope names; none where GitHub told of none."""
    return {ours: read(scope, shape, ours) for ours in SUITED} if shape.get("fields") is not None else {}


def read(scope: Scope, shape: Native, ours: str) -> Any:  # noqa: ANN401 - a field of a Ticket
    name, told = names_of(scope).get(ours), shape.get("fields")
    if name is None or told is None:
        return ABSENT
    mine = (one["value"] for one in told if str(one["name"]).casefold() == name.casefold())
    value = next(mine, None)
    return lifted(scope.vocabulary, ours, value)


def lifted(vocabulary: Vocabulary, ours: str, value: Plain) -> str | float | Absent | None:
    """Time in whole minutes: hours are written with four digits behind the point."""
    if value is None or value == "":
        return None
    if ours == "estimate":
        return float(value)
    if ours == "time_estimate":
        return round(float(value) * HOUR / MINUTE) * MINUTE
    if ours == "due":
        return str(value)[: len("2026-01-01")]
    if ours == "iteration":
        return " ".join(str(value).split()) or None
    words = vocabulary.words.get("priority")
    return str(value).casefold() if words is None else (words.lift(str(value)) or ABSENT)


# writing


def fit(scope: Scope, fields: Held, ours: str, value: Any) -> Any:  # noqa: ANN401 - a field of a Ticket
    """What the issue would show."""
    if ours not in fields or isinstance(value, Absent):
        return ABSENT
    native = lowered(scope.vocabulary, fields[ours], ours, value)
    return ABSENT if isinstance(native, Absent) else lifted(scope.vocabulary, ours, native)


def lowered(vocabulary: Vocabulary, one: IssueField, ours: str, value: Any) -> Plain | Absent:  # noqa: ANN401
    if value is None or value == "":
        return None
    if ours == "estimate":
        return float(value)
    if ours == "time_estimate":
        return round(float(value) / HOUR, 4)
    if ours == "due" or one.data_type == TEXT:
        return str(value)
    words = vocabulary.words.get(ours)
    name = words.lower(value) if words else value
    return next((option for option in one.options if option.casefold() == str(name).casefold()), ABSENT)


def lost(fields: Held, ours: str) -> str:
    return f"the field {fields[ours].name} has no such option" if ours in fields else NOT_HELD


def wanted(scope: Scope, fields: Held, changes: Changes) -> dict[int, Plain]:
    """Field id → what to write, None empties."""
    found: dict[int, Plain] = {}
    for ours, one in fields.items():
        if ours in changes and not isinstance(native := lowered(scope.vocabulary, one, ours, changes[ours]), Absent):
            found[one.id] = native
    return found


def payload(values: Mapping[int, Plain]) -> list[dict[str, Any]]:
    return [{"field_id": field, "value": value} for field, value in values.items() if value is not None]

"""A roadmap item's status, horizon and dates between an issue, its item in a project, and us. Pure.

A closed issue speaks for itself, whatever column it stands in: people close issues without looking at a board. An open
one goes by its column, also where that means done; without a column it goes by its state.
"""

from __future__ import annotations

from typing import Final

from pmhub.sdk import ABSENT, Absent, Category, Native, RoadmapItem, Scope, Words
from pmhub_github import words
from pmhub_github.project_fields import ITERATION, Held

COLUMNS: Final = Words(
    {
        **dict.fromkeys(("Todo", "To do", "Backlog", "Planned", "Ready", "New", "Next", "Up next"), "planned"),
        **dict.fromkeys(("In Progress", "Doing", "Started", "In Review", "Review"), "in_progress"),
        **dict.fromkeys(("Done", "Shipped", "Released", "Completed", "Closed"), "shipped"),
        **dict.fromkeys(("Idea", "Ideas"), "idea"),
        **dict.fromkeys(("Dropped", "Cancelled", "Canceled", "Won't do"), "dropped"),
    }
)
"""What columns are usually called (docs: "Quickstart for Projects" has the first of each)."""
NO_COLUMN: Final = "the project's status field has no word for it"
NO_FIELD: Final = "issues have no such field, and no project has one for it here"
READ_ONLY: Final = "an iteration is only read"

# Status


def columns_of(scope: Scope) -> Words:
    return scope.vocabulary.words.get("status", COLUMNS)


def lift_status(scope: Scope, shape: Native, column: str | Absent | None) -> str | Absent:
    native = words.native_status(shape["state"], shape["state_reason"])
    if native == words.OPEN and column:
        return columns_of(scope).lift(column) or without_column(scope)
    return lift_state(scope, native)


def without_column(scope: Scope) -> str | Absent:
    """Configured words may be about states alone: columns then say nothing."""
    return lift_state(scope, words.OPEN) if "status" in scope.vocabulary.words else ABSENT


def lift_state(scope: Scope, native: str) -> str | Absent:
    """Configured words may be about columns alone: a closed issue is then what stands for done."""
    found = words.lift_status(scope.vocabulary, native, words.ROADMAP_STATUS)
    if found is not ABSENT or native == words.OPEN or not scope.settings.project:
        return found
    return next((word for word in columns_of(scope).lifts.values() if is_done(scope, word)), ABSENT)


def is_done(scope: Scope, word: str) -> bool:
    return scope.vocabulary.category(word) is Category.DONE


def lower_state(scope: Scope, status: str) -> str:
    """`open`, or why it is closed."""
    return words.lower_status(scope.vocabulary, status, words.ROADMAP_STATUS)


def column_for(scope: Scope, held: Held, status: str) -> str | None:
    """The column of this very word, else of the nearest, else one that means as much; None where there is none."""
    field, lifts = held.get("status"), columns_of(scope).lift
    options = list(field.options) if field else []
    wanted = (columns_of(scope).lower(status) or "").casefold()
    category = scope.vocabulary.category(status)
    named = [name for name in options if name.casefold() == wanted]
    exact = [name for name in options if lifts(name) == status]
    alike = [name for name in options if (word := lifts(name)) and scope.vocabulary.category(word) is category]
    return next(iter((*named, *exact, *alike)), None)


def fit_status(scope: Scope, held: Held, status: str | Absent | None) -> str | Absent:
    if not status:
        return ABSENT
    native = lower_state(scope, status)
    if native != words.OPEN or "status" not in held:
        return lift_state(scope, native)
    return columns_of(scope).lift(column_for(scope, held, status)) or without_column(scope)


# Horizon and dates


def lift_horizon(scope: Scope, name: str | Absent | None) -> str | Absent | None:
    """Our word for an option or an iteration: the configured one, else its name in lower case."""
    if not name:
        return name
    configured = scope.vocabulary.words.get("horizon")
    return (configured.lift(name) if configured else None) or name.casefold()


def option_for(scope: Scope, held: Held, horizon: str) -> str | None:
    return next((name for name in held["horizon"].options if lift_horizon(scope, name) == horizon.casefold()), None)


def fit_horizon(held: Held, horizon: str | Absent | None) -> str | Absent | None:
    """Any word: one without an option is refused when it is written, so that a person hears of it."""
    if "horizon" not in held or held["horizon"].data_type == ITERATION or isinstance(horizon, Absent):
        return ABSENT
    return horizon.casefold() if horizon else None


def iteration_for(held: Held, name: str) -> str | None:
    """As the project calls it, case aside; None where it has none of that name that is not over."""
    return next((one for one in held["iteration"].options if one.casefold() == name.casefold()), None)


def fit_iteration(held: Held, name: str | Absent | None) -> str | Absent | None:
    if "iteration" not in held or isinstance(name, Absent):
        return ABSENT
    return (iteration_for(held, name) or ABSENT) if name else None


def fit_day(held: Held, name: str, day: str | Absent | None) -> str | Absent | None:
    return ABSENT if name not in held or isinstance(day, Absent) else (day or None)


def lost(record: RoadmapItem, fitted: RoadmapItem, held: Held) -> dict[str, str]:
    told = {}
    for name in ("start", "target", "horizon"):
        if getattr(record, name) and getattr(fitted, name) is ABSENT:
            told[name] = READ_ONLY if name in held else NO_FIELD
    if record.status and fitted.status is ABSENT:
        told["status"] = NO_COLUMN
    return told

"""Statuses, types, priorities and horizons in our words and in Jira's, where the configuration says nothing and where it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmhub.sdk import ROADMAP_WORDS, TICKET_WORDS, Category, Kind, Scope, Vocabulary

CATEGORIES: Final = {
    "new": Category.TODO,
    "undefined": Category.TODO,
    "indeterminate": Category.DOING,
    "done": Category.DONE,
}
TYPES: Final = ("Bug", "Story", "Task")
PRIORITIES: Final = ("Highest", "High", "Medium", "Low", "Lowest")
HORIZONS: Final = ("Now", "Next", "Later")
FIRST_EPIC_LEVEL: Final = 1
USUAL: Final[Mapping[Kind, Mapping[Category, str]]] = {Kind.TICKET: TICKET_WORDS, Kind.ROADMAP_ITEM: ROADMAP_WORDS}
"""The status words of a kind where the configuration has none."""
_SUBTASKS: Final = frozenset({"sub-task", "subtask"})


def status(vocabulary: Vocabulary, name: str | None, category: str | None, kind: Kind = Kind.TICKET) -> str | None:
    """Our word for a status: the configured one, else its category. None when neither is known."""
    words = vocabulary.words.get("status")
    found = words.lift(name) if words else None
    return found or (USUAL[kind][CATEGORIES[category]] if category in CATEGORIES else None)


def status_shown(vocabulary: Vocabulary, word: str, kind: Kind = Kind.TICKET) -> str:
    """What a status of ours reads as once it is written there."""
    words = vocabulary.words.get("status")
    if words is None:
        return USUAL[kind][vocabulary.category(word)]
    native = words.lower(word)
    if native is not None:
        return words.lift(native) or word
    category = vocabulary.category(word)
    return next((ours for ours in words.lifts.values() if vocabulary.category(ours) is category), USUAL[kind][category])


def named(vocabulary: Vocabulary, field: str, name: str | None) -> str | None:
    """Our word for a type or priority: the configured one, else its name in lower case."""
    words = vocabulary.words.get(field)
    return (words.lift(name) if words else None) or (name.casefold() if name else None)


def type_name(scope: Scope, word: str) -> str | None:
    """The issue type to write; None for a word this scope has no type for."""
    words = scope.vocabulary.words.get("type")
    native = words.lower(word) if words else None
    return native or _spelled(word, scope.settings.types or (() if words else TYPES))


def priority_name(vocabulary: Vocabulary, word: str) -> str | None:
    words = vocabulary.words.get("priority")
    return (words.lower(word) if words else None) or _spelled(word, PRIORITIES)


def horizon_name(vocabulary: Vocabulary, word: str) -> str | None:
    words = vocabulary.words.get("horizon")
    return words.lower(word) if words else _spelled(word, HORIZONS)


def _spelled(word: str, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name.casefold() == word.casefold()), None)


def is_above_tickets(issue_type: Any) -> bool:  # noqa: ANN401 - JSON
    """An epic or higher: a roadmap item, by hierarchy level [D] or, where an old site does not tell it, by name."""
    level = issue_type.get("hierarchyLevel")
    return level >= FIRST_EPIC_LEVEL if isinstance(level, int) else issue_type.get("name") == "Epic"


def is_subtask(name: str) -> bool:
    return name.casefold() in _SUBTASKS

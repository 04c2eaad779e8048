"""Statuses, trackers and priorities in our words and in Redmine's. Redmine's are those of its default configuration. Pure."""

from __future__ import annotations

from typing import Any, Final

from pmhub.sdk import Category, Scope, Vocabulary, Words

STATUSES: Final = Words(
    {
        "New": "todo",
        "In Progress": "doing",
        "Closed": "done",
        "Resolved": "doing",
        "Feedback": "doing",
        "Rejected": "done",
    }
)
PRIORITIES: Final = Words(
    {"Normal": "medium", "Low": "low", "High": "high", "Urgent": "highest", "Immediate": "highest"},
    {"lowest": "low", "urgent": "highest"},
)
TRACKERS: Final = ("Bug", "Feature", "Support")
VERSIONS: Final = Words({"open": "planned", "locked": "draft", "closed": "released"}, {"archived": "released"})
USUAL: Final = {Category.TODO: "New", Category.DOING: "In Progress", Category.DONE: "Closed"}


def lift_status(vocabulary: Vocabulary, native: dict[str, Any]) -> str:
    """The configured word, else the usual one, else whether it is closed."""
    words = vocabulary.words.get("status")
    found = (words or STATUSES).lift(native["name"]) or STATUSES.lift(native["name"])
    return found or str(Category.DONE if native.get("is_closed") else Category.TODO)


def lower_status(vocabulary: Vocabulary, word: str) -> str:
    words = vocabulary.words.get("status")
    native = words.lower(word) if words else None
    return native or STATUSES.lower(word) or USUAL[vocabulary.category(word)]


def lift_named(vocabulary: Vocabulary, field: str, default: Words | None, name: str | None) -> str | None:
    """Our word for a tracker or priority: the configured one, else the usual, else its name in lower case."""
    if name is None:
        return None
    words = vocabulary.words.get(field)
    return (words.lift(name) if words else None) or (default.lift(name) if default else None) or name.casefold()


def lower_tracker(scope: Scope, word: str) -> str | None:
    words = scope.vocabulary.words.get("type")
    native = words.lower(word) if words else None
    known = scope.settings.trackers or TRACKERS
    spelled = next((name for name in known if name.casefold() == (native or word).casefold()), None)
    return spelled or (native if not scope.settings.trackers else None)


def lower_priority(vocabulary: Vocabulary, word: str) -> str | None:
    words = vocabulary.words.get("priority")
    native = words.lower(word) if words else None
    return native or PRIORITIES.lower(word)

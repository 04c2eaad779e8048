"""Words, labels and people: GitHub's into ours and back. `lift` reads, `lower` chooses what to write; both are pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pmhub.model.markdown import strip_controls
from pmhub.sdk import ABSENT, Absent, Category, People, Scope, Vocabulary, Words

OPEN: Final = "open"
CLOSED: Final = "closed"
COMPLETED: Final = "completed"
REASONS: Final = (COMPLETED, "not_planned", "duplicate")
LONGEST_LABEL: Final = 50
LONGEST_MILESTONE: Final = 255
MOST_ASSIGNEES: Final = 10  # docs: "Assigning issues and pull requests to other GitHub users"
RELEASE_LABEL: Final = "release/"
TYPES: Final = ("Bug", "Feature", "Task")  # what GitHub gives every organisation (docs: "Managing issue types")

DEFAULT_STATUS: Final = Words({OPEN: Category.TODO, **dict.fromkeys(REASONS, Category.DONE)})
ROADMAP_STATUS: Final = Words({OPEN: "planned", COMPLETED: "shipped", "not_planned": "dropped", "duplicate": "dropped"})
DEFAULT_TYPES: Final = Words({name: name.casefold() for name in TYPES})

# Status


def native_status(state: str | None, reason: str | None) -> str:
    """`open` or why it is closed; a reopened issue is open."""
    return OPEN if state == OPEN else (reason or COMPLETED)


def lift_status(vocabulary: Vocabulary, native: str, default: Words = DEFAULT_STATUS) -> str | Absent:
    words = vocabulary.words.get("status", default)
    ladder = (OPEN,) if native == OPEN else (native, CLOSED, COMPLETED)
    return next((str(word) for word in map(words.lift, ladder) if word is not None), ABSENT)


def lower_status(vocabulary: Vocabulary, status: str, default: Words = DEFAULT_STATUS) -> str:
    """GitHub has two states: what has no word of its own goes by its category."""
    words = vocabulary.words.get("status", default)
    native = words.lower(status)
    if native is not None and native.casefold() in {OPEN, CLOSED, *REASONS}:
        return COMPLETED if native.casefold() == CLOSED else native.casefold()
    return COMPLETED if vocabulary.category(status) is Category.DONE else OPEN


# Types


def lift_type(vocabulary: Vocabulary, native: str | None) -> str | Absent | None:
    """No type is no opinion, as most repositories have none, unless the configuration says that types are kept there."""
    if native is None:
        return None if "type" in vocabulary.fields else ABSENT
    words = vocabulary.words.get("type")
    return native.casefold() if words is None else (words.lift(native) or ABSENT)


def lower_type(vocabulary: Vocabulary, word: str | None) -> str | Absent | None:
    if word is None:
        return None if "type" in vocabulary.fields else ABSENT
    if "type" not in vocabulary.words and "type" in vocabulary.fields:
        return DEFAULT_TYPES.lower(word) or word.title()
    return vocabulary.words.get("type", DEFAULT_TYPES).lower(word) or ABSENT


def is_outside(scope: Scope, native: str | None) -> bool:
    """Whether an issue of this type is none of the scope's."""
    folded = (native or "").casefold()
    wanted, unwanted = scope.settings.types, scope.settings.without_types
    return (bool(wanted) and folded not in fold(wanted)) or folded in fold(unwanted)


def has_roadmap_issues(scope: Scope) -> bool:
    """Whether issues that are no tickets of this scope are roadmap items, and so may be its tickets' parents."""
    return bool(scope.settings.without_labels or scope.settings.without_types)


def fold(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


# People


def name_of(people: People, login: str) -> str | None:
    """Logins ignore case."""
    folded = {account.casefold(): name for account, name in people.names.items()}
    return people.lift(login) or folded.get(login.casefold())


def lift_people(people: People, logins: Iterable[str]) -> tuple[str, ...] | Absent:
    """The known ones; no opinion where there are people and none is known."""
    names = [name_of(people, login) for login in logins]
    known = tuple(sorted({name for name in names if name is not None}))
    return known if known or not names else ABSENT


def lower_people(people: People, names: Iterable[str]) -> list[str]:
    found = (people.lower(name) for name in sorted(names))
    return list(dict.fromkeys(login for login in found if login is not None))[:MOST_ASSIGNEES]


# Labels


def plain_label(label: str) -> str:
    return " ".join(strip_controls(label).split())[:LONGEST_LABEL].strip()


def is_release(scope: Scope, label: str) -> bool:
    prefix, version = label[: len(RELEASE_LABEL)].casefold(), label[len(RELEASE_LABEL) :]
    return scope.settings.milestones == "roadmap" and prefix == RELEASE_LABEL and bool(version.strip())


def is_container(scope: Scope, label: str) -> bool:
    """Whether the label only says that the issue is in scope."""
    return label.casefold() in {name.casefold() for name in scope.settings.labels}


def lift_labels(scope: Scope, natives: Iterable[str]) -> tuple[str, ...]:
    plain = filter(None, map(plain_label, natives))
    return distinct(name for name in plain if not is_container(scope, name) and not is_release(scope, name))


def lift_releases(scope: Scope, labels: Iterable[str], milestone: str | None) -> tuple[str, ...]:
    if scope.settings.milestones == "release":
        return (milestone,) if milestone else ()
    plain = map(plain_label, labels)
    return distinct(label[len(RELEASE_LABEL) :].strip() for label in plain if is_release(scope, label))


def lower_labels(scope: Scope, labels: Iterable[str]) -> tuple[str, ...]:
    """The labels to put on an issue for these, without those that say something else there."""
    return lift_labels(scope, labels)


def lower_releases(scope: Scope, releases: Iterable[str]) -> tuple[str, ...]:
    """The versions an issue can hold: one milestone, or any number of labels."""
    tidy = distinct(filter(None, (" ".join(strip_controls(version).split()) for version in releases)))
    if scope.settings.milestones == "release":
        return tuple(version for version in tidy if len(version) <= LONGEST_MILESTONE)[:1]
    return tuple(version for version in tidy if len(RELEASE_LABEL + version) <= LONGEST_LABEL)


def release_labels(releases: Sequence[str]) -> list[str]:
    return [f"{RELEASE_LABEL}{version}" for version in releases]


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Sorted; of names that differ only by case the first, as GitHub keeps one label for them."""
    found: dict[str, str] = {}
    for name in sorted(names):
        found.setdefault(name.casefold(), name)
    return tuple(sorted(found.values()))

"""Issue events and body edits as changes of our fields. Pure.

An event tells one label or one person; the whole sets follow by undoing events, newest first, from how the issue stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import ABSENT, Absent, FieldChange, Kind, Native, Target, Value
from pmhub_github import shapes, texts, words
from pmhub_github.fields import milliseconds

ASPECTS: Final = {
    "renamed": "title",
    "closed": "status",
    "reopened": "status",
    "labeled": "labels",
    "unlabeled": "labels",
    "assigned": "assignees",
    "unassigned": "assignees",
    "milestoned": "milestone",
    "demilestoned": "milestone",
}
ADDS: Final = frozenset({"labeled", "assigned"})

Event = Mapping[str, Any]
Step = tuple[Value | Absent, Value | Absent]


@dataclass(frozen=True)
class Group:
    """What one person did to one aspect in one second: usually one call, which GitHub tells in several events."""

    aspect: str
    actor: str
    at: int
    events: tuple[Event, ...]


def event_changes(target: Target, events: Iterable[Event], now: Native, since: int) -> list[FieldChange]:
    """`events`: all of the issue since `since`, in any order; `now`: its shape, at least its `labels` and `assignees`."""
    groups = grouped(events)
    undone = {"labels": list(now["labels"]), "assignees": list(now["assignees"])}
    found: list[FieldChange] = []
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group.at < since:
            break
        found += reversed(list(changes_of(target, group, groups[:place], undone)))
    return found[::-1]


def grouped(events: Iterable[Event]) -> list[Group]:
    """Oldest first."""
    told = {event["id"]: event for event in events if event["event"] in ASPECTS}
    ordered = sorted(told.values(), key=lambda event: (event["created_at"], event["id"]))
    return [Group(*key, tuple(one)) for key, one in groupby(sorted(ordered, key=group_order), key=group_key)]


def group_key(event: Event) -> tuple[str, str, int]:
    login = str(shapes.account(event.get("actor"))["login"])
    return ASPECTS[event["event"]], login, milliseconds(event["created_at"])


def group_order(event: Event) -> tuple[int, str, str]:
    aspect, login, at = group_key(event)
    return at, aspect, login


def changes_of(
    target: Target, group: Group, earlier: Sequence[Group], undone: dict[str, list[str]]
) -> Iterator[FieldChange]:
    for name, (old, new) in steps(target, group, earlier, undone):
        if old != new or old is ABSENT:
            yield FieldChange(target.ref, name, old, new, group.actor, group.at)


def steps(
    target: Target, group: Group, earlier: Sequence[Group], undone: dict[str, list[str]]
) -> Iterator[tuple[str, Step]]:
    scope, first, last = target.scope, group.events[0], group.events[-1]
    match group.aspect:
        case "title":
            yield "title", (texts.title(first["rename"]["from"]), texts.title(last["rename"]["to"]))
        case "status":
            yield "status", (status_before(target, first, earlier), status_after(target, last))
        case "milestone" if scope.settings.milestones == "release":
            yield "releases", milestone_step(group.events)
        case "labels":
            after = list(undone["labels"])
            before = undone["labels"] = undo(group.events, after, "label", "name")
            yield "labels", (words.lift_labels(scope, before), words.lift_labels(scope, after))
            if scope.settings.milestones == "roadmap":
                yield "releases", (words.lift_releases(scope, before, None), words.lift_releases(scope, after, None))
        case "assignees":
            after = list(undone["assignees"])
            before = undone["assignees"] = undo(group.events, after, "assignee", "login")
            people = scope.vocabulary.people
            yield "assignees", (words.lift_people(people, before), words.lift_people(people, after))


def undo(events: Sequence[Event], names: Sequence[str], part: str, key: str) -> list[str]:
    left = list(names)
    for event in reversed(events):
        name = str((event.get(part) or {}).get(key) or "")
        left = [one for one in left if one.casefold() != name.casefold()]
        if event["event"] not in ADDS and name:
            left.append(name)
    return left


def milestone_step(events: Sequence[Event]) -> Step:
    """Another milestone is told as one taken away and one given."""
    old = next((event["milestone"]["title"] for event in events if event["event"] == "demilestoned"), None)
    new = next((event["milestone"]["title"] for event in reversed(events) if event["event"] == "milestoned"), None)
    return ((old,) if old else ()), ((new,) if new else ())


def status_after(target: Target, event: Event) -> Value | Absent:
    reason = event.get("state_reason") if event["event"] == "closed" else None
    state = words.CLOSED if event["event"] == "closed" else words.OPEN
    return words.lift_status(target.scope.vocabulary, words.native_status(state, reason))


def status_before(target: Target, event: Event, earlier: Sequence[Group]) -> Value | Absent:
    vocabulary = target.scope.vocabulary
    if event["event"] == "closed":
        return words.lift_status(vocabulary, words.OPEN)
    closings = (one for group in reversed(earlier) for one in reversed(group.events) if one["event"] == "closed")
    closed = next(closings, None)
    if closed is not None:
        return status_after(target, closed)
    every = {words.lift_status(vocabulary, reason) for reason in words.REASONS}
    return every.pop() if len(every) == 1 else ABSENT


def body_changes(target: Target, node: Mapping[str, Any], account: str, since: int) -> Iterator[FieldChange]:
    """From the versions of a body, newest first, each whole; the oldest is the original and no change."""
    edits, author = node["userContentEdits"], shapes.account_from_node(node["author"])["login"]
    is_comment, ours = target.ref.kind is Kind.COMMENT, author.casefold() == account.casefold()
    versions = [
        None if edit["diff"] is None else texts.read(edit["diff"], ours=ours, comment=is_comment)
        for edit in edits["nodes"]
    ]
    found: list[FieldChange] = []
    for place, edit in enumerate(edits["nodes"]):
        at, is_last = milliseconds(edit["editedAt"]), place == len(versions) - 1
        if at < since or (is_last and not edits["pageInfo"]["hasNextPage"]):
            continue
        actor, new, old = (
            shapes.account_from_node(edit["editor"])["login"],
            versions[place],
            None if is_last else versions[place + 1],
        )
        if new is not None and old is not None and new.marker != old.marker:
            found.append(FieldChange(target.ref, "marker", old.marker, new.marker, actor, at))
        if new is None or old is None or new.text != old.text:
            found.append(
                FieldChange(target.ref, "body", old.text if old else ABSENT, new.text if new else ABSENT, actor, at)
            )
    yield from reversed(found)

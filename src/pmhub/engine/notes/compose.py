"""Composes the notes of one release for one audience, without anything that must not be read there.

The same entries in any order give the same notes, and nothing in them tells when they were composed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from pmhub.engine.notes.entries import Entry, PullRequest, ReleaseFacts
from pmhub.engine.notes.escape import one_line
from pmhub.engine.notes.headings import Headings, group_headings, sentence, type_headings
from pmhub.engine.notes.order import by_key, natural
from pmhub.engine.notes.rules import Audience, Rules, fold
from pmhub.model.lean import dataclass
from pmhub.model.visibility import Visibility


class LeftOut(StrEnum):
    """Why something is not told. An entry that falls under several counts under the first."""

    VISIBILITY = "visibility"
    """Fewer people may see it than see the notes."""
    LABEL = "label"
    TYPE = "type"
    NOT_DONE = "not done"
    PULL_REQUEST = "pull request"
    """Fewer people may see this pull request; the entry it belongs to is told."""


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """Texts are plain, on one line each, and not escaped: see `as_markdown`.

    `counts`: heading of a type → how many changes, in the order of `summary`, which says the same in one sentence.
    `left_out` is for a person at the workspace: a reader of the notes must not learn of what is missing.
    """

    release: ReleaseFacts
    audience: Audience
    groups: tuple[Group, ...]
    counts: Mapping[str, int]
    summary: str
    left_out: Mapping[LeftOut, int]


def compose(release: ReleaseFacts, entries: Iterable[Entry], rules: Rules, shown_to: Visibility) -> Notes:
    """`entries`: what `assign` gave this release. `shown_to`: who can see the place where the notes will stand."""
    left_out: Counter[LeftOut] = Counter()
    told: list[Entry] = []
    for entry in sorted(entries, key=by_key):
        if reason := _reason(entry, release, rules, shown_to):
            left_out[reason] += 1
        else:
            told.append(_plain(entry, shown_to))
            left_out[LeftOut.PULL_REQUEST] += sum(_is_hidden(each, shown_to) for each in entry.pull_requests)
    counts = {group.heading: len(group.entries) for group in _grouped(told, type_headings(rules))}
    return Notes(
        release=release,
        audience=rules.audience,
        groups=_grouped(told, group_headings(rules)),
        counts=counts,
        summary=sentence(counts),
        left_out={reason: left_out[reason] for reason in LeftOut if left_out[reason]},
    )


def _reason(entry: Entry, release: ReleaseFacts, rules: Rules, shown_to: Visibility) -> LeftOut | None:
    if entry.visibility < shown_to:
        return LeftOut.VISIBILITY
    if rules.leaves_out_label(entry):
        return LeftOut.LABEL
    if rules.leaves_out_type(entry):
        return LeftOut.TYPE
    may_be_planned = rules.audience is Audience.INTERNAL and not release.is_out
    return None if entry.is_done or may_be_planned else LeftOut.NOT_DONE


def _is_hidden(pull_request: PullRequest, shown_to: Visibility) -> bool:
    return pull_request.merged and pull_request.visibility < shown_to


def _plain(entry: Entry, shown_to: Visibility) -> Entry:
    """`entry` as it is told: texts on one line, and of its pull requests the merged ones that may be seen."""
    merged = [each for each in entry.pull_requests if each.merged and each.visibility >= shown_to]
    plain = (replace(each, key=one_line(each.key), title=one_line(each.title)) for each in merged)
    return replace(
        entry,
        key=one_line(entry.key),
        title=one_line(entry.title) or "Untitled",
        type=one_line(entry.type),
        labels=tuple(sorted(map(one_line, entry.labels))),
        components=tuple(sorted(map(one_line, entry.components))),
        pull_requests=tuple(sorted(plain, key=lambda each: natural(each.key))),
    )


def _grouped(entries: Iterable[Entry], headings: Headings) -> tuple[Group, ...]:
    """Headings that differ in case only are one."""
    spelled: dict[str, set[str]] = {}
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        heading = headings.of(entry)
        spelled.setdefault(fold(heading), set()).add(heading)
        groups.setdefault(fold(heading), []).append(entry)
    found = (Group(min(spelled[name]), tuple(members)) for name, members in groups.items())
    return tuple(sorted(found, key=lambda group: headings.rank(group.heading)))


def may_publish(notes: Notes, *, has_some: bool) -> bool:
    """A release that was out before its notes were ever composed keeps what people wrote then, and one of which nothing can
    be told yet is left alone. `has_some`: notes of ours stand there.
    """
    return has_some or bool(notes.groups and not notes.release.is_out)

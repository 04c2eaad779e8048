"""Notes whose every text may stand in a line of Markdown."""

from __future__ import annotations

from dataclasses import replace

from pmhub.engine.notes.compose import Group, Notes
from pmhub.engine.notes.entries import Entry, PullRequest
from pmhub.engine.notes.escape import address, escaped


def as_markdown(notes: Notes) -> Notes:
    """`notes` with all that people and remotes wrote escaped; urls are web addresses or empty."""
    return replace(
        notes,
        release=replace(notes.release, version=escaped(notes.release.version)),
        groups=tuple(Group(escaped(group.heading), tuple(map(_entry, group.entries))) for group in notes.groups),
        counts={escaped(heading): count for heading, count in notes.counts.items()},
        summary=escaped(notes.summary),
    )


def _entry(entry: Entry) -> Entry:
    return replace(
        entry,
        key=escaped(entry.key),
        title=escaped(entry.title),
        type=escaped(entry.type),
        labels=tuple(map(escaped, entry.labels)),
        components=tuple(map(escaped, entry.components)),
        releases=tuple(map(escaped, entry.releases)),
        url=address(entry.url),
        pull_requests=tuple(map(_pull_request, entry.pull_requests)),
    )


def _pull_request(pull_request: PullRequest) -> PullRequest:
    return replace(
        pull_request,
        key=escaped(pull_request.key),
        title=escaped(pull_request.title),
        url=address(pull_request.url),
        labels=tuple(map(escaped, pull_request.labels)),
        releases=tuple(map(escaped, pull_request.releases)),
    )

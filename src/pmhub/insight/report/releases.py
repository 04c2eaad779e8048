"""Releases that are not out yet: what stands against each, and what will be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pmhub.engine.gate import Finding, Signal
from pmhub.engine.notes.order import natural
from pmhub.errors import UserError
from pmhub.insight.freshness import freshness
from pmhub.insight.notes import draft_of
from pmhub.insight.notes.markup import as_part_of_a_page
from pmhub.insight.picture import Picture
from pmhub.insight.readiness import Readiness, readiness
from pmhub.insight.releases import facts, releases
from pmhub.insight.report.listing import Listing, first
from pmhub.model.lean import dataclass
from pmhub.store import Store

MOST_RELEASES, MOST_FINDINGS = 6, 8
NOTES_ARE_BELOW = 1
"""Headings of notes begin at the third level, those of a release in the page too."""


@dataclass(frozen=True)
class Upcoming:
    """`signals`: what stands against it, each kind with those it is about. `notes`: HTML that is safe to embed."""

    readiness: Readiness
    url: str
    signals: Sequence[tuple[Signal, Listing[Finding]]]
    done: int
    notes: str
    problem: str = ""


def upcoming(picture: Picture, store: Store) -> Listing[Upcoming]:
    waiting = [row for row in releases(picture) if not facts(row).is_out]
    ordered = first(
        MOST_RELEASES, sorted(waiting, key=lambda row: (facts(row).date or "9", natural(facts(row).version)))
    )
    fresh = freshness(picture, store)
    shown = tuple(_upcoming(picture, readiness(picture, store, row, fresh)) for row in ordered.shown)
    return Listing(shown, ordered.more)


def _upcoming(picture: Picture, found: Readiness) -> Upcoming:
    grouped = groupby(found.findings, key=lambda each: each.signal)
    notes, problem = _notes(picture, found)
    return Upcoming(
        readiness=found,
        url=picture.url(found.release.id),
        signals=[(signal, first(MOST_FINDINGS, group)) for signal, group in grouped],
        done=sum(ticket.is_done for ticket in found.scope.tickets),
        notes=notes,
        problem=problem,
    )


def _notes(picture: Picture, found: Readiness) -> tuple[str, str]:
    """A template that does not work is no reason to show nothing else."""
    try:
        draft = draft_of(picture, found.release)
    except UserError as error:
        return "", error.message
    return (as_part_of_a_page(draft.text, NOTES_ARE_BELOW) if draft.notes.groups else ""), ""

"""From GitHub's JSON to records and back to what GitHub would hold of them: each kind has its own module. Pure."""

from __future__ import annotations

from collections.abc import Collection

from pmhub.sdk import Comment, Fitted, Kind, Native, Observation, Record, Release, RoadmapItem, Scope, Ticket
from pmhub_github import issue_fields, shapes
from pmhub_github.comment_mapping import comment, fit_comment
from pmhub_github.fields import visibility
from pmhub_github.milestone_mapping import fit_milestone, milestone
from pmhub_github.project_fields import Held
from pmhub_github.release_mapping import fit_release, release
from pmhub_github.roadmap_issue_mapping import NO_PROJECT, fit_roadmap_issue, roadmap_issue
from pmhub_github.ticket_mapping import fit_ticket, ticket

__all__ = ["fit", "normalise", "ticket", "visibility"]


def normalise(kind: Kind, scope: Scope, native: Native) -> Observation:
    """From a shape (see shapes.py) or from REST's own JSON, where what GitHub did not tell is absent."""
    match kind:
        case Kind.TICKET:
            return ticket(scope, shapes.issue(native))
        case Kind.COMMENT:
            return comment(scope, shapes.comment(native))
        case Kind.RELEASE:
            return release(scope, shapes.release(native))
        case _ if shapes.is_milestone(native):
            return milestone(scope, shapes.milestone(native))
        case _:
            return roadmap_issue(scope, shapes.issue(native))


def fit(
    scope: Scope,
    record: Record,
    held: Held = NO_PROJECT,
    lacks: Collection[str] = (),
    in_fields: issue_fields.Held = issue_fields.NO_FIELDS,
) -> Fitted:
    """`held`: the fields of the scope's project, if it has one. `lacks`: what the server does not have.

    `in_fields`: the issue fields that hold something of a ticket.
    """
    match record:
        case Ticket():
            return fit_ticket(scope, record, lacks, in_fields, held)
        case Comment():
            return fit_comment(record)
        case Release():
            return fit_release(scope, record)
        case RoadmapItem() if scope.settings.as_ == "issue":
            return fit_roadmap_issue(scope, record, held, lacks)
        case RoadmapItem():
            return fit_milestone(scope, record)

"""What this connector can do, per kind. Of a ticket, estimate, due day and priority only where an issue field holds them."""

from __future__ import annotations

from typing import Final

from pmhub.model.capabilities import Announced
from pmhub.sdk import Access, Capabilities, Kind, Listing
from pmhub_github.issue_fields import SUITED
from pmhub_github.queries import MOST_NODES

KINDS: Final = (Kind.ROADMAP_ITEM, Kind.RELEASE, Kind.TICKET, Kind.COMMENT)
READ_AND_WRITE: Final = Access.READ | Access.CREATE | Access.UPDATE

CAPABILITIES: Final = Capabilities(
    access={
        Kind.ROADMAP_ITEM: READ_AND_WRITE | Access.CLOSE,
        Kind.RELEASE: READ_AND_WRITE,
        Kind.TICKET: READ_AND_WRITE | Access.CLOSE,
        Kind.COMMENT: READ_AND_WRITE | Access.DELETE,
        Kind.TEST_RUN: Access.READ | Access.UPDATE,
    },
    fields={
        Kind.ROADMAP_ITEM: frozenset(
            {"title", "body", "status", "horizon", "start", "target", "owner", "labels", "parent"}
        ),
        Kind.RELEASE: frozenset({"version", "status", "date", "prerelease", "notes"}),
        Kind.TICKET: frozenset(
            {"title", "body", "type", "status", "assignees", "labels", "releases", "parent", "links"}
        )
        | SUITED.keys(),
        Kind.COMMENT: frozenset({"body", "author", "deleted"}),
    },
    later={
        Kind.ROADMAP_ITEM: frozenset({"status", "parent"}),
        Kind.RELEASE: frozenset({"status"}),
        Kind.TICKET: frozenset({"status", "parent:ticket", "links"}),
    },
    incremental=frozenset({Kind.TICKET, Kind.COMMENT}),
    listing=dict.fromkeys(KINDS, Listing.STRONG),
    history={
        Kind.TICKET: frozenset({"title", "body", "status", "assignees", "labels", "releases"}),
        Kind.COMMENT: frozenset({"body"}),
    },
    bulk_create=dict.fromkeys(KINDS, 1),
    bulk_read=dict.fromkeys(KINDS, MOST_NODES),
    announces=frozenset({Announced.ON_COMMITS}),
    answers_with_body=frozenset(KINDS),
    offers_files=frozenset({Kind.TICKET}),
    made_an_hour=500,  # docs: "Rate limits for the REST API", content-generating requests
)

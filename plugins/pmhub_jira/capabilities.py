"""What the connector can do with a site of either flavour. Cloud's edits of issues also answer with a body."""

from __future__ import annotations

from typing import Final

from pmhub.model.records import schema
from pmhub.sdk import Access, Announced, Capabilities, Kind, Listing
from pmhub_jira.cloud_site import COMMENT_LIST, WIDE_FETCH
from pmhub_jira.wire import MOST_CREATED

_TICKET_FIELDS: Final = frozenset(schema(Kind.TICKET))
_ROADMAP_FIELDS: Final = frozenset(schema(Kind.ROADMAP_ITEM))
_READ_AND_WRITE: Final = Access.READ | Access.CREATE | Access.UPDATE

CAPABILITIES: Final = Capabilities(
    access={
        Kind.TICKET: _READ_AND_WRITE | Access.CLOSE,
        Kind.ROADMAP_ITEM: _READ_AND_WRITE | Access.CLOSE,
        Kind.COMMENT: _READ_AND_WRITE | Access.DELETE,
        Kind.RELEASE: _READ_AND_WRITE,
        Kind.TEST_RUN: Access.UPDATE,
    },
    announces=frozenset({Announced.ON_TICKETS}),
    fields={
        Kind.TICKET: _TICKET_FIELDS,
        Kind.ROADMAP_ITEM: _ROADMAP_FIELDS,
        Kind.COMMENT: frozenset({"body", "author", "deleted"}),
        Kind.RELEASE: frozenset(schema(Kind.RELEASE)) - {"prerelease"},
    },
    later={
        Kind.TICKET: frozenset({"status", "links"}),
        **dict.fromkeys((Kind.ROADMAP_ITEM, Kind.RELEASE), frozenset({"status"})),
    },
    incremental=frozenset({Kind.TICKET, Kind.ROADMAP_ITEM, Kind.COMMENT}),
    listing={
        **dict.fromkeys((Kind.TICKET, Kind.ROADMAP_ITEM, Kind.COMMENT), Listing.EVENTUAL),
        Kind.RELEASE: Listing.STRONG,
    },
    history={Kind.TICKET: _TICKET_FIELDS - {"reporter", "links"}, Kind.ROADMAP_ITEM: _ROADMAP_FIELDS},
    bulk_create={Kind.TICKET: MOST_CREATED, Kind.ROADMAP_ITEM: MOST_CREATED},
    bulk_read={
        Kind.TICKET: WIDE_FETCH,
        Kind.ROADMAP_ITEM: WIDE_FETCH,
        Kind.COMMENT: COMMENT_LIST,
        Kind.RELEASE: WIDE_FETCH,
    },
    takes_files=frozenset({Kind.TICKET}),
    answers_with_body=frozenset({Kind.COMMENT, Kind.RELEASE}),
)

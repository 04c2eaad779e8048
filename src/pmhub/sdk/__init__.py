"""The door: the one import of a connector's author."""

from pmhub.errors import Ambiguous, ConnectorError, Denied, Gone, Limited, Refused, Stale, Unavailable
from pmhub.model.capabilities import Access, Capabilities, Listing
from pmhub.model.exchange import (
    Changes,
    Container,
    Created,
    Cursor,
    Draft,
    FieldChange,
    Fitted,
    Identity,
    Native,
    Observation,
    Page,
    Scope,
    SetChange,
    Stream,
    Tombstone,
)
from pmhub.model.kinds import Kind
from pmhub.model.records import ABSENT, Absent, Comment, Fields, Record, Ticket, Value, kind_of, record, values
from pmhub.model.refs import Ref, marked_item, marker
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Category, People, Vocabulary, Words
from pmhub.sdk.connector import API_VERSION, Connector, Context, Memory, Target
from pmhub.sdk.hookspecs import hookimpl
from pmhub.sdk.secret import Secret

__all__ = [
    "ABSENT",
    "API_VERSION",
    "Absent",
    "Access",
    "Ambiguous",
    "Capabilities",
    "Category",
    "Changes",
    "Comment",
    "Connector",
    "ConnectorError",
    "Container",
    "Context",
    "Created",
    "Cursor",
    "Denied",
    "Draft",
    "FieldChange",
    "Fields",
    "Fitted",
    "Gone",
    "Identity",
    "Kind",
    "Limited",
    "Listing",
    "Memory",
    "Native",
    "Observation",
    "Page",
    "People",
    "Record",
    "Ref",
    "Refused",
    "Scope",
    "Secret",
    "SetChange",
    "Stale",
    "Stream",
    "Target",
    "Ticket",
    "Tombstone",
    "Unavailable",
    "Value",
    "Visibility",
    "Vocabulary",
    "Words",
    "hookimpl",
    "kind_of",
    "marked_item",
    "marker",
    "record",
    "values",
]

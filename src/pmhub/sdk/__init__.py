"""The door: the one import of a connector's author."""

from pmhub.errors import Ambiguous, ConnectorError, Denied, Gone, Limited, Refused, Stale, Unavailable
from pmhub.model.alerts import Alert
from pmhub.model.capabilities import Access, Announced, Capabilities, Listing
from pmhub.model.ci import Announcement, CiRun, Report, State
from pmhub.model.discovery import Account, Finding, Level, NativeField, NativeStatus, Place
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
from pmhub.model.files import File
from pmhub.model.kinds import Kind
from pmhub.model.links import BLOCKED_BY, DUPLICATES, RELATES, link, relation_of, target_of
from pmhub.model.pull_requests import PullRequest
from pmhub.model.records import (
    ABSENT,
    Absent,
    Comment,
    Fields,
    Record,
    Release,
    RoadmapItem,
    Ticket,
    Value,
    kind_of,
    record,
    values,
)
from pmhub.model.refs import Ref, marked_item, marker
from pmhub.model.results import Case, Outcome, TestRun, Totals
from pmhub.model.results import Identity as TestIdentity
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import ROADMAP_WORDS, TICKET_WORDS, Category, People, Vocabulary, Words
from pmhub.sdk.connector import API_VERSION, Connector, Context, Memory, Target
from pmhub.sdk.hookspecs import hookimpl
from pmhub.sdk.readers import OtherFormat, Reader
from pmhub.sdk.secret import Secret

__all__ = [
    "ABSENT",
    "API_VERSION",
    "BLOCKED_BY",
    "DUPLICATES",
    "RELATES",
    "ROADMAP_WORDS",
    "TICKET_WORDS",
    "Absent",
    "Access",
    "Account",
    "Alert",
    "Ambiguous",
    "Announced",
    "Announcement",
    "Capabilities",
    "Case",
    "Category",
    "Changes",
    "CiRun",
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
    "File",
    "Finding",
    "Fitted",
    "Gone",
    "Identity",
    "Kind",
    "Level",
    "Limited",
    "Listing",
    "Memory",
    "Native",
    "NativeField",
    "NativeStatus",
    "Observation",
    "OtherFormat",
    "Outcome",
    "Page",
    "People",
    "Place",
    "PullRequest",
    "Reader",
    "Record",
    "Ref",
    "Refused",
    "Release",
    "Report",
    "RoadmapItem",
    "Scope",
    "Secret",
    "SetChange",
    "Stale",
    "State",
    "Stream",
    "Target",
    "TestIdentity",
    "TestRun",
    "Ticket",
    "Tombstone",
    "Totals",
    "Unavailable",
    "Value",
    "Visibility",
    "Vocabulary",
    "Words",
    "hookimpl",
    "kind_of",
    "link",
    "marked_item",
    "marker",
    "record",
    "relation_of",
    "target_of",
    "values",
]

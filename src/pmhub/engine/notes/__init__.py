"""What a release brought, for those who read: which release tells of an item, and what may be said of it to whom."""

from pmhub.engine.notes.assign import assign
from pmhub.engine.notes.compose import Group, LeftOut, Notes, compose, may_publish
from pmhub.engine.notes.entries import Entry, PullRequest, ReleaseFacts, entry_of
from pmhub.engine.notes.escape import escaped, one_line
from pmhub.engine.notes.loose_ends import LooseEnds, loose_ends
from pmhub.engine.notes.markdown import as_markdown
from pmhub.engine.notes.rules import Audience, GroupBy, Rules

__all__ = [
    "Audience",
    "Entry",
    "Group",
    "GroupBy",
    "LeftOut",
    "LooseEnds",
    "Notes",
    "PullRequest",
    "ReleaseFacts",
    "Rules",
    "as_markdown",
    "assign",
    "compose",
    "entry_of",
    "escaped",
    "loose_ends",
    "may_publish",
    "one_line",
]

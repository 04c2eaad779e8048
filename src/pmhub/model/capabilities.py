"""What a connector says it can do, per kind. The engine plans within it; the conformance kit checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Flag, StrEnum, auto

from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass


class Access(Flag):
    """What a connector can do with things of a kind. CLOSE: it knows a state that means finished."""

    READ = auto()
    CREATE = auto()
    UPDATE = auto()
    CLOSE = auto()
    DELETE = auto()


class Announced(StrEnum):
    """Where it can be shown how tests stand."""

    ON_TICKETS = "on tickets"
    ON_COMMITS = "on commits"


class Listing(StrEnum):
    """How far a listing of ids can be trusted to be complete at the moment it is read."""

    STRONG = "strong"
    EVENTUAL = "eventual"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`fields`: those this remote can hold. `later`: fields a create call cannot carry; they follow as an update
    (`parent:ticket`: only where the parent is a ticket).

    `history`: fields whose change log can be read. `bulk_create`, `bulk_read`: most things in one call (default 1).
    """

    access: Mapping[Kind, Access]
    fields: Mapping[Kind, frozenset[str]]
    later: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    incremental: frozenset[Kind] = frozenset()
    listing: Mapping[Kind, Listing] = field(default_factory=dict)
    history: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    bulk_create: Mapping[Kind, int] = field(default_factory=dict)
    bulk_read: Mapping[Kind, int] = field(default_factory=dict)
    announces: frozenset[Announced] = frozenset()
    """Where it can show how tests stand: on tickets, on commits."""
    answers_with_body: frozenset[Kind] = frozenset()
    """Kinds whose update call answers with the thing as it then stands, so that no read-back is needed."""
    offers_files: frozenset[Kind] = frozenset()
    """Kinds of things whose files can be fetched."""
    takes_files: frozenset[Kind] = frozenset()
    """Kinds of things that files can be attached to."""
    made_an_hour: int = 0
    """How many new things the vendor takes in an hour, where it says so."""

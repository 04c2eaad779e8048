"""The tables of pmhub.toml as they are written. Every key has a default, so that one mistake does not hide the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from pmhub.engine.gate_rules import GateRules
from pmhub.engine.notes.rules import OTHER, PLANNED, Audience, GroupBy
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass

Tables = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class PluginsTable:
    block: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileTable:
    version: Any = None
    database: str | None = None
    store: Any = None
    connections: Tables = field(default_factory=dict)
    syncs: Tables = field(default_factory=dict)
    templates: Tables = field(default_factory=dict)
    people: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    guards: dict[str, Any] = field(default_factory=dict)
    gate: dict[str, Any] = field(default_factory=dict)
    heartbeat: dict[str, Any] | None = None
    metrics: dict[str, Any] | None = None
    schedule: dict[str, Any] = field(default_factory=dict)
    visibility: tuple[dict[str, Any], ...] = ()
    plugins: PluginsTable = PluginsTable()


@dataclass(frozen=True)
class SyncTable:
    template: str | None = None
    kind: Kind | None = None
    endpoints: tuple[dict[str, Any], ...] = ()
    from_: dict[str, Any] | None = None
    to: tuple[dict[str, Any], ...] = ()
    comments: Any = True
    attachments: Literal["link", "copy", "none"] = "link"
    new_items: Any = "everywhere"
    match_days: int = 30
    deleted: str = "close"
    fields: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] | None = None
    tickets: dict[str, Any] | None = None


@dataclass(frozen=True)
class CommentsTable:
    deleted: Literal["ignore", "notice", "delete"] = "ignore"
    header: Literal["full", "author"] = "full"


@dataclass(frozen=True)
class TestTicketsTable:
    __test__ = False  # a collector of tests takes the name for a class of them

    sync: str = ""
    type: str | None = None
    labels: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotesTable:
    """`audience`: None for that of the template, where it comes with pmhub."""

    template: str = "customer"
    publish: tuple[str, ...] | None = None
    pull_requests: bool = False
    audience: Audience | None = None
    group_by: GroupBy = GroupBy.TYPE
    leave_out_labels: tuple[str, ...] | None = None
    leave_out_types: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    other: str = OTHER
    planned: str = PLANNED


@dataclass(frozen=True)
class GuardsTable:
    max_changes: int = 200
    max_close: Any = "10%"


@dataclass(frozen=True)
class ScheduleTable:
    name: str = ""
    sync: str = "*/5 * * * *"
    deep: str = ""
    seconds: int = 900


@dataclass(frozen=True, kw_only=True)
class GateTable(GateRules):
    """The rules as they are written: an age in words."""

    max_age: Any = "1d"


@dataclass(frozen=True)
class HeartbeatTable:
    """`url`: text, or a table that says where the secret is."""

    url: Any = None


@dataclass(frozen=True)
class MetricsTable:
    file: str | None = None


@dataclass(frozen=True)
class VisibilityTable:
    sync: str | None = None
    allow: dict[str, str] = field(default_factory=dict)

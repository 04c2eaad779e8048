"""Change logs, read in bulk and turned into our words and our clock."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.verify import Entry
from pmhub.model.exchange import FieldChange
from pmhub.model.kinds import Kind
from pmhub.model.records import ABSENT, Absent, Value, schema
from pmhub.model.refs import Ref
from pmhub.sdk import Target
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Remote
from pmhub.sync.sides import lifted

Logs = dict[Ref, list[Entry]]


def read_logs(hub: Hub, remote: Remote, wanted: Sequence[Target], since: int) -> Logs:
    """`since` in our clock. Things of a kind without a change log have none. Raises ConnectorError."""
    told = [t for t in wanted if history_of(remote, t.ref.kind)]
    logs: Logs = {target.ref: [] for target in wanted}
    if told:
        told.sort(key=lambda t: (t.ref.kind, t.ref.id))
        for change in remote.connector.history(told, max(0, since + remote.offset)):
            logs.setdefault(change.ref, []).append(_entry(hub, remote, change))
    return logs


def history_of(remote: Remote, kind: Kind) -> frozenset[str]:
    """The fields of a kind whose changes this remote's log tells."""
    return remote.connector.capabilities.history.get(kind, frozenset())


def _entry(hub: Hub, remote: Remote, change: FieldChange) -> Entry:
    by_us = change.actor == remote.identity.account
    old, new = (_lift(hub, remote, change, value) for value in (change.old, change.new))
    return Entry(change.field, old, new, by_us, hub.ours(remote.id, change.at))


def _lift(hub: Hub, remote: Remote, change: FieldChange, value: Value | Absent) -> Value | Absent:
    if value is ABSENT or change.field not in schema(change.ref.kind):
        return value
    return lifted(hub.store, remote.id, change.ref.kind, {change.field: value}).get(change.field, ABSENT)

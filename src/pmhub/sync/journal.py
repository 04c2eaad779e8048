"""Writing down what happened: conflicts to their archive and table, changes to the journal."""

from __future__ import annotations

from collections.abc import Mapping

from pmhub.engine.state import HUB, Clash
from pmhub.model.records import ABSENT, Absent, Value
from pmhub.store.history import JournalEntry
from pmhub.sync.hub import Hub


def note_clash(hub: Hub, item: str, clash: Clash) -> None:
    if hub.store.conflicts.add(item, clash, hub.clock(), hub.run):
        hub.report.clashing.add((item, clash.field))


def note_write(
    hub: Hub, item: str, remote: str, op: str, before: Mapping[str, Value], after: Mapping[str, Value], result: str
) -> None:
    request = " ".join(hub.remotes[remote].requests) if remote in hub.remotes else ""
    for name in sorted(after):
        entry = JournalEntry(
            hub.run, hub.clock(), item, remote, op, name, before.get(name), after[name], result, request
        )
        hub.store.journal.add(entry)


def note_absorbed(hub: Hub, item: str, field: str, before: Value | Absent, after: Value, remote: str) -> None:
    """`before` ABSENT: the item had no value of its own yet."""
    was, result = (None, "learned") if before is ABSENT else (before, "absorbed")
    hub.store.journal.add(JournalEntry(hub.run, hub.clock(), item, remote or HUB, "absorb", field, was, after, result))


def note_linked(hub: Hub, item: str, op: str, remote: str, what: str) -> None:
    """`what`: the thing or item that joined or left."""
    entry = JournalEntry(hub.run, hub.clock(), item, remote, op, "", None, what, "done")
    hub.store.journal.add(entry)

"""Undo a run: its values go back in the items, and an ordinary plan carries them out."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.undo import Reverse, Step, reverse
from pmhub.errors import UnknownName
from pmhub.store import Store
from pmhub.store.history import JournalEntry
from pmhub.sync.absorb import absorb_all
from pmhub.sync.edit import edit
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_absorbed
from pmhub.sync.report import Report
from pmhub.sync.run import begin, deliver, end, gather

OPS = ("absorb", "create", "update")
DID = ("done", "absorbed", "learned")


def reverse_of(store: Store, run: int) -> Reverse:
    """What undoing a run would do, as things were last read. Raises UserError where there is no such run."""
    if store.runs.get(run) is None:
        raise UnknownName(f"there was no run {run}", hint="`pmhub log` lists the runs.")
    steps = _steps(store.journal.of_run(run))
    names = {step.item for step in steps}
    items = {name: item for name in names if (item := store.items.get(name))}
    held = {(name, field) for name in items for field in store.conflicts.held(name)}
    return reverse(steps, {key: _taken_before(store, *key, run) for key in _delivered(steps)}, items, held)


def _steps(entries: Sequence[JournalEntry]) -> list[Step]:
    return [
        Step(e.item, e.remote, e.op, e.field, e.before, e.after, learned=e.result == "learned")
        for e in entries
        if e.op in OPS and e.result in DID
    ]


def _delivered(steps: Sequence[Step]) -> set[tuple[str, str]]:
    return {(step.item, step.field) for step in steps if step.op == "update"}


def _taken_before(store: Store, item: str, field: str, run: int) -> list[Step]:
    """Also what a person did at the hub between two runs."""
    entries = store.journal.of_item(item, field)
    first = next((place for place, entry in enumerate(entries) if entry.run == run), len(entries))
    return [step for step in _steps(entries[:first]) if step.op == "absorb" and not step.learned]


def undo(hub: Hub, run: int) -> tuple[Reverse, Report]:
    """A run of its own, which looks first: what a person changed meanwhile is left alone. Stopped by a guard, nothing moves."""
    reverse_of(hub.store, run)
    begin(hub)
    gather(hub)
    absorb_all(hub)
    found = reverse_of(hub.store, run)
    before = {row.item: item for row in found.rows if (item := hub.store.items.get(row.item))}
    for row in found.rows:
        edit(hub, row.item, row.field, row.back)
    deliver(hub)
    if hub.report.stopped and not hub.report.done:
        with hub.store.transaction():
            for row in found.rows:
                note_absorbed(hub, row.item, row.field, row.back, row.now, "")
            for item in before.values():
                hub.store.items.put(item)
    return found, end(hub)

"""What a person does at the hub itself: edit a value, settle a held conflict."""

from __future__ import annotations

from dataclasses import replace

from pmhub.engine.state import HUB, Stamp
from pmhub.model.records import Value
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_absorbed


def edit(hub: Hub, item: str, field: str, value: Value) -> None:
    """Editing a held field is the resolution of its conflict."""
    if field in hub.store.conflicts.held(item):
        resolve(hub, item, field, value)
        return
    with hub.store.transaction():
        _set(hub, item, field, value)


def resolve(hub: Hub, item: str, field: str, value: Value) -> None:
    """A person chose. What the conflict showed of each remote is taken into account; what came later is still news."""
    with hub.store.transaction():
        for conflict in hub.store.conflicts.held_rows(item, field):
            hub.store.conflicts.resolve(conflict.id)
            bound = hub.store.items.bound_on(item, conflict.clash.remote)
            if bound is not None:
                shown, c = {field: conflict.clash.value}, bound.counterpart
                hub.store.items.agree(replace(c, agreed={**c.agreed, **shown}, local={**c.local, **shown}))
        _set(hub, item, field, value)


def _set(hub: Hub, item: str, field: str, value: Value) -> None:
    found = hub.store.items.get(item)
    if found is None:
        return
    stamp = Stamp(HUB, hub.clock(), sure=True)
    note_absorbed(hub, item, field, found.record.get(field), value, HUB)
    hub.store.items.put(replace(found, record={**found.record, field: value}, stamps={**found.stamps, field: stamp}))

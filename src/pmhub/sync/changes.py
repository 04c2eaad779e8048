"""An update as its remote is told: our words and items as its own."""

from __future__ import annotations

from pmhub.engine.plan import Action, change
from pmhub.engine.state import Side
from pmhub.model.exchange import SetChange
from pmhub.model.kinds import Kind
from pmhub.model.records import Merge, Value
from pmhub.store import Store
from pmhub.sync.hooks import restored
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Remote
from pmhub.sync.sides import lowered


def changes_of(hub: Hub, remote: Remote, action: Action, side: Side) -> dict[str, Value | SetChange]:
    store, kind = hub.store, side.kind
    shown = restored(hub.hooks, kind, remote.id, lowered(store, remote.id, kind, action.data))
    found: dict[str, Value | SetChange] = {}
    for name in (name for name in action.data if name in shown):
        if side.spec(name).merge is Merge.LINKS:
            ours = change(side, name, action.data[name], action.pre.get(name))
            found[name] = _lowered_change(store, remote.id, kind, name, ours)
        else:
            found[name] = change(side, name, shown[name], action.pre.get(name))
    return found


def _lowered_change(store: Store, remote: str, kind: Kind, name: str, change: Value | SetChange) -> Value | SetChange:
    if not isinstance(change, SetChange):
        return change
    add, remove = (lowered(store, remote, kind, {name: each})[name] for each in (change.add, change.remove))
    return SetChange(add, remove)

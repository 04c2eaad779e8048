"""How each sync stands: what it holds, what waits in it, and when it was last brought up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from pmhub.config.workspace import Workspace
from pmhub.insight.freshness import complete_times
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.store import Store


@dataclass(frozen=True)
class SyncState:
    """`complete`: when the last run ended that brought it up to date everywhere, in ms, or None."""

    sync: str
    items: Mapping[Kind, int]
    conflicts_open: int
    dead_letters: int
    unknown_writes: int
    complete: int | None


def sync_states(workspace: Workspace, store: Store, at: int) -> list[SyncState]:
    """In the order of the configuration."""
    conflicts = _by_sync(
        store, (item for item, _ in {(c.item, c.clash.field) for c in store.conflicts.all(open_only=True)})
    )
    dead = _by_sync(store, (failure.item for failure in store.failures.all() if failure.state == "dead"))
    unknown = _by_sync(store, (item for item, _ in store.intents.unknown()))
    complete = complete_times(store, workspace, at)
    return [
        SyncState(
            sync=name,
            items={kind: number for kind in Kind if (number := store.items.count(name, kind))},
            conflicts_open=conflicts[name],
            dead_letters=dead[name],
            unknown_writes=unknown[name],
            complete=complete.get(name),
        )
        for name in workspace.syncs
    ]


def _by_sync(store: Store, items: Iterable[str]) -> Counter[str | None]:
    return Counter(map(store.items.sync_of, items))

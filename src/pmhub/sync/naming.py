"""What people call an item."""

from __future__ import annotations

from pmhub.model.records import headline
from pmhub.sync.hub import Hub


def name_of(hub: Hub, item: str) -> str:
    """What people call it: the keys of its counterparts, in the order of the configuration, else the id."""
    keys = []
    for bound in sorted(
        hub.store.items.bound(item), key=lambda b: list(hub.remotes).index(b.remote) if b.remote in hub.remotes else 99
    ):
        seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing) if bound.thing else None
        keys += [seen.ref.key] if seen and seen.ref.key else []
    return " = ".join(keys) or item


def title_of(hub: Hub, item: str) -> str:
    found = hub.store.items.get(item)
    return headline(found.record)[:80] if found else ""

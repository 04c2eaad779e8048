"""What a person is told once, and again only when it was over in between."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pmhub.sync.hub import Hub


def tell_once(hub: Hub, key: str, message: str) -> None:
    """Inside a transaction."""
    if hub.store.meta.get(key) is None:
        hub.store.meta.put(key, "told")
        hub.log.warning("%s", message)


def new_among(hub: Hub, key: str, found: Iterable[str]) -> list[str]:
    """Those that were not found when this was last asked."""
    now, before = sorted(found), json.loads(hub.store.meta.get(key) or "[]")
    if now != before:
        with hub.store.transaction():
            hub.store.meta.put(key, json.dumps(now))
    return [each for each in now if each not in before]

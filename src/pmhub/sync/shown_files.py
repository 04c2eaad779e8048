"""Which tickets show files that were not copied yet, where a sync copies them: noted with the plan, so that no crash forgets it."""

from __future__ import annotations

import re
from typing import Final

from pmhub.engine.state import Item
from pmhub.model.codec import fingerprint
from pmhub.model.kinds import Kind
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane

COPY: Final = "copy"
KEY: Final = "files "
WAITING: Final = "waiting "
_LINK: Final = re.compile(r"https?://[^\s)>\]\"']+")


def copies_files(lane: Lane) -> bool:
    return lane.kind is Kind.TICKET and any(place.scope.attachments == COPY for place in lane.places)


def note_files(hub: Hub, item: Item, lane: Lane) -> None:
    """Writes down that what the text shows now has not been copied yet. Inside the transaction of the plan."""
    if not copies_files(lane):
        return
    links, key = sorted(set(_LINK.findall(str(item.record.get("body") or "")))), KEY + item.id
    shown = fingerprint(links) if links else ""
    if shown and str(hub.store.meta.get(key) or "").removeprefix(WAITING) != shown:
        hub.store.meta.put(key, WAITING + shown)

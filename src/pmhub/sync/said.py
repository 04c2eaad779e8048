"""When and where a comment was said, for the line above its copies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pmhub.engine.state import Item
from pmhub.model.refs import origin_of
from pmhub.store import Store

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not by the locale: a copy reads the same whoever runs this."""


def said(store: Store, item: Item) -> str:
    """`on 3 May 2026, 14:05 UTC in SHOP-12`; empty for what was not seen where it comes from."""
    if item.on is None:
        return ""
    for bound in store.items.bound(item.id):
        above = store.items.bound_on(item.on, bound.remote)
        if origin_of(bound.remote) != item.id.partition("@")[2] or bound.thing is None or above is None:
            continue
        seen = store.observations.get(bound.remote, bound.kind, bound.thing)
        holder = store.observations.get(bound.remote, above.kind, above.thing or "")
        if seen and holder and holder.ref.key:
            return f"on {_moment(seen.created_at)} in {holder.ref.key}"
    return ""


def _moment(milliseconds: int) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"

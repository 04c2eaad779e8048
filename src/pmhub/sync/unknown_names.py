"""Iterations that a remote does not have: no opinion there, and told of once."""

from __future__ import annotations

from typing import Final

from pmhub.engine.state import Item, Side
from pmhub.sync.hub import Hub
from pmhub.sync.notices import tell_once

ITERATION: Final = "iteration"


def tell_unknown(hub: Hub, item: Item, side: Side) -> None:
    """Inside the transaction of the plan. A remote that holds no iterations at all lacks none."""
    name = item.record.get(ITERATION)
    if not name or ITERATION not in side.holds or not side.can_say(ITERATION, None) or side.can_say(ITERATION, name):
        return
    where = hub.remotes[side.remote].connection
    told = f"{where} has no open iteration {name!r}: it is left alone there until it has one"
    tell_once(hub, f"unknown {ITERATION} {side.remote} {name}", told)

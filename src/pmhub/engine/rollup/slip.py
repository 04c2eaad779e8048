"""How late a goal is: by today, or by what is below it and wanted later than the goal itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pmhub.engine.rollup.node import Node
from pmhub.model.lean import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """`days` after the goal's target; `because`: the open item below it that is wanted so late, None for today's date."""

    days: int
    because: str | None = None


def slip(goal: Node, below: Iterable[Node], today: str) -> Slip | None:
    """The worst of all reasons. None for a goal that is done, has no target, or is in time as far as dates tell."""
    target = _day(goal.target)
    if target is None or goal.is_done:
        return None
    late = [Slip((day - target).days, node.id) for node in below if not node.is_done and (day := _day(node.target))]
    now = _day(today)
    reasons = [*([Slip((now - target).days)] if now else []), *late]
    worst = max(reasons, key=lambda reason: reason.days, default=None)
    return worst if worst and worst.days > 0 else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None

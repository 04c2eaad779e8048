"""Limits that stop a run before its first write."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.plan import Action, Op
from pmhub.model.lean import dataclass


@dataclass(frozen=True)
class Limits:
    """`max_changes` 0: none. A closing counts when more than `close_count` items and `close_percent` of all are closed."""

    max_changes: int = 200
    close_count: int = 2
    close_percent: float = 10.0


def overrun(changes: Sequence[Action], items: int, limits: Limits) -> str | None:
    """Why this plan must not run, in one sentence, or None. Creates do not count: a first sync is made of them."""
    edits = [a for a in changes if a.op is Op.UPDATE]
    if limits.max_changes and len(edits) > limits.max_changes:
        return f"{len(edits)} changes are planned and the limit is {limits.max_changes}"
    closing = [a for a in edits if a.closes]
    allowed = max(limits.close_count, int(items * limits.close_percent / 100))
    if len(closing) > allowed:
        return f"{len(closing)} of {items} items would be closed and the limit is {allowed}"
    return None

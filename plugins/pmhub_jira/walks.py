"""Statuses on their way through several transitions. Until one has arrived it stands where it started, for all who ask: a run
may be killed in between, and half of a way must not be taken for its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Context, FieldChange

DAY: Final = 24 * 3_600_000
EARLIER: Final = 60_000
"""The server's clock may be as much behind ours, in milliseconds."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Walks:
    context: Context

    def step(self, issue: str, origin: Mapping[str, Any], to: str) -> None:
        """To be said before each transition. `origin`: the status where the first one starts."""
        known = self.of(issue) or {"origin": dict(origin), "steps": [], "at": self.context.clock()}
        self._keep(issue, known | {"steps": [*known["steps"], to]}, self.context.clock() + DAY)

    def end(self, issue: str) -> None:
        if self.of(issue):
            self._keep(issue, {}, 0)

    def of(self, issue: str) -> Json:
        """`{"origin": status, "steps": [status id], "at": our clock}` of one that has not arrived; else empty."""
        return dict(self.context.memory.get(f"walk:{issue}") or {})

    def shown(self, raw: Json) -> Json:
        """An issue as it is to be read. Where somebody moved it elsewhere its walk is over."""
        walk = self.of(str(raw["id"]))
        fields = raw.get("fields") or {}
        if not walk or "status" not in fields:
            return raw
        stands = str((fields["status"] or {}).get("id"))
        if stands not in (*walk["steps"], walk["origin"]["id"]):
            self.end(str(raw["id"]))
            return raw
        return raw | {"fields": fields | {"status": walk["origin"]}}

    def hides(self, change: FieldChange, us: Callable[[], str]) -> bool:
        """Is this a step of a walk that has not arrived? `us` gives our own account."""
        walk = self.of(change.ref.id) if change.field == "status" else {}
        return bool(walk) and change.actor == us() and change.at >= walk["at"] - EARLIER

    def _keep(self, issue: str, walk: Json, until: int) -> None:
        self.context.memory.put(f"walk:{issue}", walk, until=until)

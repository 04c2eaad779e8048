"""What an issue is blocked by: REST tells with an issue how many, GraphQL which; written one at a time by REST."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import ABSENT, BLOCKED_BY, Absent, Kind, Native, Refused, SetChange, link, relation_of, target_of
from pmhub_github import shapes
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire

NOT_HELD: Final = "GitHub knows of one issue that blocks another, and of no other link"
TOGETHER: Final = 100


def links(shape: Native) -> tuple[str, ...] | Absent:
    """Absent where the server does not tell which."""
    told = shape.get("blocked_by")
    return ABSENT if told is None else tuple(sorted(named(one["node_id"]) for one in told))


def fit(told: tuple[str, ...] | Absent) -> tuple[str, ...] | Absent:
    return ABSENT if isinstance(told, Absent) else tuple(one for one in told if relation_of(one) == BLOCKED_BY)


def named(node_id: str) -> str:
    return link(BLOCKED_BY, f"{Kind.TICKET}:{node_id}")


def node_ids(members: Iterable[str]) -> tuple[str, ...]:
    return tuple(target_of(one).partition(":")[2] for one in members if relation_of(one) == BLOCKED_BY)


@dataclass(frozen=True)
class Blockers:
    """What one update does: `add` are database ids by node id, `remove` database ids."""

    add: Mapping[str, int]
    remove: Sequence[int]


@dataclass(frozen=True)
class Dependencies:
    wire: Wire

    def fill(self, found: Sequence[Shape]) -> None:
        """Which they are, for the issues of which it is only known that there are some: one query a hundred."""
        open_ones = {one["node_id"]: one for one in found if "blocked_by" in one and one["blocked_by"] is None}
        ids = sorted(open_ones)
        for start in range(0, len(ids), TOGETHER):
            for node_id, node in self.wire.issue_nodes(ids[start : start + TOGETHER]).found.items():
                open_ones[node_id]["blocked_by"] = shapes.blockers_from_node(node)

    def wanted(self, over: Native, change: SetChange) -> Blockers:
        """Looked up before anything is written. Raises Refused for one that is not there."""
        add = node_ids(change.add)
        nodes = self.wire.issue_nodes(sorted(add)).found if add else {}
        if missing := sorted(set(add) - nodes.keys()):
            hint = "It was deleted or moved, or the token may not see it."
            raise Refused(f"{len(missing)} of the issues that block it cannot be reached", field="links", hint=hint)
        gone = set(node_ids(change.remove))
        remove = [one["id"] for one in over.get("blocked_by") or () if one["node_id"] in gone]
        return Blockers({node_id: int(nodes[node_id]["fullDatabaseId"]) for node_id in add}, remove)


def blocked_by(over: Native, blockers: Blockers, raw: Mapping[str, Any]) -> Shape:
    """What blocks it now, where the answer counts as many: nobody needs to ask."""
    kept = [one for one in over.get("blocked_by") or () if one["id"] not in blockers.remove]
    now = [*kept, *({"id": number, "node_id": node_id} for node_id, number in blockers.add.items())]
    told = raw.get("issue_dependencies_summary") or {}
    return {"blocked_by": now} if now and told.get("total_blocked_by") == len(now) else {}

"""How one ticket stands to another: the members of `Ticket.links`, each `<relation>:<target>`.

A link is one thing seen from two tickets, so exactly one of them states it: the one that is blocked, the one that is a
duplicate, and of two that only relate the one that the link goes out from. What the other shows of it is no part of its record.
"""

from __future__ import annotations

from typing import Final

BLOCKED_BY: Final = "blocked_by"
"""Cannot be finished before the target is."""
RELATES: Final = "relates"
DUPLICATES: Final = "duplicates"
"""Says what the target already said."""
RELATIONS: Final = (BLOCKED_BY, RELATES, DUPLICATES)


def link(relation: str, target: str) -> str:
    """`target`: an item of ours; from a connector and to it a remote's thing, `<kind>:<remote id>`."""
    return f"{relation}:{target}"


def relation_of(member: str) -> str:
    return member.partition(":")[0]


def target_of(member: str) -> str:
    return member.partition(":")[2]

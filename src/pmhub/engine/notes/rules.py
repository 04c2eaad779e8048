"""What a workspace may decide about its notes: for whom, in which groups, without what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Final

from pmhub.engine.notes.entries import Entry
from pmhub.model.lean import dataclass

OTHER: Final = "Other changes"
PLANNED: Final = "Planned"


class Audience(StrEnum):
    CUSTOMER = "customer"
    INTERNAL = "internal"
    DEVELOPER = "developer"


class GroupBy(StrEnum):
    TYPE = "type"
    COMPONENT = "component"
    LABEL = "label"


_LEFT_OUT: Final[Mapping[Audience, Collection[str]]] = {Audience.CUSTOMER: ("internal",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Names of labels, types and groups match whatever their case.

    `leave_out_labels` None: what is usual for the audience (a customer reads nothing labelled `internal`). `titles`: a
    group's name → its heading; several may share one. `order`: names or headings, first to last; the rest follows by
    heading. `other` heads what belongs to no group, `planned` what is still to be done.

    Of several components or labels an entry has, the first in `order`, else in `titles`, else by name is its group. Once
    `order` or `titles` name some labels, no other label heads a group.
    """

    audience: Audience = Audience.CUSTOMER
    group_by: GroupBy = GroupBy.TYPE
    leave_out_labels: Collection[str] | None = None
    leave_out_types: Collection[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    order: Sequence[str] = ()
    other: str = OTHER
    planned: str = PLANNED

    def leaves_out_label(self, entry: Entry) -> bool:
        named = _LEFT_OUT.get(self.audience, ()) if self.leave_out_labels is None else self.leave_out_labels
        return any(fold(label) in map(fold, named) for label in entry.labels)

    def leaves_out_type(self, entry: Entry) -> bool:
        return fold(entry.type) in map(fold, self.leave_out_types)


def fold(name: str) -> str:
    """Equal for names that differ in case and spaces only."""
    return " ".join(name.split()).casefold()

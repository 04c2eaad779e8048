"""`[syncs.NAME.notes]`: whether release notes are composed, for whom, and where they are published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems, meant
from pmhub.config.shape import NotesTable
from pmhub.config.validation import salvaged
from pmhub.config.workspace import NotesRules
from pmhub.engine.notes.rules import Audience, Rules
from pmhub.model.kinds import Kind


def notes_rules(
    raw: Mapping[str, Any] | None, kind: Kind | None, named: Collection[str], at: KeyPath, problems: Problems
) -> NotesRules | None:
    """`named`: the connections of the sync."""
    if raw is None:
        return None
    if kind is not Kind.RELEASE:
        problems.add(at, "only releases have notes", 'write them where `kind = "release"`')
        return None
    table = salvaged(NotesTable, raw, at, problems)
    for position, name in enumerate(table.publish or ()):
        if name not in named:
            problems.add((*at, "publish", position), f"`{name}` is no connection of this sync", meant(name, named))
    return NotesRules(table.template, table.publish, _rules(table), table.pull_requests)


def _rules(table: NotesTable) -> Rules:
    shipped = Audience(table.template) if table.template in set(Audience) else Audience.CUSTOMER
    return Rules(
        audience=table.audience or shipped,
        group_by=table.group_by,
        leave_out_labels=table.leave_out_labels,
        leave_out_types=table.leave_out_types,
        titles=table.titles,
        order=table.order,
        other=table.other,
        planned=table.planned,
    )

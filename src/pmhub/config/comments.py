"""`[syncs.NAME]`: `comments` (whether they travel, what the deletion of one does, what the line above a copy tells) and `attachments`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems
from pmhub.config.shape import CommentsTable
from pmhub.config.validation import salvaged
from pmhub.config.workspace import CommentRules, Endpoint


def comment_rules(raw: bool | Mapping[str, Any], at: KeyPath, problems: Problems) -> CommentRules | None:  # noqa: FBT001
    """None where comments do not travel."""
    if isinstance(raw, Mapping):
        table = salvaged(CommentsTable, raw, at, problems)
        return CommentRules(table.deleted, table.header)
    if not isinstance(raw, bool):
        problems.add(at, "must be true or false, or a table", 'comments = { deleted = "notice" }')
    return CommentRules() if raw is True else None


def with_files(endpoints: Iterable[Endpoint], attachments: str) -> tuple[Endpoint, ...]:
    """Each place knows what becomes of files."""
    return tuple(replace(each, scope=replace(each.scope, attachments=attachments)) for each in endpoints)

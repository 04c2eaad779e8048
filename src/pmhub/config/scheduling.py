"""`[schedule]`: when workers run this workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pmhub.config.problems import Problems
from pmhub.config.shape import ScheduleTable
from pmhub.config.validation import salvaged
from pmhub.config.workspace import Schedule

_CRON: Final = re.compile(r"[0-9A-Za-z*,/#?-]+( +[0-9A-Za-z*,/#?-]+){4}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def read_schedule(raw: Mapping[str, Any], folder: Path, problems: Problems) -> Schedule:
    table = salvaged(ScheduleTable, raw, ("schedule",), problems)
    name = table.name or re.sub(r"[^A-Za-z0-9_-]+", "-", folder.name)[:40].strip("-")
    if table.name and not _NAME.fullmatch(name):
        problems.add(("schedule", "name"), f"{name!r} is no name", "letters, digits, - and _")
    for key in ("sync", "deep"):
        if (cron := getattr(table, key)) and not _CRON.fullmatch(cron):
            problems.add(("schedule", key), f"{cron!r} is no schedule", 'cron\'s five words, in UTC: "*/5 * * * *"')
    if table.seconds <= 0:
        problems.add(("schedule", "seconds"), "must be more than 0")
    return Schedule(name, table.sync, table.deep, table.seconds)

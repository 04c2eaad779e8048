"""Which edits tell no watcher: those of a bulk, where the account may keep them from it.

Only who administers the project may [D]; new issues, comments and transitions have no such choice.
"""

from __future__ import annotations

from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.lookups import Lookups

A_BULK: Final = 20
"""As many edits of a run are news; those after them are a bulk."""


@dataclass
class Quiet:
    lookups: Lookups
    edits: int = 0

    def params(self, project: str) -> dict[str, str]:
        """What to say with the next edit of an issue."""
        self.edits += 1
        is_bulk = self.edits > A_BULK and self.lookups.administers(project)
        return {"notifyUsers": "false"} if is_bulk else {}

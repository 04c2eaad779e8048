"""What a run has to say: counts, failures by remote, refusals by item, and the exit code they add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING

from pmhub.errors import ConnectorError, Denied, Limited, PmhubError, Refused
from pmhub.model.lean import dataclass

if TYPE_CHECKING:  # every verb, `--help` too, knows the exit codes
    from pmhub.engine.match import Doubt, Match
    from pmhub.model.alerts import Alert

OK, ERROR, USAGE, ITEMS_FAILED, AUTH, TEMPORARY, CONFLICTS, LOCKED, GUARD, NOT_READY, CHANGES = range(11)
# When several hold, the first of these is told; see DESIGN 8.
_ORDER = (GUARD, AUTH, ERROR, TEMPORARY, ITEMS_FAILED, CONFLICTS)


@dataclass
class Problem:
    """Something a person should read: where it was, what happened, what to do."""

    where: str
    message: str
    hint: str = ""
    key: str = ""
    """The same for the same problem in every run."""
    code: str = Refused.code
    field: str = ""
    """The one that it is about, where it is about one."""


GUARDED = "guard"


def down_key(remote: str, error: PmhubError) -> str:
    return f"down {remote} {type(error).__name__}"


def refused_key(remote: str, item: str, op: str) -> str:
    return f"refused {remote} {item} {op}"


def held_key(item: str, field: str) -> str:
    return f"conflict {item} {field}"


@dataclass
class Report:
    """`down`: remote → why nothing more is asked of it in this run. Of problems that last, by key: `known` were told by
    an earlier run, `news` were not. `recovered`: where one is over; `alerts`: both, in words. `out_of_time`: writes were left for the next run. `matches`: items that were made one, the first, which
    stays, before the others. `doubtful`: items that may be one with others: nothing is created for them until a person has
    said. `called`: what people call the items of both.
    """

    seen: int = 0
    done: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    down: dict[str, PmhubError] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    stopped: str = ""
    held: int = 0
    dead: int = 0
    clashing: set[tuple[str, str]] = field(default_factory=set)
    unknown: int = 0
    out_of_time: bool = False
    known: frozenset[str] = frozenset()
    news: frozenset[str] = frozenset()
    recovered: list[str] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    doubtful: frozenset[str] = frozenset()
    called: dict[str, str] = field(default_factory=dict)

    def fail(self, remote: str, error: ConnectorError) -> None:
        self.down.setdefault(remote, error)

    @property
    def clashes(self) -> int:
        """Fields of items that clashed: one question each, however many sides had a say."""
        return len(self.clashing)

    @property
    def exit_code(self) -> int:
        found = {_code(error) for error in self.down.values()}
        if self.stopped:
            found.add(GUARD)
        if self.refused or self.dead:
            found.add(ITEMS_FAILED)
        if self.out_of_time:
            found.add(TEMPORARY)
        if self.held or self.doubts:
            found.add(CONFLICTS)
        return next((code for code in _ORDER if code in found), OK)

    @property
    def retry_at(self) -> int | None:
        times = [error.retry_at for error in self.down.values() if isinstance(error, Limited)]
        return max(times) if times else None


def _code(error: PmhubError) -> int:
    if isinstance(error, Denied):
        return AUTH
    return TEMPORARY if isinstance(error, ConnectorError) else ERROR

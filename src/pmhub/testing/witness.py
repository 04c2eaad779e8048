"""The temporal oracle: it sees every write as it lands, and knows which value a person has already replaced by which."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from pmhub.model.records import Value

_TOKEN = re.compile(r"tok\d+")


def tokens(value: Value) -> set[str]:
    """The traceable words in a value; a number stands for the token of that number."""
    if isinstance(value, float):
        return {f"tok{value:.0f}"}
    text = " ".join(value) if isinstance(value, tuple) else str(value or "")
    return set(_TOKEN.findall(text))


@dataclass
class Trace:
    """What happened to one thing, in our clock. `read_at`: when the hub last read it directly."""

    arrived: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    read_at: int = 0


@dataclass(frozen=True)
class Landed:
    """A value that was replaced on a server."""

    remote: str
    thing: str
    field: str
    old: Value
    new: Value
    at: int

    def __str__(self) -> str:
        return f"{self.remote} {self.thing} {self.field}: {self.old!r} -> {self.new!r} at {self.at}"


@dataclass
class Witness:
    """Shared by all remotes. `slack`: how far behind a direct read may be; what came after the hub's last direct read of
    a thing, less that, the hub cannot know and is excused.
    """

    slack: int = 0
    replaced: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    reverts: list[Landed] = field(default_factory=list)
    reformats: list[Landed] = field(default_factory=list)
    blind: int = 0

    def person_wrote(self, trace: Trace, landed: Landed) -> None:
        gone, come = tokens(landed.old) - tokens(landed.new), tokens(landed.new) - tokens(landed.old)
        if landed.field == "labels":
            trace.removed.update(dict.fromkeys(gone, landed.at))
        else:
            self.person_replaced(gone, come)
        trace.arrived.update(dict.fromkeys(come, landed.at))

    def person_replaced(self, gone: set[str], come: set[str]) -> None:
        for token in come:
            self.replaced[token] |= gone

    def person_chose(self, chosen: set[str]) -> None:
        """Of values that clashed: what was replaced by another is wanted again."""
        for older in self.replaced.values():
            older.difference_update(chosen)

    def hub_wrote(self, trace: Trace, landed: Landed) -> None:
        """An older value over the one that a person replaced it by, or a set member that a person removed: a revert."""
        gone, come = tokens(landed.old) - tokens(landed.new), tokens(landed.new) - tokens(landed.old)
        known = trace.read_at - self.slack
        if landed.field == "labels":
            reverted = any(trace.removed.get(token, known) < known for token in come)
        else:
            reverted = any(come & self._before(token) and trace.arrived.get(token, 0) < known for token in gone)
        trace.arrived.update(dict.fromkeys(come, landed.at))
        if reverted:
            self.reverts.append(landed)

    def _before(self, token: str) -> set[str]:
        """Every token that people replaced on the way to this one."""
        found: set[str] = set()
        waiting = [token]
        while waiting:
            new = self.replaced.get(waiting.pop(), set()) - found
            found |= new
            waiting += sorted(new)
        return found

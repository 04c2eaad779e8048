"""When the next request may leave: what servers asked for, the gap between writes, the budget for new content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Final, Protocol

from pmhub.http import urls, waits
from pmhub.model.lean import dataclass

EVERYTHING: Final = "*"
MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
LOOK_EVERY: Final = 5_000
LEEWAY: Final = 1_000  # servers count arrivals: a request may travel faster than the one an hour before it


@dataclass
class Budget:
    """At most so many new pieces of content a minute and an hour. `spent` (milliseconds since the epoch, one entry a piece)
    may be kept by the caller and given back in the next process.
    """

    per_minute: int = 80
    per_hour: int = 500
    spent: list[int] = field(default_factory=list)

    def free_at(self, pieces: int, now: int) -> int:
        """When `pieces` fit; a batch larger than the budget fits once nothing else is counted."""
        self.spent = [moment for moment in self.spent if now - HOUR - LEEWAY < moment]
        ready = (self._room(pieces, limit, span, now) for limit, span in self._limits())
        return max(now, *ready)

    def spend(self, pieces: int, now: int) -> None:
        self.spent.extend([now] * pieces)

    def _limits(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return (self.per_minute, MINUTE), (self.per_hour, HOUR + LEEWAY)

    def _room(self, pieces: int, limit: int, span: int, now: int) -> int:
        recent = sorted(moment for moment in self.spent if now - span < moment)
        too_many = len(recent) + pieces - limit
        return now if too_many <= 0 or not recent else recent[min(too_many, len(recent)) - 1] + span


def beside(budget: Budget, others: int, taken: int) -> Budget:
    """What is left of it to one who took `taken` pieces of this hour and is not alone. Who has a tenth keeps a twenty-fifth free
    for each of the others, a fifth at most: whoever needs little finds room, and needs not wait for the hour to end.
    """
    if taken < budget.per_hour // 10:
        return budget
    return replace(budget, per_hour=budget.per_hour - min(others * (budget.per_hour // 25), budget.per_hour // 5))


class Ledger(Protocol):
    """What others know of the same account too, on other machines. Times are milliseconds since the epoch."""

    def spend(self, pieces: int, budget: Budget, now: int) -> int:
        """When so many fit; they are spent if that is now."""

    def turn(self, gap: int, now: int) -> int:
        """The next moment for a write, `gap` after the one before; it is taken."""

    def wait(self, site: str, scope: str, until: int, now: int) -> None:
        """The server asked for it, and asks it of all who sign in with this account."""

    def waits(self, site: str, now: int) -> Mapping[str, int]:
        """Scope → until when a server asked one of us to wait."""


@dataclass
class Pace:
    """One for all clients of an account. `write_gap` is seconds between two writes. `not_before` (scope -> milliseconds since
    the epoch) may be kept by the caller and given back in the next process. `ledger`: who else works in this account's name
    at the same `site`.
    """

    write_gap: float = 0.0
    budget: Budget | None = None
    not_before: dict[str, int] = field(default_factory=dict)
    ledger: Ledger | None = None
    site: str = ""
    _looked_at: int = 0
    _strikes: dict[str, int] = field(default_factory=dict)
    _struck_at: dict[str, int] = field(default_factory=dict)
    _last_write: int | None = None

    def share(self, ledger: Ledger, site: str, known: Mapping[str, int], now: int) -> None:
        """From now on with others; `known`: what they were asked to wait for, until when."""
        self.ledger, self.site, self._looked_at = ledger, site, now
        self._heed(known)

    def free_at(self, scopes: Iterable[str], now: int) -> int:
        if self.ledger and now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            self._heed(self.ledger.waits(self.site, now))
        return max([now, *(self.not_before.get(scope, 0) for scope in scopes)])

    def write_turn(self, now: int) -> int:
        """The next moment for a write; with a ledger it is taken."""
        gap = round(self.write_gap * 1000)
        if self.ledger and gap:
            return self.ledger.turn(gap, now)
        return now if self._last_write is None else max(now, self._last_write + gap)

    def spend(self, pieces: int, now: int) -> int:
        """When so many fit into the budget; they are spent if that is now."""
        if not self.budget:
            return now
        if self.ledger:
            return self.ledger.spend(pieces, self.budget, now)
        moment = self.budget.free_at(pieces, now)
        if moment <= now:
            self.budget.spend(pieces, now)
        return moment

    def wrote(self, now: int) -> None:
        self._last_write = now

    def limited(self, scope: str, headers: Mapping[str, str], now: int, sent: int | None = None) -> int:
        """Note that the server asks to wait; answers until when. What was `sent` before it last asked is the same blow."""
        is_new = sent is None or sent > self._struck_at.get(scope, -1)
        strikes = max(1, self._strikes.get(scope, 0) + is_new)
        self._strikes[scope], self._struck_at[scope] = strikes, now
        wait = waits.stated(headers, now)
        until = now + (waits.guessed(strikes) if wait is None else wait)
        self._heed({scope: until})
        if self.ledger and not is_of_one_thing(scope):
            self.ledger.wait(self.site, scope, until, now)
        return self.not_before[scope]

    def _heed(self, waits: Mapping[str, int]) -> None:
        for scope, until in waits.items():
            self.not_before[scope] = max(until, self.not_before.get(scope, 0))

    def went_well(self, scopes: Iterable[str]) -> None:
        for scope in scopes:
            self._strikes.pop(scope, None)


def scopes(method: str, template: str, url: str) -> tuple[str, str, str]:
    """All that can hold a request back: everything of this account, its endpoint, its very object."""
    return EVERYTHING, f"{method} {template}", urls.path_of(url)


def is_of_one_thing(scope: str) -> bool:
    """A limit of one object is for who works on that."""
    return scope.startswith("/")


def scope_of(reason: str, method: str, template: str, url: str) -> str:
    """What a limit covers by its `RateLimit-Reason`; reasons we do not know are taken for the endpoint's."""
    everything, endpoint, item = scopes(method, template, url)
    if not reason or "quota" in reason or "global" in reason:
        return everything
    return item if "per-issue" in reason else endpoint

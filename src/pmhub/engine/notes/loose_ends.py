"""Work and its ticket that lost each other, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterable

from pmhub.engine.notes.entries import Entry, PullRequest
from pmhub.engine.notes.order import by_key, natural
from pmhub.model.lean import dataclass


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """For a person at the workspace, whatever its visibility: not for publishing."""

    pull_requests: tuple[PullRequest, ...]
    """Merged, and no ticket has them."""
    entries: tuple[Entry, ...]
    """Done, and no merged pull request brought them."""


def loose_ends(entries: Iterable[Entry], pull_requests: Iterable[PullRequest]) -> LooseEnds:
    """`entries`: tickets only. `pull_requests`: all that are known; each counts once, by its key."""
    tickets = sorted(entries, key=by_key)
    owned = {each.key for ticket in tickets for each in ticket.pull_requests}
    merged = {each.key: each for each in pull_requests if each.merged}
    return LooseEnds(
        tuple(merged[key] for key in sorted(merged.keys() - owned, key=natural)),
        tuple(ticket for ticket in tickets if ticket.is_done and not any(each.merged for each in ticket.pull_requests)),
    )

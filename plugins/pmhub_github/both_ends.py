"""All issues by creation, from the oldest up and from the newest down at once, until they meet: their pages go by a cursor, so
that an end knows no more than its next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final, Self

from pmhub.http.answers import Answer
from pmhub.model.lean import dataclass
from pmhub_github.fields import milliseconds
from pmhub_github.paging import next_page, place_in
from pmhub_github.wire import PAGE, REPO, Wire, listed

LONG: Final = 5 * PAGE
"""Issues from which on it is worth the one page that may be read from both ends."""
BEGUN: Final = 4
"""Pages that are on their way or waiting: two from each end."""
UP: Final = "state=all&sort=created&direction=asc"
DOWN: Final = "state=all&sort=created&direction=desc"
FORTH, BACK, DOWN_TO = "next", "back", "down_to"


@dataclass(frozen=True)
class Place:
    """How far both have come: what to add to the address of either end to go on behind its last page, and when the oldest
    issue was made that came from the newest down.
    """

    forth: str = ""
    back: str = ""
    down_to: str = ""

    @classmethod
    def of(cls, state: Mapping[str, str]) -> Self:
        return cls(*(state.get(name, "") for name in (FORTH, BACK, DOWN_TO)))

    def state(self) -> dict[str, str]:
        named = {FORTH: self.forth, BACK: self.back, DOWN_TO: self.down_to}
        return {name: value for name, value in named.items() if value}


@dataclass
class End:
    """`upcoming`: the address of the next page. `last`: ids of the last page read; `made`, `number`: of the last issue on it."""

    wire: Wire
    pages: Iterator[Answer]
    upcoming: str
    number: int
    made: str = ""
    place: str = ""
    last: Collection[str] = ()

    def begin(self, then: Callable[[Answer], str] | None = None) -> None:
        self.wire.client.get_ahead(self.upcoming, template=f"{REPO}/issues", then=then)

    def read(self) -> Answer:
        answer = next(self.pages)
        self.upcoming, self.place = answer.links.get("next", ""), place_in(answer.links)
        self.last = {raw["node_id"] for raw in answer.data}
        for raw in answer.data[-1:]:
            self.made, self.number = raw["created_at"], raw["number"]
        return answer


def from_both_ends(wire: Wire, repo: str, start: Place, newest: int) -> Iterator[tuple[Answer, Place]]:
    """Each page without what the other end has just read, and the place behind it. `newest`: about the highest number that
    an issue has. Numbers only tell how many pages are worth asking for: an issue that was moved here is older than its own.
    """
    forth = _end(wire, repo, UP, start.forth)
    back = _end(wire, repo, DOWN, start.back, newest, start.down_to)
    due = deque([(forth, back)])
    if newest > LONG:
        back.begin()
        due.append((back, forth))
    while due:
        end, other = due.popleft()
        answer = end.read()
        if not end.upcoming or _have_met(forth, back):
            due.clear()
        elif not due or back.number - forth.number > PAGE * len(due):
            end.begin(next_page if back.number - forth.number > PAGE * BEGUN else None)
            due.append((end, other))
        fresh = [raw for raw in answer.data if raw["node_id"] not in other.last]
        yield replace(answer, data=fresh), Place(forth.place, back.place, back.made)


def _have_met(forth: End, back: End) -> bool:
    """What was made in one second may come in any order: one has to be past the other's."""
    return bool(forth.made and back.made) and milliseconds(forth.made) > milliseconds(back.made)


def _end(wire: Wire, repo: str, query: str, place: str, number: int = 0, made: str = "") -> End:
    query += f"&{place}" if place else ""
    return End(wire, wire.pages(repo, "issues", query), listed(repo, "issues", query), number, made, place)

"""Which things that nobody has paired yet are one? Proposes what is certain, lists what is not, guesses nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import IntEnum

from pmhub.engine.titles import alike, is_near, near_pairs, plain
from pmhub.model.lean import dataclass

DAY = 86_400_000


class Sign(IntEnum):
    """How one thing points at another. The strongest are believed first."""

    MENTION = 1
    """Somewhere in its text: said of many things, so it counts only beside the same title."""
    LINE = 2
    """On a line of its own in its text."""
    TRACE = 3
    """Where a tool or a person keeps such links: in front of the title, in a field, as a link of the thing."""
    MARK = 4
    """Our own mark."""


@dataclass(frozen=True)
class Loose:
    """An item that has no counterpart yet on some remote of its sync. `at`: when it was made, our clock, milliseconds.

    `points`: other loose items that it points at. `within`: what it is on; only things on the same thing are one.
    """

    item: str
    remotes: frozenset[str]
    title: str
    at: int
    points: Mapping[str, Sign] = field(default_factory=dict)
    within: str | None = None


@dataclass(frozen=True)
class Match:
    items: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class Doubt:
    """These may be one, and only a person can tell."""

    items: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Proposal:
    matches: tuple[Match, ...] = ()
    doubts: tuple[Doubt, ...] = ()


_BY_SIGN = ((Sign.MARK, "mark"), (Sign.TRACE, "key"), (Sign.LINE, "link"))


def propose(loose: Sequence[Loose], window: int) -> Proposal:
    """`window`: how far apart in time two things of one title may have been made, milliseconds; 0 for any time."""
    work = _Work({one.item: one for one in sorted(loose, key=lambda one: one.item)})
    for sign, by in _BY_SIGN:
        work.take(by, _groups(work.edges(sign)), "point at each other, but not one to one")
    work.take("link and title", _groups(work.edges(Sign.MENTION, same_title=True)), "")
    work.take("title", work.title_groups(), "have the same title", window)
    for one, other in work.near():
        work.doubt((one, other), "have nearly the same title")
    return Proposal(tuple(work.matches), tuple(work.doubts))


@dataclass
class _Work:
    """`left`: what is neither paired nor in doubt yet."""

    left: dict[str, Loose]
    matches: list[Match] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)

    def take(self, by: str, groups: Iterable[tuple[str, ...]], why: str, window: int = 0) -> None:
        """`why` empty: a group that does not fit together is left for what comes after."""
        for group in groups:
            things = [self.left[item] for item in group]
            apart = max(one.at for one in things) - min(one.at for one in things)
            if not _fits(things) and things[0].within is not None:
                self._take_in_order(by, things)
            elif not _fits(things):
                self._set_aside(group, why)
            elif by == "link" and not all(alike(things[0].title, one.title) for one in things):
                self._set_aside(group, "are linked, but their titles have nothing in common")
            elif window and apart > window:
                self._set_aside(group, f"have the same title and were made {apart // DAY} days apart")
            else:
                self.matches.append(Match(group, by))
                self._drop(group)

    def edges(self, sign: Sign, *, same_title: bool = False) -> Iterator[tuple[str, str]]:
        for one in self.left.values():
            pointed = [item for item in one.points if self._sign(one, item) is sign and item in self.left]
            for item in pointed:
                other = self.left[item]
                may_be_one = not one.remotes & other.remotes and one.within == other.within
                if may_be_one and (not same_title or plain(one.title) == plain(other.title) != ""):
                    yield one.item, item

    def title_groups(self) -> Iterator[tuple[str, ...]]:
        found: dict[tuple[str | None, str], list[str]] = defaultdict(list)
        for one in self.left.values():
            if title := plain(one.title):
                found[one.within, title].append(one.item)
        for group in found.values():
            if len({self.left[item].remotes for item in group}) > 1:
                yield tuple(group)

    def near(self) -> Iterator[tuple[str, str]]:
        """Of things that are on something only the same words count: people say alike things all the time."""
        titles = {one.item: plain(one.title) for one in self.left.values() if one.within is None}
        for one, other in near_pairs(titles):
            if not self.left[one].remotes & self.left[other].remotes and is_near(titles[one], titles[other]):
                yield one, other

    def doubt(self, group: tuple[str, ...], why: str) -> None:
        self.doubts.append(Doubt(group, why))

    def _take_in_order(self, by: str, things: Sequence[Loose]) -> None:
        """Of what is on something the same words are the same, whichever is which: the first is the first."""
        said: dict[frozenset[str], list[Loose]] = defaultdict(list)
        for one in sorted(things, key=lambda one: (one.at, one.item)):
            said[one.remotes].append(one)
        for together in zip(*said.values(), strict=False):
            if _fits(together):
                self.matches.append(Match(tuple(one.item for one in together), by))
        self._drop(one.item for one in things)

    def _sign(self, one: Loose, item: str) -> Sign:
        """Who lists several things of one remote, a line each, tells of them: it is none of them."""
        sign = one.points[item]
        if sign is not Sign.LINE or item not in self.left:
            return sign
        listed = [each for each, how in one.points.items() if how is Sign.LINE and each in self.left]
        return Sign.MENTION if len(listed) > 1 else sign

    def _set_aside(self, group: tuple[str, ...], why: str) -> None:
        if why:
            self.doubt(group, why)
            self._drop(group)

    def _drop(self, group: Iterable[str]) -> None:
        for item in group:
            del self.left[item]


def _fits(things: Sequence[Loose]) -> bool:
    """One thing on each remote at most."""
    return sum(len(one.remotes) for one in things) == len(frozenset[str]().union(*(one.remotes for one in things)))


def _groups(edges: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """What hangs together, each group and all of them in a fixed order."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    groups: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for start in sorted(near):
        group, waiting = set[str](), [start] if start not in seen else []
        while waiting:
            item = waiting.pop()
            if item not in group:
                group.add(item)
                waiting += near[item]
        seen |= group
        groups += [tuple(sorted(group))] if group else []
    return groups

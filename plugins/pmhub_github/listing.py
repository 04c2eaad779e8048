"""Reading a repository's lists: what changed since a cursor, and the ids of everything. One walk serves several streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from pmhub.http.answers import Answer
from pmhub.http.waits import server_now
from pmhub.model.codec import fingerprint
from pmhub.model.lean import dataclass
from pmhub.sdk import Cursor, Observation, Page, Scope, Stream
from pmhub_github import shapes, words
from pmhub_github.both_ends import UP, Place, from_both_ends
from pmhub_github.fields import milliseconds
from pmhub_github.names import Names
from pmhub_github.paging import goes_by_cursor, place_in
from pmhub_github.shapes import Shape
from pmhub_github.wire import REPO, Wire

OVERLAP: Final = 5 * 60 * 1000
LATEST: Final = 15 * 60 * 1000  # what a list had not shown this long after it happened is left to the deep sweep
ISSUES: Final = "issues"
COMMENTS: Final = "issues/comments"
FIRST: Final = "page=1"
BY_CREATION: Final = {ISSUES: UP, COMMENTS: "sort=created&direction=asc"}

Observe = Callable[[Stream, Sequence[Shape]], Sequence[Observation]]


def begin(wire: Wire, things: str, streams: Sequence[Stream]) -> None:
    """What the pages of these streams of one repository begin with."""
    repo = streams[0].scope.settings.repo
    if any(stream.cursor is None for stream in streams):
        wire.begin_whole(repo, things, BY_CREATION[things])
    else:
        wire.begin(repo, things)


@dataclass(frozen=True)
class Walk:
    """One list (ISSUES or COMMENTS), for all streams that read it. `observe` turns shapes into observations, in bulk."""

    wire: Wire
    repo: str
    things: str
    account: str
    names: Names
    observe: Observe

    def pages(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """Newest first, down to each stream's cursor, or all of a list where one has none.

        A 304 says that nothing changed since the *list* was last read, perhaps for another stream: a stream is up to date
        only if its cursor names this very first page.
        """
        first = self.wire.first_page(self.repo, self.things)
        seen = fingerprint(first.data)
        self._learn(first.data)
        behind = [stream for stream in streams if not stands_at(stream, seen)]
        for stream in streams:
            if stream not in behind:
                yield Page(stream, (), cursor=stream.cursor, not_modified=True)
        if behind:
            parts = [Part(stream) for stream in behind]
            is_long = "next" in first.links and any(part.floor < 0 for part in parts)
            yield from (self._whole if is_long else self._changed)(parts, first, seen)

    def _changed(self, parts: Sequence[Part], first: Answer, seen: str) -> Iterator[Page]:
        lowest, last = min(part.floor for part in parts), first
        while "next" in last.links and oldest(last.data) >= lowest:
            yield from (self._page(part, last.data) for part in parts)
            last = self._next(last)
        for part in parts:
            yield self._page(part, last.data, part.cursor_at(first, seen))

    def _whole(self, parts: Sequence[Part], first: Answer, seen: str) -> Iterator[Page]:
        """By creation: no edit moves a thing past us meanwhile, and a run that ends on the way goes on from there. What is
        edited or made by then is newer than the cursor, which is the first page's, asked for before.
        """
        places = {part.place for part in parts if part.floor < 0}
        start = places.pop() if len(places) == 1 else Place()
        for answer, place in self._by_creation(first, start):
            self._learn(answer.data)
            for part in parts:
                yield self._page(part, answer.data, part.cursor_on_the_way(first, seen, place), more=True)
        for part in parts:
            yield self._page(part, (), part.cursor_at(first, seen))

    def _by_creation(self, first: Answer, start: Place) -> Iterator[tuple[Answer, Place]]:
        if goes_by_cursor(first.links):
            return from_both_ends(self.wire, self.repo, start, max(raw["number"] for raw in first.data))
        pages = self.wire.every_page(self.repo, self.things, BY_CREATION[self.things], start.forth)
        return ((page, Place(place_in(page.links))) for page in pages)

    def _next(self, answer: Answer) -> Answer:
        template = f"{REPO}/{self.things}"
        following = next(self.wire.rest_of(answer, self.repo, template))
        self._learn(following.data)
        return following

    def _learn(self, rows: Iterable[Any]) -> None:
        if self.things == ISSUES:
            for raw in rows:
                self.names.learn(shapes.key_of(raw["html_url"]), raw["node_id"])

    def _page(self, part: Part, rows: Iterable[Any], cursor: Cursor | None = None, *, more: bool = False) -> Page:
        recent = [self._shape(raw) for raw in rows if milliseconds(raw["updated_at"]) >= part.floor]
        left_out: Counter[str] = Counter()
        wanted = [shape for shape in recent if self._is_wanted(part.stream.scope, shape, left_out)]
        return Page(
            part.stream,
            tuple(self.observe(part.stream, wanted)),
            cursor=cursor,
            complete=cursor is not None and not more and part.floor < 0,
            left_out=dict(left_out),
            more=more,
        )

    def _is_wanted(self, scope: Scope, shape: Shape, left_out: Counter[str]) -> bool:
        reason = why_left_out(scope, shape, self.account)
        left_out.update([reason] if reason else [])
        return not reason and is_in(scope, shape)

    def everything(self, scope: Scope) -> Iterator[Shape]:
        """The whole list by creation: no edit moves a thing from one page to another meanwhile."""
        for answer in self.wire.every_page(self.repo, self.things, BY_CREATION[self.things]):
            for shape in map(self._shape, answer.data):
                if not why_left_out(scope, shape, self.account) and is_in(scope, shape):
                    yield shape

    def _shape(self, raw: Mapping[str, Any]) -> Shape:
        return shapes.issue(raw) if self.things == ISSUES else shapes.comment(raw)


@dataclass(frozen=True)
class Part:
    """One stream's share of a walk. `floor`: what was updated before is known already: an overlap below the newest change
    seen, and once it is quiet no further back than the list could still surprise us.
    """

    stream: Stream
    floor: int = field(init=False)

    def __post_init__(self) -> None:
        cursor = self.stream.cursor
        object.__setattr__(self, "floor", -1 if cursor is None or is_whole(self.stream) else floor(cursor))

    @property
    def place(self) -> Place:
        """Where a read of everything goes on."""
        return Place.of(self.stream.cursor.state) if self.stream.cursor else Place()

    def cursor_at(self, first: Answer, page: str) -> Cursor:
        """`first`: the list's first page, which `page` names; of a list begun in an earlier run, that run's."""
        cursor = self.stream.cursor
        if cursor is not None and self.place.forth:
            return Cursor(cursor.since, dict(cursor.state.items() - self.place.state().items()))
        since = cursor.since if cursor else 0
        return Cursor(max(newest(first.data), since), {"page": page, "asked": str(server_now(first.headers) or 0)})

    def cursor_on_the_way(self, first: Answer, page: str, place: Place) -> Cursor | None:
        """`place`: where the walk has come to. None where that is no way forward."""
        if place.forth in ("", FIRST) or place == self.place or self.floor >= 0:
            return None
        end = self.cursor_at(first, page)
        return Cursor(end.since, {**end.state, **place.state()})


def stands_at(stream: Stream, page: str) -> bool:
    """Nothing changed since it was read: the list's first page is still the one that its cursor names."""
    return stream.cursor is not None and not is_whole(stream) and stream.cursor.state.get("page") == page


def is_whole(stream: Stream) -> bool:
    """All of it is to be read, or the rest of that."""
    return stream.cursor is None or bool(Place.of(stream.cursor.state).forth)


def floor(cursor: Cursor) -> int:
    return max(cursor.since - OVERLAP, int(cursor.state.get("asked", 0)) - LATEST)


def why_left_out(scope: Scope, shape: Shape, account: str) -> str:
    if shape["is_pull"] and not scope.settings.pull_requests:
        return "pull requests"
    is_ours = str(shape["user"]["login"]).casefold() == account.casefold()
    return "written by bots" if shapes.is_bot(shape) and not scope.settings.bots and not is_ours else ""


def is_in(scope: Scope, shape: Shape) -> bool:
    """Whether an issue is one of the scope's, by its labels and its type; a comment always is."""
    if "labels" not in shape:
        return True
    return _is_in_by_labels(scope, shape) and not words.is_outside(scope, (shape["type"] or {}).get("name"))


def _is_in_by_labels(scope: Scope, shape: Shape) -> bool:
    wanted, unwanted = scope.settings.labels, scope.settings.without_labels
    if not wanted and not unwanted:
        return True
    held = words.fold(shape["labels"])
    return words.fold(wanted) <= held and not words.fold(unwanted) & held


def oldest(rows: Sequence[Any]) -> int:
    return min((milliseconds(raw["updated_at"]) for raw in rows), default=0)


def newest(rows: Sequence[Any]) -> int:
    return max((milliseconds(raw["updated_at"]) for raw in rows), default=0)

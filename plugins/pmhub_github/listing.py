"""Reading a repository's lists: what changed since a cursor, and the ids of everything. One walk serves several streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pmhub.http.answers import Answer
from pmhub.model.codec import fingerprint
from pmhub.sdk import Cursor, Observation, Page, Scope, Stream
from pmhub_github import shapes, words
from pmhub_github.fields import milliseconds
from pmhub_github.names import Names
from pmhub_github.shapes import Shape
from pmhub_github.wire import REPO, Wire

OVERLAP: Final = 5 * 60 * 1000
MOST_ROUNDS: Final = 3  # a list that never rests is read on in the next run, from its cursor
ISSUES: Final = "issues"
COMMENTS: Final = "issues/comments"
BY_CREATION: Final = {ISSUES: "state=all&sort=created&direction=asc", COMMENTS: "sort=created&direction=asc"}

Observe = Callable[[Stream, Sequence[Shape]], Sequence[Observation]]


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
        """Newest first, down to each stream's cursor; its own cursor comes only with its last page.

        A 304 says that nothing changed since the *list* was last read, perhaps for another stream: a stream is up to date
        only if its cursor names this very first page.
        """
        first = self.wire.first_page(self.repo, self.things)
        seen = fingerprint(first.data)
        self._learn(first.data)
        behind = [stream for stream in streams if stream.cursor is None or stream.cursor.state.get("page") != seen]
        for stream in streams:
            if stream not in behind:
                yield Page(stream, (), cursor=stream.cursor, not_modified=True)
        if behind:
            yield from self._walk([Part(stream) for stream in behind], first, seen)

    def _walk(self, parts: Sequence[Part], first: Answer, seen: str) -> Iterator[Page]:
        lowest = min(part.floor for part in parts)
        last, is_long = first, False
        while "next" in last.links and oldest(last.data) >= lowest:
            yield from (self._page(part, last.data) for part in parts)
            is_long, last = True, self._next(last)
        late = self._moved_meanwhile(newest(first.data)) if is_long and lowest < 0 else []
        for part in parts:
            yield from (self._page(part, rows) for rows in late)
            yield self._page(part, last.data, part.cursor_at(newest(first.data), seen))

    def _next(self, answer: Answer) -> Answer:
        template = f"{REPO}/{self.things}"
        following = next(self.wire.rest_of(answer, self.repo, template))
        self._learn(following.data)
        return following

    def _learn(self, rows: Iterable[Any]) -> None:
        if self.things == ISSUES:
            for raw in rows:
                self.names.learn(shapes.key_of(raw["html_url"]), raw["node_id"])

    def _moved_meanwhile(self, before: int) -> list[list[Any]]:
        """Pages of what was changed during a long walk: it moved to the front, past us, and without it nothing is complete.

        Asked conditionally, so it is free where nothing moved; again where so much moved that it could happen again.
        """
        late: list[list[Any]] = []
        for _ in range(MOST_ROUNDS):
            answer = first = self.wire.first_page(self.repo, self.things)
            if first.not_modified:
                return late
            self._learn(first.data)
            late.append(moved_since(first.data, before))
            while "next" in answer.links and oldest(answer.data) >= before:
                answer = self._next(answer)
                late.append(moved_since(answer.data, before))
            if answer is first:
                return late
            before = newest(first.data)
        return late

    def _page(self, part: Part, rows: Iterable[Any], cursor: Cursor | None = None) -> Page:
        recent = [self._shape(raw) for raw in rows if milliseconds(raw["updated_at"]) >= part.floor]
        left_out: Counter[str] = Counter()
        wanted = [shape for shape in recent if self._is_wanted(part.stream.scope, shape, left_out)]
        return Page(
            part.stream,
            tuple(self.observe(part.stream, wanted)),
            cursor=cursor,
            complete=cursor is not None and part.stream.cursor is None,
            left_out=dict(left_out),
        )

    def _is_wanted(self, scope: Scope, shape: Shape, left_out: Counter[str]) -> bool:
        reason = why_left_out(scope, shape, self.account)
        left_out.update([reason] if reason else [])
        return not reason and is_in(scope, shape)

    def everything(self, scope: Scope) -> Iterator[Shape]:
        """The whole list by creation: no edit moves a thing from one page to another meanwhile."""
        for answer in self.wire.pages(self.repo, self.things, BY_CREATION[self.things]):
            for shape in map(self._shape, answer.data):
                if not why_left_out(scope, shape, self.account) and is_in(scope, shape):
                    yield shape

    def _shape(self, raw: Mapping[str, Any]) -> Shape:
        return shapes.issue(raw) if self.things == ISSUES else shapes.comment(raw)


@dataclass(frozen=True)
class Part:
    """One stream's share of a walk. `floor`: what was updated before is known already."""

    stream: Stream
    floor: int = field(init=False)

    def __post_init__(self) -> None:
        cursor = self.stream.cursor
        object.__setattr__(self, "floor", -1 if cursor is None else cursor.since - OVERLAP)

    def cursor_at(self, newest: int, page: str) -> Cursor:
        since = self.stream.cursor.since if self.stream.cursor else 0
        return Cursor(max(newest, since), {"page": page})


def why_left_out(scope: Scope, shape: Shape, account: str) -> str:
    if shape["is_pull"] and not scope.settings.pull_requests:
        return "pull requests"
    is_ours = str(shape["user"]["login"]).casefold() == account.casefold()
    return "written by bots" if shapes.is_bot(shape) and not scope.settings.bots and not is_ours else ""


def is_in(scope: Scope, shape: Shape) -> bool:
    """Whether an issue is one of the scope's, by its labels and its type; a comment always is."""
    if "labels" not in shape:
        return True
    held, settings = words.fold(shape["labels"]), scope.settings
    fits = words.fold(settings.labels) <= held and not words.fold(settings.without_labels) & held
    return fits and not words.is_outside(scope, (shape["type"] or {}).get("name"))


def oldest(rows: Sequence[Any]) -> int:
    return min((milliseconds(raw["updated_at"]) for raw in rows), default=0)


def newest(rows: Sequence[Any]) -> int:
    return max((milliseconds(raw["updated_at"]) for raw in rows), default=0)


def moved_since(rows: Sequence[Any], before: int) -> list[Any]:
    return [raw for raw in rows if milliseconds(raw["updated_at"]) >= before]

"""Lists that are read whole each time: a conditional request a page of 100, free while nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from pmhub.model.codec import fingerprint
from pmhub.model.lean import dataclass
from pmhub.sdk import Cursor, Observation, Page, Stream
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire


@dataclass
class FullListing:
    """One kind of thing of each repository, as this run has seen it."""

    wire: Wire
    things: str
    query: str
    shape_of: Callable[[Mapping[str, Any]], Shape]
    _held: dict[str, list[Shape]] = field(default_factory=dict, init=False, repr=False)

    def of(self, repo: str) -> list[Shape]:
        """As listed before in this run, with what was learned since."""
        return self._held[repo.casefold()] if repo.casefold() in self._held else self.afresh(repo)

    def begin(self, repo: str) -> None:
        self.wire.begin(repo, self.things, self.query)

    def afresh(self, repo: str) -> list[Shape]:
        pages = self.wire.pages(repo, self.things, self.query, conditional=True)
        self._held[repo.casefold()] = [self.shape_of(raw) for page in pages for raw in page.data]
        return self._held[repo.casefold()]

    def learn(self, repo: str, shape: Shape) -> None:
        """What was just read or written, so that nobody needs to list it again."""
        held = self._held.get(repo.casefold())
        if held is not None:
            held[:] = [one for one in held if one["node_id"] != shape["node_id"]] + [shape]


def seen_in(shapes: Sequence[Shape]) -> str:
    """Names what this list says, in whatever order it came. The time of a change alone is no news: work inside a milestone
    moves it too.
    """
    told = [{name: value for name, value in shape.items() if name != "updated_at"} for shape in shapes]
    return fingerprint(sorted(told, key=lambda shape: str(shape["node_id"])))


def is_known(stream: Stream, seen: str) -> bool:
    return stream.cursor is not None and stream.cursor.state.get("list") == seen


def whole_page(
    stream: Stream,
    shapes: Sequence[Shape],
    observations: Sequence[Observation],
    left_out: Mapping[str, int] | None = None,
) -> Page:
    """Complete only where the stream begins: afterwards it is a sweep that finds what is missing."""
    since = max((one.updated_at for one in observations), default=0)
    if stream.cursor is not None:
        since = max(since, stream.cursor.since)
    return Page(
        stream,
        tuple(observations),
        cursor=Cursor(since, {"list": seen_in(shapes)}),
        complete=stream.cursor is None,
        left_out=dict(left_out or {}),
    )

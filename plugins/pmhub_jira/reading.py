"""One search for all streams of a connection that are read from issues, and what of its answers belongs to which stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Cursor, Kind, Observation, Page, Refused, Stream
from pmhub_jira import mapping, natives, scopes
from pmhub_jira.comments import Comments
from pmhub_jira.flavours import MINUTE, Flavour, Site
from pmhub_jira.moments import milliseconds
from pmhub_jira.walks import Walks

OVERLAP: Final = 5 * 60_000  # the index lags by seconds, after bulk changes by minutes [D]
LATEST: Final = 15 * 60_000  # what the index had not shown this long after it happened is left to the deep sweep
PAGE: Final = 100
NEXT: Final = "next"
"""In a cursor: the place, by creation, that a read of everything goes on from."""

Json = dict[str, Any]


@dataclass
class Walk:
    """One stream on its way through a search."""

    stream: Stream
    asked: int
    """When the server was first asked for it, in an earlier run perhaps."""
    newest: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def of_ours(self, issues: Iterable[Json], others: Sequence[Stream]) -> list[Json]:
        """The issues of this stream's scope; what of its project is in none of the `others`, which tell another kind, is
        counted.
        """
        found = []
        for issue in issues:
            if not scopes.is_in_project(self.stream.scope, issue):
                continue
            self.newest = max(self.newest, milliseconds(issue["fields"].get("updated")))
            if scopes.owns(self.stream.scope, issue, self.stream.kind):
                found.append(issue)
            elif not any(scopes.owns(each.scope, issue, each.kind) for each in others):
                self.left_out["issues of other types"] += 1
        return found

    def pages(self, found: Sequence[Observation], place: int = 0, *, last: bool = False) -> Iterator[Page]:
        """`place`: everything made before was seen by now, of which the last page tells; of all walks the `last` one's page
        may be a run's end.
        """
        cursor = self._on_the_way(place)
        ends = range(PAGE, max(len(found), 1) + PAGE, PAGE) if found or cursor else ()
        for end in ends:
            here = cursor if end >= len(found) else None
            yield Page(self.stream, tuple(found[end - PAGE : end]), here, more=last and here is not None)

    def last_page(self, answers: int) -> Page:
        """What was edited since the reading of all of them began was perhaps passed before. A sweep of comments would be this
        very search, and so would one of issues that came in one of its `answers`; of more it asks for ids alone, fifty times
        as many at once.
        """
        whole = is_whole(self.stream)
        since = min(self.newest, self.asked) if whole else self.newest
        at_once = self.stream.cursor is None and answers <= 1
        complete = at_once or (whole and self.stream.kind is Kind.COMMENT)
        cursor = Cursor(since, {"asked": str(self.asked)})
        return Page(self.stream, (), cursor, complete=complete, left_out=dict(self.left_out))

    def _on_the_way(self, place: int) -> Cursor | None:
        """None where that is no way forward."""
        if place <= place_of(self.stream):
            return None
        return Cursor(self.newest, {"asked": str(self.asked), NEXT: str(place)})


def walk_of(stream: Stream, now: int) -> Walk:
    if stream.cursor is None:
        return Walk(stream, now)
    return Walk(stream, int(stream.cursor.state["asked"]) if is_whole(stream) else now, stream.cursor.since)


def is_whole(stream: Stream) -> bool:
    """All of it is to be read, or the rest of that."""
    return stream.cursor is None or NEXT in stream.cursor.state


def place_of(stream: Stream) -> int:
    """Where the reading of all goes on, 0 for its beginning: a time of creation."""
    return int(stream.cursor.state.get(NEXT, 0)) if stream.cursor else 0


@dataclass(frozen=True)
class Reading:
    """`now`: the server's clock, in milliseconds."""

    flavour: Flavour
    source: Site
    walks: Walks
    comments: Comments
    site: str
    now: int

    def begin(self, streams: Sequence[Stream]) -> None:
        """What `fetch` asks first, where this very reading is asked for it later."""
        for group in _groups(streams)[:1]:
            self.source.begin(self._query(_projects(group), group), _fields(group))

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """Raises Refused for a project that cannot be searched, after all others were read."""
        for group in _groups(streams):
            yield from self._together(group)

    def in_versions(self, streams: Sequence[Stream], project: str, numbers: Sequence[str]) -> Iterator[Page]:
        """The tickets planned for these versions: a version that is renamed moves no issue's time of change [facts 3.1]."""
        tickets = [each for each in streams if each.kind is Kind.TICKET and each.scope.settings.project == project]
        if not tickets:
            return
        for issues in self.source.search(scopes.in_versions(project, numbers), _fields(tickets)):
            for stream in tickets:
                walk = Walk(stream, self.now)
                yield from walk.pages(self._observations(walk, tickets, issues, {}))

    def _together(self, streams: Sequence[Stream]) -> Iterator[Page]:
        projects = _projects(streams)
        try:
            yield from self._search(projects, streams)
        except Refused as error:
            if len(projects) == 1:
                hint = "Check that the project exists, is not archived and may be browsed by this account."
                raise Refused(f"{projects[0]} cannot be searched: {error.message}", hint=hint) from error
        else:
            return
        yield from self._one_by_one(projects, streams)

    def _one_by_one(self, projects: Sequence[str], streams: Sequence[Stream]) -> Iterator[Page]:
        """One unknown project spoils a query for all [D]: the others must not wait for it."""
        refused: list[Refused] = []
        for project in projects:
            try:
                yield from self._together([stream for stream in streams if stream.scope.settings.project == project])
            except Refused as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _search(self, projects: Sequence[str], streams: Sequence[Stream]) -> Iterator[Page]:
        """Only once there is another page it is known that the one before it was not the last."""
        walks = [walk_of(stream, self.now) for stream in streams]
        talks = [stream.scope for stream in streams if stream.kind is Kind.COMMENT]
        place = answers = 0
        for answers, issues in enumerate(self.source.search(self._query(projects, streams), _fields(streams)), 1):  # noqa: B007
            said = self.comments.on([issue for issue in issues if any(scopes.owns(scope, issue) for scope in talks)])
            for walk in walks:
                found = self._observations(walk, streams, issues, said)
                yield from walk.pages(found, place, last=walk is walks[-1])
            place = _place_behind(issues) if is_whole(streams[0]) else 0
        for walk in walks:
            yield walk.last_page(answers)

    def _query(self, projects: Sequence[str], streams: Sequence[Stream]) -> str:
        whole = is_whole(streams[0])
        start = min(map(place_of, streams)) if whole else _start(streams)
        ask = scopes.created_since if whole else scopes.changed_since
        return ask(projects, self.flavour.moment(start, self.now) if start else None)

    def _observations(
        self, walk: Walk, beside: Sequence[Stream], issues: Iterable[Json], said: Mapping[str, list[Json]]
    ) -> list[Observation]:
        scope, kind = walk.stream.scope, walk.stream.kind
        found = walk.of_ours(issues, [each for each in beside if each.kind is not kind])
        if kind is Kind.COMMENT:
            return [mapping.comment(scope, native, self.site) for issue in found for native in said[issue["id"]]]
        return [mapping.found(scope, self.walks.shown(issue), self.site, kind) for issue in found]


def _groups(streams: Sequence[Stream]) -> list[list[Stream]]:
    """What is searched together: the streams that must be read whole, and all others."""
    whole = [stream for stream in streams if is_whole(stream)]
    rest = [stream for stream in streams if not is_whole(stream)]
    return [group for group in (whole, rest) if group]


def _projects(streams: Sequence[Stream]) -> list[str]:
    return sorted({stream.scope.settings.project for stream in streams})


def _place_behind(issues: Sequence[Json]) -> int:
    """The minute in which the last of them was made: a query may know no finer time [facts 3.1]."""
    made = milliseconds(issues[-1]["fields"].get("created")) if issues else 0
    return made - made % MINUTE


def _start(streams: Sequence[Stream]) -> int:
    """The earliest of the cursors, less the overlap."""
    return max(0, min(_floor(stream.cursor) for stream in streams if stream.cursor))


def _floor(cursor: Cursor) -> int:
    """An overlap below the newest change seen; once it is quiet, no further back than the index could still surprise us."""
    asked = int(cursor.state.get("asked", 0))
    return max(cursor.since - OVERLAP, asked - LATEST)


def _fields(streams: Sequence[Stream]) -> list[str]:
    customs = [field_id for stream in streams for field_id in stream.scope.vocabulary.fields.values()]
    comments = ["comment"] if any(stream.kind is Kind.COMMENT for stream in streams) else []
    return [*natives.field_ids(customs), *comments]

"""POST and GET search/jql: pages by cursor, no total, over an index that may lag behind."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from .errors import ApiError
from .fields import split as split_names
from .jql import Query, parse
from .jql_fields import Reading
from .state import State
from .values import Issue, Json, User

TOKEN_LIFE_MS = 7 * 24 * 3_600_000
MOST_IDS, MOST_ISSUES, MOST_PROPERTIES, MOST_RECONCILED = 5_000, 100, 5, 50


@dataclass(frozen=True)
class SearchRequest:
    jql: str
    max_results: int = 50
    token: str | None = None
    fields: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    expand: frozenset[str] = frozenset()
    reconcile: frozenset[int] = frozenset()

    @property
    def ids_only(self) -> bool:
        return not self.properties and not self.expand and not set(self.fields) - {"id", "key"}


@dataclass(frozen=True)
class _Cursor:
    jql: str
    reader: str | None
    after: tuple[Json, ...]
    asked_at: int
    expires: int


@dataclass(frozen=True)
class Found:
    issues: list[Issue]
    token: str | None


@dataclass
class Search:
    """A token names the place of the last issue given: what changes its place while pages are read may be missed."""

    state: State
    visible: Callable[[User | None, int], bool]
    _cursors: dict[str, _Cursor] = field(default_factory=dict)
    _sorted: dict[tuple[str, str | None, int], tuple[int, list[tuple[Json, Issue]]]] = field(default_factory=dict)

    def page(self, request: SearchRequest, reader: User | None) -> Found:
        cursor = self._cursor(request, reader)
        asked_at = cursor.asked_at if cursor else self.state.now()
        rows = self._rows(request, reader, asked_at)
        start = bisect_right(rows, cursor.after, key=lambda row: row[0]) if cursor else 0
        size = min(request.max_results, MOST_IDS if request.ids_only else MOST_ISSUES)
        page = rows[start : start + size]
        if start + size >= len(rows):
            return Found([issue for _, issue in page], None)
        account = reader.account_id if reader else None
        last = _Cursor(request.jql, account, page[-1][0], asked_at, self.state.now() + TOKEN_LIFE_MS)
        return Found([issue for _, issue in page], self._keep(last))

    def window(self, jql: str, reader: User | None, start: int, size: int) -> tuple[list[Issue], int]:
        """By offset, with the total: what a Data Center answers."""
        rows = self._rows(SearchRequest(jql), reader, self.state.now())
        return [issue for _, issue in rows[start : start + size]], len(rows)

    def count(self, jql: str, reader: User | None) -> int:
        return len(self._rows(SearchRequest(jql), reader, self.state.now()))

    def forget(self) -> None:
        """Drops kept results: to be called when who may see what has changed."""
        self._sorted.clear()

    def _cursor(self, request: SearchRequest, reader: User | None) -> _Cursor | None:
        if request.token is None:
            return None
        cursor = self._cursors.get(request.token)
        account = reader.account_id if reader else None
        if cursor is None or cursor.expires < self.state.now() or (cursor.jql, cursor.reader) != (request.jql, account):
            raise ApiError(400, "The provided next page token is invalid or expired.")
        return cursor

    def _keep(self, cursor: _Cursor) -> str:
        token = uuid4().hex
        self._cursors[token] = cursor
        return token

    def _rows(self, request: SearchRequest, reader: User | None, asked_at: int) -> list[tuple[Json, Issue]]:
        """All that match, sorted. Kept while neither the index nor the asker's moment changed."""
        visible = self.visible
        reading = Reading(self.state, reader, asked_at, lambda project_id: visible(reader, project_id))
        query = parse(request.jql, reading)
        index = self.state.index
        if request.reconcile:
            return self._sort(query, reading, [*self._reconciled(request.reconcile)])
        key = (request.jql, reader.account_id if reader else None, asked_at)
        issues = index.updated_since(query.since)
        generation, rows = self._sorted.get(key, (-1, []))
        if generation != index.generation:
            rows = self._sort(query, reading, issues)
            self._sorted = {key: (index.generation, rows)}
        return rows

    def _reconciled(self, ids: frozenset[int]) -> list[Issue]:
        indexed = self.state.index.issues()
        stale = [issue for issue in indexed.values() if issue.id not in ids]
        return stale + [self.state.issues[number] for number in sorted(ids) if number in self.state.issues]

    def _sort(self, query: Query, reading: Reading, issues: list[Issue]) -> list[tuple[Json, Issue]]:
        open_projects = {p.id for p in self.state.projects.values() if not p.archived and reading.visible(p.id)}
        found = [issue for issue in issues if issue.project_id in open_projects and query.matches(issue)]
        rows = [(query.sort_key(issue), issue) for issue in found]
        rows.sort(key=lambda row: row[0])
        return rows


def read_request(raw: Json) -> SearchRequest:
    """From the JSON of a POST; raises ApiError 400 for what is out of bounds."""
    most = raw.get("maxResults", 50)
    if not isinstance(most, int) or most < 1:
        raise ApiError(400, "The maxResults parameter must be a positive number.")
    properties = split_names(raw.get("properties") or [])
    if len(properties) > MOST_PROPERTIES:
        raise ApiError(400, f"You may request at most {MOST_PROPERTIES} properties.")
    reconcile = frozenset(raw.get("reconcileIssues") or [])
    if len(reconcile) > MOST_RECONCILED:
        raise ApiError(400, f"You may reconcile at most {MOST_RECONCILED} issues.")
    return SearchRequest(
        jql=raw.get("jql") or "",
        max_results=most,
        token=raw.get("nextPageToken"),
        fields=tuple(split_names(raw.get("fields") or ["id"])),
        properties=tuple(properties),
        expand=frozenset(split_names([raw.get("expand") or ""])),
        reconcile=reconcile,
    )

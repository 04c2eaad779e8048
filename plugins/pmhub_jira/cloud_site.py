"""What Jira Cloud can tell of many things at once, and the shape in which it takes what is written: ours.

What is said of an operation without a source is the vendor's own description of it [D].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Ref, Refused, Stale
from pmhub_jira import natives
from pmhub_jira.natives import PROPERTY
from pmhub_jira.wire import IDS_PAGE, PAGE, Wire

WIDE_FETCH: Final = 1_000
NARROW_FETCH: Final = 100
COMMENT_LIST: Final = 1_000
LOG_ISSUES: Final = 1_000
LOG_PAGE: Final = 1_000
SEARCH: Final = "/search/jql"

Json = dict[str, Any]


def chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _asked(jql: str, fields: Sequence[str]) -> Json:
    ids_only = list(fields) == ["id"]
    body: Json = {"jql": jql, "fields": list(fields), "maxResults": IDS_PAGE if ids_only else PAGE}
    return body if ids_only else body | {"properties": [PROPERTY]}


@dataclass(frozen=True)
class CloudSite:
    wire: Wire

    def begin(self, jql: str, fields: Sequence[str]) -> None:
        self.wire.query_ahead(SEARCH, _asked(jql, fields))

    def search(self, jql: str, fields: Sequence[str]) -> Iterator[list[Json]]:
        """Pages of issues; the next is on its way while one is looked at. Raises Stale when the server hands out a paging
        token twice, which would never end.
        """
        body = _asked(jql, fields)
        seen: set[str] = set()
        while True:
            answer = self.wire.query(SEARCH, body)
            token = None if answer.get("isLast") else answer.get("nextPageToken")
            body = body | {"nextPageToken": token}
            if token and token not in seen:
                self.wire.query_ahead(SEARCH, body)
            yield answer.get("issues") or []
            if not token:
                return
            if token in seen:
                raise Stale("the search came back to a page it had already given", hint="Run again.")
            seen.add(token)

    def issues(self, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        """Direct reads; what is missing or hidden is left out. 1,000 at once where the site allows it, else 100."""
        at, size = 0, WIDE_FETCH
        while at < len(ids):
            chunk = ids[at : at + size]
            try:
                yield from self._fetch(chunk, fields)
            except Refused:
                if len(chunk) <= NARROW_FETCH:
                    raise
                size = NARROW_FETCH
            else:
                at += len(chunk)

    def comments(self, refs: Sequence[Ref]) -> Iterator[Json]:
        """Direct reads with properties; what is missing or hidden is left out."""
        return self._comments([ref.id for ref in refs])

    def comment_marks(self, homes: Mapping[str, str]) -> dict[str, Any]:
        """Of comments (comment id → issue id), our property, None where there is none."""
        return {str(raw["id"]): natives.comment_property(raw) for raw in self._comments(sorted(homes))}

    def changelogs(self, ids: Sequence[str]) -> Iterator[tuple[str, Json]]:
        """(issue id, entry) in the server's order."""
        for chunk in chunks(ids, LOG_ISSUES):
            body: Json = {"issueIdsOrKeys": list(chunk), "maxResults": LOG_PAGE}
            while True:
                answer = self.wire.query("/changelog/bulkfetch", body)
                for log in answer.get("issueChangeLogs") or ():
                    yield from ((str(log["issueId"]), entry) for entry in log.get("changeHistories") or ())
                token = answer.get("nextPageToken")
                if not token or token == body.get("nextPageToken"):
                    break
                body = body | {"nextPageToken": token}

    def shaped(self, payload: Json, _: Any) -> Json:  # noqa: ANN401 - a value of the model
        return payload

    def marked(self, number: str, prop: Json) -> None:
        """Nothing to remember: a search shows the properties of issues."""

    def unread(self, number: str) -> None:
        """What was written is read back in bulk."""

    def _fetch(self, ids: Sequence[str], fields: Sequence[str]) -> list[Json]:
        body = {"issueIdsOrKeys": list(ids), "fields": list(fields), "properties": [PROPERTY]}
        return list(self.wire.query("/issue/bulkfetch", body).get("issues") or ())

    def _comments(self, ids: Sequence[str]) -> Iterator[Json]:
        for chunk in chunks(ids, COMMENT_LIST):
            rest = [int(number) for number in chunk]
            while rest:
                answer = self.wire.query("/comment/list", {"ids": rest}, params={"expand": "properties"})
                found = answer.get("values") or []
                yield from found
                given = {int(each["id"]) for each in found}
                again = bool(found) and not answer.get("isLast", True)
                rest = [number for number in rest if number not in given] if again else []

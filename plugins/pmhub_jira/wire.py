"""Jira Cloud's REST API v3, as far as we use it: paths, pages and limits; its refusals in our errors.

What is said of an operation without a source is the vendor's own description of it [D].
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from pmhub.http import Account, Answer, Client, identity_of
from pmhub.http.answers import LONGEST_MESSAGE, explain
from pmhub.sdk import Ambiguous, Gone, Refused, Stale
from pmhub_jira.natives import PROPERTY
from pmhub_jira.settings import JiraSettings

API: Final = "/rest/api/3"
PAGE: Final = 100
IDS_PAGE: Final = 5_000
WIDE_FETCH: Final = 1_000
NARROW_FETCH: Final = 100
MOST_CREATED: Final = 50
COMMENT_LIST: Final = 1_000
LOG_ISSUES: Final = 1_000
LOG_PAGE: Final = 1_000
FORBIDDEN: Final = 403
BAD_REQUEST: Final = 400

Json = dict[str, Any]


def chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def address(path: str, **parts: str) -> str:
    """The path with its variables filled in, each one segment. Raises Refused for what a server would read as no segment."""
    for name, part in parts.items():
        if part.strip(".") == "":
            raise Refused(f"{path}: {part!r} is no {name}")
    return API + path.format(**{name: quote(part, safe="") for name, part in parts.items()})


def _whole_version(answer: Any) -> Json:  # noqa: ANN401 - JSON
    if not isinstance(answer, dict) or "id" not in answer:
        raise Ambiguous("the answer to a written version does not name it")
    return answer


def account(settings: JiraSettings) -> Account:
    token = settings.token.reveal()
    secret = base64.b64encode(f"{settings.user}:{token}".encode()).decode()
    return Account(
        settings.url,
        f"Basic {secret}",
        identity_of(settings.user, token),
        ca_file=settings.ca_file,
        proxy=settings.proxy,
    )


class Wire:
    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def clock_offset(self) -> int:
        return self._client.clock_offset or 0

    # who and where

    def myself(self) -> Json:
        return self._get("/myself") or {}

    def project(self, key: str) -> Json | None:
        """None where there is no such project, or none that we may see."""
        try:
            return dict(self._get("/project/{key}", key=key))
        except Gone:
            return None

    def permissions(self, key: str, names: Sequence[str]) -> dict[str, bool]:
        answer = self._get("/mypermissions", params={"projectKey": key, "permissions": ",".join(names)})
        found = answer.get("permissions") or {}
        return {name: bool((found.get(name) or {}).get("havePermission")) for name in names}

    def issue_types(self, key: str) -> list[Json]:
        """Those that we may create there."""
        return self._pages("/issue/createmeta/{key}/issuetypes", ("issueTypes", "createMetaIssueType"), key=key)

    def create_fields(self, key: str, issue_type: str) -> list[Json]:
        """What a new issue of that type may and must say: `[{"fieldId", "required", "schema"}]`."""
        return self._pages("/issue/createmeta/{key}/issuetypes/{kind}", ("fields", "results"), key=key, kind=issue_type)

    def statuses(self, key: str) -> list[Json]:
        """By issue type: `[{"statuses": [{"id", "name", "statusCategory"}]}]`."""
        return list(self._get("/project/{key}/statuses", key=key))

    def fields(self) -> list[Json]:
        return list(self._get("/field"))

    def versions(self, key: str) -> list[Json]:
        """All in one answer: pages would leave one out whenever another is deleted between two of them."""
        return list(self._get("/project/{key}/versions", key=key))

    def version(self, number: str) -> Json | None:
        """None where there is no such version, or none that we may see."""
        try:
            return dict(self._get("/version/{id}", id=number))
        except Gone:
            return None

    def create_version(self, body: Json) -> Json:
        """Raises Gone where we may not administer the project [D]."""
        return _whole_version(self._write("POST", "/version", body))

    def edit_version(self, number: str, body: Json) -> Json:
        return _whole_version(self._write("PUT", "/version/{id}", body, id=number))

    # reading

    def search(self, jql: str, fields: Sequence[str], *, size: int = PAGE) -> Iterator[list[Json]]:
        """Pages of issues. Raises Stale when the server hands out a paging token twice, which would never end."""
        body: Json = {"jql": jql, "fields": list(fields), "properties": [PROPERTY], "maxResults": size}
        if list(fields) == ["id"]:
            del body["properties"]
        seen: set[str] = set()
        while True:
            answer = self._read("/search/jql", body)
            yield answer.get("issues") or []
            token = answer.get("nextPageToken")
            if not token or answer.get("isLast"):
                return
            if token in seen:
                raise Stale("the search came back to a page it had already given", hint="Run again.")
            seen.add(token)
            body = body | {"nextPageToken": token}

    def issues(self, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        """Direct reads; what is missing or hidden is left out. 1,000 at once where the site allows it, else 100."""
        for chunk in chunks(ids, WIDE_FETCH):
            try:
                yield from self._fetch(chunk, fields)
            except Refused:
                if len(chunk) <= NARROW_FETCH:
                    raise
                for part in chunks(chunk, NARROW_FETCH):
                    yield from self._fetch(part, fields)

    def comments(self, ids: Sequence[str]) -> Iterator[Json]:
        """Direct reads with properties; what is missing or hidden is left out."""
        for chunk in chunks(ids, COMMENT_LIST):
            rest = [int(number) for number in chunk]
            while rest:
                answer = self._read("/comment/list", {"ids": rest}, params={"expand": "properties"})
                found = answer.get("values") or []
                yield from found
                given = {int(each["id"]) for each in found}
                rest = (
                    [number for number in rest if number not in given]
                    if found and not answer.get("isLast", True)
                    else []
                )

    def comments_from(self, issue: str, start: int) -> Iterator[Json]:
        """The comments of one issue from the `start`th on, oldest first."""
        while True:
            params = {"startAt": start, "maxResults": PAGE, "orderBy": "created"}
            answer = self._get("/issue/{id}/comment", params=params, id=issue)
            page = answer.get("comments") or []
            yield from page
            start += len(page)
            if not page or start >= answer.get("total", 0):
                return

    def changelogs(self, ids: Sequence[str]) -> Iterator[tuple[str, Json]]:
        """(issue id, entry) in the server's order."""
        for chunk in chunks(ids, LOG_ISSUES):
            body: Json = {"issueIdsOrKeys": list(chunk), "maxResults": LOG_PAGE}
            while True:
                answer = self._read("/changelog/bulkfetch", body)
                for log in answer.get("issueChangeLogs") or ():
                    yield from ((str(log["issueId"]), entry) for entry in log.get("changeHistories") or ())
                token = answer.get("nextPageToken")
                if not token or token == body.get("nextPageToken"):
                    break
                body = body | {"nextPageToken": token}

    def transitions(self, issue: str) -> list[Json]:
        return list(self._get("/issue/{id}/transitions", id=issue).get("transitions") or ())

    # writing

    def create_issues(self, entries: Sequence[Json]) -> Json:
        """`{"issues": […], "errors": [{"failedElementNumber", "elementErrors"}]}`: 400 only says that none was created."""
        answer = self._client.write(
            "POST",
            f"{API}/issue/bulk",
            template=f"{API}/issue/bulk",
            json={"issueUpdates": list(entries)},
            accept={BAD_REQUEST},
            creates=len(entries),
        )
        data = answer.data if isinstance(answer.data, dict) else {}
        if answer.status == BAD_REQUEST and not (data.get("errors") and isinstance(data["errors"], list)):
            raise Refused(f"none of {len(entries)} issues was created: {self._said(data) or 'no reason was given'}")
        return data

    def edit_issue(self, issue: str, payload: Json) -> Json | None:
        """The issue as it then stands, where the server shows it."""
        answer = self._write("PUT", "/issue/{id}", payload, params={"returnIssue": "true"}, id=issue)
        return answer if isinstance(answer, dict) and answer.get("fields") else None

    def transition(self, issue: str, transition: str) -> None:
        self._write("POST", "/issue/{id}/transitions", {"transition": {"id": transition}}, creates=0, id=issue)

    def add_comment(self, issue: str, payload: Json) -> Json:
        answer = self._write("POST", "/issue/{id}/comment", payload, id=issue)
        if not isinstance(answer, dict) or "id" not in answer:
            raise Ambiguous("the answer to a new comment does not name it")
        return answer

    def edit_comment(self, issue: str, comment: str, payload: Json) -> Json | None:
        answer = self._write("PUT", "/issue/{id}/comment/{comment}", payload, id=issue, comment=comment)
        return answer if isinstance(answer, dict) and "id" in answer else None

    def mark_issue(self, issue: str, value: Json) -> None:
        self._write("PUT", "/issue/{id}/properties/{key}", value, id=issue, key=PROPERTY)

    def mark_comment(self, comment: str, value: Json) -> None:
        self._write("PUT", "/comment/{id}/properties/{key}", value, id=comment, key=PROPERTY)

    # one request

    def _said(self, data: Any) -> str:  # noqa: ANN401 - JSON
        """An answer to our own credentials may repeat them."""
        return self._client.secrets.redact(explain(data, None))[:LONGEST_MESSAGE]

    def _fetch(self, ids: Sequence[str], fields: Sequence[str]) -> list[Json]:
        body = {"issueIdsOrKeys": list(ids), "fields": list(fields), "properties": [PROPERTY]}
        return list(self._read("/issue/bulkfetch", body).get("issues") or ())

    def _get(self, path: str, *, params: Json | None = None, **parts: str) -> Any:  # noqa: ANN401 - JSON
        return self._client.get(address(path, **parts), template=API + path, params=params).data

    def _pages(self, path: str, names: Sequence[str], **parts: str) -> list[Json]:
        """A list that is given in pages by offset, under one of `names`."""
        found: list[Json] = []
        while True:
            answer = self._get(path, params={"startAt": len(found), "maxResults": PAGE}, **parts)
            page: list[Json] = next((answer[name] for name in names if answer.get(name)), [])
            found += page
            if not page or len(found) >= answer.get("total", 0):
                return found

    def _read(self, path: str, body: Json, *, params: Json | None = None) -> Json:
        return dict(self._client.read(API + path, template=API + path, json=body, params=params).data or {})

    def _write(
        self,
        method: str,
        path: str,
        body: Json,
        *,
        params: Json | None = None,
        creates: int | None = None,
        **parts: str,
    ) -> Any:  # noqa: ANN401 - JSON
        """A 403 on one issue says nothing of the others: it is Refused, not Denied."""
        answer: Answer = self._client.write(
            method,
            address(path, **parts),
            template=API + path,
            json=body,
            params=params,
            accept={FORBIDDEN},
            creates=creates,
        )
        if answer.status == FORBIDDEN:
            said = self._said(answer.data) or "forbidden"
            raise Refused(
                f"{method} {path}: {said}", hint="The account of this connection lacks a permission in the project."
            )
        return answer.data

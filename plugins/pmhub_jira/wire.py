"""Jira's REST API, as far as Cloud and Data Center have it in common: paths, pages and limits; its refusals in our errors.

What is said of an operation without a source is the vendor's own description of it [D].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from pmhub.http import Answer, Client
from pmhub.http.answers import LONGEST_MESSAGE, explain
from pmhub.sdk import Ambiguous, Gone, Refused
from pmhub_jira.natives import PROPERTY

PAGE: Final = 100
IDS_PAGE: Final = 5_000
MOST_CREATED: Final = 50
MYSELF: Final = "/myself"
PROJECT: Final = "/project/{key}"
RIGHTS: Final = "/mypermissions"
FORBIDDEN: Final = 403
BOUNDARY: Final = "pmhub-7c1f0b5e9d2a4386-a-file-follows"
BAD_REQUEST: Final = 400

Json = dict[str, Any]


def address(path: str, **parts: str) -> str:
    """The path with its variables filled in, each one segment. Raises Refused for what a server would read as no segment."""
    for name, part in parts.items():
        if part.strip(".") == "":
            raise Refused(f"{path}: {part!r} is no {name}")
    return path.format(**{name: quote(part, safe="") for name, part in parts.items()})


def form(name: str, content: bytes) -> bytes:
    """`name`: letters, digits, dots and dashes."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return (
        f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def _rights(project: str, names: Sequence[str]) -> Json:
    return {"projectKey": project, "permissions": ",".join(names)}


def _whole_version(answer: Any) -> Json:  # noqa: ANN401 - JSON
    if not isinstance(answer, dict) or "id" not in answer:
        raise Ambiguous("the answer to a written version does not name it")
    return answer


class Wire:
    """`api`: the path above all others, `/rest/api/3`. `writes`: how often one thing was written, done or not."""

    def __init__(self, client: Client, api: str) -> None:
        self._client = client
        self._api = api
        self.writes = 0

    @property
    def clock_offset(self) -> int:
        return self._client.clock_offset or 0

    # who and where

    def server_info(self) -> Json:
        return self.get("/serverInfo") or {}

    def myself(self) -> Json:
        return self.get(MYSELF) or {}

    def begin_myself(self) -> None:
        """What `myself` will be asked for soon."""
        self._begin(MYSELF)

    def begin_project(self, key: str, rights: Sequence[str]) -> None:
        """What `project` and `permissions` will be asked for soon."""
        self._begin(PROJECT, key=key)
        self._begin(RIGHTS, params=_rights(key, rights))

    def project(self, key: str) -> Json | None:
        """None where there is no such project, or none that we may see."""
        try:
            return dict(self.get(PROJECT, key=key))
        except Gone:
            return None

    def permissions(self, key: str, names: Sequence[str]) -> dict[str, bool]:
        answer = self.get(RIGHTS, params=_rights(key, names))
        found = answer.get("permissions") or {}
        return {name: bool((found.get(name) or {}).get("havePermission")) for name in names}

    def issue_types(self, key: str) -> list[Json]:
        """Those that we may create there."""
        return self.pages(
            "/issue/createmeta/{key}/issuetypes", ("issueTypes", "createMetaIssueType", "values"), key=key
        )

    def create_fields(self, key: str, issue_type: str) -> list[Json]:
        """What a new issue of that type may and must say: `[{"fieldId", "required", "schema"}]`."""
        return self.pages(
            "/issue/createmeta/{key}/issuetypes/{kind}", ("fields", "results", "values"), key=key, kind=issue_type
        )

    def statuses(self, key: str) -> list[Json]:
        """By issue type: `[{"statuses": [{"id", "name", "statusCategory"}]}]`."""
        return list(self.get("/project/{key}/statuses", key=key))

    def fields(self) -> list[Json]:
        return list(self.get("/field"))

    def link_types(self) -> list[Json]:
        """None where issue linking is switched off [D]."""
        try:
            return list(self.get("/issueLinkType").get("issueLinkTypes") or ())
        except Gone:
            return []

    def versions(self, key: str) -> list[Json]:
        """All in one answer: pages would leave one out whenever another is deleted between two of them."""
        return list(self.get("/project/{key}/versions", key=key))

    def version(self, number: str) -> Json | None:
        """None where there is no such version, or none that we may see."""
        try:
            return dict(self.get("/version/{id}", id=number))
        except Gone:
            return None

    def create_version(self, body: Json) -> Json:
        """Raises Gone where we may not administer the project [D]."""
        return _whole_version(self._write("POST", "/version", body))

    def edit_version(self, number: str, body: Json) -> Json:
        return _whole_version(self._write("PUT", "/version/{id}", body, id=number))

    # one issue

    def issue(self, number: str, fields: Sequence[str], **params: str) -> Json | None:
        """A direct read; None where there is no such issue, or none that we may see."""
        try:
            return dict(self.get("/issue/{id}", params={"fields": ",".join(fields), **params}, id=number))
        except Gone:
            return None

    def issue_ahead(self, number: str, fields: Sequence[str], **params: str) -> None:
        """Begin what `issue` is asked for soon."""
        self._begin("/issue/{id}", params={"fields": ",".join(fields), **params}, id=number)

    def comments_from(self, issue: str, start: int) -> Iterator[Json]:
        """The comments of one issue from the `start`th on, oldest first."""
        while True:
            params = {"startAt": start, "maxResults": PAGE, "orderBy": "created"}
            answer = self.get("/issue/{id}/comment", params=params, id=issue)
            page = answer.get("comments") or []
            yield from page
            start += len(page)
            if not page or start >= answer.get("total", 0):
                return

    def transitions(self, issue: str) -> list[Json]:
        """With the fields of their screens."""
        params = {"expand": "transitions.fields"}
        return list(self.get("/issue/{id}/transitions", params=params, id=issue).get("transitions") or ())

    # writing

    def create_issues(self, entries: Sequence[Json]) -> Json:
        """`{"issues": […], "errors": [{"failedElementNumber", "elementErrors"}]}`: 400 only says that none was created."""
        path = f"{self._api}/issue/bulk"
        answer = self._client.write(
            "POST",
            path,
            template=path,
            json={"issueUpdates": list(entries)},
            accept={BAD_REQUEST},
            creates=len(entries),
        )
        data = answer.data if isinstance(answer.data, dict) else {}
        if answer.status == BAD_REQUEST and not (data.get("errors") and isinstance(data["errors"], list)):
            raise Refused(f"none of {len(entries)} issues was created: {self._said(data) or 'no reason was given'}")
        return data

    def edit_issue(self, issue: str, payload: Json, params: Json) -> Json | None:
        """The issue as it then stands, where the server shows it."""
        answer = self._write("PUT", "/issue/{id}", payload, params=params, id=issue)
        return answer if isinstance(answer, dict) and answer.get("fields") else None

    def transition(self, issue: str, transition: str, fields: Json) -> None:
        body = {"transition": {"id": transition}} | ({"fields": fields} if fields else {})
        self._write("POST", "/issue/{id}/transitions", body, creates=0, id=issue)

    def add_comment(self, issue: str, payload: Json) -> Json:
        answer = self._write("POST", "/issue/{id}/comment", payload, id=issue)
        if not isinstance(answer, dict) or "id" not in answer:
            raise Ambiguous("the answer to a new comment does not name it")
        return answer

    def edit_comment(self, issue: str, comment: str, payload: Json) -> Json | None:
        answer = self._write("PUT", "/issue/{id}/comment/{comment}", payload, id=issue, comment=comment)
        return answer if isinstance(answer, dict) and "id" in answer else None

    def link(self, payload: Json) -> None:
        """Answers nothing, also where it is there already. Raises Gone for a missing end, and without the permission."""
        self._write("POST", "/issueLink", payload, creates=0)

    def unlink(self, number: str) -> None:
        """Raises Gone for one that is not there."""
        self._write("DELETE", "/issueLink/{id}", None, id=number)

    def delete_comment(self, issue: str, comment: str) -> None:
        self._write("DELETE", "/issue/{id}/comment/{comment}", None, id=issue, comment=comment)

    def attached(self, issue: str) -> list[str]:
        """The names of its files."""
        found = self.issue(issue, ["attachment"]) or {}
        return [str(each["filename"]) for each in (found.get("fields") or {}).get("attachment") or ()]

    def attach(self, issue: str, name: str, content: bytes) -> None:
        """The form's only field is called `file`, and the header says that no browser sends this [D]."""
        path = "/issue/{id}/attachments"
        answer = self._client.upload(
            self._api + address(path, id=issue),
            template=self._api + path,
            headers={"X-Atlassian-Token": "no-check", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
            content=form(name, content),
            accept={FORBIDDEN},
        )
        if answer.status == FORBIDDEN:
            raise Refused(f"{name} cannot be attached", hint="Give the account `Create attachments` in the project.")

    def mark_issue(self, issue: str, value: Json) -> None:
        self._write("PUT", "/issue/{id}/properties/{key}", value, id=issue, key=PROPERTY)

    def mark_comment(self, comment: str, value: Json) -> None:
        self._write("PUT", "/comment/{id}/properties/{key}", value, id=comment, key=PROPERTY)

    # one request

    def _said(self, data: Any) -> str:  # noqa: ANN401 - JSON
        """An answer to our own credentials may repeat them."""
        return self._client.secrets.redact(explain(data, None))[:LONGEST_MESSAGE]

    def get(self, path: str, *, params: Json | None = None, **parts: str) -> Any:  # noqa: ANN401 - JSON
        return self._client.get(self._api + address(path, **parts), template=self._api + path, params=params).data

    def _begin(self, path: str, *, params: Json | None = None, **parts: str) -> None:
        """As `get`, for what `get` will be asked."""
        self._client.get_ahead(self._api + address(path, **parts), template=self._api + path, params=params)

    def pages(self, path: str, names: Sequence[str], **parts: str) -> list[Json]:
        """A list that is given in pages by offset, under one of `names`."""
        found: list[Json] = []
        while True:
            answer = self.get(path, params={"startAt": len(found), "maxResults": PAGE}, **parts)
            page: list[Json] = next((answer[name] for name in names if answer.get(name)), [])
            found += page
            if not page or len(found) >= answer.get("total", 0):
                return found

    def query(self, path: str, body: Json, *, params: Json | None = None) -> Json:
        """A read that the API takes as POST."""
        path = self._api + path
        return dict(self._client.read(path, template=path, json=body, params=params).data or {})

    def query_ahead(self, path: str, body: Json) -> None:
        """Begin what `query` is asked for next."""
        self._client.read_ahead(self._api + path, template=self._api + path, json=body)

    def drop_ahead(self) -> None:
        self._client.drop_ahead()

    def _write(
        self,
        method: str,
        path: str,
        body: Json | None,
        *,
        params: Json | None = None,
        creates: int | None = None,
        **parts: str,
    ) -> Any:  # noqa: ANN401 - JSON
        """A 403 on one issue says nothing of the others: it is Refused, not Denied."""
        self.writes += 1
        answer: Answer = self._client.write(
            method,
            self._api + address(path, **parts),
            template=self._api + path,
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

"""Where an issue shows how tests stand: its properties and its remote links, of either flavour.

What is said of an operation without a source is the vendor's own description of it [D].
"""

from __future__ import annotations

from typing import Any, Final

from pmhub.http import Answer, Client
from pmhub.http.answers import LONGEST_MESSAGE, explain
from pmhub.sdk import Gone, Refused
from pmhub_jira.wire import FORBIDDEN, address

NOT_FOUND: Final = 404
REFUSALS: Final = frozenset({FORBIDDEN, NOT_FOUND})
"""One issue's own: they say nothing of the others, as a Denied would."""

ISSUE: Final = "/issue/{id}"
ONE_PROPERTY: Final = "/issue/{id}/properties/{key}"
REMOTE_LINKS: Final = "/issue/{id}/remotelink"

Json = dict[str, Any]


class CiWire:
    """`issue` is an id. Every call takes the `hint` to give where the account may not do it, and raises Refused then.
    What is written raises Gone where the issue is not there; a read cannot tell that from a thing the issue lacks.
    """

    def __init__(self, client: Client, api: str) -> None:
        self._client = client
        self._api = api

    @property
    def site(self) -> str:
        return self._client.account.base_url.rstrip("/")

    def issue_property(self, issue: str, key: str, hint: str) -> Any:  # noqa: ANN401 - JSON
        """Its value, or None."""
        data = self._get(ONE_PROPERTY, hint, id=issue, key=key)
        return data.get("value") if isinstance(data, dict) else None

    def put_issue_property(self, issue: str, key: str, value: Json, hint: str) -> None:
        self._write("PUT", ONE_PROPERTY, value, hint, id=issue, key=key)

    def remote_link(self, issue: str, global_id: str, hint: str) -> Json | None:
        """403 also where the site has issue linking switched off."""
        data = self._get(REMOTE_LINKS, hint, params={"globalId": global_id}, id=issue)
        return data if isinstance(data, dict) else None

    def put_remote_link(self, issue: str, link: Json, hint: str) -> None:
        """Takes the place of the one with the same `globalId`; what is not sent of it becomes null."""
        self._write("POST", REMOTE_LINKS, link, hint, id=issue)

    def _get(self, path: str, hint: str, *, params: Json | None = None, **parts: str) -> Any:  # noqa: ANN401 - JSON
        answer = self._client.get(
            self._api + address(path, **parts), template=self._api + path, params=params, accept=REFUSALS
        )
        if answer.status == FORBIDDEN:
            raise Refused(self._told("GET", path, answer), hint=hint)
        return None if answer.status == NOT_FOUND else answer.data

    def _write(self, method: str, path: str, body: Json, hint: str, **parts: str) -> None:
        written = self._client.write(
            method,
            self._api + address(path, **parts),
            template=self._api + path,
            json=body,
            accept=REFUSALS,
            creates=0,
        )
        if written.status not in REFUSALS:
            return
        message = self._told(method, path, written)
        if written.status == NOT_FOUND and not self._is_there(parts["id"]):
            raise Gone(message, hint="It is deleted, moved or not visible to this account.")
        raise Refused(message, hint=hint)

    def _is_there(self, issue: str) -> bool:
        """A 404 may also be how the server says that we may not."""
        asked = self._api + address(ISSUE, id=issue)
        answer = self._client.get(asked, template=self._api + ISSUE, params={"fields": "summary"}, accept=REFUSALS)
        return answer.status != NOT_FOUND

    def _told(self, method: str, path: str, answer: Answer) -> str:
        """An answer to our own credentials may repeat them."""
        said = self._client.secrets.redact(explain(answer.data, None))[:LONGEST_MESSAGE]
        return f"{method} {path}: {said or answer.status}"

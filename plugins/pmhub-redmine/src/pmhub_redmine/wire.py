"""Redmine's REST API: paths, pages, and its refusals in our errors.

Sources: the pages Rest_api, Rest_Issues and Rest_Versions of Redmine's wiki; what they leave out was tried on 5.0.4.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from pmhub.http import Account, Client, identity_of
from pmhub.sdk import Ambiguous, Context, Denied, Gone, Refused
from pmhub_redmine.settings import RedmineSettings

PAGE: Final = 100
"""What Redmine gives at most at once."""
DAY: Final = 86_400_000
CULPRITS: Final = {
    "Subject": "title",
    "Description": "body",
    "Tracker": "type",
    "Status": "status",
    "Priority": "priority",
    "Assignee": "assignees",
    "Category": "components",
    "Due date": "due",
    "Target version": "releases",
    "Parent task": "parent",
    "Name": "version",
    "Date": "date",
}
"""How an English Redmine begins its complaints → our field."""

Json = dict[str, Any]


class Wire:
    def __init__(self, settings: RedmineSettings, context: Context) -> None:
        self._settings = settings
        self._context = context

    @cached_property
    def client(self) -> Client:
        """A key is taken as the user of Basic too, so that it travels as credentials do."""
        key = self._settings.key.reveal()
        basic = base64.b64encode(f"{key}:pmhub".encode()).decode()
        account = Account(
            self._settings.base,
            f"Basic {basic}",
            identity_of(key),
            ca_file=self._settings.ca_file,
            proxy=self._settings.proxy,
        )
        client: Client = self._context.open(account)
        return client

    @property
    def clock_offset(self) -> int:
        """0 too where the server tells no time, as puma by itself does not."""
        return self.client.clock_offset or 0

    def get(self, path: str, template: str, **params: Any) -> Json:  # noqa: ANN401
        """Raises Gone for a 404, which has no body."""
        data = self.client.get(path, template=template, params=params).data
        return data if isinstance(data, dict) else {}

    def me(self) -> Json:
        user: Json = self.get("/users/current.json", "/users/current.json")["user"]
        return user

    def project(self, identifier: str) -> Json:
        """Raises Denied where it is not there or not ours to see, which Redmine does not tell apart."""
        try:
            found: Json = self.get(f"/projects/{identifier}.json", "/projects/{id}.json")["project"]
        except Gone as error:
            raise Denied(
                f"there is no project {identifier!r} that this key can see",
                hint="Look at its identifier, its members, and whether it is closed or archived.",
            ) from error
        return found

    def issue(self, number: str, include: str = "") -> Json:
        """Raises Gone, or Refused where it is there and this key may not see it: that is no trouble of the others."""
        more = {"include": include} if include else {}
        try:
            found: Json = self.get(f"/issues/{number}.json", "/issues/{id}.json", **more)["issue"]
        except Denied as error:
            self.me()
            raise Refused(f"issue {number} is hidden from this key", lasting=False) from error
        return found

    def issues(self, **params: Any) -> Json:  # noqa: ANN401
        """Closed ones too, which Redmine leaves out unless it is asked."""
        return self.get("/issues.json", "/issues.json", status_id="*", limit=PAGE, **params)

    def issues_by_id(self, numbers: Sequence[str]) -> Iterator[Json]:
        for at in range(0, len(numbers), PAGE):
            yield from self.issues(issue_id=",".join(numbers[at : at + PAGE])).get("issues", ())

    def versions(self, identifier: str) -> list[Json]:
        """Those of the project itself: others may be shared with it."""
        own = self.project(identifier)["id"]
        found = self.get(f"/projects/{identifier}/versions.json", "/projects/{id}/versions.json").get("versions", ())
        return [version for version in found if version["project"]["id"] == own]

    def version(self, number: str) -> Json:
        found: Json = self.get(f"/versions/{number}.json", "/versions/{id}.json")["version"]
        return found

    def names(self, what: str, path: str) -> Mapping[str, int]:
        """Name → number of statuses, trackers, priorities; remembered for a day."""
        held = self._context.memory.get(f"names:{path}")
        if held is None:
            held = {entry["name"]: entry["id"] for entry in self.get(path, path).get(what, ())}
            self._context.memory.put(f"names:{path}", held, until=self._context.clock() + DAY)
        return dict(held)

    def write(self, method: str, path: str, template: str, body: Json) -> Json:
        """The answer's JSON, {} where it has none. Raises Refused naming our field, and for a 403, which is about this thing
        as long as the key itself is good.
        """
        try:
            data = self.client.write(method, path, template=template, json=body).data
        except Denied as error:
            self.me()
            raise Refused(error.message, hint=error.hint) from error
        except Gone:
            raise
        except Refused as error:
            raise Refused(error.message, field=culprit(error.message), hint=error.hint) from error
        return data if isinstance(data, dict) else {}

    def created(self, path: str, template: str, name: str, body: Json) -> Json:
        found = self.write("POST", path, template, {name: body}).get(name)
        if not isinstance(found, dict):
            raise Ambiguous(f"POST {template}: the answer does not tell what was made")
        return found


def culprit(message: str) -> str:
    return next((field for label, field in CULPRITS.items() if f"{label} " in message), "")

"""What Jira Data Center can tell, one issue at a time, and the shape in which it takes what is written.

Its answers are turned into Cloud's shape here, so that everything else reads one. What is said of an operation is the
vendor's description of Jira Data Center 10.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain
from typing import Any, Final

from pmhub.http.client import AT_ONCE
from pmhub.model.lean import dataclass
from pmhub.sdk import Gone, Kind, Ref
from pmhub_jira.lookups import Lookups
from pmhub_jira.natives import PROPERTY
from pmhub_jira.wire import Wire

PAGE: Final = 1_000
"""What a site gives at most unless its administrator set another figure; it says how many it gave."""

STEP_BACK: Final = 50
SEARCH: Final = "/search"
EPIC_LINK_ITEM: Final = "Epic Link"

Json = dict[str, Any]


@dataclass(frozen=True)
class DataCenterSite:
    """`_logs`: of issues that were written and whose change log was not asked for since, by id, the log as of their last
    direct read, and how much was written by then: after another write it is not believed.
    """

    wire: Wire
    lookups: Lookups
    _logs: dict[str, tuple[int, Json] | None] = field(default_factory=dict)

    def begin(self, jql: str, fields: Sequence[str]) -> None:
        body: Json = {"jql": jql, "fields": self._asked(fields)}
        self.wire.query_ahead(SEARCH, body | {"startAt": 0, "maxResults": PAGE})

    def search(self, jql: str, fields: Sequence[str]) -> Iterator[list[Json]]:
        """Pages of issues, each once; the next is on its way while one is looked at. What leaves the result while it is read
        moves the rest up: a page has to begin with an issue that the one before it held, else an earlier one is asked for.
        """
        body: Json = {"jql": jql, "fields": self._asked(fields)}
        seen: set[str] = set()
        start = 0
        while True:
            answer = self.wire.query(SEARCH, body | {"startAt": start, "maxResults": PAGE})
            found = answer.get("issues") or []
            if start and found and str(found[0]["id"]) not in seen:
                start = max(0, start - STEP_BACK)
                continue
            fresh = [raw for raw in found if str(raw["id"]) not in seen]
            seen.update(str(raw["id"]) for raw in fresh)
            is_last = not fresh or start + len(found) >= answer.get("total", 0)
            start += len(found) - 1
            if not is_last:
                self.wire.query_ahead(SEARCH, body | {"startAt": start, "maxResults": PAGE})
            if list(fields) == ["id"]:
                yield list(fresh)
            else:
                self._learn_marks([str(raw["id"]) for raw in fresh])
                yield [self._whole(raw) for raw in fresh]
            if is_last:
                return

    def issues(self, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        """Direct reads; what is missing or hidden is left out. What was just written is asked for with its change log,
        as that is wanted next.
        """
        known = [number for number in ids if number not in self._logs]
        for _, raw in self._one_by_one(known, self._asked(fields), properties=PROPERTY):
            if raw is not None:
                yield self._whole(raw)
        written, writes = [number for number in ids if number in self._logs], self.wire.writes
        for number, raw in self._one_by_one(written, self._asked(fields), properties=PROPERTY, expand="changelog"):
            if raw is not None:
                self._logs[number] = writes, raw.pop("changelog", None) or {}
                yield self._whole(raw)

    def comments(self, refs: Sequence[Ref]) -> Iterator[Json]:
        """Direct reads without properties; what is missing or hidden is left out. A comment is found by its issue, whose
        key stands in ours.
        """
        for ref in refs:
            issue = ref.key.partition("#")[0] or self.lookups.home(ref.id)
            try:
                yield dict(self.wire.get("/issue/{id}/comment/{comment}", id=issue, comment=ref.id))
            except Gone:
                continue

    def comment_marks(self, homes: Mapping[str, str]) -> dict[str, Any]:
        """Of comments (comment id → issue id), our property, None where there is none."""
        return {number: self._property("/comment/{id}/properties/{key}", number) for number in sorted(homes)}

    def changelogs(self, ids: Sequence[str]) -> Iterator[tuple[str, Json]]:
        """(issue id, entry) in the server's order."""
        kept = {number: log for number in ids if (log := self._logs.pop(number, None))}
        read = {number: {"changelog": log} for number, (writes, log) in kept.items() if writes == self.wire.writes}
        asked = self._one_by_one([number for number in ids if number not in read], ["updated"], expand="changelog")
        for number, raw in chain(read.items(), asked):
            for entry in ((raw or {}).get("changelog") or {}).get("histories") or ():
                yield number, entry | {"items": [self._item(item) for item in entry.get("items") or ()]}

    def shaped(self, payload: Json, parent: Any) -> Json:  # noqa: ANN401 - a value of the model
        """A payload as this site takes it. `parent`: the one to be, or the one that goes: it tells of which kind it is.

        Nobody is a user without a name.
        """
        fields, update = dict(payload.get("fields") or {}), dict(payload.get("update") or {})
        if "assignee" in fields:
            fields["assignee"] = {"name": (fields["assignee"] or {}).get("accountId", "")}
        if not (isinstance(parent, str) and parent.startswith(f"{Kind.TICKET}:")):
            self._link_epic(fields, update)
        rest = {name: value for name, value in payload.items() if name not in ("fields", "update")}
        return rest | {name: part for name, part in (("fields", fields), ("update", update)) if part}

    def marked(self, number: str, prop: Json) -> None:
        self.lookups.learn_mark(number, prop)

    def unread(self, number: str) -> None:
        """It was written, and the answer did not show it: it is read next, and its change log is asked for."""
        self._logs[number] = None

    def _one_by_one(
        self, ids: Sequence[str], fields: Sequence[str], **params: str
    ) -> Iterator[tuple[str, Json | None]]:
        """Some are on their way while one is looked at."""
        try:
            for place, number in enumerate(ids):
                for later in ids[place + 1 : place + AT_ONCE]:
                    self.wire.issue_ahead(later, fields, **params)
                yield number, self.wire.issue(number, fields, **params)
        finally:
            self.wire.drop_ahead()

    def _asked(self, fields: Sequence[str]) -> list[str]:
        link = self.lookups.epic_link()
        return [*fields, link] if link and "parent" in fields else list(fields)

    def _whole(self, raw: Json) -> Json:
        """With the epic as its parent, and with our property where it is known to bear it."""
        fields = dict(raw.get("fields") or {})
        epic = fields.pop(self.lookups.epic_link() or "", None)
        if epic and not fields.get("parent"):
            fields["parent"] = {
                "id": self.lookups.issue_id(epic),
                "key": epic,
                "fields": {"issuetype": {"name": "Epic"}},
            }
        return raw | {"fields": fields, "properties": self._properties(raw)}

    def _learn_marks(self, numbers: Sequence[str]) -> None:
        """No search shows or finds properties, so that each issue is asked for ours once: without it what was adopted, or
        linked by a person, would be made anew after the database is lost.
        """
        unknown = [number for number in numbers if not self.lookups.knows_mark(number)]
        for number, raw in self._one_by_one(unknown, ["updated"], properties=PROPERTY):
            self.lookups.learn_mark(number, ((raw or {}).get("properties") or {}).get(PROPERTY))

    def _properties(self, raw: Json) -> Json:
        number, shown = str(raw["id"]), raw.get("properties")
        if isinstance(shown, dict):
            self.lookups.learn_mark(number, shown.get(PROPERTY))
            return shown
        prop = self.lookups.mark(number)
        return {PROPERTY: prop} if prop else {}

    def _property(self, path: str, number: str) -> Any:  # noqa: ANN401 - JSON
        try:
            return self.wire.get(path, id=number, key=PROPERTY).get("value")
        except Gone:
            return None

    def _item(self, item: Json) -> Json:
        """An item of the change log names its field as people see it."""
        if item.get("field") == EPIC_LINK_ITEM:
            return item | {"fieldId": "parent"}
        known = self.lookups.field_names().get(str(item.get("field"))) if item.get("fieldtype") == "custom" else None
        return item | {"fieldId": known} if known else item

    def _link_epic(self, fields: Json, update: Json) -> None:
        """In an edit the parent goes by `update`, where there is none to be, or by its id."""
        cleared = update.pop("parent", None) is not None
        parent = fields.pop("parent", None)
        link = self.lookups.epic_link()
        if link and (cleared or parent):
            fields[link] = self.lookups.issue_key(parent["id"]) if parent else None

"""A site whose sprint field is called `sprint`, whatever its id is there, wherever a configuration names it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pmhub.model.lean import dataclass
from pmhub.sdk import Ref
from pmhub_jira.flavours import Site
from pmhub_jira.lookups import Lookups
from pmhub_jira.sprints import SPRINT

Json = dict[str, Any]


@dataclass(frozen=True)
class SprintSite:
    """Nothing is asked for it where no configuration does: the id is looked up when the field is read or written."""

    site: Site
    lookups: Lookups

    def begin(self, jql: str, fields: Sequence[str]) -> None:
        self.site.begin(jql, self._asked(fields))

    def search(self, jql: str, fields: Sequence[str]) -> Iterator[list[Json]]:
        for page in self.site.search(jql, self._asked(fields)):
            yield [self.named(raw) for raw in page]

    def issues(self, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        return map(self.named, self.site.issues(ids, self._asked(fields)))

    def comments(self, refs: Sequence[Ref]) -> Iterator[Json]:
        return self.site.comments(refs)

    def comment_marks(self, homes: Mapping[str, str]) -> dict[str, Any]:
        return self.site.comment_marks(homes)

    def changelogs(self, ids: Sequence[str]) -> Iterator[tuple[str, Json]]:
        for number, entry in self.site.changelogs(ids):
            yield number, entry | {"items": [self._item(item) for item in entry.get("items") or ()]}

    def shaped(self, payload: Json, parent: Any) -> Json:  # noqa: ANN401 - a value of the model
        fields = payload.get("fields") or {}
        if SPRINT in fields:
            rest = {name: value for name, value in fields.items() if name != SPRINT}
            payload = payload | {"fields": rest | {self.lookups.sprint_field() or SPRINT: fields[SPRINT]}}
        return self.site.shaped(payload, parent)

    def marked(self, number: str, prop: Json) -> None:
        self.site.marked(number, prop)

    def unread(self, number: str) -> None:
        self.site.unread(number)

    def named(self, raw: Json) -> Json:
        """The issue with that field under its one name beside its own."""
        fields, known = raw.get("fields") or {}, self.lookups.known_sprint_field()
        return raw | {"fields": fields | {SPRINT: fields[known]}} if known and known in fields else raw

    def aliases(self) -> Mapping[str, str]:
        """The field's id → how a configuration may name it."""
        known = self.lookups.known_sprint_field()
        return {known: SPRINT} if known else {}

    def _asked(self, fields: Sequence[str]) -> list[str]:
        if SPRINT not in fields:
            return list(fields)
        known = self.lookups.sprint_field()
        return [name for name in fields if name != SPRINT] + ([known] if known and known not in fields else [])

    def _item(self, item: Json) -> Json:
        known = self.lookups.known_sprint_field()
        return item | {"fieldId": SPRINT} if known and item.get("fieldId") == known else item

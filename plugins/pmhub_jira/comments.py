"""Comments as issues bring them along, and our mark on those that are ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pmhub.model.lean import dataclass
from pmhub.sdk import Observation, Target, Tombstone
from pmhub_jira import mapping, natives
from pmhub_jira.flavours import Site
from pmhub_jira.lookups import Lookups
from pmhub_jira.wire import Wire

Json = dict[str, Any]


@dataclass(frozen=True)
class Comments:
    """`account` gives our own account's name in Jira."""

    wire: Wire
    source: Site
    lookups: Lookups
    site: str
    account: Callable[[], str]

    def on(self, issues: Sequence[Json]) -> dict[str, list[Json]]:
        """Issue id → all its comments. A search shows no properties of comments: those of ours that we do not remember
        are asked for in one call.
        """
        raws = {str(issue["id"]): list(self.of(issue)) for issue in issues}
        marks = self._marks(raws)
        return {str(issue["id"]): [_native(raw, issue, marks) for raw in raws[str(issue["id"])]] for issue in issues}

    def of(self, issue: Json) -> Iterator[Json]:
        """As Jira gives them. A search embeds the first comments only, and tells how many there are [D]."""
        field = issue["fields"].get("comment") or {}
        embedded = field.get("comments") or ()
        yield from embedded
        if field.get("total", 0) > len(embedded):
            yield from self.wire.comments_from(str(issue["id"]), len(embedded))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """Direct reads. A comment does not tell its issue's key and security level: these take one more call."""
        found = {str(raw["id"]): raw for raw in self.source.comments([target.ref for target in targets])}
        homes = sorted({natives.issue_id_of(raw) for raw in found.values()} - {""})
        issues = {str(issue["id"]): issue for issue in self.source.issues(homes, ["security"])} if homes else {}
        marks = self._asked({home: self._bare(found.values(), home) for home in homes})
        for target in targets:
            raw = found.get(target.ref.id)
            issue = issues.get(natives.issue_id_of(raw)) if raw else None
            if raw is None or issue is None:
                yield Tombstone(target.ref)
            else:
                yield mapping.comment(target.scope, _native(raw, issue, marks), self.site)

    @staticmethod
    def _bare(raws: Iterable[Json], home: str) -> list[Json]:
        """Those of an issue that came without their properties."""
        return [raw for raw in raws if "properties" not in raw and natives.issue_id_of(raw) == home]

    def _marks(self, raws: Mapping[str, Sequence[Json]]) -> dict[str, Any]:
        """Comment id → our property, of the comments that are ours."""
        marks: dict[str, Any] = {}
        unknown: dict[str, str] = {}
        for issue, comments in raws.items():
            ours = [str(raw["id"]) for raw in comments if mapping.account(raw.get("author")) == self.account()]
            known = self.lookups.comment_properties(issue) if ours else {}
            marks |= {number: known[number] for number in ours if number in known}
            unknown |= {number: issue for number in ours if number not in known}
        return marks | self._ask(unknown)

    def _asked(self, raws: Mapping[str, Sequence[Json]]) -> dict[str, Any]:
        """Comment id → our property, whoever wrote the comment."""
        homes = {str(raw["id"]): issue for issue, comments in raws.items() for raw in comments}
        learnt = (pair for issue in raws for pair in self.lookups.comment_properties(issue).items())
        known = {number: mark for number, mark in learnt if mark}
        unknown = {number: issue for number, issue in homes.items() if number not in known}
        return known | self._ask(unknown)

    def _ask(self, homes: Mapping[str, str]) -> dict[str, Any]:
        """`homes`: comment id → issue id."""
        found = self.source.comment_marks(homes) if homes else {}
        for issue in sorted(set(homes.values())):
            self.lookups.learn_comments(
                issue, {number: mark for number, mark in found.items() if homes.get(number) == issue}
            )
        return found


def _native(raw: Json, issue: Json, marks: Mapping[str, Any]) -> Json:
    secured = bool(issue["fields"].get("security"))
    return natives.comment(raw, issue_key=issue["key"], secured=secured, prop=marks.get(str(raw["id"])))

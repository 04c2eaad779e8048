"""Links between issues: which link type says what, which of its two ends states it, and how it is made and taken off.

On an issue's own list a link with an `inwardIssue` reads with the inward words of its type ("is blocked by"), one with an
`outwardIssue` with the outward words (developer.atlassian.com, "Jira issue linking model"). In a request the `inwardIssue` is
the one that the link goes out from: it blocks, and duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import (
    ABSENT,
    BLOCKED_BY,
    DUPLICATES,
    RELATES,
    Absent,
    Fitted,
    Gone,
    Kind,
    Native,
    Refused,
    Scope,
    SetChange,
    Ticket,
    link,
    relation_of,
    target_of,
)
from pmhub_jira.lookups import Lookups
from pmhub_jira.wire import Wire

Json = dict[str, Any]
STANDARD: Final = {"blocks": BLOCKED_BY, "duplicate": DUPLICATES, "relates": RELATES}
"""What a new site calls them; one in another language keeps these words as the names of the types, or names its own."""
INWARD, OUTWARD = "inwardIssue", "outwardIssue"
SIDES: Final = {BLOCKED_BY: INWARD, DUPLICATES: OUTWARD, RELATES: OUTWARD}
"""Where the other end stands on the issue that states the link."""
NO_TYPE: Final = "no issue link type stands for"


def relation(scope: Scope, kind: Mapping[str, Any]) -> str | None:
    """What links of that type say; None of one that is not ours to touch."""
    named, name = scope.settings.links, str(kind.get("name", "")).casefold()
    chosen = next((ours for ours, theirs in named.items() if theirs.casefold() == name), None)
    standard = STANDARD.get(name)
    return chosen or (standard if standard not in named else None)


def read(scope: Scope, told: Any) -> tuple[str, ...] | Absent:  # noqa: ANN401 - JSON
    """Absent where the site tells of no links."""
    return ABSENT if told is None else tuple(sorted({member for each in told if (member := _stated(scope, each))}))


def _stated(scope: Scope, told: Native) -> str | None:
    says = relation(scope, told.get("type") or {})
    other = told.get(SIDES[says]) if says else None
    return link(says, f"{Kind.TICKET}:{other['id']}") if says and other else None


@dataclass(frozen=True)
class Linking:
    wire: Wire
    lookups: Lookups

    def fitted(self, scope: Scope, given: Fitted) -> Fitted:
        """Without the links that the site is known to have no type for, and those that the configuration leaves out."""
        record = given.record
        if not isinstance(record, Ticket) or not record.links:
            return given
        held = tuple(each for each in record.links if self._may_hold(scope, relation_of(each)))
        lost = sorted({relation_of(each) for each in record.links} - {relation_of(each) for each in held})
        why = {"links": f"{NO_TYPE} {', '.join(lost)}"} if lost else {}
        return Fitted(replace(record, links=held), {**given.lost, **why})

    def write(self, scope: Scope, issue: str, over: Native, change: SetChange) -> bool:
        """Was anything written? Raises Refused(field="links") before anything is, where a type is missing."""
        made = [self._link(scope, issue, each) for each in change.add]
        gone = list(_ids(scope, over, change.remove))
        for payload in made:
            self._make(payload)
        for number in gone:
            self._take_off(number)
        return bool(made or gone)

    def _may_hold(self, scope: Scope, says: str) -> bool:
        known = self.lookups.known_link_types()
        return scope.settings.links.get(says) != "" and (known is None or self._type(scope, says, known) is not None)

    def _type(self, scope: Scope, says: str, known: Iterable[Json]) -> Json | None:
        return next((each for each in known if relation(scope, each) == says), None)

    def _link(self, scope: Scope, issue: str, member: str) -> Json:
        says, other = relation_of(member), target_of(member).partition(":")[2]
        kind = self._type(scope, says, self.lookups.link_types())
        if kind is None:
            hint = f'Name it: links = {{ {says} = "…" }}; `{says} = ""` leaves such links alone.'
            raise Refused(f"{NO_TYPE} {says}", field="links", hint=hint, lasting=False)
        ends = (other, issue) if SIDES[says] == INWARD else (issue, other)
        return {"type": {"name": kind["name"]}, INWARD: {"id": ends[0]}, OUTWARD: {"id": ends[1]}}

    def _make(self, payload: Json) -> None:
        """One that is there already is no failure [D]."""
        try:
            self.wire.link(payload)
        except Refused as error:
            hint = "The other issue is gone, or the account of this connection may not link issues."
            raise Refused(f"the link cannot be made: {error.message}", field="links", hint=hint) from error

    def _take_off(self, number: str) -> None:
        """One that is off already is no failure."""
        try:
            self.wire.unlink(number)
        except Gone:
            return
        except Refused as error:
            raise Refused(f"the link cannot be taken off: {error.message}", field="links", hint=error.hint) from error


def _ids(scope: Scope, over: Native, members: Iterable[str]) -> Iterable[str]:
    wanted = {(relation_of(each), target_of(each).partition(":")[2]) for each in members}
    for each in (over.get("fields") or {}).get("issuelinks") or ():
        stated = _stated(scope, each)
        if stated and (relation_of(stated), target_of(stated).partition(":")[2]) in wanted:
            yield str(each["id"])

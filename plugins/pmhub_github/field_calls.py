"""The issue fields of organisations: looked at once a day; set one by one, as a list of them may replace all others."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from pmhub.sdk import Context, Denied, Scope
from pmhub_github import issue_fields
from pmhub_github.issue_fields import NO_FIELDS, Held, IssueField
from pmhub_github.queries import FIELDS
from pmhub_github.shapes import Shape
from pmhub_github.wire import ABSENCES, Wire

DAY: Final = 24 * 3600 * 1000
LISTED: Final = "/orgs/{org}/issue-fields"


class FieldList:
    def __init__(self, wire: Wire, context: Context) -> None:
        self._wire = wire
        self._context = context
        self._known: dict[str, tuple[IssueField, ...]] = {}

    def serves(self, scope: Scope) -> bool:
        """Whether the scope names issue fields, on a server that has them."""
        return bool(issue_fields.names_of(scope)) and FIELDS not in self._wire.server.lacks()

    def look_at(self, scope: Scope) -> None:
        """What the organisation has no field for is told once a day."""
        owner = owner_of(scope)
        if not self.serves(scope) or self._recall(owner) is not None:
            return
        self._known[owner] = self._listed(owner)
        told = [asdict(one) for one in self._known[owner]]
        self._context.memory.put(memory_key(owner), told, until=self._context.clock() + DAY)
        held = self.held(scope)
        for ours, name in issue_fields.names_of(scope).items():
            if ours not in held:
                kind = " or ".join(issue_fields.SUITED[ours])
                self._context.log.warning("%s has no issue field %r (%s) to hold %s", owner, name, kind, ours)

    def held(self, scope: Scope) -> Held:
        """Without a request: what is remembered."""
        if not self.serves(scope):
            return NO_FIELDS
        return issue_fields.held(scope, self._recall(owner_of(scope)) or ())

    def joined(self, scope: Scope, shape: Shape) -> Shape:
        """The issue's shape with the fields that the scope names, and with none where it names none."""
        if self.serves(scope):
            return issue_fields.named(shape, self._recall(owner_of(scope)) or ())
        return {name: value for name, value in shape.items() if name != "fields"}

    def _recall(self, owner: str) -> tuple[IssueField, ...] | None:
        if owner not in self._known and (told := self._context.memory.get(memory_key(owner))) is not None:
            self._known[owner] = tuple(map(issue_fields.issue_field, told))
        return self._known.get(owner)

    def _listed(self, owner: str) -> tuple[IssueField, ...]:
        """None where the owner is a person, or the feature is off."""
        try:
            answer = self._wire.client.get(f"/orgs/{owner}/issue-fields", template=LISTED, accept=ABSENCES)
        except Denied as error:
            hint = "Give the token read access to issue fields of the organisation."
            raise Denied(f"the issue fields of {owner} cannot be read: {error.message}", hint=hint) from error
        found = answer.data if isinstance(answer.data, list) else ()
        return tuple(map(issue_fields.issue_field, found))


def owner_of(scope: Scope) -> str:
    return str(scope.settings.repo).partition("/")[0].casefold()


def memory_key(owner: str) -> str:
    return f"issue-fields:{owner}"

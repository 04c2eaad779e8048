"""The sprints that a project's boards offer: looked up an hour at a time, and only where a configuration holds iterations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import ABSENT, Context, Denied, Fitted, Gone, Refused, Scope, Ticket
from pmhub_jira import sprints
from pmhub_jira.sprints import Sprint
from pmhub_jira.wire import Wire

API: Final = "/rest/agile/1.0"
HOUR: Final = 3_600_000
PAGE: Final = 50
NO_SPRINTS: Final = "kanban"

Json = dict[str, Any]


@dataclass(frozen=True)
class Boards:
    """`wire`: of the API of Jira Software."""

    wire: Wire
    context: Context

    def look_at(self, scope: Scope) -> None:
        """So that `fit` can tell without a request which names there are."""
        if sprints.field_of(scope) and self._recall(scope) is None:
            self._look_up(scope)

    def fitted(self, scope: Scope, fitted: Fitted) -> Fitted:
        """A sprint that the project does not have, or no longer, is no opinion there."""
        record, known = fitted.record, self._recall(scope)
        if not isinstance(record, Ticket) or not record.iteration or known is None:
            return fitted
        there = sprints.named(known, record.iteration)
        if there is not None:
            return replace(fitted, record=replace(record, iteration=there.name))
        why = f"{scope.settings.project} has no open sprint `{record.iteration}`"
        return Fitted(replace(record, iteration=ABSENT), {**fitted.lost, "iteration": why})

    def written(self, scope: Scope, payload: Json) -> Json:
        """A payload that names a sprint, with its id. Raises Refused(field="iteration") for one that is not there."""
        field, fields = sprints.field_of(scope), payload.get("fields") or {}
        if not field or not isinstance(fields.get(field), str):
            return payload
        return payload | {"fields": fields | {field: self._id_of(scope, fields[field])}}

    def forget(self, scope: Scope) -> None:
        """What is remembered of them has proved wrong."""
        self.context.memory.put(_key(scope), None, until=0)

    def _id_of(self, scope: Scope, name: str) -> int:
        found = sprints.named(self._recall(scope) or (), name) or sprints.named(self._look_up(scope), name)
        if found is None:
            hint = "Make it on a board of the project, or plan the ticket for one that is there."
            raise Refused(
                f"{scope.settings.project} has no open sprint `{name}`", field="iteration", hint=hint, lasting=False
            )
        return found.id

    def _recall(self, scope: Scope) -> list[Sprint] | None:
        held = self.context.memory.get(_key(scope))
        return None if held is None else [Sprint(**each) for each in held]

    def _look_up(self, scope: Scope) -> list[Sprint]:
        offered = {one.id: one for one in self._offered(scope)}
        found = sprints.preferred(list(offered.values()))
        held = [asdict(one) for one in found]
        self.context.memory.put(_key(scope), held, until=self.context.clock() + HOUR)
        return found

    def _offered(self, scope: Scope) -> Iterator[Sprint]:
        """None where Jira Software is missing, or its boards are hidden from us: that is told."""
        try:
            for board in list(self._pages("/board", {"projectKeyOrId": scope.settings.project})):
                if board.get("type") != NO_SPRINTS:
                    yield from self._of_board(str(board["id"]))
        except (Gone, Denied) as error:
            self.context.log.warning("the sprints of %s cannot be read: %s", scope.settings.project, error.message)

    def _of_board(self, board: str) -> Iterator[Sprint]:
        """A board of a project without sprints refuses to list them."""
        params = {"state": ",".join(sprints.PREFERENCE)}
        try:
            raws = list(self._pages("/board/{board}/sprint", params, board=board))
        except Gone:
            raise
        except Refused:
            return
        yield from (one for raw in raws if (one := sprints.sprint(raw)) is not None)

    def _pages(self, path: str, params: Json, **parts: str) -> Iterator[Json]:
        start = 0
        while True:
            answer = self.wire.get(path, params={**params, "startAt": start, "maxResults": PAGE}, **parts)
            page = answer.get("values") or []
            yield from page
            start += len(page)
            if not page or answer.get("isLast", True):
                return


def _key(scope: Scope) -> str:
    return f"sprints:{scope.settings.project}"

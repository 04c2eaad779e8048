"""Bringing an issue to a status, by as many transitions as its workflow takes.

Jira tells only the transitions from where an issue stands. What leaves another status is learnt from an issue of the same
type that stands there and, where there is none, by going there, if it lies on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import Any

from pmhub.model.lean import dataclass
from pmhub.sdk import Ambiguous, ConnectorError, Gone, Observation, Refused, Target
from pmhub_jira import scopes, screens, workflow
from pmhub_jira.flavours import Flavour
from pmhub_jira.lookups import Lookups
from pmhub_jira.walks import Walks
from pmhub_jira.wire import Wire
from pmhub_jira.workflow import Goal, Step

Json = dict[str, Any]


@dataclass(frozen=True)
class Moves:
    wire: Wire
    flavour: Flavour
    lookups: Lookups
    walks: Walks

    def check(self, target: Target, over: Observation, wanted: str) -> None:
        """Raises Refused(field="status") where no way is known or can be tried."""
        self._move(target, over, wanted).way()

    def carry_out(self, target: Target, over: Observation, wanted: str) -> None:
        """Raises Refused(field="status") where the workflow refuses; what was begun is taken back where there is a way."""
        move = self._move(target, over, wanted)
        try:
            move.go()
        except Gone:
            raise
        except Refused:
            move.go_back()
            self.walks.end(target.ref.id)
            raise
        self.walks.end(target.ref.id)

    def _move(self, target: Target, over: Observation, wanted: str) -> _Move:
        fields, number = over.native["fields"], target.ref.id
        place = (target.scope.settings.project, str((fields.get("issuetype") or {}).get("id")))
        goal = Goal(target.scope, wanted, target.ref.kind)
        origin = fields.get("status") or {}
        begun = self.wire.issue(number, ["status"]) if self.walks.of(number) else None
        at = _status(begun["fields"]["status"] if begun else origin)
        return _Move(self.wire, self.flavour, self.lookups, self.walks, goal, number, place, origin, at)


def _status(raw: Json) -> Json:
    category = (raw.get("statusCategory") or {}).get("key")
    return {"id": str(raw.get("id")), "name": raw.get("name") or "?", "category": category}


@dataclass
class _Move:
    """One issue on its way. `place`: its project's key and its type's id; `started`: the status, as Jira
    shows it, where it set out; `at`: the one where it stands; `untold`:
    statuses where no issue stands that could tell what leaves them.
    """

    wire: Wire
    flavour: Flavour
    lookups: Lookups
    walks: Walks
    goal: Goal
    issue: str
    place: tuple[str, str]
    started: Json
    at: Json
    graph: dict[str, Sequence[Step]] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.origin = _status(self.started)

    def go(self) -> None:
        for _ in range(workflow.HOPS):
            way = self.way()
            if not way:
                return
            self._take(
                way[0], alone=self.at["id"] == self.origin["id"] and len(way) == 1 and self.goal.is_near(way[0]["to"])
            )
        if self.way():
            message = (
                f"`{self.goal.wanted}` was not reached in {workflow.HOPS} transitions from `{self.origin['name']}`"
            )
            raise Refused(message, field="status", hint="Move it by hand, or give the workflow a shorter way.")

    def go_back(self) -> None:
        """As far as there is a way that is known and open."""
        for _ in range(workflow.HOPS):
            ways = workflow.routes(self.graph, self.at["id"], self._may)
            way = next((way for way in ways if way[-1]["to"]["id"] == self.origin["id"]), None)
            if way is None or self.at["id"] == self.origin["id"]:
                return
            try:
                self._send(way[0])
            except Refused:
                return

    def way(self) -> list[Step]:
        """Empty where it stands well. What is remembered of the workflow may be out of date: asked again before the answer
        is no.
        """
        if self.goal.is_met(self.at):
            return []
        for fresh in (False, True):
            self.graph[self.at["id"]] = self._look(fresh=fresh)
            way = self._best()
            if way is not None:
                return way
        raise workflow.refusal(self.goal, self.graph, self.at, self._configured)

    def _best(self) -> list[Step] | None:
        """To the status itself; else to one of its category; else, for want of an issue that tells, somewhere between.
        Nothing is tried where a screen alone bars the way.
        """
        goal, start = self.goal, self.at["id"]
        self._ask_around()
        found = workflow.exact(goal, self.graph, start, self._may)
        if found is None and goal.is_near(self.at) and self.at["id"] != self.origin["id"]:
            return []
        if found is None:
            found = workflow.near(goal, self.graph, start, self._may)
        barred = workflow.exact(goal, self.graph, start, lambda _: True) is not None
        blank = [] if barred else workflow.unknown(self.graph, start, self._may)
        tried = (way for way in blank if goal.is_on_the_way(way[-1]["to"], self.origin))
        return found if found is not None else next(tried, None)

    def _ask_around(self) -> None:
        """Looks at every status that can be reached, until a way is known."""
        while workflow.exact(self.goal, self.graph, self.at["id"], self._may) is None:
            blank = workflow.unknown(self.graph, self.at["id"], self._may)
            status = next((id_ for way in blank if (id_ := way[-1]["to"]["id"]) not in self.untold), None)
            if status is None:
                return
            told = self.lookups.transitions_from(self.place, status, partial(self._standing_at, status))
            if told is None:
                self.untold.add(status)
            else:
                self.graph[status] = told

    def _standing_at(self, status: str) -> str | None:
        """Any issue of that type in that status."""
        body = {"jql": scopes.standing_at(*self.place, status), "fields": ["id"], "maxResults": 1}
        found = self.wire.query(self.flavour.search, body).get("issues") or ()
        return next((str(each["id"]) for each in found), None)

    def _look(self, *, fresh: bool) -> Sequence[Step]:
        return self.lookups.transitions_from(self.place, self.at["id"], lambda: self.issue, fresh=fresh) or ()

    def _may(self, step: Step) -> bool:
        return not workflow.missing(step, self._configured)

    @property
    def _configured(self) -> Mapping[str, Any]:
        given: Mapping[str, Any] = self.goal.scope.settings.transition_fields
        return given

    def _take(self, step: Step, *, alone: bool) -> None:
        """Once more where what we remember was out of date."""
        send = self._send if alone else self._send_surely
        try:
            send(step)
        except Gone:
            raise
        except Refused as error:
            self.graph[self.at["id"]] = self._look(fresh=True)
            way = self._best()
            if not way or way[0] == step:
                raise self._refused(step, error) from error
            send(way[0])

    def _send_surely(self, step: Step) -> None:
        """Half of a way would be taken for its end: where an answer was lost it is looked up what became of the step, and
        one that was not taken is sent once more.
        """
        self.walks.step(self.issue, self.started, step["to"]["id"])
        try:
            self._send(step)
        except Ambiguous:
            stands = self._stands_at()
            if stands == step["to"]["id"]:
                self.at = step["to"]
            elif stands == self.at["id"]:
                self._send(step)
            else:
                raise

    def _stands_at(self) -> str | None:
        """The status by a direct read; None where that fails."""
        try:
            found = self.wire.issue(self.issue, ["status"])
        except ConnectorError:
            return None
        return str(((found or {}).get("fields") or {}).get("status", {}).get("id")) if found else None

    def _send(self, step: Step) -> None:
        self.wire.transition(self.issue, step["id"], screens.filled(step, self._configured, self.flavour))
        self.at = step["to"]

    def _refused(self, step: Step, error: Refused) -> Refused:
        message = f"`{step['name']}` does not lead from `{self.at['name']}` to `{self.goal.wanted}`: {error.message}"
        hint = "The workflow may ask for something that this account cannot give: move it by hand."
        return Refused(message, field="status", hint=hint)

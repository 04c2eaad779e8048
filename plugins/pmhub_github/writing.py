"""Creating and changing issues and comments: the few calls each takes, in an order whose last answer shows the whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import field
from functools import partial
from typing import Any, Final, TypeVar

from pmhub.http.answers import Answer
from pmhub.model.lean import dataclass
from pmhub.sdk import (
    ABSENT,
    Absent,
    Ambiguous,
    Changes,
    ConnectorError,
    Draft,
    Gone,
    Limited,
    Observation,
    Refused,
    Scope,
    Target,
    Unavailable,
)
from pmhub_github import comment_mapping, issue_fields, payloads, shapes
from pmhub_github.dependencies import Blockers, Dependencies, blocked_by
from pmhub_github.milestone_list import MilestoneList
from pmhub_github.names import Names
from pmhub_github.payloads import IssueEdit, NewIssue
from pmhub_github.queries import PARENTS
from pmhub_github.ticket_mapping import NO_SUB_ISSUES
from pmhub_github.wire import ABSENCES, HINTS, Wire, segment

T = TypeVar("T")
DAY: Final = 24 * 3600 * 1000


@dataclass
class Writing:
    """`issue_types` gives the casefolded names of a repository's issue types."""

    wire: Wire
    names: Names
    milestones: MilestoneList
    issue_types: Callable[[str], frozenset[str]]
    dependencies: Dependencies

    # creating

    def create_issue(self, scope: Scope, new: NewIssue) -> dict[str, Any]:
        repo = scope.settings.repo
        payload = self._with_known_type(scope, new.payload)
        if not payload["title"]:
            raise Refused("an issue needs a title", field="title", hint="Give the item a title.")
        if new.milestone is not None:
            payload["milestone"] = self.milestones.number(repo, new.milestone)
        if new.milestone_id is not None:
            payload["milestone"] = self.milestones.number_of_id(repo, new.milestone_id)
        with refusals_of(scope):
            return self._made(repo, "/issues", "/issues", payload)

    def create_comment(self, draft: Draft) -> dict[str, Any]:
        place = shapes.place_of(self._key_of(draft))
        if place is None:
            raise Gone("the issue to comment on is not there", hint="It was deleted or moved.")
        repo, number = place
        payload = {"body": payloads.new_comment(draft)}
        return self._made(repo, f"/issues/{number}/comments", "/issues/{issue_number}/comments", payload, number)

    def _key_of(self, draft: Draft) -> str:
        if draft.on is None:
            raise Refused("a comment must be on something", hint="This is a defect of pmhub: please report it.")
        return draft.on.key or self.names.key(draft.on.id) or ""

    def _made(
        self, repo: str, path: str, template: str, payload: dict[str, Any], number: int | None = None
    ) -> dict[str, Any]:
        try:
            data: dict[str, Any] = self.wire.write("POST", repo, path, template=template, json=payload).data
        except Gone as error:
            self.wire.gone(repo, number, error)
        return data

    def _with_known_type(self, scope: Scope, payload: dict[str, Any]) -> dict[str, Any]:
        """Without a type the repository does not have: most have none, and GitHub would refuse the whole issue.

        Raises Refused where the scope asks for the type: without it the issue would stand outside.
        """
        repo, wanted = scope.settings.repo, payload.get("type")
        if wanted is None or wanted.casefold() in self.issue_types(repo):
            return dict(payload)
        if scope.settings.types:
            raise Refused(f"{repo} has no issue type {wanted!r}", field="type", hint=HINTS["type"])
        return {name: value for name, value in payload.items() if name != "type"}

    # changing

    def update_comment(self, target: Target, over: Observation, changes: Changes) -> dict[str, Any] | None:
        """None where there is nothing to write."""
        text = changes.get("body", ABSENT)
        if not isinstance(text, str | None):
            return None
        repo, number = target.scope.settings.repo, over.native["id"]
        letter = comment_mapping.reading_of(target.scope, over.native).letter
        payload = {"body": payloads.edited_body(over, text, letter)}
        path, template = f"/issues/comments/{number}", "/issues/comments/{comment_id}"
        try:
            data: dict[str, Any] = self.wire.write(
                "PATCH", repo, path, template=template, json=payload, field="body"
            ).data
        except Gone as error:
            self.wire.gone(repo, None, error)
        return data

    def delete_comment(self, target: Target, over: Observation) -> None:
        """Only what we made ourselves; one that is gone already is no failure."""
        if over.marker is None or not over.native.get("ours"):
            raise Refused("a person's own comment is not deleted", field="deleted", hint="Delete it at GitHub.")
        path, template = f"/issues/comments/{over.native['id']}", "/issues/comments/{comment_id}"
        self.wire.write("DELETE", target.scope.settings.repo, path, template=template, accept=ABSENCES)

    def update_issue(self, scope: Scope, over: Observation, edit: IssueEdit) -> dict[str, Any]:
        calls = Calls(self.wire, scope.settings.repo, int(over.native["number"]), int(over.native["id"]))
        patch, blockers = self._patch(scope, edit), self.dependencies.wanted(over.native, edit.links)
        self._move(calls, over, edit)
        calls.blocked_by(blockers)
        calls.fields(edit)
        calls.labels(edit)
        calls.assignees(edit)
        if patch:
            with refusals_of(scope):
                calls.write("PATCH", "", json=patch)
        raw = calls.answer if calls.answer is not None else self._read(calls)
        return {**shapes.issue(raw), **blocked_by(over.native, blockers, raw)}

    def _patch(self, scope: Scope, edit: IssueEdit) -> dict[str, Any]:
        """Everything that must be looked up is, before anything is written."""
        repo, patch = scope.settings.repo, self._with_known_type(scope, edit.patch)
        if not isinstance(edit.milestone, Absent):
            patch["milestone"] = None if edit.milestone is None else self.milestones.number(repo, edit.milestone)
        if not isinstance(edit.milestone_id, Absent):
            patch["milestone"] = (
                None if edit.milestone_id is None else self.milestones.number_of_id(repo, edit.milestone_id)
            )
        return patch

    def _move(self, calls: Calls, over: Observation, edit: IssueEdit) -> None:
        if isinstance(edit.parent_id, Absent):
            return
        if edit.parent_id is not None:
            place = shapes.place_of(self.names.key(edit.parent_id) or "")
            if place is None:
                raise Refused("the parent issue is not there", field="parent", hint="It was deleted or moved.")
            calls.add_to(*place)
        elif over.native["parent"] and (place := shapes.place_of(over.native["parent"]["key"])):
            calls.take_from(*place)

    def _read(self, calls: Calls) -> dict[str, Any]:
        """Labels and sub-issues answer with something else than the issue. It changes nothing that this read may fail."""
        try:
            return self.wire.issue(calls.repo, calls.number)
        except (Gone, Limited, Unavailable) as error:
            if not calls.written:
                raise
            raise Ambiguous(f"written, but not read back: {error.message}", hint=error.hint) from error


@dataclass
class Calls:
    """The writes of one update. `answer`: the issue as the last of them showed it, None where it showed something else."""

    wire: Wire
    repo: str
    number: int
    database_id: int
    written: int = 0
    answer: dict[str, Any] | None = field(default=None, repr=False)

    def write(self, method: str, below: str, *, json: Any = None, template: str = "", field: str = "") -> None:  # noqa: ANN401
        """`below` the issue; the answer is the issue."""
        path, shown = f"/issues/{self.number}{below}", f"/issues/{{issue_number}}{template or below}"
        self.answer = self._done(
            lambda: self.wire.write(method, self.repo, path, template=shown, json=json, field=field).data
        )

    def labels(self, edit: IssueEdit) -> None:
        if edit.labels.add:
            self.write("POST", "/labels", json={"labels": list(edit.labels.add)}, field="labels")
            self.answer = None
        for name in edit.labels.remove:
            self._remove_label(name)
            self.answer = None

    def _remove_label(self, name: str) -> None:
        """One that is off already is no failure."""
        path, template = (
            f"/issues/{self.number}/labels/{segment(name, 'labels')}",
            "/issues/{issue_number}/labels/{name}",
        )
        self._done(
            lambda: self.wire.write("DELETE", self.repo, path, template=template, accept=ABSENCES, field="labels")
        )

    def assignees(self, edit: IssueEdit) -> None:
        for method, logins in (("DELETE", edit.assignees.remove), ("POST", edit.assignees.add)):
            if logins:
                self.write(method, "/assignees", json={"assignees": list(logins)}, field="assignees")

    def fields(self, edit: IssueEdit) -> None:
        """Added to those that are set: a whole list would replace the others (docs: "REST API endpoints for issue field values")."""
        path = f"/issues/{self.number}/issue-field-values"
        if told := issue_fields.payload(edit.in_fields):
            self._field("POST", path, "", {"issue_field_values": told}, ())
        for number in sorted(number for number, value in edit.in_fields.items() if value is None):
            self._field("DELETE", f"{path}/{number}", "/{issue_field_id}", None, ABSENCES)

    def _field(self, method: str, path: str, below: str, json: Any, accept: Collection[int]) -> None:  # noqa: ANN401
        """The answer is not the issue."""
        template = f"/issues/{{issue_number}}/issue-field-values{below}"
        self._done(lambda: self.wire.write(method, self.repo, path, template=template, json=json, accept=accept))
        self.answer = None

    def blocked_by(self, blockers: Blockers) -> None:
        """One that is off already is no failure. The answer need not be this issue."""
        path, template = (
            f"/issues/{self.number}/dependencies/blocked_by",
            "/issues/{issue_number}/dependencies/blocked_by",
        )
        for number in blockers.add.values():
            self._done(partial(self._link, "POST", path, template, json={"issue_id": number}))
            self.answer = None
        for number in blockers.remove:
            self._done(partial(self._link, "DELETE", f"{path}/{number}", f"{template}/{{issue_id}}"))
            self.answer = None

    def _link(self, method: str, path: str, template: str, json: Any = None) -> Answer:  # noqa: ANN401 - JSON
        accept = ABSENCES if method == "DELETE" else ()
        return self.wire.write(method, self.repo, path, template=template, json=json, accept=accept, field="links")

    def add_to(self, repo: str, number: int) -> None:
        """A sub-issue is named by its database id (docs: "REST API endpoints for sub-issues")."""
        path, template = f"/issues/{number}/sub_issues", "/issues/{issue_number}/sub_issues"
        payload = {"sub_issue_id": self.database_id, "replace_parent": True}
        answer = self._done(
            lambda: self.wire.write(
                "POST", repo, path, template=template, json=payload, accept=ABSENCES, field="parent"
            )
        )
        if answer.status in ABSENCES:
            self._look_for_sub_issues(repo, number)
            raise Refused(
                "the parent issue cannot be reached",
                field="parent",
                hint="It was deleted, or the token may not change it.",
            )

    def _look_for_sub_issues(self, repo: str, number: int) -> None:
        """Raises Refused where the server has none: the next run knows, and leaves parents alone."""
        if not self.wire.server.is_enterprise or self.wire.has_sub_issues(repo, number):
            return
        self.wire.server.learn_missing(PARENTS)
        raise Refused(
            NO_SUB_ISSUES, field="parent", hint="Run again: parents are left alone from now on.", lasting=False
        )

    def take_from(self, repo: str, number: int) -> None:
        """From a parent that has let it go already is no failure."""
        path, template = f"/issues/{number}/sub_issue", "/issues/{issue_number}/sub_issue"
        payload = {"sub_issue_id": self.database_id}
        self._done(
            lambda: self.wire.write(
                "DELETE", repo, path, template=template, json=payload, accept=ABSENCES, field="parent"
            )
        )

    def _done(self, call: Callable[[], T]) -> T:
        result = after_another(lambda: self._call(call)) if self.written else self._call(call)
        self.written += 1
        return result

    def _call(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except Gone as error:
            self.wire.gone(self.repo, self.number, error)


def after_another(call: Callable[[], T]) -> T:
    """What follows a write and was kept from happening leaves the whole half done: nobody knows how far."""
    try:
        return call()
    except (Refused, Ambiguous):
        raise
    except ConnectorError as error:
        raise Ambiguous(f"only part of the change was written: {error.message}", hint=error.hint) from error


@contextmanager
def refusals_of(scope: Scope) -> Iterator[None]:
    """GitHub says `milestone`; in a roadmap that is the parent."""
    try:
        yield
    except Gone:
        raise
    except Refused as error:
        if error.field == "releases" and scope.settings.milestones == "roadmap":
            raise Refused(error.message, field="parent", hint=error.hint) from error
        raise

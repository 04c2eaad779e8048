"""Creating and changing comments: one call each, answered with the whole comment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pmhub.model import mail
from pmhub.model.lean import dataclass
from pmhub.sdk import ABSENT, Changes, Created, Draft, Gone, Observation, Refused, Scope, Target
from pmhub_jira import files, lossy, mapping, natives, payloads, shown, texts
from pmhub_jira.lookups import Lookups
from pmhub_jira.refusals import in_our_words
from pmhub_jira.wire import Wire

Json = dict[str, Any]


@dataclass(frozen=True)
class Talk:
    """Comments, one call each; creating and changing answer with the whole comment. `us` gives our own account."""

    wire: Wire
    form: texts.Form
    lookups: Lookups
    us: Callable[[], str]
    site: str

    def create(self, draft: Draft) -> Created | Refused:
        if draft.on is None:
            return Refused("a comment needs a ticket that it is on")
        head = shown.author(_text(draft.record, "author")), draft.said[: texts.SAID_LIMIT]
        prop = payloads.properties(draft.marker, *head)
        payload = {"body": self._body(draft.scope, _text(draft.record, "body"), head), "properties": prop}
        try:
            raw = self.wire.add_comment(draft.on.id, payload)
        except Refused as error:
            return in_our_words(draft.scope, error)
        mark = prop[0]["value"]
        if not draft.on.key:
            self.lookups.learn_home(str(raw["id"]), draft.on.id)
        self.lookups.learn_comments(draft.on.id, {str(raw["id"]): mark})
        native = natives.comment(raw, issue_key=draft.on.key, secured=False, prop=mark)
        seen = mapping.comment(draft.scope, native, self.site)
        return Created(seen.ref, seen)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        if changes.get("deleted"):
            self._delete(target, over)
            return None
        if "body" not in changes:
            return over
        native, scope = over.native, target.scope
        mark = natives.comment_property(native)
        head = _head(mark)
        issue = over.on or natives.issue_id_of(native)
        payload: Json = {
            "body": self._body(scope, changes["body"], head, native.get("body"), files.home(scope, over.ref))
        }
        if native.get("visibility"):
            payload["visibility"] = native["visibility"]
        try:
            raw = self.wire.edit_comment(issue, target.ref.id, payload)
        except Refused as error:
            raise in_our_words(scope, error) from error
        if raw is None:
            return None
        secured = bool(native.get("issueSecured"))
        fresh = natives.comment(raw, issue_key=native.get("issueKey", ""), secured=secured, prop=mark)
        return mapping.comment(scope, fresh, self.site)

    def _delete(self, target: Target, over: Observation) -> None:
        """Only what we made ourselves; one that is gone already is no failure."""
        if over.marker is None or over.author != self.us():
            raise Refused("a person's own comment is not deleted", field="deleted", hint="Delete it in Jira.")
        try:
            self.wire.delete_comment(over.on or natives.issue_id_of(over.native), target.ref.id)
        except Gone:
            return

    def losses(self, target: Target, over: Observation, changes: Changes) -> tuple[str, ...]:
        """What `update` with these changes takes away of the comment that stands there."""
        if "body" not in changes or changes.get("deleted"):
            return ()
        native, scope = over.native, target.scope
        head = _head(natives.comment_property(native))
        home = files.home(scope, over.ref)
        return lossy.told(scope, *self._rewritten(scope, changes["body"], head, native.get("body"), home))

    def _body(self, scope: Scope, body: Any, head: tuple[str, str], over: Any = None, home: str = "") -> texts.Body:  # noqa: ANN401 - a value of the model
        """`head`: the author, and when and where it was said. `home`: where files that it shows are found."""
        return texts.signed(
            lossy.allowed(scope, *self._rewritten(scope, body, head, over, home)), head[0], self.form, head[1]
        )

    def _rewritten(
        self,
        scope: Scope,
        body: Any,  # noqa: ANN401 - a value of the model
        head: tuple[str, str],
        over: Any,  # noqa: ANN401 - JSON
        home: str,
    ) -> tuple[Any, texts.Body | None]:
        """What stands there, and what is to."""
        there = texts.unsigned(over, *head)
        shown = files.linked(there, home)
        if scope.settings.quoted_mail == "cut" and not head[0]:
            body = _above_letter(body, texts.read(shown, scope.vocabulary.people))
        written = texts.rewritten(shown, body, scope.vocabulary.people, texts.COMMENT_LIMIT, self.form)
        return there, files.unlinked(written, home)


def _head(mark: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON
    return (str(mark.get("author", "")), str(mark.get("said", ""))) if isinstance(mark, dict) else ("", "")


def _above_letter(body: Any, there: Any) -> str:  # noqa: ANN401 - values of the model
    """With the letter that stands below the text, which stays where it was written."""
    letter = mail.apart(there)[1] if isinstance(there, str) else ""
    return f"{body or ''}\n\n{letter}" if letter else str(body or "")


def _text(record: Any, name: str) -> str:  # noqa: ANN401 - a record of either kind
    value = getattr(record, name, ABSENT)
    return value if isinstance(value, str) else ""

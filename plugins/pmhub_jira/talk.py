"""Creating and changing comments: one call each, answered with the whole comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pmhub.sdk import ABSENT, Changes, Created, Draft, Observation, Refused, Scope, Target
from pmhub_jira import lossy, mapping, natives, payloads, shown, texts
from pmhub_jira.lookups import Lookups
from pmhub_jira.refusals import in_our_words
from pmhub_jira.wire import Wire

Json = dict[str, Any]


@dataclass(frozen=True)
class Talk:
    """Comments, one call each; both calls answer with the whole comment."""

    wire: Wire
    form: texts.Form
    lookups: Lookups
    site: str

    def create(self, draft: Draft) -> Created | Refused:
        if draft.on is None:
            return Refused("a comment needs a ticket that it is on")
        author = shown.author(_text(draft.record, "author"))
        prop = payloads.properties(draft.marker, author)
        payload = {"body": self._body(draft.scope, _text(draft.record, "body"), author), "properties": prop}
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
        if "body" not in changes:
            return over
        native, scope = over.native, target.scope
        mark = natives.comment_property(native)
        author = mark.get("author", "") if isinstance(mark, dict) else ""
        issue = over.on or natives.issue_id_of(native)
        payload: Json = {"body": self._body(scope, changes["body"], author, native.get("body"))}
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

    def _body(self, scope: Scope, body: Any, author: str, over: Any = None) -> texts.Body:  # noqa: ANN401 - a value of the model
        there = texts.unsigned(over, author)
        written = texts.rewritten(there, body, scope.vocabulary.people, texts.COMMENT_LIMIT, self.form)
        return texts.signed(lossy.allowed(scope, there, written), author, self.form)


def _text(record: Any, name: str) -> str:  # noqa: ANN401 - a record of either kind
    value = getattr(record, name, ABSENT)
    return value if isinstance(value, str) else ""

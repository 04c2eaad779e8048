"""Files attached to issues."""

from __future__ import annotations

from dataclasses import replace

from . import changelog
from .call import Answer, Call
from .errors import ApiError
from .values import Attachment


def attach(call: Call, issue: str) -> Answer:
    """A form without the header that no browser can send is refused; each of its files is one more, whatever its name."""
    if not call.is_trusted:
        raise ApiError(403, "XSRF check failed")
    found = call.issue_to_change(issue)
    if not call.files:
        raise ApiError(400, "There is no file in the form.")
    now = call.state.now()
    made = tuple(Attachment(call.state.new_id(), call.actor, now, name, content) for name, content in call.files)
    call.state.put(replace(found, attachments=(*found.attachments, *made), updated=now))
    for one in made:
        item: dict[str, str | None] = {"field": "Attachment", "fieldtype": "jira", "fieldId": "attachment"}
        told = item | {"from": None, "fromString": None, "to": str(one.id), "toString": one.filename}
        changelog.record(call.state, found.id, call.actor, (told,))
    return Answer(json=[call.shapes.attachment(one) for one in made])

"""A write that would take away what Markdown cannot say is held for a person, unless the configuration says otherwise."""

from __future__ import annotations

from typing import Any, Final

from pmhub.sdk import Refused, Scope
from pmhub_jira import texts

HINT: Final = 'Edit it in Jira, or undo the edit elsewhere; `lossy = "overwrite"` at this endpoint writes such texts.'


def allowed(scope: Scope, over: Any, written: texts.Body | None) -> texts.Body | None:  # noqa: ANN401 - JSON
    """`written`. Raises Refused where writing it over that body is a loss that must wait for a person."""
    if scope.settings.lossy == "hold" and (lost := texts.losses(over, written)):
        raise Refused(f"writing it would take away {_told(lost)}, which Markdown cannot say", field="body", hint=HINT)
    return written


def told(scope: Scope, over: Any, written: texts.Body | None) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    """What a plan says of that write: what is taken away, or that it waits."""
    verb = "waits for you: it would take away" if scope.settings.lossy == "hold" else "takes away"
    return tuple(f"{verb} {lost}" for lost in texts.losses(over, written))


def _told(lost: tuple[str, ...], most: int = 3) -> str:
    rest = f" and {len(lost) - most} more" if len(lost) > most else ""
    return ", ".join(lost[:most]) + rest

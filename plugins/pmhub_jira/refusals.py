"""What Jira refuses, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmhub.http.answers import explain, field_named
from pmhub.sdk import Gone, Kind, Refused, Scope
from pmhub_jira import payloads

OFF_SCREEN: Final = "not on the appropriate screen"
SCREEN_HINT: Final = "Put the field on the project's screens, or leave it out of this sync."

NO_ALIASES: Final[Mapping[str, str]] = {}


def refusal(
    scope: Scope, errors: Mapping[str, Any], kind: Kind = Kind.TICKET, aliases: Mapping[str, str] = NO_ALIASES
) -> Refused:
    given = Refused(explain(errors) or "Jira gave no reason", field=field_named(errors))
    return in_our_words(scope, given, kind, aliases)


def in_our_words(
    scope: Scope, error: Refused, kind: Kind = Kind.TICKET, aliases: Mapping[str, str] = NO_ALIASES
) -> Refused:
    """`aliases`: a field's id → what the configuration may call it instead."""
    refused = Gone if isinstance(error, Gone) else Refused
    hint = SCREEN_HINT if OFF_SCREEN in error.message else error.hint
    return refused(
        error.message, field=payloads.our_field(scope, aliases.get(error.field, error.field), kind), hint=hint
    )

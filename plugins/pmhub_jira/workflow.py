"""Which transition brings an issue to the wanted status. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmhub.sdk import Kind, Refused, Scope
from pmhub_jira import words

Json = Mapping[str, Any]


def step(scope: Scope, transitions: Sequence[Json], wanted: str, current: str, kind: Kind = Kind.TICKET) -> Json:
    """The transition whose target reads as `wanted`, else the first of its category.

    Raises Refused(field="status") naming what is possible from `current`, a native status.
    """
    vocabulary = scope.vocabulary
    shown = words.status_shown(vocabulary, wanted, kind)
    reads = [(each, words.status(vocabulary, each["to"]["name"], each["to"]["category"], kind)) for each in transitions]
    exact = [each for each, word in reads if word == shown]
    near = [each for each, word in reads if word and vocabulary.category(word) is vocabulary.category(shown)]
    if exact or near:
        return (exact or near)[0]
    offered = (
        ", ".join(f"{each['name']} → {each['to']['name']}" for each in transitions) or "none that this account may take"
    )
    raise Refused(
        f"no transition leads from `{current}` to `{wanted}`; available: {offered}",
        field="status",
        hint="Move it by hand, or add the transition to the project's workflow.",
    )

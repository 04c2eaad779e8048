"""What a workspace may ask of a release before it is ready."""

from __future__ import annotations

from enum import StrEnum

from pmhub.model.lean import dataclass


class Coverage(StrEnum):
    """REQUIRED: every ticket that is done needs a test that passed. RUN: those there are must have. IGNORED: none is asked."""

    REQUIRED = "required"
    RUN = "run"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRules:
    """Words match whatever their case. `types`, `priorities`, `labels`: only open tickets with one of these count, none
    named is all. `environments`: where tests must have passed, none named is wherever they ran. `max_age`: seconds, or None.
    """

    open_tickets: bool = True
    types: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    blocked: bool = True
    blocked_labels: tuple[str, ...] = ("blocked",)
    pull_requests: bool = True
    tests: Coverage = Coverage.REQUIRED
    untested_types: tuple[str, ...] = ()
    untested_labels: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    conflicts: bool = True
    refused: bool = True
    notes: bool = True
    max_age: int | None = 86_400

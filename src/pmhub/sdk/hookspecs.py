"""The hooks a plugin may implement. pluggy calls every plugin; connectors themselves are ordinary classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pluggy

from pmhub.model.kinds import Kind
from pmhub.model.records import Fields, Value
from pmhub.sdk.connector import Connector
from pmhub.sdk.readers import Reader

PROJECT = "pmhub"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def pmhub_register_connectors() -> Sequence[type[Connector[Any]]]:
    """Offer connector classes."""
    raise NotImplementedError


@hookspec
def pmhub_register_readers() -> Sequence[Reader]:
    """Offer readers of test reports."""
    raise NotImplementedError


@hookspec
def pmhub_register_commands(group: Any) -> None:  # noqa: ANN401 - click is imported only when commands run
    """Add commands to the click group."""


@hookspec(firstresult=True)
def pmhub_settle_conflict(kind: Kind, field: str, ours: Value, theirs: Value, base: Value) -> str | None:
    """Answer `ours` or `theirs` to settle a conflict that a policy would hold; None to pass."""


@hookspec
def pmhub_transform_record(kind: Kind, remote: str, fields: Fields) -> Fields | None:
    """Change what was read from a remote before it is merged; None leaves it.

    Either the same again changes nothing more, or `pmhub_restore_record` is its inverse. Else the field goes one way: what
    the remote would not show again as it is is never written there.
    """


@hookspec
def pmhub_restore_record(kind: Kind, remote: str, fields: Fields) -> Fields | None:
    """The inverse of `pmhub_transform_record`: what to write to a remote so that it reads as `fields`; None leaves it."""


@hookspec
def pmhub_run_finished(report: Any) -> None:  # noqa: ANN401 - sync.report.Report, above this layer
    """Hear how a run ended. `report.alerts` holds a pmhub.sdk.Alert for each problem that began in it, and for each that is
    over: what lasts is in none of the later ones. A plugin that raises hears its alerts again after the next run.
    `report.exit_code` is that of the command.
    """

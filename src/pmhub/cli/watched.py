"""What those who watch from outside are told around a run: heartbeats, and a file of metrics. Neither ever fails the run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from pmhub.cli.failure import exit_code
from pmhub.cli.finding import start
from pmhub.cli.opening import Opened
from pmhub.cli.session import Session
from pmhub.errors import PmhubError
from pmhub.store.files import write_new
from pmhub.sync.report import ERROR

if TYPE_CHECKING:
    from pmhub.sync.heartbeat import Beat

FOR_ALL = 0o644
_log = logging.getLogger("pmhub.metrics")


def watched(session: Session, opened: Opened, run: Callable[[], int]) -> int:
    """The run's exit code. A run that is interrupted ends without a word: whoever waits for its end hears none."""
    if opened.workspace.heartbeat:
        from pmhub.sync.heartbeat import Beat  # noqa: PLC0415 - brings in the transport

        _ping(session, opened, Beat.START)
    try:
        code = run()
    except Exception as error:
        _end(session, opened, exit_code(error) if isinstance(error, PmhubError) else ERROR)
        raise
    _end(session, opened, code)
    return code


def _end(session: Session, opened: Opened, code: int) -> None:
    if opened.workspace.heartbeat:
        from pmhub.sync.heartbeat import beat_of  # noqa: PLC0415

        _ping(session, opened, beat_of(code))
    if opened.workspace.metrics:
        _write_metrics(opened)


def _ping(session: Session, opened: Opened, beat: Beat | None) -> None:
    from pmhub.sync.heartbeat import ping  # noqa: PLC0415

    if opened.workspace.heartbeat and beat is not None:
        ping(opened.workspace.heartbeat.reveal(), beat, start(session))


def _write_metrics(opened: Opened) -> None:
    """For whoever collects them to read, who is somebody else: names of syncs and connections, and numbers."""
    from pmhub.insight.metrics import metrics  # noqa: PLC0415 - only for those who want them

    file = opened.workspace.metrics
    connections = {remote.id: remote.connection for remote in opened.hub.remotes.values()}
    try:
        if file:
            write_new(file, metrics(opened.workspace, opened.store, connections), mode=FOR_ALL)
    except OSError as error:
        _log.warning("the metrics cannot be written to %s: %s", file, error.strerror)

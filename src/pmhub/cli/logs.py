"""The log on stderr: text for people, JSON for machines, never a secret."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pmhub.cli.plain import plain
from pmhub.cli.session import Session
from pmhub.http import SecretFilter, Secrets

if TYPE_CHECKING:
    from pmhub.sync.hub import Hub

LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return plain(f"{record.levelname.lower()}: {super().format(record)}")


class _Json(logging.Formatter):
    """`run`: the run's number, so that one can find all lines of it. `worker`: the one that carries it out."""

    hub: Hub | None = None
    worker: str | None = None

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "run": self.hub.run if self.hub else None,
            "worker": self.worker,
            "traceback": record.exc_text,
        }
        return json.dumps({name: value for name, value in told.items() if value})


def start_log(session: Session, secrets: Secrets) -> None:
    """From now on, this process logs here and nowhere else."""
    stream = logging.StreamHandler(sys.stderr)
    stream.addFilter(SecretFilter(secrets))
    as_text = session.log_format == "text" or (session.log_format == "auto" and sys.stderr.isatty())
    stream.setFormatter(_Text() if as_text else _Json())
    if isinstance(stream.formatter, _Json):
        stream.formatter.worker = session.environ.get("PMHUB_WORKER")
    log = logging.getLogger("pmhub")
    log.handlers[:] = [stream]
    log.propagate = False
    log.setLevel(logging.ERROR if session.quiet else LEVELS[min(session.verbose, len(LEVELS) - 1)])


def log_run(hub: Hub) -> None:
    """Lines of the log name the run that this hub is about to make."""
    for handler in logging.getLogger("pmhub").handlers:
        if isinstance(handler.formatter, _Json):
            handler.formatter.hub = hub

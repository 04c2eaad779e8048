"""Errors as people read them: what, where, what to do; and the exit code each stands for."""

from __future__ import annotations

from collections.abc import Sequence

import click

from pmhub.cli.plain import plain
from pmhub.cli.session import Session
from pmhub.errors import ConfigError, ConnectorError, Denied, Limited, Locked, PmhubError, Refused, SafetyStop
from pmhub.sync.report import AUTH, ERROR, GUARD, ITEMS_FAILED, LOCKED, TEMPORARY

BUG = ERROR
TRACEBACKS = 2
_CODES = (
    (Denied, AUTH),
    (Refused, ITEMS_FAILED),
    (ConnectorError, TEMPORARY),
    (Locked, LOCKED),
    (SafetyStop, GUARD),
)


_ADVICE: tuple[tuple[type[PmhubError], str], ...] = (
    (ConfigError, "Mend it and look again with `pmhub config check`."),
    (Denied, "Check the credentials of this connection and what its account may do."),
    (Limited, "The next run goes on where this one ended."),
    (ConnectorError, "Check the address and the network. The next run tries again, from where this one ended."),
)


def hint_of(error: PmhubError) -> str:
    """Its own, else what goes for all of its kind."""
    return error.hint or next((hint for type_, hint in _ADVICE if isinstance(error, type_)), "")


def exit_code(error: PmhubError) -> int:
    return next((code for type_, code in _CODES if isinstance(error, type_)), ERROR)


def tell(session: Session, error: PmhubError) -> int:
    problems = error.problems if isinstance(error, ConfigError) else ()
    tell_problem(session, error.message, hint_of(error), problems)
    _tell_traceback(session, error)
    return exit_code(error)


def tell_problem(session: Session, message: str, hint: str = "", problems: Sequence[str] = ()) -> None:
    session.say(f"{click.style('error:', fg='red', bold=True)} {plain(message)}")
    for problem in problems:
        session.say(f"  {plain(problem)}")
    if hint:
        session.say(f"{click.style('hint:', fg='cyan')} {plain(hint)}")


def tell_bug(session: Session, error: Exception) -> None:
    """Nobody thought of this one: the name of the error, and where to find the rest."""
    tell_problem(
        session,
        f"{_where(error)}: {type(error).__name__}: {error}",
        "Run it again with -vv for the traceback, and report it if it comes back. Nothing was lost: a run goes on where it ended.",
    )
    _tell_traceback(session, error)


def _tell_traceback(session: Session, error: Exception) -> None:
    if session.verbose >= TRACEBACKS:
        import traceback  # noqa: PLC0415 - seldom asked for

        session.say(plain("".join(traceback.format_exception(error))))


def _where(error: Exception) -> str:
    return "the database cannot be read" if type(error).__module__ == "sqlite3" else "unexpected"

"""Errors as people read them: what, where, what to do; and the exit code each stands for."""

from __future__ import annotations

from collections.abc import Sequence

import click

from pmhub.cli.plain import plain
from pmhub.cli.session import PROGRAMS, Session
from pmhub.errors import (
    WRONG_USAGE,
    ConfigError,
    ConnectorError,
    Denied,
    Limited,
    Locked,
    PmhubError,
    Refused,
    SafetyStop,
    StoreError,
)
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


_HELP: type[click.ClickException] | tuple[()] = getattr(click.exceptions, "NoArgsIsHelpError", ())
"""Of a group without a command: its message is its page. An older click writes the page itself."""
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
    tell_problem(session, error.code, error.message, hint_of(error), problems)
    _tell_traceback(session, error)
    return exit_code(error)


def tell_problem(session: Session, code: str, message: str, hint: str = "", problems: Sequence[str] = ()) -> None:
    """For a person; for a program, which asked for JSON, one object a line."""
    if session.format in PROGRAMS:
        told = {"type": "error", "code": code, "message": message, "problems": list(problems), "hint": hint}
        session.report(told)
        return
    session.say(f"{click.style(f'error[{code}]:', fg='red', bold=True)} {plain(message)}")
    for problem in problems:
        session.say(f"  {plain(problem)}")
    if hint:
        session.say(f"{click.style('hint:', fg='cyan')} {plain(hint)}")


def tell_usage(session: Session, error: click.ClickException) -> int:
    """The words of click, in our form."""
    if isinstance(error, _HELP):
        session.say(error.format_message())
        return error.exit_code
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"`{context.command_path} --help` tells what it takes." if context else ""
    if context and session.format not in PROGRAMS:
        session.say(context.get_usage())
    tell_problem(session, WRONG_USAGE, error.format_message(), hint)
    return error.exit_code


def tell_bug(session: Session, error: Exception) -> None:
    """Nobody thought of this one: the name of the error, and where to find the rest."""
    tell_problem(
        session,
        StoreError.code if _is_of_the_database(error) else PmhubError.code,
        f"{_where(error)}: {type(error).__name__}: {error}",
        "Run it again with -vv for the traceback, and report it if it comes back. Nothing was lost: a run goes on where it ended.",
    )
    _tell_traceback(session, error)


def _tell_traceback(session: Session, error: Exception) -> None:
    if session.verbose >= TRACEBACKS:
        import traceback  # noqa: PLC0415 - seldom asked for

        session.say(plain("".join(traceback.format_exception(error))))


def _where(error: Exception) -> str:
    return "the database cannot be read" if _is_of_the_database(error) else "unexpected"


def _is_of_the_database(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in ("sqlite3", "psycopg")

"""Where the program begins and ends: signals, errors and exit codes. Imports nothing that `--help` does not need."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from pmhub.cli.failure import BUG, tell, tell_bug
from pmhub.cli.session import Session
from pmhub.cli.verbs import verbs
from pmhub.errors import PmhubError

INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM


class Terminated(BaseException):
    """SIGTERM: transactions roll back and the lock is freed on the way out."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    signal.signal(signal.SIGTERM, _terminate)
    _write_what_the_terminal_cannot()
    code = run(args)
    _flush()
    _leave(code)


def _leave(code: int) -> NoReturn:
    """What a plugin left running shall not keep the process; it was named when it came."""
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run(args: Sequence[str] | None = None) -> int:
    """The exit code. Everything that goes wrong is told here and nowhere else."""
    session = Session(os.environ)
    try:
        return verbs.main(args, prog_name="pmhub", obj=session, standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        session.say("interrupted")
        return INTERRUPTED
    except Terminated:
        session.say("terminated")
        return TERMINATED
    except PmhubError as error:
        return tell(session, error)
    except Exception as error:  # noqa: BLE001 - the edge of the program
        tell_bug(session, error)
        return BUG


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise Terminated


def _write_what_the_terminal_cannot() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    """A reader that went away is no error of ours, and Python shall not tell of it at its end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

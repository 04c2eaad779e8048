"""Where the program begins and ends: signals, errors and exit codes. Imports nothing that `--help` does not need."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from pmhub.cli.failure import BUG, tell, tell_bug, tell_usage
from pmhub.cli.session import Session, unread
from pmhub.cli.signs import spell_out
from pmhub.cli.verbs import verbs
from pmhub.errors import PmhubError

YOUNG = 100_000
"""Objects that come before garbage is looked for: modules bring eighty thousand, and none of them is any."""
TURN = 0.000_5
"""Seconds that a thread computes while another waits to. One that takes in an answer waits some ten times, by default 5 ms each."""
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM


class Terminated(BaseException):
    """SIGTERM: transactions roll back and the lock is freed on the way out."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    gc.set_threshold(YOUNG)
    sys.setswitchinterval(TURN)
    signal.signal(signal.SIGTERM, _terminate)
    spell_out()
    code = run(args)
    _flush()
    gc.freeze()  # at its end Python looks for garbage three times: what is left is gone with the process
    _leave(code)


def _leave(code: int) -> NoReturn:
    """What a plugin left running shall not keep the process; it was named when it came. Nor shall Python make a signal of
    an interruption: it does when that came while a module's text was executed, though it was caught.
    """
    if code == INTERRUPTED or any(not thread.daemon for thread in _others()):
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _others() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread is not threading.main_thread()]


def run(args: Sequence[str] | None = None) -> int:
    """The exit code. Everything that goes wrong is told here and nowhere else."""
    session = Session(os.environ)
    try:
        return verbs.main(args, prog_name="pmhub", obj=session, standalone_mode=False) or 0
    except click.ClickException as error:
        return tell_usage(session, error)
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


def _flush() -> None:
    """Here, so that Python does not tell of it at its end."""
    with unread(sys.stdout):
        sys.stdout.flush()

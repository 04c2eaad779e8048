"""The edge of a plugin: how long a call may take, and where what it prints goes."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from io import StringIO
from types import FrameType, TracebackType
from typing import Any, Final, NoReturn

PATIENCE: Final = 600.0
"""Seconds for one call of a connector, which may wait for its server; a page of a listing is a call."""
HOOK_PATIENCE: Final = 30.0
LOAD_PATIENCE: Final = 30.0
AGAIN: Final = 1.0
LONGEST: Final = 200

_log = logging.getLogger("pmhub.plugins")


class Overdue(BaseException):
    """A plugin's call takes longer than it may. No Exception: the plugin's own handlers shall not take it for theirs."""


def _lasting_threads() -> int:
    """Those that would keep the program from ending."""
    return sum(not thread.daemon for thread in threading.enumerate())


class edge:  # noqa: N801 - it is used as a word of the language
    """`with edge(plugin, seconds)`: raises Overdue after so long, and again each second until the call ends. Only a main
    thread can be interrupted so; in another one a call may take as long as it likes. A class, as it surrounds every call.
    """

    __slots__ = ("_alarm", "_plugin", "_printed", "_rest", "_seconds", "_stdout", "_threads")

    def __init__(self, plugin: str, seconds: float) -> None:
        self._plugin, self._seconds = plugin, seconds
        self._printed = StringIO()
        self._alarm: Any = None

    def __enter__(self) -> None:
        self._stdout = sys.stdout
        sys.stdout = self._printed
        self._threads = _lasting_threads()
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
            self._alarm = signal.signal(signal.SIGALRM, self._ring)
            self._rest, _ = signal.setitimer(signal.ITIMER_REAL, self._seconds, AGAIN)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._alarm is not None:
            signal.setitimer(signal.ITIMER_REAL, self._rest)
            signal.signal(signal.SIGALRM, self._alarm)
        sys.stdout = self._stdout
        if printed := self._printed.getvalue():
            _log.warning("the plugin `%s` printed: %s", self._plugin, printed.strip()[:LONGEST])
        if (more := _lasting_threads() - self._threads) > 0:
            _log.warning("the plugin `%s` left %d of its threads running", self._plugin, more)

    def _ring(self, number: int, frame: FrameType | None) -> NoReturn:
        del number, frame
        raise Overdue(f"the plugin `{self._plugin}` took longer than {self._seconds:g} seconds")

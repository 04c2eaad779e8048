"""The one error of a report that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pmhub.sdk import OtherFormat, Refused


class Unreadable(Refused):
    """A report or an archive that will never be read as it stands. Nothing of it counts, other reports are not affected."""


class NotJUnit(Unreadable, OtherFormat):
    """XML of another format: no report of tests, and no fault of one."""


@contextmanager
def placed(name: str) -> Iterator[None]:
    """Every error says once which report or archive it is of."""
    try:
        yield
    except Unreadable as error:
        message = error.message if error.message.startswith(name) else f"{name}: {error.message}"
        raise type(error)(message, hint=error.hint) from None
    except OSError as error:
        raise Unreadable(
            f"{name}: {error.strerror or error}", hint="Check the path, and that it may be read."
        ) from error

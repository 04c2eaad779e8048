"""What came back from one exchange, and the ways in which nothing usable did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from pmhub.errors import ConnectorError, Refused, Unavailable
from pmhub.model.lean import dataclass


@dataclass(frozen=True)
class Reply:
    """One answer, read to its end and decoded. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    url: str = field(repr=False)
    reason: str = ""
    ms: int = 0


class NotSent(Unavailable):
    """No connection: not one byte of the request reached the server."""


class Lost(ConnectorError):
    """Sent, and no complete answer came back: the server may or may not have acted."""


class TimedOut(Lost):
    """Sent, and no answer came within the time allowed."""


class TooLarge(Refused):
    """The answer is larger than we read. The server has acted by then."""


class TryAgain(Unavailable):
    """A read that may well succeed in a moment, not before `after` seconds from now."""

    def __init__(self, message: str, *, after: float = 0.0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.after = after

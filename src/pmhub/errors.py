"""Every error pmhub raises, grouped by what the reader can do about it."""

from __future__ import annotations


class PmhubError(Exception):
    """Root of all of them. `hint` says what to do next, in one sentence; it may be empty."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(PmhubError):
    """Something the person at the keyboard can mend: a wrong word, a missing file, a stale plan."""


class ConfigError(UserError):
    """The configuration cannot be used. `problems` holds every finding of one pass, each with file:line where known."""

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = problems


class PluginError(UserError):
    """A plugin could not be loaded or broke the interface."""


class StoreError(PmhubError):
    """The local database cannot be used: corrupt, locked, full, read-only, or newer than this code."""


class Locked(PmhubError):
    """Another run holds the workspace."""


class SafetyStop(PmhubError):
    """A guard stopped the run before its first write."""


class ConnectorError(PmhubError):
    """A remote did not do what was asked."""


class Denied(ConnectorError):
    """Credentials or permission: nothing on this connection will work until a person acts."""


class Refused(ConnectorError):
    """The server answered and will not do this, as it stands. `field` names the culprit where the server said so.

    `lasting` False: it may well do the same later, when something else is there; it is tried again in every run.
    """

    def __init__(self, message: str, *, field: str = "", hint: str = "", lasting: bool = True) -> None:
        super().__init__(message, hint=hint)
        self.field = field
        self.lasting = lasting


class Gone(Refused):
    """The thing itself is not there: a direct read answered 404 or 410."""


class Limited(ConnectorError):
    """The server answered, did nothing, and asks to wait until `retry_at` (milliseconds since the epoch, our clock)."""

    def __init__(self, message: str, *, retry_at: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_at = retry_at


class Unavailable(ConnectorError):
    """A read failed, or the remote is down; nothing was asked to change."""


class Ambiguous(ConnectorError):
    """A write whose outcome is unknown: timeout, reset, 5xx, truncated or unparsable answer."""


class Stale(ConnectorError):
    """What we hold is too old to be used: a paging token or cursor the server no longer takes."""

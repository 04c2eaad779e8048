"""Every error pmhub raises, grouped by what the reader can do about it. `code` is for good: what it means is told by
`pmhub explain CODE`, from `cli/explained.py`; one that is no longer raised is never given to another.
"""

from __future__ import annotations

from typing import ClassVar

WRONG_USAGE = "PM002"
"""Of an error that no class of ours stands for: the command line was not understood."""
WITHHELD = "PM080"
"""The same: a value that was not written, because more people would have seen it."""
UNMAPPED = "PM081"
"""The same: a native word that the configuration's map does not have."""


class PmhubError(Exception):
    """Root of all of them. `hint` says what to do next, in one sentence; it may be empty."""

    code: ClassVar[str] = "PM001"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(PmhubError):
    """Something the person at the keyboard can mend: a wrong word, a missing file, a stale plan."""

    code = "PM003"


class UnknownName(UserError):
    """Nothing is called so: no item, connection, sync, run, release, conflict."""

    code = "PM010"


class AmbiguousName(UserError):
    """More than one thing is called so."""

    code = "PM011"


class BadValue(UserError):
    """A word that cannot be read as what was asked for: no date, no number."""

    code = "PM012"


class UnusableFile(UserError):
    """A file that a person named cannot be read, written, or is not what it should be."""

    code = "PM013"


class StalePlan(UserError):
    """A plan file tells of something else than would be done now."""

    code = "PM014"


class NoMatch(UserError):
    """Two things cannot be one item, or one thing cannot stand alone."""

    code = "PM015"


class BadTemplate(UserError):
    """A template cannot be found or filled in."""

    code = "PM016"


class ConfigError(UserError):
    """The configuration cannot be used. `problems` holds every finding of one pass, each with file:line where known."""

    code = "PM020"

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = problems


class NoConfig(ConfigError):
    """There is no configuration where one was looked for."""

    code = "PM021"


class UnreadableConfig(ConfigError):
    """The file is there, and is no TOML that can be read."""

    code = "PM022"


class OtherVersion(ConfigError):
    """The file is written for another version of pmhub."""

    code = "PM023"


class NoSecret(ConfigError):
    """A secret is not where the configuration says."""

    code = "PM024"


class PluginError(UserError):
    """A plugin could not be loaded or broke the interface."""

    code = "PM030"


class StoreError(PmhubError):
    """The local database cannot be used: corrupt, locked, full, read-only, or newer than this code."""

    code = "PM040"


class Damaged(StoreError):
    """What stands in the database's file is not what was written there."""

    code = "PM041"


class NewerStore(StoreError):
    """The database was written by a newer pmhub."""

    code = "PM042"


class Locked(PmhubError):
    """Another run holds the workspace."""

    code = "PM050"


class SafetyStop(PmhubError):
    """A guard stopped the run before its first write."""

    code = "PM060"


class ConnectorError(PmhubError):
    """A remote did not do what was asked."""

    code = "PM070"


class Denied(ConnectorError):
    """Credentials or permission: nothing on this connection will work until a person acts."""

    code = "PM071"


class Refused(ConnectorError):
    """The server answered and will not do this, as it stands. `field` names the culprit where the server said so.

    `lasting` False: it may well do the same later, when something else is there; it is tried again in every run.
    """

    code = "PM072"

    def __init__(self, message: str, *, field: str = "", hint: str = "", lasting: bool = True) -> None:
        super().__init__(message, hint=hint)
        self.field = field
        self.lasting = lasting


class Gone(Refused):
    """The thing itself is not there: a direct read answered 404 or 410."""

    code = "PM073"


class Limited(ConnectorError):
    """The server answered, did nothing, and asks to wait until `retry_at` (milliseconds since the epoch, our clock)."""

    code = "PM074"

    def __init__(self, message: str, *, retry_at: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_at = retry_at


class Unavailable(ConnectorError):
    """A read failed, or the remote is down; nothing was asked to change."""

    code = "PM075"


class OutOfTime(Unavailable):
    """The time that the run was given is over before the remote was read to its end."""

    code = "PM078"


class Ambiguous(ConnectorError):
    """A write whose outcome is unknown: timeout, reset, 5xx, truncated or unparsable answer."""

    code = "PM076"


class Stale(ConnectorError):
    """What we hold is too old to be used: a paging token or cursor the server no longer takes."""

    code = "PM077"

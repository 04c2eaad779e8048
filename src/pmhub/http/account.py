"""Who we are to one remote: its address and our credentials, checked when made and never shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import field

from pmhub.errors import ConfigError
from pmhub.http import urls
from pmhub.model.lean import dataclass


@dataclass(frozen=True)
class Account:
    """`base_url` may carry a path prefix. `authorization` is the header's value, or a function of it where tokens rotate.

    `identity` names the credentials without telling them (see `identity_of`): stored validators belong to it.
    `ca_file` adds a private certificate authority; `timeout` is in seconds and holds for connecting and for each read.
    Raises ConfigError for an address that is neither https nor this machine.
    """

    base_url: str
    authorization: str | Callable[[], str] = field(repr=False)
    identity: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str | None = None
    proxy: str | None = field(default=None, repr=False)
    timeout: float = 30.0

    def __post_init__(self) -> None:
        problem = urls.problem_with(self.base_url)
        if problem:
            raise ConfigError(f"url {urls.shown(self.base_url)!r} cannot be used: {problem}", hint=hint_for(problem))
        if "?" in self.base_url or "#" in self.base_url:
            raise ConfigError(
                f"url {urls.shown(self.base_url)!r} cannot be used: it holds a query", hint="Stop at the path."
            )

    def authorize(self) -> str:
        """The Authorization header's value now; raises ConfigError where it could not be sent as a header."""
        value = self.authorization if isinstance(self.authorization, str) else self.authorization()
        if not value.isascii() or not value.isprintable():
            raise ConfigError(
                f"the credentials for {urls.shown(self.base_url)} hold a character that no header can carry",
                hint="Look for a line break or a pasted blank in the token.",
            )
        return value

    def owns(self, url: str) -> bool:
        """Whether our credentials may go to `url`."""
        return urls.origin(url) == urls.origin(self.base_url)


def hint_for(problem: str) -> str:
    if "credentials" in problem:
        return "Leave user and password out of the url and set `user` and `token` instead."
    return "Write it as https://host[/path]."


def identity_of(*credentials: str) -> str:
    """A short name that changes with the credentials and does not reveal them."""
    return hashlib.sha256("\0".join(credentials).encode()).hexdigest()[:16]

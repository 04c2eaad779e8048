"""Who speaks to GitHub: a person's or a bot's token, or an App (see app_credentials.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final, Protocol

from pmhub.http.account import Account, identity_of
from pmhub.model.lean import dataclass
from pmhub.sdk import Context, Secret
from pmhub_github.settings import GitHubSettings

API_VERSION: Final = "2022-11-28"
HEADERS: Final = {"accept": "application/vnd.github+json", "x-github-api-version": API_VERSION}


class Credentials(Protocol):
    """`identity` names whose credentials they are, as validators belong to them: it outlives a token that is renewed.
    `holder`: what a person must give rights to.
    """

    @property
    def identity(self) -> str: ...

    @property
    def holder(self) -> str: ...

    def authorize(self) -> str:
        """The Authorization header's value now. Raises Denied, Limited or Unavailable."""

    def account(self) -> dict[str, Any] | None:
        """`login` and `name` of the account that acts, None where GitHub tells it at `/user`."""

    def rights(self) -> Mapping[str, str] | None:
        """What an App may do, as `issues` → `write`; None where GitHub tells it with the repository."""

    def look_in(self, repo: str) -> None:
        """A repository that they must open."""

    def renew(self) -> bool:
        """They were not accepted: whether others can be had."""


@dataclass(frozen=True)
class TokenCredentials:
    token: str = field(repr=False)

    @property
    def identity(self) -> str:
        return identity_of(self.token)

    @property
    def holder(self) -> str:
        return "the token"

    def authorize(self) -> str:
        return f"Bearer {self.token}"

    def account(self) -> None:
        return None

    def rights(self) -> None:
        return None

    def look_in(self, repo: str) -> None:
        del repo

    def renew(self) -> bool:
        return False


def credentials_of(settings: GitHubSettings, context: Context) -> Credentials:
    if settings.app is None:
        return TokenCredentials((settings.token or Secret({})).reveal())
    from pmhub_github.app_credentials import AppCredentials  # noqa: PLC0415 - cryptography costs start-up

    return AppCredentials(settings, settings.app, context)


def account_of(settings: GitHubSettings, credentials: Credentials) -> Account:
    return Account(
        base_url=settings.url,
        authorization=credentials.authorize,
        identity=credentials.identity,
        headers=HEADERS,
        ca_file=settings.ca_file,
        proxy=settings.proxy,
    )

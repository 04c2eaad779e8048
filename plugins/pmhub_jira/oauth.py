"""Signing in to Atlassian Cloud with OAuth 2.0: a short-lived access token, bought with a refresh token that every use replaces.

The flow is that of Atlassian's page "OAuth 2.0 (3LO) apps" [D].
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Final

from pmhub.http import Account, Client, identity_of
from pmhub.model.lean import dataclass
from pmhub.sdk import Context, Denied, Refused, Unavailable
from pmhub_jira.settings import JiraSettings, OAuth

TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - a path
TENANT_PATH: Final = "/_edge/tenant_info"
EARLY: Final = 60_000
"""An access token is replaced so many milliseconds before it ends."""

MONTH: Final = 30 * 24 * 3_600_000


@dataclass
class Tokens:
    """`client` talks to Atlassian's sign-in; `clock` is in milliseconds."""

    oauth: OAuth
    client: Client
    clock: Callable[[], int]
    access: str = field(default="", repr=False)
    until: int = 0

    def authorization(self) -> str:
        """The header's value now. Raises Denied where the grant is gone or the file cannot be used."""
        if self.clock() >= self.until - EARLY:
            self._renew()
        return f"Bearer {self.access}"

    def _renew(self) -> None:
        """The next refresh token is kept before the access token is used. An answer that got lost may be asked for again:
        for some minutes a refresh token can be used once more.
        """
        refresh = read_token(Path(self.oauth.refresh_token_file))
        secret = self.oauth.client_secret.reveal()
        for each in (refresh, secret):
            self.client.secrets.learn(each)
        about = {"grant_type": "refresh_token", "client_id": self.oauth.client_id}
        body = about | {"client_secret": secret, "refresh_token": refresh}
        try:
            answer = self.client.read(TOKEN_PATH, template=TOKEN_PATH, json=body).data
        except (Denied, Refused) as error:
            hint = "Grant the app access again, and put the new refresh token into the file."
            raise Denied(f"no access with the refresh token: {error.message}", hint=hint) from error
        if not isinstance(answer, dict) or not answer.get("access_token"):
            raise Unavailable("the sign-in answered without an access token")
        for name in ("access_token", "refresh_token"):
            self.client.secrets.learn(str(answer.get(name) or ""))
        if answer.get("refresh_token"):
            write_token(Path(self.oauth.refresh_token_file), str(answer["refresh_token"]))
        self.access = str(answer["access_token"])
        self.until = self.clock() + int(answer.get("expires_in") or 0) * 1000


def read_token(file: Path) -> str:
    try:
        found = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Denied(f"{file}: the refresh token cannot be read: {error}", hint="Put it into that file.") from error
    if not found:
        raise Denied(f"{file} holds no refresh token", hint="Grant the app access, and put the token into the file.")
    return found


def write_token(file: Path, token: str) -> None:
    """All of it or nothing, readable by its owner only. Raises Denied."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            new.write(f"{token}\n")
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except OSError as error:
        hint = "Let this account write into that folder: every use of the token replaces it."
        raise Denied(f"{file}: the next refresh token cannot be kept: {error}", hint=hint) from error


def account(settings: JiraSettings, oauth: OAuth, context: Context) -> Account:
    """The API of a site, as an app that was granted access."""
    tokens = Tokens(oauth, context.open(_unsigned(settings, oauth.auth_url)), context.clock)
    base = f"{oauth.api_url.rstrip('/')}/ex/jira/{oauth.cloud_id or _cloud_id(settings, context)}"
    identity = identity_of(oauth.client_id, base)
    return Account(base, tokens.authorization, identity, ca_file=settings.ca_file, proxy=settings.proxy)


def _cloud_id(settings: JiraSettings, context: Context) -> str:
    """Any site tells its own to anybody [facts 3.5]."""
    key = f"cloud id:{settings.url}"
    known = context.memory.get(key)
    if known is None:
        client = context.open(_unsigned(settings, settings.url))
        known = (client.get(TENANT_PATH, template=TENANT_PATH).data or {}).get("cloudId")
        if not known:
            raise Denied(
                f"{settings.url} does not tell its cloud id", hint="Set `cloud_id` in the connection's `oauth`."
            )
        context.memory.put(key, known, until=context.clock() + MONTH)
    return str(known)


def _unsigned(settings: JiraSettings, url: str) -> Account:
    return Account(url, "", identity_of(url), ca_file=settings.ca_file, proxy=settings.proxy)

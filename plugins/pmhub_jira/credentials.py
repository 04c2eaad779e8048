"""How this connection signs in."""

from __future__ import annotations

import base64

from pmhub.http import Account, identity_of
from pmhub.sdk import Context, Secret
from pmhub_jira.settings import JiraSettings


def account(settings: JiraSettings, context: Context) -> Account:
    """An API token goes with the e-mail of its account; a personal access token stands alone."""
    if settings.oauth is not None:
        from pmhub_jira import oauth  # noqa: PLC0415 - others do not pay for it

        return oauth.account(settings, settings.oauth, context)
    authorization, identity = _signed(settings.user, (settings.token or Secret({})).reveal())
    return Account(settings.url, authorization, identity, ca_file=settings.ca_file, proxy=settings.proxy)


def _signed(user: str | None, token: str) -> tuple[str, str]:
    if user is None:
        return f"Bearer {token}", identity_of(token)
    encoded = base64.b64encode(f"{user}:{token}".encode()).decode()
    return f"Basic {encoded}", identity_of(user, token)

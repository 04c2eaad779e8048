"""Atlassian's sign-in for OAuth 2.0 apps, and the gateway under which they find a site's API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from .values import Json, User

TOKEN_PATH = "/oauth/token"  # noqa: S105  a path
TENANT_PATH = "/_edge/tenant_info"
LIFE_S = 3_600
REUSE_MS = 10 * 60_000
"""For so long a refresh token that was used can be used once more."""


@dataclass
class SignIn:
    """One app with one grant. `refresh` is the token that is good now; `used` those that were, and since when they are not."""

    now: Callable[[], int]
    users: Callable[[str], User | None]
    cloud_id: str = "11223344-a1b2-3b33-c444-def123456789"
    client_id: str = "fake-client"
    client_secret: str = "fake-client-secret"  # noqa: S105  visibly fake
    refresh: str = ""
    account_id: str = ""
    used: dict[str, int] = field(default_factory=dict[str, int])
    access: dict[str, int] = field(default_factory=dict[str, int])

    def grant(self, account_id: str) -> str:
        """The first refresh token."""
        self.account_id, self.refresh = account_id, f"fake-refresh-{uuid4().hex}"
        return self.refresh

    def revoke(self) -> None:
        self.refresh = ""
        self.used.clear()
        self.access.clear()

    def renew(self, body: Json) -> tuple[int, Json]:
        """(status, answer) to a request for tokens."""
        given = body if isinstance(body, dict) else {}
        if (given.get("client_id"), given.get("client_secret")) != (self.client_id, self.client_secret):
            return 401, {"error": "access_denied", "error_description": "Unauthorized"}
        if given.get("grant_type") != "refresh_token" or not self._is_good(str(given.get("refresh_token"))):
            return 403, {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}
        self.used[self.refresh] = self.now()
        self.refresh, access = f"fake-refresh-{uuid4().hex}", f"fake-access-{uuid4().hex}"
        self.access[access] = self.now() + LIFE_S * 1000
        names = {"access_token": access, "refresh_token": self.refresh, "expires_in": LIFE_S}
        return 200, names | {"token_type": "Bearer", "scope": "offline_access read:jira-work write:jira-work"}

    def _is_good(self, token: str) -> bool:
        since = self.used.get(token)
        return bool(token) and (token == self.refresh or (since is not None and self.now() - since < REUSE_MS))

    def user(self, access: str) -> User | None:
        return self.users(self.account_id) if self.access.get(access, 0) > self.now() else None

    @property
    def prefix(self) -> str:
        return f"/ex/jira/{self.cloud_id}"

"""A GitHub App: it signs for itself, and gets a token of an hour for what it is installed on (docs: "Authenticating with a GitHub App").

The token is kept to its end, as every validator is worth something only with the token it was got with; between runs it
lies in the memory under a key that only the App's own private key opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any, Final

from pmhub.http.account import identity_of
from pmhub.model.lean import dataclass
from pmhub.sdk import Context, Denied, Gone
from pmhub_github.app_signer import MINUTE, AppSigner
from pmhub_github.fields import milliseconds
from pmhub_github.settings import App, GitHubSettings

DAY: Final = 24 * 60 * MINUTE
BEFORE_ITS_END: Final = 2 * MINUTE
TOKENS: Final = "/app/installations/{installation_id}/access_tokens"
OF_REPO: Final = "/repos/{owner}/{repo}/installation"
INSTALL: Final = "Install the App there (its settings, Install App) and give it the repository."


@dataclass(frozen=True)
class Token:
    """`until`: when it ends, milliseconds of GitHub's clock. `rights`: what it may do, as `issues` → `write`."""

    text: str = field(repr=False)
    until: int
    rights: Mapping[str, str] = field(default_factory=dict)


@dataclass
class AppCredentials:
    settings: GitHubSettings
    app: App
    context: Context
    _repo: str = field(default="", init=False)
    _token: Token | None = field(default=None, init=False, repr=False)
    _is_fresh: bool = field(default=False, init=False)

    @cached_property
    def _signer(self) -> AppSigner:
        return AppSigner(self.settings, self.app, self.context)

    @property
    def identity(self) -> str:
        return identity_of("app", str(self.app.id), str(self.app.installation or ""))

    @property
    def holder(self) -> str:
        return "the App's installation (one connection speaks for one of them)"

    def authorize(self) -> str:
        return f"Bearer {self._current().text}"

    def rights(self) -> Mapping[str, str]:
        return self._current().rights

    def _current(self) -> Token:
        if self._token is None:
            self._token = self._kept()
        if self._token is None or self._signer.now() >= self._token.until - BEFORE_ITS_END:
            self._token, self._is_fresh = self._made(), True
        return self._token

    def account(self) -> dict[str, Any]:
        """An App acts as `slug[bot]`; remembered for a day, as the answer to a new signature is never a 304."""
        key = f"app:{self.app.id}"
        told: dict[str, Any] | None = self.context.memory.get(key)
        if told is None:
            raw = self._signer.asked(lambda: self._signer.client.get("/app", template="/app")).data
            told = {"login": f"{raw['slug']}[bot]", "name": raw["name"]}
            self.context.memory.put(key, told, until=self.context.clock() + DAY)
        return told

    def look_in(self, repo: str) -> None:
        self._repo = repo

    def renew(self) -> bool:
        """A kept token may have been revoked; one that was made in this run is as good as they get."""
        if self._is_fresh:
            return False
        self._token = None
        self.context.memory.put(self._token_key(self._installation()), None, until=self.context.clock())
        return True

    # the token of the installation

    def _made(self) -> Token:
        installation = self._installation()
        try:
            raw = self._token_of(installation)
        except Gone:  # it was installed anew meanwhile
            if self.app.installation is not None:
                raise Denied(
                    f"the App {self.app.id} has no installation {self.app.installation}", hint=INSTALL
                ) from None
            installation = self._looked_up()
            raw = self._token_of(installation)
        token = Token(raw["token"], milliseconds(raw["expires_at"]), raw.get("permissions") or {})
        self._keep(installation, token)
        return token

    def _token_of(self, installation: int) -> dict[str, Any]:
        """Raises Gone where there is no such installation. A token too many does no harm, so it may be asked for twice."""
        path = f"/app/installations/{installation}/access_tokens"
        data: dict[str, Any] = self._signer.asked(lambda: self._signer.client.read(path, template=TOKENS)).data
        return data

    def _installation(self) -> int:
        known = self.app.installation or self.context.memory.get(self._installation_key())
        return int(known) if known else self._looked_up()

    def _looked_up(self) -> int:
        found = self._of_repo() if self._repo else self._only_one()
        self.context.memory.put(self._installation_key(), found, until=self.context.clock() + DAY)
        return found

    def _of_repo(self) -> int:
        path = f"/repos/{self._repo}/installation"
        try:
            return int(self._signer.asked(lambda: self._signer.client.get(path, template=OF_REPO)).data["id"])
        except Gone as error:
            raise Denied(f"the App {self.app.id} is not installed on {self._repo}", hint=INSTALL) from error

    def _only_one(self) -> int:
        found = self._signer.asked(
            lambda: self._signer.client.get("/app/installations", template="/app/installations")
        ).data
        if len(found) != 1:
            raise Denied(
                f"the App {self.app.id} has {len(found)} installations",
                hint="Name one as `installation` of the connection's `app`." if found else INSTALL,
            )
        return int(found[0]["id"])

    # keeping it

    def _kept(self) -> Token | None:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        held = self.context.memory.get(self._token_key(self._installation()))
        try:
            text = self._signer.seal.decrypt(held["sealed"]).decode() if held else ""
        except InvalidToken:  # of another key of the App
            return None
        return Token(text, held["until"], held["rights"]) if held else None

    def _keep(self, installation: int, token: Token) -> None:
        text = self._signer.seal.encrypt(token.text.encode()).decode()
        sealed = {"sealed": text, "until": token.until, "rights": dict(token.rights)}
        until = token.until - (self._signer.client.clock_offset or 0)
        self.context.memory.put(self._token_key(installation), sealed, until=until)

    def _token_key(self, installation: int) -> str:
        return f"app-token:{self.app.id}:{installation}"

    def _installation_key(self) -> str:
        """An owner has one installation of an App."""
        return f"app-installation:{self.app.id}:{self._repo.partition('/')[0].casefold()}"

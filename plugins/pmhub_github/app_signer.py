"""A GitHub App signs for itself, with a key that stays here (docs: "Generating a JSON Web Token (JWT) for a GitHub App")."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, TypeVar

from pmhub.http.account import Account, identity_of
from pmhub.http.client import Client
from pmhub.model.lean import dataclass
from pmhub.sdk import Context, Denied, Unavailable
from pmhub_github.credentials import HEADERS
from pmhub_github.settings import App, GitHubSettings

MINUTE: Final = 60_000
SKEW: Final = MINUTE // 2
SIGNED_FOR: Final = 9 * MINUTE  # GitHub takes ten at most
CHECK_THE_KEY: Final = "Check `app.id`, and that `app.key` is one of the App's private keys, in PEM form."

T = TypeVar("T")


@dataclass
class AppSigner:
    """`asked` makes calls of `client`, in whose every request a new signature stands."""

    settings: GitHubSettings
    app: App
    context: Context

    @cached_property
    def client(self) -> Client:
        signing = Account(
            base_url=self.settings.url,
            authorization=self._signature,
            identity=identity_of("app", str(self.app.id)),
            headers=HEADERS,
            ca_file=self.settings.ca_file,
            proxy=self.settings.proxy,
        )
        client: Client = self.context.open(signing)
        return client

    def asked(self, call: Callable[[], T]) -> T:
        """Once more where it was refused while our clock was taken for right, and it is not."""
        knew, _ = self.client.clock_offset is not None, self._signing_key
        try:
            return call()
        except Denied as error:
            if knew or abs(self.client.clock_offset or 0) < SKEW:
                raise said_plainly(error) from error
        except Unavailable as error:
            raise Unavailable(error.message, hint=error.hint) from error  # tried often enough: not another round
        try:
            return call()
        except Denied as error:
            raise said_plainly(error) from error

    def now(self) -> int:
        """By GitHub's clock, as far as it has told it."""
        return self.context.clock() + (self.client.clock_offset or 0)

    @cached_property
    def seal(self) -> Any:  # noqa: ANN401 - loaded late
        """A Fernet whose key follows from the App's own."""
        from cryptography.fernet import Fernet  # noqa: PLC0415 - costs start-up

        return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"installation token\0" + self._key.encode()).digest()))

    @cached_property
    def _key(self) -> str:
        """An environment variable often holds it in one line, with a backslash and an `n` at the end of each."""
        return self.app.key.reveal().replace("\\n", "\n")

    def _signature(self) -> str:
        import jwt  # noqa: PLC0415 - cryptography costs start-up

        now, key = self.now(), self._signing_key
        claims = {"iat": (now - MINUTE) // 1000, "exp": (now + SIGNED_FOR) // 1000, "iss": str(self.app.id)}
        return f"Bearer {jwt.encode(claims, key, algorithm='RS256')}"

    @cached_property
    def _signing_key(self) -> Any:  # noqa: ANN401 - loaded late
        """Raises Denied for a key that cannot be read, out of the handler, so that no text of it travels along."""
        from jwt.algorithms import RSAAlgorithm  # noqa: PLC0415
        from jwt.exceptions import PyJWTError  # noqa: PLC0415

        try:
            return RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(self._key)
        except (ValueError, TypeError, PyJWTError):
            failure = Denied("the App's private key cannot be read", hint=CHECK_THE_KEY)
        raise failure


def said_plainly(error: Denied) -> Denied:
    if "suspended" in error.message.casefold():
        return Denied(
            f"the App's installation is suspended: {error.message}", hint="Unsuspend it where it is installed."
        )
    return Denied(f"GitHub does not accept the App: {error.message}", hint=CHECK_THE_KEY)

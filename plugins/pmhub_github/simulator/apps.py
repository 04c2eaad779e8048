"""GitHub Apps: who made one, where it is installed, and the tokens it got. A signature is checked as GitHub does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jwt

from .errors import ApiError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from .state import Repo, User
    from .world import World

HOUR = 3600
LONGEST = 600
BOT = "[bot]"


@dataclass(slots=True)
class App:
    id: int
    slug: str
    name: str
    public_key: str
    created: int


@dataclass(slots=True)
class Installation:
    id: int
    app: int
    account: str
    created: int
    suspended: int | None = None
    permissions: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class AppToken:
    installation: int
    expires: int


@dataclass
class Apps:
    """`tokens` by their text; one that ended or whose installation is gone opens nothing."""

    apps: dict[int, App] = field(default_factory=dict)
    installations: dict[int, Installation] = field(default_factory=dict)
    tokens: dict[str, AppToken] = field(default_factory=dict)

    def signed_by(self, signature: str, now: int) -> App | None:
        """The App that made this signature, None for what is none. Raise 401 for one that GitHub does not take."""
        if signature.count(".") != 2:  # noqa: PLR2004 - the three parts of a JWT
            return None
        issuer = jwt.decode(signature, options={"verify_signature": False})["iss"]
        app = self.apps.get(int(issuer)) if str(issuer).isdigit() else None
        if app is None:
            raise ApiError(401, "Integration must generate a public key")
        try:
            claims = jwt.decode(
                signature, app.public_key, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
            )
        except jwt.PyJWTError:
            raise ApiError(401, "A JSON web token could not be decoded") from None
        check_times(claims, now)
        return app

    def bearer(self, token: str, now: int) -> str | None:
        """The login that a token of an installation speaks for."""
        found = self.tokens.get(token)
        if found is None or now >= found.expires or found.installation not in self.installations:
            return None
        return f"{self.apps[self.installations[found.installation].app].slug}{BOT}"

    def is_suspended(self, token: str) -> bool:
        found = self.tokens.get(token)
        place = self.installations.get(found.installation) if found else None
        return place is not None and place.suspended is not None

    def opens(self, login: str, repo: Repo) -> bool:
        slug = login.removesuffix(BOT)
        return any(one.account == repo.owner and self.apps[one.app].slug == slug for one in self.installations.values())


def check_times(claims: dict[str, int], now: int) -> None:
    if claims["exp"] <= now:
        raise ApiError(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time")
    if claims["exp"] > now + LONGEST:
        raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
    if claims["iat"] > now:
        raise ApiError(
            401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
        )


@dataclass(frozen=True)
class AppPeople:
    """What people do with Apps."""

    world: World
    lock: AbstractContextManager[bool]

    def add(self, slug: str, public_key: str) -> App:
        """A GitHub App that signs with the private key beside this public one (PEM)."""
        with self.lock:
            bot: User = self.world.user(f"{slug}{BOT}")
            bot.kind = "Bot"
            app = App(self.world.new_id(), slug, slug.replace("-", " ").title(), public_key, self.world.now())
            self.world.apps.apps[app.id] = app
            return app

    def install(self, app: App, owner: str) -> Installation:
        """On all repositories of the owner, where it may write from now on."""
        with self.lock:
            world = self.world
            found = Installation(world.new_id(), app.id, world.user(owner).login, world.now())
            world.apps.installations[found.id] = found
            return found

    def uninstall(self, installation: Installation) -> None:
        del self.world.apps.installations[installation.id]

    def suspend(self, installation: Installation) -> None:
        installation.suspended = self.world.now()

    def revoke_tokens(self) -> None:
        self.world.apps.tokens.clear()

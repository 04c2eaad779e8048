"""Which Jira and which GitHub the functional tests speak to: Cloud and a token of github.com, unless PMHUB_FLAVOURS names others.

`PMHUB_FLAVOURS="data-center app" pytest tests/functional` runs them over another pair; flavour_matrix.py over all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pmhub.sdk import Secret
from pmhub_github.settings import App, GitHubSettings
from pmhub_github.simulator import GitHubSimulator
from pmhub_jira.richtext import from_adf, from_wiki, to_adf, to_wiki
from pmhub_jira.settings import JiraSettings
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator.server_shapes import EPIC_LINK

JIRAS, GITHUBS = ("cloud", "data-center"), ("token", "app", "enterprise")
ENTERPRISE = (3, 19)
"""Of an older one is test_github_flavours_sync.py."""


@dataclass(frozen=True)
class Flavours:
    jira: str = "cloud"
    github: str = "token"

    def __post_init__(self) -> None:
        assert (self.jira in JIRAS, self.github in GITHUBS) == (True, True), "PMHUB_FLAVOURS is not one of the pairs"

    @property
    def is_server(self) -> bool:
        return self.jira == "data-center"


CHOSEN = Flavours(*os.environ.get("PMHUB_FLAVOURS", "cloud token").split())
BOT = "pmhub-bot[bot]" if CHOSEN.github == "app" else "pmhub-bot"
SIGNS_IN_AS = "" if CHOSEN.is_server else "bot@example.com"
"""Beside our token; the personal access token of a Data Center stands alone."""


@cache
def _key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def private_key() -> str:
    return _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def github(clock: Callable[[], float], token: str) -> GitHubSimulator:
    """A GitHub that knows our bot by this token, or our App by its key."""
    made = GitHubSimulator(clock, ENTERPRISE if CHOSEN.github == "enterprise" else None)
    made.token(token, login="pmhub-bot")
    if CHOSEN.github == "app":
        public = _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        made.apps.install(made.apps.add("pmhub-bot", public), "example")
    return made


def github_settings(simulator: GitHubSimulator, url: str, token: str, **more: Any) -> GitHubSettings:
    if CHOSEN.github != "app":
        return GitHubSettings(Secret({"env": "X"}, token), url=url, **more)
    [app] = simulator.world.apps.apps
    return GitHubSettings(app=App(app, Secret({"env": "X"}, private_key())), url=url, **more)


def github_toml(simulator: GitHubSimulator) -> str:
    """How we sign in there; the key is in GITHUB_KEY."""
    if CHOSEN.github != "app":
        return 'token = { env = "GITHUB_TOKEN" }'
    [app] = simulator.world.apps.apps
    return f'app = {{ id = "{app}", key = {{ env = "GITHUB_KEY" }} }}'


def github_answers(simulator: GitHubSimulator) -> tuple[list[str], list[str]]:
    """The same as `pmhub init` takes it: for --set and for --secret."""
    if CHOSEN.github != "app":
        return [], ["github.token=GITHUB_TOKEN"]
    [app] = simulator.world.apps.apps
    return [f"github.app.id={app}"], ["github.app.key=GITHUB_KEY"]


def jira(clock: Callable[[], float], token: str) -> JiraSimulator:
    """A site that knows our bot."""
    made = JiraSimulator(clock=clock, data_center=CHOSEN.is_server)
    made.add_user("Sync Bot", email="bot@example.com", account_id="bot")
    made.token(SIGNS_IN_AS, token, "bot")
    return made


def jira_settings(url: str, token: str) -> JiraSettings:
    return JiraSettings(url=url, user=SIGNS_IN_AS or None, token=Secret({"env": "X"}, token))


def jira_toml() -> str:
    user = "" if CHOSEN.is_server else 'user = "bot@example.com"\n'
    return f'{user}token = {{ env = "JIRA_TOKEN" }}'


def written(markdown: str) -> Any:
    """A text as a person's editor stores it in this Jira."""
    return to_wiki(markdown) if CHOSEN.is_server else to_adf(markdown)


def read(native: Any) -> str:
    """The Markdown of a text of this Jira."""
    return (from_wiki(native) if CHOSEN.is_server else from_adf(native)).text


def below(goal: str) -> dict[str, Any]:
    """The field that puts a story into an epic."""
    return {EPIC_LINK: goal} if CHOSEN.is_server else {"parent": {"key": goal}}


def account(name: str) -> dict[str, str]:
    """How this Jira's API names a person."""
    return {"name" if CHOSEN.is_server else "accountId": name}

"""The connector as a run has it, against a simulator's server: real client, real socket, time that waits cost nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from connectors.github.github_spec import graphql_violations, rest_violations
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pmhub.http.client import Client
from pmhub.http.validators import MemoryValidators
from pmhub.sdk import (
    Context,
    Cursor,
    Draft,
    Kind,
    Observation,
    People,
    Record,
    Ref,
    Scope,
    Secret,
    Stream,
    Target,
    Vocabulary,
)
from pmhub_github.connector import GitHub
from pmhub_github.settings import App, GitHubScope, GitHubSettings
from pmhub_github.simulator import Exchange, GitHubSimulator

REPO = "example/shop"
MARKER = "pmhub:0123456789abcdef@abcdef"
ASKED_FIRST = ("/user", "/repos/{owner}/{repo}", "/repos/{owner}/{repo}/installation", "/app", "/meta")
PEOPLE = People({"pmhub-bot": "Hub", "pmhub-bot[bot]": "Hub", "octocat": "Ann", "reader": "Rita", "stranger": "Sam"})


class Flavour(StrEnum):
    """github.com as a bot account, github.com as an App, an Enterprise Server as a bot account."""

    TOKEN = "token"
    APP = "app"
    ENTERPRISE = "enterprise"


@cache
def key(name: str = "ours") -> RSAPrivateKey:
    del name
    return generate_private_key(65537, 2048)


def private_key(name: str = "ours") -> str:
    return key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_key(name: str = "ours") -> str:
    return key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def add_bot(simulator: GitHubSimulator) -> None:
    simulator.apps.install(simulator.apps.add("pmhub-bot", public_key()), "example")


class Memory:
    def __init__(self) -> None:
        self.held: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.held.get(key)

    def put(self, key: str, value: Any, *, until: int) -> None:
        del until
        self.held[key] = value


@dataclass
class Rig:
    """`run()` is a new process: a new connector over the same validators and memory."""

    simulator: GitHubSimulator = field(repr=False)
    url: str
    flavour: Flavour = Flavour.TOKEN
    validators: MemoryValidators = field(default_factory=MemoryValidators)
    memory: Memory = field(default_factory=Memory)
    clients: list[Client] = field(default_factory=list, repr=False)
    exchanges: list[Exchange] = field(default_factory=list, repr=False)

    def run(self, token: str | None = None) -> GitHub:
        settings = GitHubSettings(*self.credentials(token), url=self.url, write_interval=1.0)
        return GitHub(settings, Context(self.open, self.now, self.sleep, self.memory))

    @property
    def login(self) -> str:
        return "pmhub-bot[bot]" if self.flavour is Flavour.APP else "pmhub-bot"

    def credentials(self, token: str | None = None) -> tuple[Secret | None, App | None]:
        if self.flavour is Flavour.APP and token is None:
            [app] = self.simulator.world.apps.apps
            return None, App(app, Secret({"env": "KEY"}, private_key()))
        return Secret({"env": "TOKEN"}, token or f"fake-token-{self.login}"), None

    def open(self, account: Any, **options: Any) -> Client:
        given = {"validators": self.validators, "clock": self.now, "sleep": self.sleep, "jitter": lambda: 1.0}
        self.clients.append(Client(account, **given, **options))
        return self.clients[-1]

    def now(self) -> int:
        return int(self.simulator.world.clock() * 1000)

    def sleep(self, seconds: float) -> None:
        self.simulator.world.clock.seconds += seconds  # type: ignore[attr-defined]

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def wait_for_reads_ahead(self) -> None:
        """A walk that was given up leaves some behind."""
        for thread in threading.enumerate():
            if thread.name == "pmhub-ahead":
                thread.join()

    def asked(self) -> list[str]:
        """`METHOD path status` of what was asked since the last time; what every run asks first is left out."""
        new = self.simulator.requests[len(self.exchanges) :]
        self.exchanges = list(self.simulator.requests)
        every = [one for one in new if one.template not in ASKED_FIRST and not one.path.startswith("/app/")]
        return [f"{one.method} {one.path.removeprefix(f'/repos/{REPO}')} {one.status}" for one in every]

    def violations(self) -> list[str]:
        asked = self.simulator.requests
        return [*rest_violations(asked), *graphql_violations(asked)]


def scope(vocabulary: Vocabulary | None = None, repo: str = REPO, **settings: Any) -> Scope:
    return Scope(repo, GitHubScope(repo, **settings), vocabulary or Vocabulary(people=PEOPLE))


def fetched(hub: GitHub, kind: Kind = Kind.TICKET, of: Scope | None = None, cursor: Cursor | None = None) -> Any:
    return list(hub.fetch([Stream(kind, of or scope(), cursor)]))


def observations(pages: Any) -> list[Observation]:
    return [one for page in pages for one in page.observations]


def draft(record: Record, of: Scope | None = None, on: Ref | None = None) -> Draft:
    return Draft(of or scope(), record, MARKER, on)


def created(hub: GitHub, record: Record, of: Scope | None = None, on: Ref | None = None) -> Observation:
    [answer] = hub.create([draft(record, of, on)])
    if isinstance(answer, Exception):
        raise answer
    assert answer.observation is not None
    return answer.observation


def target(one: Observation, of: Scope | None = None) -> Target:
    return Target(of or scope(), one.ref)

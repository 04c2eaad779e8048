"""A simulator with one private repository, on a real socket, and HTTP clients for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from github_connector import Flavour, Rig, add_bot, scope

from pmhub.http.tls import TRUSTS_NOBODY
from pmhub_github.connector import GitHub
from pmhub_github.simulator import GitHubSimulator, Server, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPO = "example/shop"
LAWS = ("test_github_connector_reads", "test_github_connector_writes", "test_github_connector_history")
"""What holds whoever we are and whatever GitHub it is."""
ABOUT_LIMITS = ("test_a_limit_says_when_to_come_back", "test_the_budget_for_new_content_outlives_a_run")
"""Which an Enterprise Server does not have unless somebody sets them."""


SELDOM = {Flavour.APP: pytest.mark.soak, Flavour.ENTERPRISE: pytest.mark.soak}
"""What is of a flavour alone is looked at in every run: test_github_app.py, test_github_enterprise.py, test_github_flavours_sync.py."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "flavour" in metafunc.fixturenames:
        found = flavours_of(metafunc.module.__name__, metafunc.function.__name__)
        metafunc.parametrize("flavour", [pytest.param(one, marks=SELDOM.get(one, ())) for one in found], ids=str)


def flavours_of(module: str, test: str) -> list[Flavour]:
    if module.rpartition(".")[2] not in LAWS:
        return [Flavour.TOKEN]
    return [one for one in Flavour if one is not Flavour.ENTERPRISE or test not in ABOUT_LIMITS]


@dataclass
class Clock:
    seconds: float = 1_780_000_000.25

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(clock: Clock, flavour: Flavour) -> GitHubSimulator:
    found = GitHubSimulator(clock, (3, 19) if flavour is Flavour.ENTERPRISE else None)
    found.add_repo(REPO, private=True, permissions={"pmhub-bot": "write", "octocat": "write", "reader": "read"})
    for login in ("pmhub-bot", "octocat", "reader", "stranger"):
        found.token(f"fake-token-{login}", login=login)
    if flavour is Flavour.APP:
        add_bot(found)
    return found


@pytest.fixture
def github_server(simulator: GitHubSimulator) -> Iterator[Server]:
    with serve(simulator) as server:
        yield server


@pytest.fixture
def connect(github_server: Server) -> Iterator[Callable[[str], httpx.Client]]:
    """Make a client for a login."""
    clients: list[httpx.Client] = []

    def client(login: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer fake-token-{login}", "Accept": "application/vnd.github+json"}
        clients.append(httpx.Client(base_url=github_server.url, headers=headers, verify=TRUSTS_NOBODY, trust_env=False))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


@pytest.fixture
def api(connect: Callable[[str], httpx.Client]) -> httpx.Client:
    return connect("pmhub-bot")


@pytest.fixture
def rig(simulator: GitHubSimulator, github_server: Server, flavour: Flavour) -> Iterator[Rig]:
    """What it sends is held against GitHub's description at the end."""
    found = Rig(simulator, github_server.url, flavour)
    yield found
    found.close()
    assert found.violations() == []


@pytest.fixture
def hub(rig: Rig) -> GitHub:
    """A connector that has looked at its repository already."""
    found = rig.run()
    found.check([scope()])
    rig.asked()
    return found

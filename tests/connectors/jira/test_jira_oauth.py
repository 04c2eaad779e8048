"""OAuth 2.0 with refresh tokens that every use replaces: kept before they are needed, and never shown."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jira_connection import Remembered
from jira_site import Site, open_site

from pmhub.http import Client
from pmhub.http.redact import Secrets
from pmhub.sdk import Context, Denied, Kind, Scope, Secret, Stream
from pmhub_jira import oauth
from pmhub_jira.connector import JiraConnector
from pmhub_jira.settings import JiraScope, JiraSettings, OAuth
from pmhub_jira.simulator import Fault

SHOP = Scope("SHOP", JiraScope("SHOP"))


class App:
    """Each call of `connector` is a new process on the same files."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.file = site, folder / "refresh-token"
        self.file.write_text(site.simulator.sign_in.grant("bot"), "utf-8")
        self.memory = Remembered(self.now)
        self.secrets = Secrets()
        self.clients: list[Client] = []

    def now(self) -> int:
        return round(self.site.clock() * 1000)

    def connector(self, **changed: Any) -> JiraConnector:
        url = self.site.server.url
        secret = Secret({"env": "JIRA_SECRET"}, "fake-client-secret")
        given = {"client_id": "fake-client", "client_secret": secret, "refresh_token_file": str(self.file)}
        settings = JiraSettings(url, oauth=OAuth(**given | {"auth_url": url, "api_url": url} | changed))
        context = Context(open=self.open, clock=self.now, sleep=self.site.clock.pass_time, memory=self.memory)
        return JiraConnector(settings, context)

    def open(self, account: Any) -> Client:
        self.clients.append(Client(account, clock=self.now, sleep=self.site.clock.pass_time, secrets=self.secrets))
        return self.clients[-1]

    def paths(self) -> list[str]:
        found = [each.path for each in self.site.simulator.requests]
        self.site.simulator.requests.clear()
        return found


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with open_site() as site:
        app = App(site, tmp_path)
        yield app
        for client in app.clients:
            client.close()


def test_an_app_signs_in_and_reads_through_the_gateway(app: App) -> None:
    app.site.simulator.user_create_issue("SHOP", "One")
    connector = app.connector()
    assert connector.check([SHOP]).account == "bot"
    pages = list(connector.fetch([Stream(Kind.TICKET, SHOP)]))
    assert [each.ref.key for page in pages for each in page.observations] == ["SHOP-1"]
    assert app.paths().count("/oauth/token") == 1
    assert connector.site() == app.site.server.url.removeprefix("http://")


def test_every_use_replaces_the_refresh_token_on_disk(app: App) -> None:
    seen = {app.file.read_text("utf-8").strip()}
    for _ in range(3):
        app.connector().check([])
        seen.add(app.file.read_text("utf-8").strip())
    assert len(seen) == 4
    assert app.file.read_text("utf-8").strip() == app.site.simulator.sign_in.refresh
    assert stat.S_IMODE(app.file.stat().st_mode) == 0o600
    assert [each.name for each in app.file.parent.iterdir()] == ["refresh-token"]


def test_the_cloud_id_is_asked_once(app: App) -> None:
    for _ in range(2):
        app.connector().check([])
    assert app.paths().count("/_edge/tenant_info") == 1
    app.connector(cloud_id=app.site.simulator.sign_in.cloud_id).check([])
    assert "/_edge/tenant_info" not in app.paths()


def test_an_access_token_that_ends_in_mid_run_is_renewed(app: App) -> None:
    connector = app.connector()
    connector.check([])
    app.site.clock.pass_time(3_590)
    connector.check([])
    assert app.paths().count("/oauth/token") == 2


def test_a_lost_answer_of_the_sign_in_locks_nobody_out(app: App) -> None:
    app.site.simulator.fault(Fault("drop_after", "POST", "/oauth/token"))
    assert app.connector().check([]).account == "bot"
    assert app.connector().check([]).account == "bot"


def test_a_grant_that_was_taken_back_is_denied_with_what_to_do(app: App) -> None:
    app.site.simulator.sign_in.revoke()
    with pytest.raises(Denied, match="no access with the refresh token") as caught:
        app.connector().check([])
    assert "Grant the app access again" in caught.value.hint


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_file_without_a_token_is_named(app: App, content: str | None) -> None:
    app.file.unlink() if content is None else app.file.write_text(content, "utf-8")
    with pytest.raises(Denied, match="refresh-token"):
        app.connector().check([])


def test_a_token_that_cannot_be_kept_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(Denied, match="cannot be kept"):
        oauth.write_token(tmp_path / "no such folder" / "token", "fake-token")


def test_no_secret_is_shown(app: App) -> None:
    connector = app.connector()
    connector.check([])
    hidden = [app.file.read_text("utf-8").strip(), "fake-client-secret", next(iter(app.site.simulator.sign_in.access))]
    told = f"{connector.settings!r} {app.secrets.redact(' '.join(hidden))}"
    assert not [each for each in hidden if each in told]


def test_a_connection_signs_in_in_one_way() -> None:
    token = Secret({"env": "X"}, "fake-token")
    both = OAuth("fake-client", token, "/var/lib/pmhub/token")
    for given in ({}, {"token": token, "oauth": both}):
        with pytest.raises(ValueError, match="either `token`"):
            JiraSettings("https://example.atlassian.net", **given)

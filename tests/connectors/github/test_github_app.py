"""A GitHub App: it signs, gets a token of an hour, keeps it to its end, and never lets anyone see it."""

from __future__ import annotations

import json
import logging
from urllib.parse import urlsplit

import pytest
from github_connector import (
    REPO,
    Flavour,
    Rig,
    add_bot,
    created,
    fetched,
    key,
    observations,
    private_key,
    public_key,
    scope,
)

from pmhub.config import fetch_secrets, load, plugins, secret_values
from pmhub.errors import ConfigError
from pmhub.sdk import Denied, Kind, Level, Secret, Stream, Ticket
from pmhub_github.app_credentials import AppCredentials
from pmhub_github.connector import GitHub
from pmhub_github.settings import App, GitHubSettings
from pmhub_github.simulator import GitHubSimulator, serve

HOUR = 3600


@pytest.fixture
def app(simulator, github_server):
    add_bot(simulator)
    found = Rig(simulator, github_server.url, Flavour.APP)
    yield found
    found.close()
    assert found.violations() == []


def only_installation(simulator):
    [found] = simulator.world.apps.installations.values()
    return found


def tokens_got(simulator):
    return [one for one in simulator.requests if one.template.endswith("/access_tokens")]


def run_with(app, **settings):
    given = App(
        next(iter(app.simulator.world.apps.apps)),
        Secret({"env": "KEY"}, settings.pop("key", private_key())),
        **settings,
    )
    hub = app.run()
    return GitHub(GitHubSettings(app=given, url=app.url), hub.context)


def test_an_app_acts_as_its_bot(app, simulator):
    hub = app.run()
    identity = hub.check([scope()])
    assert (identity.account, identity.name) == ("pmhub-bot[bot]", "Pmhub Bot")
    assert identity.containers[REPO].writable
    seen = created(hub, Ticket(title="A title"))
    assert simulator.issue(REPO, 1).author == seen.author == "pmhub-bot[bot]"


def test_one_token_serves_all_runs_of_an_hour_so_that_unchanged_lists_are_free(app, simulator, clock):
    for _ in range(5):
        hub = app.run()
        hub.check([scope()])
        fetched(hub)
        clock.seconds += 600
    assert len(tokens_got(simulator)) == 1
    lists = [one.status for one in simulator.requests if one.template.endswith("/issues")]
    assert lists == [200, 304, 304, 304, 304]


def test_at_rest_an_app_asks_for_nothing_that_a_token_does_not(app, simulator):
    app.run().check([scope()])
    simulator.requests.clear()
    app.run().check([scope()])
    assert [(one.template, one.status) for one in simulator.requests] == [("/repos/{owner}/{repo}", 304)]


def test_a_token_that_ends_in_mid_run_is_renewed(app, simulator, clock):
    hub = app.run()
    hub.check([scope()])
    for number in range(3):
        created(hub, Ticket(title=f"Title {number}"))
        clock.seconds += HOUR - 60
    assert len(tokens_got(simulator)) == 3
    assert len(simulator.issues(REPO)) == 3


def test_a_kept_token_that_was_revoked_is_replaced(app, simulator):
    app.run().check([scope()])
    simulator.apps.revoke_tokens()
    assert app.run().check([scope()]).account == "pmhub-bot[bot]"
    assert len(tokens_got(simulator)) == 2


def test_an_app_that_was_installed_anew_is_found_again(app, simulator):
    app.run().check([scope()])
    simulator.apps.uninstall(only_installation(simulator))
    simulator.apps.install(*simulator.world.apps.apps.values(), "example")
    assert app.run().check([scope()]).containers[REPO].writable


def test_an_installation_that_is_named_is_not_looked_for(app, simulator):
    run_with(app, installation=only_installation(simulator).id).check([scope()])
    assert not [one for one in simulator.requests if one.template.endswith("/installation")]


def test_without_a_repository_the_only_installation_is_taken(app):
    assert fetched(app.run())[0].complete


def test_of_several_installations_the_repository_says_which(app, simulator):
    simulator.add_repo("other/shop")
    simulator.apps.install(*simulator.world.apps.apps.values(), "other")
    app.run().check([scope()])
    [got] = tokens_got(simulator)
    assert f"/{next(iter(simulator.world.apps.installations))}/" in got.path


def test_of_several_installations_one_must_be_named_where_no_repository_says(app, simulator):
    simulator.apps.install(*simulator.world.apps.apps.values(), "other")
    with pytest.raises(Denied, match="2 installations") as caught:
        app.run().check([])
    assert "installation" in caught.value.hint


def test_an_app_that_is_not_installed_is_told_where(app, simulator):
    simulator.apps.uninstall(only_installation(simulator))
    with pytest.raises(Denied, match="not installed on example/shop") as caught:
        app.run().check([scope()])
    assert "Install the App" in caught.value.hint


def test_a_suspended_installation_is_told(app, simulator):
    simulator.apps.suspend(only_installation(simulator))
    with pytest.raises(Denied, match="suspended"):
        app.run().check([scope()])


@pytest.mark.parametrize("wrong", ["fake-key", "-----BEGIN PRIVATE KEY-----\nZmFrZQ==\n-----END PRIVATE KEY-----"])
def test_a_key_that_is_none_is_told_without_showing_it(app, wrong):
    with pytest.raises(Denied, match="private key") as caught:
        run_with(app, key=wrong).check([scope()])
    assert wrong not in str(caught.value) + caught.value.hint
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_a_key_of_another_app_is_not_accepted(app, simulator):
    [made] = simulator.world.apps.apps.values()
    made.public_key = public_key("another")
    with pytest.raises(Denied, match="does not accept the App") as caught:
        app.run().check([scope()])
    assert "app.key" in caught.value.hint


def test_a_clock_that_is_wrong_is_corrected_by_the_servers(app, simulator):
    simulator.clock_skew = -1800
    assert app.run().check([scope()]).account == "pmhub-bot[bot]"


def test_a_key_in_one_line_is_read(app):
    one_line = private_key().replace("\n", "\\n")
    assert run_with(app, key=one_line).check([scope()]).account == "pmhub-bot[bot]"


def test_the_token_is_kept_sealed_and_only_for_this_key(app, simulator):
    app.run().check([scope()])
    [token] = simulator.world.apps.tokens
    assert token not in json.dumps(app.memory.held)
    given = App(next(iter(simulator.world.apps.apps)), Secret({"env": "KEY"}, private_key("another")))
    other = AppCredentials(GitHubSettings(app=given, url=app.url), given, app.run().context)
    other.look_in(REPO)
    assert other._kept() is None


def test_no_secret_is_logged_or_shown(app, simulator, caplog):
    caplog.set_level(logging.DEBUG)
    hub = app.run()
    hub.check([scope()])
    fetched(hub)
    [token] = simulator.world.apps.tokens
    numbers = key().private_numbers()
    shown = caplog.text + repr(hub._wire.credentials) + repr(hub.settings) + repr(vars(hub))
    assert token not in shown
    assert "PRIVATE KEY" not in shown
    assert str(numbers.d) not in shown


def test_an_enterprise_server_has_apps_too(clock):
    simulator = GitHubSimulator(clock, (3, 14))
    simulator.add_repo(REPO, private=True)
    add_bot(simulator)
    with serve(simulator) as server:
        found = Rig(simulator, server.url, Flavour.APP)
        simulator.user_create_issue(REPO, "A title")
        hub = found.run()
        assert hub.check([scope()]).site == urlsplit(server.url).netloc
        assert len(observations(hub.fetch([Stream(Kind.TICKET, scope())]))) == 1
        found.close()
    assert found.violations() == []


@pytest.mark.parametrize(
    "both", [{}, {"token": Secret({"env": "T"}, "fake-token"), "app": App(1, Secret({"env": "K"}))}]
)
def test_a_connection_is_a_token_or_an_app(both):
    with pytest.raises(ValueError, match="either a token or an app"):
        GitHubSettings(**both)


def test_what_an_app_may_do_is_told_with_its_token_and_not_with_the_repository(app, simulator):
    assert app.run().check([scope()]).containers[REPO].writable
    only_installation(simulator).permissions["issues"] = "read"
    app.memory.held.clear()
    assert not app.run().check([scope()]).containers[REPO].writable


def test_the_repositories_of_an_app_are_those_of_its_installation(app, simulator):
    simulator.add_repo("other/shop")
    assert [place.key for place in app.run().places()] == [REPO]


def test_a_doctor_sees_the_rights_of_an_app(app):
    hub = app.run()
    told = [
        *hub.examine(Kind.TICKET, scope()),
        *hub.examine(Kind.RELEASE, scope()),
        *hub.examine(Kind.TEST_RUN, scope()),
    ]
    assert Level.ERROR not in {finding.level for finding in told}


def test_an_app_that_looks_at_another_owner_takes_its_installation_there(app, simulator):
    simulator.add_repo("other/shop")
    simulator.apps.install(*simulator.world.apps.apps.values(), "other")
    for repo in (REPO, "other/shop", REPO):
        assert app.run().check([scope(repo=repo)]).containers[repo].writable
    assert len(tokens_got(simulator)) == 2


CONFIGURATION = """
version = 1
[connections.github]
connector = "github"
app = { id = 12345, key = { file = "app.pem" } }
[connections.other]
connector = "github"
url = "https://github.example.com/api/v3"
WRITTEN
[syncs.backlog]
kind = "ticket"
endpoints = [{ connection = "github", repo = "example/shop" }, { connection = "other", repo = "example/shop" }]
"""


@pytest.fixture
def configured(tmp_path):
    (tmp_path / "app.pem").write_text(private_key(), "utf-8")

    def load_with(written):
        file = tmp_path / "pmhub.toml"
        file.write_text(CONFIGURATION.replace("WRITTEN", written), "utf-8")
        return fetch_secrets(load(file, plugins.load(), {}), {"TOKEN": "fake-token"})

    return load_with


def test_the_key_of_an_app_is_a_secret_of_the_configuration(configured):
    workspace = configured('token = { env = "TOKEN" }')
    settings = workspace.connections["github"].settings
    assert settings.app.id == 12345
    assert settings.app.key.reveal() == private_key().removesuffix("\n")
    assert settings.app.key.reveal() in secret_values(workspace)
    assert "PRIVATE" not in repr(workspace)


@pytest.mark.parametrize("written", ["", 'token = { env = "TOKEN" }\napp = { id = "Iv1.fake", key = { env = "KEY" } }'])
def test_neither_and_both_are_told_with_their_place(configured, written):
    with pytest.raises(ConfigError) as caught:
        configured(written)
    [problem] = caught.value.problems
    assert "connections.other" in problem
    assert "either a token or an app" in problem

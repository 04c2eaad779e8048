"""What a person writes about a Jira connection, as the configuration reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pmhub.config import load
from pmhub.config import plugins as plugin_loading
from pmhub.errors import ConfigError

FILE = """
version = 1

[connections.jira]
connector = "jira"
url = "https://jira.example.com/jira"
{signing}

[connections.github]
connector = "github"
token = {{ env = "GITHUB_TOKEN" }}

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "jira", project = "SHOP", transition_fields = {{ resolution = "Done", Team = ["A", "B"] }} }},
  {{ connection = "github", repo = "example/shop" }},
]
"""
OAUTH = """oauth = { client_id = "fake-client", client_secret = { env = "S" }, refresh_token_file = "/var/lib/pmhub/token" }"""


def loaded(folder: Path, signing: str) -> Any:
    file = folder / "pmhub.toml"
    file.write_text(FILE.format(signing=signing), "utf-8")
    return load(file, plugin_loading.load(), {})


def test_a_personal_access_token_needs_no_user(tmp_path: Path) -> None:
    settings = loaded(tmp_path, 'token = { env = "JIRA_TOKEN" }').connections["jira"].settings
    assert (settings.user, settings.token.source) == (None, {"env": "JIRA_TOKEN"})


def test_an_app_is_a_table_of_its_own(tmp_path: Path) -> None:
    app = loaded(tmp_path, OAUTH).connections["jira"].settings.oauth
    assert (app.client_id, app.client_secret.source, app.cloud_id) == ("fake-client", {"env": "S"}, None)


def test_what_screens_ask_for_is_said_in_the_endpoint(tmp_path: Path) -> None:
    jira, _ = loaded(tmp_path, OAUTH).syncs["backlog"].endpoints
    assert jira.scope.settings.transition_fields == {"resolution": "Done", "Team": ("A", "B")}


@pytest.mark.parametrize("signing", ["", f'token = {{ env = "T" }}\n{OAUTH}'])
def test_no_way_to_sign_in_and_two_of_them_are_told_with_what_to_write(tmp_path: Path, signing: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, signing)
    assert "either `token`" in str(caught.value.problems if hasattr(caught.value, "problems") else caught.value)

"""`pmhub plugins`: what is told of those installed, the page of what connectors can do, and a new one that works."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tomllib

import pytest
from cli_workspace import ROOT, cli_workspace

from pmhub.cli.plugin_template import TEMPLATES

PLUGIN = """
from pmhub.sdk import hookimpl

@hookimpl
def pmhub_run_finished(report):
    print("a run is over")
"""


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        yield workspace


def install(hub, folder, name, module, dist=""):
    """What pip would write: the folder of metadata beside the module, which is on the path."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist or name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[pmhub]\n{name} = {module}\n")
    hub.environ["PYTHONPATH"] += f":{folder}"


@pytest.fixture
def plug(hub, tmp_path):
    def plug_(name, code):
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        (folder / f"plug_{name}.py").write_text(code)
        install(hub, folder, name, f"plug_{name}", f"plug-{name}")

    return plug_


def row(hub, name):
    """Of a process of its own, as it must find what was installed beside it."""
    rows = hub.child("plugins", "list", "--format", "json").json["plugins"]
    return next(row for row in rows if row["name"] == name)


def test_a_plugin_is_told_with_its_hooks_and_its_interface(hub, plug):
    plug("bell", PLUGIN)
    told = row(hub, "bell")
    assert (told["distribution"], told["version"], told["api"]) == ("plug-bell", "1.0", 1)
    assert told["hooks"] == ["pmhub_run_finished"]
    assert "bell (plug-bell 1.0): hook pmhub_run_finished" in hub.child("plugins", "list").out


def test_a_connector_is_told_with_what_it_can_do(hub):
    ticket = row(hub, "github")["capabilities"]["github"]["ticket"]
    assert ticket["access"] == ["read", "create", "update", "close"]
    assert "title" in ticket["fields"]
    assert "  github ticket: read, create, update, close; " in hub.child("plugins", "list").out


def test_a_plugin_of_another_interface_is_skipped_and_says_so(hub, plug):
    plug("old", f"pmhub_api = 0\n{PLUGIN}")
    told = row(hub, "old")
    assert told["error"] == "PluginError: was written for interface 0; this is interface 1"
    assert (told["api"], told["hooks"]) == (None, [])


def test_a_blocked_name_that_nobody_has_is_told(hub):
    hub.write(fields='[plugins]\nblock = ["tracker"]')
    done = hub.run("plugins", "list")
    assert done.code == 0
    assert "[plugins] block names `tracker`, which no plugin installed here is called" in done.err


def test_the_page_of_connectors_is_current(hub):
    made = hub.run("plugins", "matrix", "--shipped", "--format", "md").out
    page = (ROOT / "docs" / "connectors.md").read_text("utf-8")
    assert page == made, "pmhub plugins matrix --shipped --format md > docs/connectors.md"


def test_the_matrix_can_be_of_some_connectors(hub):
    done = hub.run("plugins", "matrix", "jira", "--format", "json")
    assert [one["connector"] for one in done.json["connectors"]] == ["jira"]
    refused = hub.run("plugins", "matrix", "tracker")
    assert (refused.code, "there is no connector `tracker`" in refused.err) == (1, True)


@pytest.fixture
def shelf(hub, tmp_path):
    folder = tmp_path / "pmhub-shelf"
    done = hub.run("plugins", "new", "shelf", "--into", str(folder))
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == len(TEMPLATES)
    return folder


def test_a_new_plugin_is_discovered(hub, shelf):
    entry = tomllib.loads((shelf / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pmhub"]
    install(hub, shelf / "src", "shelf", entry["shelf"], "pmhub-shelf")
    told = row(hub, "shelf")
    assert (told["connectors"], told["error"], told["distribution"]) == (["shelf"], None, "pmhub-shelf")


def test_a_new_plugin_passes_its_own_tests(hub, shelf):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=shelf,
        env=hub.environ | {"TMPDIR": os.environ.get("TMPDIR", "/tmp")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "conformance of TestShelf" in done.stdout
    assert "failed" not in done.stdout


@pytest.mark.parametrize("name", ["Shelf", "my shelf", "9lives", "-x", "shelf_"])
def test_a_name_that_cannot_be_is_refused(hub, name):
    done = hub.run("plugins", "new", "--", name)
    assert done.code != 0
    assert "cannot name a connector" in done.err


def test_nothing_is_overwritten(hub, shelf):
    (shelf / "pyproject.toml").write_text("mine")
    done = hub.run("plugins", "new", "shelf", "--into", str(shelf))
    assert (done.code, (shelf / "pyproject.toml").read_text()) == (1, "mine")
    assert "is not empty" in done.err


def test_a_name_that_is_taken_is_refused(hub):
    done = hub.run("plugins", "new", "junit")
    assert "a plugin `junit` is installed already" in done.err


SYNC = """
[connections.shelf]
connector = "shelf"
url = "{url}"
token = {{ env = "SHELF_TOKEN" }}

[syncs.cards]
kind = "ticket"
endpoints = [ {{ connection = "shelf", board = "shop" }}, {{ connection = "github", repo = "example/cards" }} ]
"""


def test_a_new_connector_keeps_its_cards_in_step(hub, shelf, monkeypatch):
    monkeypatch.syspath_prepend(str(shelf / "tests"))
    stand_in = importlib.import_module("stand_in")
    install(hub, shelf / "src", "shelf", "pmhub_shelf.plugin", "pmhub-shelf")
    hub.github.add_repo("example/cards", private=True)
    remote = stand_in.StandIn(lambda: int(hub.clock() * 1000))
    try:
        hub.write(fields=SYNC.format(url=remote.url))
        hub.environ["SHELF_TOKEN"] = stand_in.TOKEN
        card = remote.make({"title": "Pay in one step", "text": "Why", "tags": ["web"]}, stand_in.PERSON)
        hub.github.user_create_issue("example/cards", "Pay in two steps")
        done = hub.child("sync", "cards")
        assert done.code == 0, done.err
        assert sorted(one["title"] for one in remote.cards.values()) == ["Pay in one step", "Pay in two steps"]
        titles = sorted(issue.title for issue in hub.github.issues("example/cards").values())
        assert titles == ["Pay in one step", "Pay in two steps"]
        hub.rest()
        remote.change(card["id"], {"done": True}, stand_in.PERSON)
        assert hub.child("sync", "cards").code == 0
        states = {issue.title: issue.state for issue in hub.github.issues("example/cards").values()}
        assert states == {"Pay in one step": "closed", "Pay in two steps": "open"}
        hub.rest()
        assert hub.child("plan", "cards", "--detailed-exitcode").code == 0
    finally:
        remote.close()

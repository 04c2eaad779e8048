"""What a shell offers at the press of the tab key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from cli_workspace import cli_workspace
from click.shell_completion import ShellComplete

from pmhub.cli.completion import SHELLS, VARIABLE
from pmhub.cli.session import Session
from pmhub.cli.verbs import VERBS, verbs

CLUMSY = """
import sys
from pmhub.sdk import hookimpl
print("loading ...")
sys.stderr.write("loading ...")

@hookimpl
def pmhub_register_commands(group):
    raise RuntimeError("out of order")
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("completion")) as workspace:
        yield workspace


@pytest.fixture
def offered(hub, monkeypatch):
    monkeypatch.chdir(hub.folder)

    def offered_(*words):
        """For the last word, which may be empty."""
        session = Session(hub.environ)
        found = ShellComplete(verbs, {"obj": session}, "pmhub", VARIABLE).get_completions(list(words[:-1]), words[-1])
        return [each.value if each.type == "plain" else each.type for each in found]

    return offered_


def test_every_verb_is_offered_and_those_of_plugins_last(offered):
    assert offered("") == [*VERBS, "demo"]
    assert offered("d") == ["discover", "doctor", "demo"]


def test_options_of_a_plugins_verb_are_offered(offered):
    assert "--folder" in offered("demo", "--")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["plan", ""], ["backlog"]),
        (["status", "b"], ["backlog"]),
        (["sync", "backlog", ""], []),
        (["plan", "--prefer", ""], ["jira", "github"]),
        (["doctor", "--connection", "g"], ["github"]),
        (["discover", "fields", "--connection", "jira", "--connection", ""], ["github"]),
        (["unlink", "SHOP-1", "j"], ["jira"]),
        (["conflicts", "resolve", "1", "--take", ""], ["jira", "github", "ours", "lost"]),
        (["plan", "--kind", "t"], ["ticket", "test_run"]),
        (["plan", "--format", "j"], ["json", "jsonl"]),
        (["apply", ""], ["file"]),
        (["plan", "--config", ""], ["file"]),
        (["explain", "pm08"], ["PM080", "PM081"]),
        (["help", "ex"], ["exit-codes", "explain"]),
        (["help", "conflicts", ""], ["list", "resolve"]),
        (["completion", ""], list(SHELLS)),
    ],
)
def test_a_word_is_completed_from_what_there_is(offered, words, found):
    assert offered(*words) == found


def test_names_come_from_the_configuration_that_is_named(offered, tmp_path):
    (tmp_path / "other.toml").write_text("version = 1\n[syncs.other]\n", "utf-8")
    assert offered("plan", "--config", str(tmp_path / "other.toml"), "") == ["other"]


@pytest.mark.parametrize("text", ["", "syncs = 1", "[syncs", "\x00"])
def test_a_broken_configuration_offers_nothing_and_says_nothing(offered, tmp_path, capfd, text):
    (tmp_path / "broken.toml").write_text(text, "utf-8")
    assert offered("plan", "--config", str(tmp_path / "broken.toml"), "") == []
    assert offered("plan", "--config", str(tmp_path / "nowhere.toml"), "") == []
    assert capfd.readouterr() == ("", "")


def test_a_plugin_that_speaks_or_breaks_does_not_disturb_the_shell(hub, tmp_path):
    (tmp_path / "plug_clumsy-1.0.dist-info").mkdir()
    (tmp_path / "plug_clumsy-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: plug-clumsy\nVersion: 1.0\n"
    )
    (tmp_path / "plug_clumsy-1.0.dist-info" / "entry_points.txt").write_text("[pmhub]\nclumsy = plug_clumsy\n")
    (tmp_path / "plug_clumsy.py").write_text(CLUMSY)
    environ = {"PYTHONPATH": f"{hub.environ['PYTHONPATH']}{os.pathsep}{tmp_path}"}
    done = hub.child(**environ, **{VARIABLE: "bash_complete", "COMP_WORDS": "pmhub do", "COMP_CWORD": "1"})
    assert (done.code, done.out, done.err) == (0, "plain,doctor\n", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_printed_for_each_shell(hub, shell):
    done = hub.run("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert f"{VARIABLE}={shell}_complete" in done.out
    if shutil.which(shell):
        told = subprocess.run([shell, "-n"], input=done.out, text=True, capture_output=True, check=False)
        assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_completes_with_it(hub):
    script = hub.run("completion", "bash").out
    asked = f"""{script}
COMP_WORDS=(pmhub plan back) COMP_CWORD=2
_pmhub_completion {hub.folder}/pmhub
echo "${{COMPREPLY[@]}}"
"""
    program = hub.folder / "pmhub"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pmhub "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["bash"], input=asked, cwd=hub.folder, env=hub.environ, text=True, capture_output=True, check=False
    )
    assert (done.stdout, done.stderr) == ("backlog\n", "")

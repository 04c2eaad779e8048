"""The program as a process: what it imports, how it ends, what plugins add to it, and that its page is current."""

from __future__ import annotations

import codecs
import re
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from cli_workspace import PROJECT, ROOT, cli_workspace

from pmhub.cli import signs
from pmhub.cli.reference import reference
from pmhub.cli.verbs import VERBS, verbs
from pmhub.sdk import API_VERSION
from pmhub.store import SCHEMA_VERSION

HEAVY = [
    "pydantic",
    "httpx",
    "tenacity",
    "rich",
    "jira",
    "github",
    "sqlite_utils",
    "pluggy",
    "pmhub.sdk",
    "pmhub.http",
    "pmhub.store",
    "pmhub.config",
]
PLUGIN = """
import click
from pmhub.sdk import hookimpl

@hookimpl
def pmhub_register_commands(group):
    @group.command()
    def greet():
        click.echo("hello from a plugin")

    @group.command()
    def sync():
        click.echo("not ours")
"""


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        yield workspace


@pytest.fixture
def install(hub, tmp_path):
    """An installed distribution: a module and the folder of metadata that pip writes beside it."""

    def install_(name, code):
        folder = tmp_path / "site"
        info = folder / f"plug_{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / f"plug_{name}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: plug-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[pmhub]\n{name} = plug_{name}\n")
        hub.environ["PYTHONPATH"] += f":{folder}"

    return install_


@pytest.mark.parametrize("args", [["--help"], ["-h"]])
def test_help_imports_nothing_heavy_and_no_plugin(hub, args):
    code = f"import sys; from pmhub.cli.main import run; code = run({args}); print(*sys.modules); sys.exit(code)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=hub.environ, cwd=hub.folder, capture_output=True, text=True, check=True
    )
    imported = set(done.stdout.splitlines()[-1].split())
    assert "click" in imported
    assert not imported & {*HEAVY, "pmhub_jira", "pmhub_github", "pmhub_demo"}


def test_versions_are_told(hub):
    told = rf"pmhub \S+ \(schema {SCHEMA_VERSION}, connector API {API_VERSION}\)\n"
    assert re.fullmatch(told, hub.child("--version").out)


def test_the_overview_says_of_each_verb_what_the_verb_says():
    for name, told in VERBS.items():
        command = verbs.get_command(None, name)
        assert command.help.split("\n\n")[0].strip() == told, name


def test_the_page_of_the_command_line_is_current():
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert page == reference(), "python -m pmhub.cli.reference > docs/cli.md"


def test_a_plugin_adds_a_verb(hub, install):
    install("greeter", PLUGIN)
    assert hub.child("greet").out == "hello from a plugin\n"
    assert "greeter (plug-greeter 1.0): command greet, command sync" in hub.child("plugins", "list").out


def test_a_plugin_cannot_replace_a_verb_of_ours(hub, install):
    install("greeter", PLUGIN)
    assert "not ours" not in hub.child("sync").out


def test_a_broken_plugin_is_named_and_skipped(hub, install):
    install("broken", "raise RuntimeError('out of order')")
    done = hub.child("sync")
    assert done.code == 0
    assert "the plugin `broken` is skipped: RuntimeError: out of order" in done.err
    assert "broken (plug-broken 1.0): broken: RuntimeError: out of order" in hub.child("plugins", "list").out


def test_a_plugin_that_cannot_register_its_commands_leaves_the_others_alone(hub, install):
    install(
        "clumsy", PLUGIN.replace("    @group.command()", "    raise RuntimeError('clumsy')\n    @group.command()", 1)
    )
    install_greeter = PLUGIN.replace("greet()", "wave()")
    install("waver", install_greeter)
    done = hub.child("wave")
    assert (done.code, done.out) == (0, "hello from a plugin\n")
    assert "the plugin `clumsy` cannot register its commands: clumsy" in done.err


def test_a_blocked_plugin_is_not_loaded(hub, install):
    install("broken", "raise RuntimeError('out of order')")
    hub.write(fields='[plugins]\nblock = ["broken"]')
    assert hub.child("sync").err == ""


def until_locked(hub, child):
    while not hub.database.with_suffix(".holder").exists():
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.005)
        assert child.returncode is None, child.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_cleanly(hub, number, code):
    hub.jira.latency = 2.0
    child = hub.start("sync")
    until_locked(hub, child)
    child.send_signal(number)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out) == (code, ""), err
    assert "Traceback" not in err
    assert not hub.database.with_suffix(".holder").exists()
    hub.jira.latency = 0.0
    assert hub.child("sync").code == 0


INTERRUPTED = """exec("import os, signal; os.kill(os.getpid(), signal.SIGINT)\\nwhile True: pass")"""


def test_an_interruption_while_a_module_is_read_is_an_interruption(hub, install):
    """Python ends by the signal, whatever was caught, when it came in a text that is executed."""
    install("slow", PLUGIN.replace('click.echo("hello from a plugin")', INTERRUPTED))
    done = hub.child("greet")
    assert (done.code, done.err.strip()) == (130, "interrupted")


LINGERING = """
import threading
threading.Thread(target=threading.Event().wait).start()
"""


def test_a_thread_that_a_plugin_leaves_behind_does_not_keep_the_program(hub, install):
    install("lingering", LINGERING)
    done = hub.child("sync")
    assert done.code == 0
    assert "the plugin `lingering` left 1 of its threads running" in done.err


def test_a_reader_that_goes_away_is_no_error(hub):
    child = hub.start("plan", "--detailed-exitcode")
    child.stdout.close()
    err = child.stderr.read()
    assert (child.wait(timeout=60), err) == (10, "")
    child.stderr.close()


@pytest.mark.parametrize(
    ("environ", "options", "colored"),
    [
        ({}, [], False),
        ({}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, [], False),
    ],
)
def test_colours_are_for_those_who_want_them(hub, environ, options, colored):
    assert ("\x1b[" in hub.run("plan", *options, **environ).out) is colored


def test_the_log_off_a_terminal_is_json(hub, install):
    install("broken", "raise RuntimeError('out of order')")
    assert '"level": "warning"' in hub.child("status").err
    assert hub.child("status", "--log-format", "text").err.startswith("warning: the plugin `broken`")


def test_a_bug_is_told_in_a_line_and_in_full_on_request(hub, install):
    install("bug", PLUGIN.replace('click.echo("hello from a plugin")', 'raise LookupError("nobody thought of this")'))
    done = hub.child("greet")
    assert done.code == 1
    assert "LookupError: nobody thought of this" in done.err
    assert "Traceback" not in done.err


def test_a_child_process_runs_by_its_script_too(hub):
    script = ROOT / ".venv" / "bin" / "pmhub"
    if not script.exists():
        pytest.skip("the package is not installed: make .venv/ready")
    done = subprocess.run(
        [script, "config", "path"], env=hub.environ, cwd=hub.folder, capture_output=True, text=True, check=False
    )
    assert done.stdout == f"{hub.folder / 'pmhub.toml'}\n"


def test_signs_are_spelled_out_where_the_encoding_has_none(hub):
    hub.sync()
    hub.jira.user_edit_issue("SHOP-1", summary="Zahlen für 漢字 → Bar")
    done = hub.child("plan", PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert r"title: Pay in one step -> Zahlen f\xfcr \u6f22\u5b57 -> Bar" in done.out
    assert "  ok we are " in hub.child("doctor", PYTHONIOENCODING="ascii").out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_every_sign_of_ours_has_letters_in_every_encoding(encoding):
    codecs.register_error(signs.HANDLER, signs._spelled)
    for sign, letters in signs.IN_ASCII.items():
        assert sign.encode(encoding, signs.HANDLER) in {letters.encode(), sign.encode(encoding, "ignore")}


def test_no_sign_of_ours_is_without_letters(hub):
    told = hub.run("help", "exit-codes").out + hub.run("doctor").out + hub.run("explain").out
    assert {sign for sign in told if not sign.isascii()} <= set(signs.IN_ASCII)


def test_help_is_written_in_ascii():
    """Click writes it itself, in UTF-8 where it takes the encoding for a mistake."""
    assert reference().isascii()

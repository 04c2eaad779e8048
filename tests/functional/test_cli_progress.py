"""How far a run is, as a person sees it: on a terminal, in a log, and not at all."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from cli_workspace import PROJECT, cli_workspace

from pmhub.cli.choosing import Choice, chosen_hub
from pmhub.cli.opening import running
from pmhub.cli.progress import Bar, Lines, Pace
from pmhub.cli.session import Session
from pmhub.sync.run import run
from pmhub.sync.steps import Doing, Step, unwatched
from pmhub_github.simulator import Fault


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pace(clock):
    return Pace(lambda where: f"item {where}", clock)


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        for number in range(3):
            workspace.jira.user_create_issue(PROJECT, f"Ticket {number}")
        yield workspace


def writing(done, **more):
    return Step(Doing.WRITING, "github", done, 100, **more)


def steps_of(hub, *, quiet=False):
    session = Session(hub.environ, config=str(hub.folder / "pmhub.toml"), quiet=quiet)
    seen = []
    with running(session) as opened, chosen_hub(session, opened, Choice()) as found:
        watching = found.watch
        found.watch = seen.append
        run(found)
    return watching, seen


def test_a_run_tells_what_it_does_and_of_writes_how_many_of_how_many(hub):
    _, seen = steps_of(hub)
    told = [(str(step.doing), step.connection, step.done, step.total) for step in seen]
    assert told.index(("reading", "jira", 3, None)) < told.index(("comparing", "", 0, None))
    assert [each for each in told if each[0] == "writing"] == [("writing", "github", done, 3) for done in range(4)]
    assert ("checking", "github", 0, None) in told


def test_a_refused_write_is_told_while_the_run_goes_on(hub):
    body = {"message": "Validation Failed", "errors": [{"field": "title", "code": "invalid"}]}
    hub.github.fault(Fault("status", method="POST", path="/issues$", status=422, body=body))
    _, seen = steps_of(hub)
    told = [(step.done, step.refused) for step in seen if step.doing is Doing.WRITING]
    assert told[:3] == [(0, 0), (1, 1), (2, 1)]
    assert next(step.last for step in seen if step.refused).startswith("github: ")


def test_the_rest_is_reckoned_from_what_this_phase_took(pace, clock):
    assert pace.told(writing(10)) == "10 of 100"
    clock.now = 60.0
    assert pace.told(writing(40)) == "40 of 100, about 2 minutes left"
    assert pace.told(Step(Doing.READING, "jira", 1200)) == "1200 so far"
    clock.now = 90.0
    assert pace.told(writing(41)) == "41 of 100"


def test_the_failing_item_is_named(pace):
    assert pace.told(writing(5, refused=2, last="github: abc")) == "5 of 100, 2 refused, last item github: abc"


def test_a_line_comes_every_half_minute_and_no_sooner(pace, clock, caplog):
    caplog.set_level(logging.INFO, "test.progress")
    lines = Lines(pace, log=logging.getLogger("test.progress"))
    for second in range(0, 91, 5):
        clock.now = float(second)
        lines(writing(second))
    assert [record.getMessage() for record in caplog.records] == [
        "writing github: 30 of 100, about 1 minute left",
        "writing github: 60 of 100, about 40 seconds left",
        "writing github: 90 of 100, about 10 seconds left",
    ]


def test_lines_are_json_with_the_run_where_the_log_is(hub, monkeypatch):
    monkeypatch.setattr("pmhub.cli.progress.EVERY", 0.0)
    lines = [json.loads(line) for line in hub.run("sync").err.splitlines()]
    assert {line["logger"] for line in lines} == {"pmhub.progress"}
    assert "writing github: 1 of 3" in " ".join(line["message"] for line in lines)
    assert {line["run"] for line in lines[1:]} == {1}


def test_quiet_is_quiet(hub, monkeypatch):
    monkeypatch.setattr("pmhub.cli.progress.EVERY", 0.0)
    assert steps_of(hub, quiet=True)[0] is unwatched
    assert hub.run("sync", "--quiet").err == ""


@pytest.mark.parametrize(("colored", "codes"), [(None, True), (False, False)])
def test_a_bar_shows_the_phase_and_leaves_nothing_behind(pace, clock, colored, codes):
    terminal = Terminal()
    with contextlib.redirect_stderr(terminal), patch.dict(os.environ, {"TERM": "xterm", "COLUMNS": "100"}):
        bar = Bar(pace, colored=colored, patience=1.0)
        bar(writing(10))
        assert terminal.getvalue() == ""
        clock.now = 30.0
        bar(writing(40))
        bar.clear()
        assert "writing github" in terminal.getvalue()
        assert "40 of 100, about 1 minute left" in terminal.getvalue()
        assert bool(re.search(r"\x1b\[[0-9;]*[39][0-9]m", terminal.getvalue())) is codes
        assert terminal.getvalue().endswith("\x1b[2K")
        before = terminal.getvalue()
        bar.clear()
        assert terminal.getvalue() == before


def test_a_bar_is_drawn_in_ascii_where_the_terminal_knows_no_more(pace, clock):
    buffer = io.BytesIO()
    terminal = io.TextIOWrapper(buffer, encoding="ascii", errors="strict", write_through=True)
    terminal.isatty = lambda: True
    with contextlib.redirect_stderr(terminal), patch.dict(os.environ, {"TERM": "xterm", "COLUMNS": "100"}):
        bar = Bar(pace, patience=0.0)
        bar(writing(10))
        bar.clear()
    assert b"writing github" in buffer.getvalue()


def on_a_terminal(hub, *args, **environ):
    """What stderr shows, and what stdout says."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "pmhub", *args],
        cwd=hub.folder,
        env={**hub.environ, "TERM": "xterm", "COLUMNS": "100", **environ},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how the end of a terminal is told
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    return shown.decode(), out


def test_a_run_on_a_terminal_draws_a_bar_and_puts_it_away(hub):
    hub.jira.latency = hub.github.latency = 0.3
    shown, out = on_a_terminal(hub, "sync")
    assert "writing github" in shown
    assert re.search(r"[12] of 3", shown)
    assert shown.rstrip("\r\n").endswith("\x1b[2K")
    assert out == "github: 3 created\n"


@pytest.mark.parametrize(("term", "watched"), [("xterm", Bar), ("dumb", Lines)])
def test_a_dumb_terminal_gets_lines(hub, term, watched):
    hub.environ["TERM"] = term
    with contextlib.redirect_stderr(Terminal()):
        assert isinstance(steps_of(hub)[0], watched)

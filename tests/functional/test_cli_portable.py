"""What only some systems know is asked for with an alternative: the program runs where it is missing."""

from __future__ import annotations

import re
import subprocess
import sys

from cli_workspace import PROJECT, ROOT, cli_workspace

ELSEWHERE = {
    "os": ["O_NOFOLLOW", "O_CLOEXEC", "fchmod", "chown", "getuid", "geteuid", "getgid", "umask", "statvfs", "mkfifo"],
    "signal": ["SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "setitimer", "getitimer", "ITIMER_REAL", "alarm", "pause"],
}
"""What Windows has not."""
KEPT = ["fchmod", "O_CLOEXEC"]
"""filelock asks for them in its half for POSIX."""
MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog"}
ASKS_FIRST = {"src/pmhub/config/edge.py": {"SIGALRM", "setitimer", "ITIMER_REAL"}}
"""`hasattr` stands before them."""
PROGRAM = f"""
import os, signal, sys
for module, names in {ELSEWHERE!r}.items():
    for name in names:
        if hasattr(sys.modules[module], name) and name not in {KEPT!r}:
            delattr(sys.modules[module], name)
from pmhub.cli.main import main
main(sys.argv[1:])
"""


ASCII_ONLY = {"src/pmhub/sync/lock.py", "src/pmhub/store/store.py"}
"""They read what they wrote: numbers."""


def lines():
    for folder in ("src", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"tests", "testing", "simulator", "real"} & set(path.parts):
                name = path.relative_to(ROOT).as_posix()
                yield from ((name, number, line) for number, line in enumerate(path.read_text("utf-8").splitlines(), 1))


def found(pattern, allowed=lambda name, match: False):
    wanted = re.compile(pattern)
    matches = ((name, number, match) for name, number, line in lines() if (match := wanted.search(line)))
    return [f"{name}:{number}: {match[0]}" for name, number, match in matches if not allowed(name, match)]


def test_nothing_is_asked_for_that_windows_has_not():
    names = "|".join(rf"\b{module}\.({'|'.join(of)})\b" for module, of in ELSEWHERE.items())
    assert found(names, lambda name, match: match[0].partition(".")[2] in ASKS_FIRST.get(name, ())) == []
    assert found(rf"^\s*(import|from) ({'|'.join(MODULES)})\b") == []


def test_text_is_read_and_written_in_utf_8_whatever_the_system_prefers():
    assert found(r"\.read_text\(\)|\.write_text\([^,()]*\)$", lambda name, match: name in ASCII_ONLY) == []


def test_a_run_needs_nothing_that_windows_has_not(tmp_path):
    with cli_workspace(tmp_path) as hub:
        hub.jira.user_create_issue(PROJECT, "Zahlen für 漢字")
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "sync"],
            cwd=hub.folder,
            env=hub.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (done.stdout, done.stderr) == ("github: 1 created\n", "")

"""What the command line was told, and how a command speaks: data to stdout, the rest to stderr, never a secret."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

from pmhub.model.lean import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from pmhub.http import Secrets

PROGRAMS = ("json", "jsonl")
"""Formats of those who read no sentences."""


@contextmanager
def unread(stream: TextIO) -> Iterator[None]:
    """A reader that went away is no error of ours; Windows calls that an invalid argument."""
    try:
        yield
    except OSError as error:
        if not isinstance(error, BrokenPipeError) and not (os.name == "nt" and error.errno == errno.EINVAL):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def nothing() -> None:
    """Nothing is drawn."""


@dataclass
class Session:
    """`before_speaking`: puts away what is drawn over the last line. `secrets`, `hooks`: None until a command fetched secrets and loaded plugins. `verbose`: 1 tells what happens, 2 adds tracebacks."""

    environ: Mapping[str, str]
    config: str | None = None
    format: str = "text"
    quiet: bool = False
    verbose: int = 0
    color: str = "auto"
    log_format: str = "auto"
    wait: float = 0.0
    secrets: Secrets | None = None
    hooks: Any = None
    before_speaking: Callable[[], None] = nothing

    @property
    def cwd(self) -> Path:
        from pathlib import Path  # noqa: PLC0415 - brings the reading of addresses along, which `--help` has no use for

        return Path.cwd()

    def out(self, text: str) -> None:
        """Data. When nobody reads any more the command goes on: its exit code still speaks."""
        self._tell(text, sys.stdout)

    def say(self, text: str) -> None:
        """For a person: problems, hints, progress. A program gets it as an object a line."""
        if self.format in PROGRAMS:
            self.report({"type": "note", "message": text})
        else:
            self._tell(text, sys.stderr)

    def report(self, told: Mapping[str, Any]) -> None:
        """For a program that asked for JSON."""
        import json  # noqa: PLC0415 - for programs only

        self._tell(json.dumps(told), sys.stderr)

    def _tell(self, text: str, stream: TextIO) -> None:
        self.before_speaking()
        with unread(stream):
            click.echo(self.redacted(text), file=stream, color=self.colored)

    def redacted(self, text: str) -> str:
        return self.secrets.redact(text) if self.secrets else text

    @property
    def has_terminal(self) -> bool:
        """Whether a person watches stderr on a screen whose lines can be drawn anew."""
        return sys.stderr.isatty() and self.environ.get("TERM") != "dumb"

    @property
    def colored(self) -> bool | None:
        """None leaves it to click: colours on a terminal, none elsewhere. See no-color.org."""
        if self.color != "auto":
            return self.color == "always"
        if self.environ.get("NO_COLOR") or self.environ.get("TERM") == "dumb":
            return False
        return True if self.environ.get("FORCE_COLOR") or self.environ.get("CLICOLOR_FORCE") else None

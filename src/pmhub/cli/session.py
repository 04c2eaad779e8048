"""What the command line was told, and how a command speaks: data to stdout, the rest to stderr, never a secret."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pmhub.http import Secrets


@dataclass
class Session:
    """`secrets`, `hooks`: None until a command fetched secrets and loaded plugins. `verbose`: 1 tells what happens, 2 adds tracebacks."""

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

    @property
    def cwd(self) -> Path:
        return Path.cwd()

    def out(self, text: str) -> None:
        """Data. When nobody reads any more the command goes on: its exit code still speaks."""
        try:
            click.echo(self.redacted(text), color=self._is_colored())
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def say(self, text: str) -> None:
        """For a person: problems, hints, progress."""
        try:
            click.echo(self.redacted(text), err=True, color=self._is_colored())
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())

    def redacted(self, text: str) -> str:
        return self.secrets.redact(text) if self.secrets else text

    def _is_colored(self) -> bool | None:
        """None leaves it to click: colours on a terminal, none elsewhere. See no-color.org."""
        if self.color != "auto":
            return self.color == "always"
        if self.environ.get("NO_COLOR") or self.environ.get("TERM") == "dumb":
            return False
        return True if self.environ.get("FORCE_COLOR") or self.environ.get("CLICOLOR_FORCE") else None

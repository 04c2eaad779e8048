"""Findings of one pass over a configuration, gathered with their lines and raised together."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path

from pmhub.config.lines import KeyPath, index, line_of
from pmhub.errors import ConfigError
from pmhub.model.lean import dataclass

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Problem:
    file: str
    line: int
    path: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        where = ": ".join(part for part in (f"{self.file}:{self.line}", self.path) if part)
        return f"{where}: {self.what}" + (f". hint: {self.hint}" if self.hint else "")


@dataclass(frozen=True)
class Problems:
    """`file` is how the reader knows the file, `text` what stands in it. `found` is shared by all files of one pass."""

    file: str
    text: str
    found: list[Problem] = field(default_factory=list)

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return dict(index(self.text))

    def add(self, path: KeyPath, what: str, hint: str = "") -> None:
        problem = Problem(self.file, line_of(self._lines, path), written(path), what, hint)
        if problem not in self.found:
            self.found.append(problem)

    def beside(self, file: str, text: str) -> Problems:
        """For another file of the same configuration."""
        return replace(self, file=file, text=text)

    def stop(self, path: Path, kind: type[ConfigError] = ConfigError) -> None:
        """Raises a `kind` with everything found, if anything was. `path` is the file people should open."""
        if not self.found:
            return
        ordered = sorted(self.found, key=lambda problem: (problem.file != self.file, problem.file, problem.line))
        count = "1 problem" if len(ordered) == 1 else f"{len(ordered)} problems"
        raise kind(f"{path} cannot be used: {count}", problems=tuple(str(problem) for problem in ordered))


def written(path: KeyPath) -> str:
    """`syncs.backlog.endpoints[1].repo`"""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step if _BARE.fullmatch(step) else f'"{step}"'
            text += f".{key}" if text else key
    return text


def meant(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the nearest that is, else all that are."""
    names = sorted(set(known))
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known here: {', '.join(names)}" if names else ""

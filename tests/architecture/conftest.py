"""The project as files: what the rules of the house are checked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

Files = Callable[..., Iterator[Path]]


def _ignored(repository: Path) -> list[str]:
    lines = (repository / ".gitignore").read_text(encoding="utf-8").split()
    return [".git", *(line.strip("/") for line in lines)]


def _walk(folder: Path, repository: Path, ignored: list[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        within = path.relative_to(repository).as_posix()
        if any(fnmatch(path.name, pattern) or within == pattern for pattern in ignored):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, repository, ignored)
        elif path.is_file():
            yield path


@pytest.fixture(scope="session")
def top_level(repository: Path) -> set[str]:
    """Names in the root folder, without what .gitignore leaves out."""
    ignored = _ignored(repository)
    return {path.name for path in repository.iterdir() if not any(fnmatch(path.name, one) for one in ignored)}


@pytest.fixture(scope="session")
def files(repository: Path) -> Files:
    """`files("src", suffix=".py")`: what would be committed below these folders, or below the root."""

    def below(*folders: str, suffix: str = "") -> Iterator[Path]:
        ignored = _ignored(repository)
        for folder in folders or (".",):
            if (repository / folder).is_dir():
                yield from (
                    path for path in _walk(repository / folder, repository, ignored) if path.name.endswith(suffix)
                )

    return below


@pytest.fixture(scope="session")
def lines(repository: Path, files: Files) -> Callable[..., Iterator[tuple[str, str]]]:
    """`lines("src")`: ("src/file.py:12", text of the line) for every line of every text file."""

    def of(*folders: str, suffix: str = "") -> Iterator[tuple[str, str]]:
        for path in files(*folders, suffix=suffix):
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            for number, line in enumerate(text.splitlines(), 1):
                yield f"{path.relative_to(repository).as_posix()}:{number}", line

    return of

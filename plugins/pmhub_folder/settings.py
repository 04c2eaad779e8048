"""What the configuration says of a folder and of the parts of it that a sync looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path, PurePosixPath
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Kind

SUFFIX: Final = ".md"
SLUG: Final = "{slug}"
ID: Final = "{id}"
VERSION: Final = "{version}"
UNFIT_FOR_NAMES: Final = frozenset('<>:"/\\|?*')
WORKSPACE: Final = "pmhub.toml"


@dataclass(frozen=True)
class FolderSettings:
    """`path`: the folder that holds the plan; a relative one starts where the nearest pmhub.toml lies, from the current
    folder upwards. `name`: what the plan is called, the same on every machine that has a copy of it. `branch`: only while
    this branch of git is checked out there; none is any.
    Raises ValueError for a setting that cannot be.
    """

    path: str
    name: str = ""
    branch: str = ""

    def __post_init__(self) -> None:
        if not self.path.strip():
            raise ValueError("path is empty: write the folder that holds the plan")
        if not self.site:
            raise ValueError(f"path {self.path!r} has no name of its own: write name beside it")

    @property
    def site(self) -> str:
        return self.name or PurePosixPath(self.path).name

    @property
    def root(self) -> Path:
        return Path(os.path.realpath(_start() / Path(self.path).expanduser()))


@dataclass(frozen=True)
class FolderScope:
    """`path`: the part of the folder, with what is below it; `.` is all of it. `file`: how new files are called, with
    `{slug}` from the title, `{id}` or, of a release, `{version}` in it. `by_kind`: only files whose `kind` says that they
    are of the sync's kind, so that several kinds can lie together.
    Raises ValueError for a setting that cannot be.
    """

    path: str = "."
    file: str = "{slug}.md"
    by_kind: bool = False

    def __post_init__(self) -> None:
        parts = PurePosixPath(self.path).parts
        if self.path.startswith(("/", "\\")) or ".." in parts or any(part.startswith(".") for part in parts):
            raise ValueError(f"path {self.path!r} leads out of the folder, or into a hidden one")
        if not self.file.endswith(SUFFIX) or not any(word in self.file for word in (SLUG, ID, VERSION)):
            raise ValueError(f"file {self.file!r} is no template: write {SLUG} in it and {SUFFIX} at its end")
        if self.file.startswith(".") or UNFIT_FOR_NAMES & set(self.file):
            raise ValueError(f"file {self.file!r} is no name of a file that everybody can check out")

    @property
    def key(self) -> str:
        return str(PurePosixPath(self.path))

    def holds(self, path: str) -> bool:
        """Whether this file, named from the connection's folder, lies in the scope."""
        return self.key == "." or PurePosixPath(path).is_relative_to(self.key)


def misfits(scopes: Sequence[tuple[Kind, FolderScope]]) -> Iterator[str]:
    for (kind, one), (other_kind, other) in combinations(dict.fromkeys(scopes), 2):
        meet = one.holds(other.key) or other.holds(one.key)
        if meet and not (kind is not other_kind and one.by_kind and other.by_kind):
            yield (
                f"{one.key!r} ({kind}) and {other.key!r} ({other_kind}) hold the same files: let each kind have a folder "
                "of its own, or set by_kind = true for both and write `kind` in the files"
            )


def _start() -> Path:
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / WORKSPACE).is_file()), here)

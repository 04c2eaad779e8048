"""The files themselves: listed, read and replaced. Nothing outside the folder, no link followed, nothing half written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Ambiguous, Gone, Refused
from pmhub_folder.natives import digest_of
from pmhub_folder.settings import SUFFIX

LARGEST: Final = 1_048_576
README: Final = "readme.md"
NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
CHANGED_SINCE: Final = "was changed by somebody else just now"


@dataclass(frozen=True)
class Tree:
    """`root`: without links. Paths are named from there, with `/`."""

    root: Path
    links: set[str] = field(default_factory=set)
    """What was met and not followed."""

    def files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Every Markdown file, but what is hidden or called README.md; in order."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            with suppress(FileNotFoundError), os.scandir(self.root / folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    path = f"{folder}/{entry.name}".lstrip("/")
                    if entry.name.startswith("."):
                        continue
                    if entry.is_symlink():
                        self.links.update([path] if is_ours(entry.name) or entry.is_dir() else [])
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif is_ours(entry.name) and entry.is_file(follow_symlinks=False):
                        with suppress(FileNotFoundError):
                            yield path, entry.stat(follow_symlinks=False)

    def status(self, path: str) -> os.stat_result:
        """Raises Gone, or Refused for what is no plain file."""
        try:
            found = os.lstat(self._inside(path))
        except OSError:
            raise Gone(f"{path} is not there any more") from None
        if not stat.S_ISREG(found.st_mode):
            raise Refused(f"{path} is no plain file", lasting=False)
        return found

    def read(self, path: str) -> tuple[bytes, os.stat_result]:
        """Raises Gone, or Refused for what is no plain file."""
        try:
            file = os.open(self._inside(path), os.O_RDONLY | NOFOLLOW)
        except FileNotFoundError:
            raise Gone(f"{path} is not there any more") from None
        except OSError as error:
            raise Refused(f"{path} cannot be read: {error.strerror}", lasting=False) from None
        with os.fdopen(file, "rb") as stream:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                raise Refused(f"{path} is no plain file of at most {LARGEST} bytes", lasting=False)
            return stream.read(), found

    def replace(self, path: str, content: bytes, over: str) -> None:
        """`over`: the digest of what is replaced. Raises Refused where something else stands there by now."""
        target = self._inside(path)
        kept, before = self.read(path)
        if digest_of(kept) != over:
            raise Refused(f"{path} {CHANGED_SINCE}", lasting=False, hint="The next run takes the change in first.")
        draft = self._written(target, content, stat.S_IMODE(before.st_mode))
        try:
            if digest_of(self.read(path)[0]) != over:
                raise Refused(f"{path} {CHANGED_SINCE}", lasting=False, hint="The next run takes the change in first.")
            draft.replace(target)
        except OSError as error:
            raise Refused(f"{path} cannot be written: {error.strerror}", lasting=False) from error
        finally:
            draft.unlink(missing_ok=True)
        _settled(target.parent)

    def create(self, path: str, content: bytes) -> None:
        """Raises Refused where a file of that name is there."""
        target = self._inside(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = self._written(target, content)
        except OSError as error:
            raise Refused(f"{path} cannot be written: {error.strerror}", lasting=False) from error
        try:
            os.link(draft, target)
        except FileExistsError:
            raise Refused(f"{path} is there already", lasting=False) from None
        except OSError:
            self._create_without_links(path, target, draft)
        finally:
            draft.unlink(missing_ok=True)
        _settled(target.parent)

    def _create_without_links(self, path: str, target: Path, draft: Path) -> None:
        """On file systems that know no second name for a file."""
        try:
            if target.exists():
                raise Refused(f"{path} is there already", lasting=False)
            draft.rename(target)
        except OSError as error:
            raise Refused(f"{path} cannot be written: {error.strerror}", lasting=False) from error

    def names_in(self, folder: str) -> frozenset[str]:
        try:
            return frozenset(path.name.casefold() for path in (self.root / folder).iterdir())
        except OSError:
            return frozenset()

    def _inside(self, path: str) -> Path:
        """Raises Refused for a way out of the folder, also through a link that was put there meanwhile."""
        target = self.root / PurePosixPath(path)
        parent = Path(os.path.realpath(target.parent))
        if ".." in target.parts or parent != target.parent or not parent.is_relative_to(self.root):
            raise Refused(f"{path} does not lie in the folder", lasting=False, hint="Links are not followed.")
        return target

    def _written(self, target: Path, content: bytes, mode: int | None = None) -> Path:
        """A hidden file beside it, whole on the disk. One that a killed run left there goes."""
        draft = target.with_name(f".{target.name}.pmhub")
        try:
            draft.unlink(missing_ok=True)
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW, 0o666)
            with os.fdopen(file, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(file)
            if mode is not None:
                draft.chmod(mode)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise Refused(f"{target.name} cannot be written: {error.strerror}", lasting=False) from error
        return draft


def is_ours(name: str) -> bool:
    return name.casefold().endswith(SUFFIX) and name.casefold() != README


def _settled(folder: Path) -> None:
    """The new name is on the disk, too. Raises Ambiguous: whether it would outlive a power cut is not known."""
    if os.name == "nt":
        return
    try:
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise Ambiguous(f"{folder.name} could not be written to the disk: {error.strerror}") from error

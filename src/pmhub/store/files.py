"""Files and folders for their owner alone. A link in the place of one is never followed: who put it there is not known."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""No link, and no line end made another: each where the system knows the word."""


def make_folder(folder: Path) -> None:
    """All that is missing of it; `mkdir(parents=True)` would leave those above to the umask."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def refuse_links(*files: Path) -> None:
    """Raises OSError for what is a link, to be told like any other trouble with a file."""
    for file in files:
        if file.is_symlink():
            raise OSError(0, "is a symbolic link: pmhub writes to no place that a link chooses", str(file))


def make_file(file: Path) -> None:
    """An empty one, unless there is one. Raises OSError."""
    refuse_links(file)  # once more by `open`, where the system can
    os.close(os.open(file, os.O_CREAT | os.O_RDWR | AS_IT_IS, PRIVATE_FILE))


def write_new(file: Path, text: str, *, durable: bool = False, mode: int = PRIVATE_FILE) -> None:
    """In the place of whatever stands there, whole or not at all, whatever the umask. Raises OSError."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | AS_IT_IS, PRIVATE_FILE)
    with os.fdopen(made, "w", encoding="utf-8", newline="") as out:
        out.write(text)
        if mode != PRIVATE_FILE:
            beside.chmod(mode)
        if durable:
            out.flush()
            os.fsync(out.fileno())
    beside.replace(file)

"""What git says of the folder: whether something is half done there, and which branch it shows. Only read, never run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pmhub.sdk import Denied, Unavailable

HALF_DONE: Final = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "index.lock": "a git command",
}
HEADS: Final = "ref: refs/heads/"


def check_checkout(root: Path, branch: str) -> None:
    """Raises Unavailable while the files are between two states, or are those of another branch."""
    git = _git_folder(root)
    if git is None:
        if branch:
            raise Denied(f"{root} is in no git repository, so it shows no branch {branch!r}", hint="Leave branch out.")
        return
    for name, what in HALF_DONE.items():
        if (git / name).exists():
            raise Unavailable(f"{what} is under way in {root}", hint="Finish it or give it up, then run again.")
    if branch and _branch(git) != branch:
        shown = _branch(git) or "no branch"
        raise Unavailable(
            f"{root} shows {shown}, not {branch}", hint=f"Check out {branch}, or use a work tree of its own."
        )


def _git_folder(root: Path) -> Path | None:
    found = next((folder / ".git" for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if found is None or found.is_dir():
        return found
    told = found.read_text("utf-8", "replace").partition("gitdir:")[2].strip()
    return found.parent / told if told else None


def _branch(git: Path) -> str:
    head = (git / "HEAD").read_text("utf-8", "replace").strip() if (git / "HEAD").is_file() else ""
    return head.removeprefix(HEADS) if head.startswith(HEADS) else ""

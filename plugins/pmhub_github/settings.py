"""What the configuration says of a GitHub account and of a repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from pmhub.sdk import Secret

REPO: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True)
class GitHubSettings:
    """`write_interval`: seconds between two changes; GitHub asks for at least one (docs: REST API best practices)."""

    token: Secret
    url: str = "https://api.github.com"
    ca_file: str | None = None
    proxy: str | None = None
    write_interval: float = 1.0


@dataclass(frozen=True)
class GitHubScope:
    """`labels`: only issues that carry all of these; issues made here get them. `milestones`: what a milestone means.

    Pull requests and what `[bot]` accounts wrote are left out unless asked for. Raises ValueError for a wrong `repo`.
    """

    repo: str
    labels: tuple[str, ...] = ()
    milestones: Literal["roadmap", "release"] = "roadmap"
    pull_requests: bool = False
    bots: bool = False

    def __post_init__(self) -> None:
        if not REPO.fullmatch(self.repo):
            raise ValueError(f"repo {self.repo!r} is not a repository: write it as owner/name")


def site_of(url: str) -> str:
    """What people call the system behind an API address (`github.com`)."""
    host = urlsplit(url).netloc.lower()
    return "github.com" if host == "api.github.com" else host

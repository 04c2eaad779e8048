"""What the configuration says of a Redmine and of a project in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pmhub.sdk import Secret

IDENTIFIER: Final = re.compile(r"[a-z0-9_-]{1,100}|[1-9][0-9]*")


@dataclass(frozen=True)
class RedmineSettings:
    """`key`: an API access key (My account → API access key; the administrator enables REST). `marker_field`: the number
    of a text custom field of issues that may hold pmhub's marker; 0 puts it into a hidden last line of the description.
    """

    url: str
    key: Secret
    marker_field: int = 0
    ca_file: str | None = None
    proxy: str | None = None

    @property
    def base(self) -> str:
        return self.url.rstrip("/")

    @property
    def site(self) -> str:
        parts = urlsplit(self.base)
        return f"{parts.netloc.lower()}{parts.path}"


@dataclass(frozen=True)
class RedmineScope:
    """`project`: its identifier, as in the address of its page; its subprojects are other projects. `trackers`: only issues
    of these; what is made here without one of them gets the first.
    Raises ValueError for what is no identifier.
    """

    project: str
    trackers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not IDENTIFIER.fullmatch(self.project):
            raise ValueError(f"project {self.project!r} is no identifier: write it as in /projects/{{identifier}}")

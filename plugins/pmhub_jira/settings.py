"""What a person writes about a Jira Cloud connection, and about one project of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pmhub.sdk import Secret

PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9_]+")


@dataclass(frozen=True)
class JiraSettings:
    """`url`: `https://example.atlassian.net`. `user`: the e-mail of the account that owns the API token."""

    url: str
    user: str
    token: Secret
    ca_file: str | None = None
    proxy: str | None = None


@dataclass(frozen=True)
class JiraScope:
    """`project`: a key like `SHOP`. `types`: names of issue types; none means, for tickets, all below the level of an epic,
    for roadmap items, epics and all above. Versions have no types.
    """

    project: str
    types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not PROJECT_KEY.fullmatch(self.project):
            raise ValueError("a project key is capital letters, digits and underscores, starting with a letter: SHOP")

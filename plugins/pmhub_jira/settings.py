"""What a person writes about a Jira Cloud connection, and about one project of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from pmhub.model.lean import dataclass
from pmhub.model.links import RELATIONS
from pmhub.sdk import Secret

PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9_]+")


@dataclass(frozen=True)
class OAuth:
    """An OAuth 2.0 app of Atlassian Cloud that was granted access once. `refresh_token_file`: an absolute path; pmhub writes
    the next token into it whenever it used one, so it belongs to this workspace alone. `cloud_id`: asked of the site
    unless given.
    """

    client_id: str
    client_secret: Secret
    refresh_token_file: str
    cloud_id: str | None = None
    auth_url: str = "https://auth.atlassian.com"
    api_url: str = "https://api.atlassian.com"


@dataclass(frozen=True)
class JiraSettings:
    """`url`: `https://example.atlassian.net`. `user`: the e-mail of the account that owns the API token; without it the token
    is a personal access token of a Data Center. `oauth` stands in the place of both.
    """

    url: str
    token: Secret | None = None
    user: str | None = None
    oauth: OAuth | None = None
    ca_file: str | None = None
    proxy: str | None = None

    def __post_init__(self) -> None:
        if (self.token is None) is (self.oauth is None):
            raise ValueError('either `token`, as in { env = "JIRA_TOKEN" }, or `oauth` says how to sign in')


@dataclass(frozen=True)
class JiraScope:
    """`project`: a key like `SHOP`. `types`: names of issue types; none means, for tickets, all below the level of an epic,
    for roadmap items, epics and all above. Versions have no types.
    `transition_fields`: what to say where a transition's screen asks, by the id or name of the field: `{"resolution": "Done"}`.
    `links`: what the site calls the types of links, where not Blocks, Relates and Duplicate: `{"blocked_by": "Blocker"}`; `""`
    leaves such links alone.
    `lossy`: what becomes of a text whose writing would take away what Markdown cannot say: it waits for a person, or is written.
    `quoted_mail`: what becomes of the letter that a comment sent by e-mail answers and quotes below itself.
    """

    project: str
    types: tuple[str, ...] = ()
    transition_fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, hash=False)
    links: Mapping[str, str] = field(default_factory=dict, hash=False)
    lossy: Literal["hold", "overwrite"] = "hold"
    quoted_mail: Literal["keep", "cut"] = "keep"

    def __post_init__(self) -> None:
        if not PROJECT_KEY.fullmatch(self.project):
            raise ValueError("a project key is capital letters, digits and underscores, starting with a letter: SHOP")
        if unknown := sorted(set(self.links) - set(RELATIONS)):
            raise ValueError(f"`links` knows {', '.join(RELATIONS)}, not {', '.join(unknown)}")

"""What the configuration says of a GitHub account and of a repository."""

from __future__ import annotations

import re
from typing import Final, Literal
from urllib.parse import urlsplit

from pmhub.model.lean import dataclass
from pmhub.sdk import Secret

REPO: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
PROJECT: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[1-9][0-9]*")
PUBLIC: Final = "https://api.github.com"
ENTERPRISE: Final = "/api/v3"
VERSION: Final = "{version}"
UNFIT_FOR_TAGS: Final = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|^[./-]|[./]$|\.lock(?:/|$)|^@$")
"""What no tag's name may hold (git help check-ref-format); one that begins with `-` git itself does not make."""


@dataclass(frozen=True)
class App:
    """A GitHub App. `id`: its id or client id. `key`: one of its private keys, PEM. `installation`: found by the first
    repository where it is not named.
    """

    id: int | str
    key: Secret
    installation: int | None = None


@dataclass(frozen=True)
class GitHubSettings:
    """`token` or `app`: who we are. `url`: of the API, on an Enterprise Server `https://HOST/api/v3`.

    `write_interval`: seconds between two changes; GitHub asks for at least one (docs: REST API best practices).
    Raises ValueError for neither and for both of `token` and `app`.
    """

    token: Secret | None = None
    app: App | None = None
    url: str = PUBLIC
    ca_file: str | None = None
    proxy: str | None = None
    write_interval: float = 1.0

    def __post_init__(self) -> None:
        if (self.token is None) == (self.app is None):
            raise ValueError("who are we? write either a token or an app")

    @property
    def may_be_misplaced(self) -> bool:
        """Whether the address is perhaps that of an Enterprise Server's pages."""
        parts = urlsplit(self.url)
        return not parts.path.strip("/") and not (parts.hostname or "").startswith("api.")

    @property
    def is_enterprise(self) -> bool:
        """A server of one's own has its API below this path (docs: "Getting started with the REST API")."""
        return urlsplit(self.url).path.rstrip("/").endswith(ENTERPRISE)


@dataclass(frozen=True)
class GitHubScope:
    """`labels`: only issues that carry all of these; issues made here get them. `types`: only issues of one of these
    types; what is made here without one of them gets the first. `without_labels`, `without_types`: none of these, so
    that an issue is a ticket or a roadmap item, never both. Pull requests and issues and comments of `[bot]` accounts
    are left out unless asked for.

    `milestones`: what a ticket's milestone means. `as_`: what a roadmap item is here. `tag`: how a release's tag follows
    from its version. `missing_tag`: what publishing a release does where its tag is not there yet.

    `project`: the GitHub Project (`owner/number`, the owner an organisation or a person) whose fields hold what issues
    cannot: of tickets the iteration, in `iteration_field`; of roadmap items the rest. `start_field`, `target_field`: its date fields; `horizon_field`: a single select, or an
    iteration that is only read; `status_field`: its columns. A field that the project lacks holds nothing.

    `workflows`: runs of these files only (`ci.yml`); none named is all. `artifact`: which artifacts of a run are its
    test reports, with `*` and `?`, case ignored; none is read where it is empty. `ci_days`: how long after a run was
    created its end, or a re-run of it, is still looked for, and how far back the first read goes. `checks`: also read what
    other CI says of the default branch in check runs.
    `quoted_mail`: what becomes of the letter that a comment sent by e-mail answers and quotes below itself.
    Raises ValueError for a setting that cannot be.
    """

    repo: str
    labels: tuple[str, ...] = ()
    milestones: Literal["roadmap", "release"] = "roadmap"
    pull_requests: bool = False
    bots: bool = False
    types: tuple[str, ...] = ()
    without_labels: tuple[str, ...] = ()
    without_types: tuple[str, ...] = ()
    as_: Literal["milestone", "issue"] = "milestone"
    tag: str = "v{version}"
    missing_tag: Literal["report", "create"] = "report"
    project: str = ""
    start_field: str = "Start date"
    target_field: str = "Target date"
    horizon_field: str = "Horizon"
    status_field: str = "Status"
    iteration_field: str = "Iteration"
    workflows: tuple[str, ...] = ()
    artifact: str = "*junit*"
    ci_days: int = 7
    checks: bool = False
    quoted_mail: Literal["keep", "cut"] = "keep"

    def __post_init__(self) -> None:
        if not REPO.fullmatch(self.repo):
            raise ValueError(f"repo {self.repo!r} is not a repository: write it as owner/name")
        if self.as_ == "issue" and not self.types and not self.labels:
            raise ValueError('as = "issue" needs types or labels: which issues are roadmap items?')
        self._check_project()
        if self.ci_days < 0:
            raise ValueError(f"ci_days = {self.ci_days} is no number of days: write 0 or more")
        if self.tag.count(VERSION) != 1 or UNFIT_FOR_TAGS.search(self.tag.replace(VERSION, "1")):
            raise ValueError(f"tag {self.tag!r} is no template of a tag: write {VERSION} once in it, as in v{VERSION}")

    def _check_project(self) -> None:
        if self.project and not PROJECT.fullmatch(self.project):
            raise ValueError(f"project {self.project!r} is not a project: write it as owner/number, as in example/5")


def site_of(url: str) -> str:
    """What people call the system behind an API address (`github.com`)."""
    host = urlsplit(url).netloc.lower()
    return "github.com" if host == "api.github.com" else host

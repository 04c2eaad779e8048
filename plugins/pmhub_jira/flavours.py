"""Jira Cloud and Jira Data Center: what differs between them in values; `cloud_site` and `data_center` hold what differs in calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final, Protocol

from pmhub.model.lean import dataclass
from pmhub.sdk import Context, Gone, Ref
from pmhub_jira import texts
from pmhub_jira.wire import Wire

WEEK: Final = 7 * 24 * 3_600_000
MINUTE: Final = 60_000
CLOUD_API: Final = "/rest/api/3"
SERVER_API: Final = "/rest/api/2"

Json = dict[str, Any]


@dataclass(frozen=True)
class Flavour:
    """`search`: the path of a search. `person`: what names an account in what is written. `form`: how bodies are written.
    `moment(since, now)`: how a query names a moment, both in milliseconds of the server's clock. `edit_params`: what makes
    the answer to an edit show the issue. `levels`: whether something may stand above an epic.
    """

    name: str
    api: str
    search: str
    person: str
    form: texts.Form
    moment: Callable[[int, int], str]
    edit_params: Json = field(default_factory=dict)
    levels: bool = False


def _epoch(since: int, _: int) -> str:
    """Bare epoch milliseconds, which no time zone touches: a quoted date is read in the account's own [D]."""
    return str(since)


def _minutes_ago(since: int, now: int) -> str:
    """A period, which no time zone touches either; the minute that has begun counts whole."""
    return f"-{max(0, now - since) // MINUTE + 1}m"


CLOUD: Final = Flavour(
    "Cloud", CLOUD_API, "/search/jql", "accountId", texts.ADF, _epoch, {"returnIssue": "true"}, levels=True
)
DATA_CENTER: Final = Flavour("Data Center", SERVER_API, "/search", "name", texts.WIKI, _minutes_ago)


class Site(Protocol):
    """What is asked of many things at once, and how it is said what is written. Issues are in Cloud's shape, v3 of the API."""

    def begin(self, jql: str, fields: Sequence[str]) -> None:
        """The first page of a search that will be asked for soon."""

    def search(self, jql: str, fields: Sequence[str]) -> Iterator[list[Json]]: ...

    def issues(self, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Json]: ...

    def comments(self, refs: Sequence[Ref]) -> Iterator[Json]: ...

    def comment_marks(self, homes: Mapping[str, str]) -> dict[str, Any]: ...

    def changelogs(self, ids: Sequence[str]) -> Iterator[tuple[str, Json]]: ...

    def shaped(self, payload: Json, parent: Any) -> Json: ...  # noqa: ANN401 - a value of the model

    def marked(self, number: str, prop: Json) -> None: ...

    def unread(self, number: str) -> None: ...


def find(site: str, context: Context, open_wire: Callable[[str], Wire]) -> Flavour:
    """Asked of the site and remembered for a week. `open_wire` takes the path of an API."""
    deployment = context.memory.get(_key(site))
    if deployment is None:
        deployment = _deployment(open_wire)
        context.memory.put(_key(site), deployment, until=context.clock() + WEEK)
    return CLOUD if deployment == "Cloud" else DATA_CENTER


def is_known(site: str, context: Context) -> bool:
    return context.memory.get(_key(site)) is not None


def _key(site: str) -> str:
    return f"deployment:{site}"


def _deployment(open_wire: Callable[[str], Wire]) -> str:
    """A Data Center has no v3 of the API."""
    try:
        info = open_wire(CLOUD_API).server_info()
    except Gone:
        info = open_wire(SERVER_API).server_info()
    return str(info.get("deploymentType") or "Server")

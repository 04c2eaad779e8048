"""What this GitHub does not have. github.com has everything; an Enterprise Server is asked once a day, by what it knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pmhub.http.client import Client
from pmhub.sdk import ConnectorError, Context
from pmhub_github.queries import DEPENDENCIES, DUPLICATES, FIELDS, ISSUE_TYPE, PARENTS, PROJECTS, TYPES
from pmhub_github.settings import GitHubSettings

DAY: Final = 24 * 3600 * 1000
YEAR: Final = 366 * DAY
KEY: Final = "server-lacks-2"
"""Another number whenever there is more to ask for."""
TOLD: Final = "server-lacks-told"
WHAT_IT_MEANS: Final[Mapping[str, str]] = {
    TYPES: "no issue types: the types of issues are left alone",
    PARENTS: "no sub-issues: what an issue stands below is left alone",
    DEPENDENCIES: "no dependencies: what blocks an issue is left alone",
    DUPLICATES: "no duplicates among the reasons to close",
    PROJECTS: "no REST API for projects: the fields of projects are left alone",
}


class Server:
    """`lacks()` is a set of the words of queries.py."""

    def __init__(self, settings: GitHubSettings, context: Context, client: Client, graphql_url: str) -> None:
        self.is_enterprise = settings.is_enterprise
        self._context = context
        self._client = client
        self._graphql_url = graphql_url
        self._lacks: frozenset[str] | None = None

    def lacks(self) -> frozenset[str]:
        """Without a request, as it was last found."""
        if self._lacks is None:
            self._lacks = frozenset(self._context.memory.get(KEY) or ()) if self.is_enterprise else frozenset()
        return self._lacks

    def look(self) -> None:
        """Raises Denied, Limited or Unavailable."""
        if self.is_enterprise and self._context.memory.get(KEY) is None:
            self._learn(frozenset(missing_in(self._schema())))

    def learn_missing(self, name: str) -> None:
        """What turned out to be missing when it was asked for."""
        self._learn(self.lacks() | {name})

    def _learn(self, lacks: frozenset[str]) -> None:
        self._lacks = lacks
        self._context.memory.put(KEY, sorted(lacks), until=self._context.clock() + DAY)
        told = set(self._context.memory.get(TOLD) or ())
        for name in sorted((lacks & WHAT_IT_MEANS.keys()) - told):
            self._context.log.warning("GitHub Enterprise Server %s has %s", self._version(), WHAT_IT_MEANS[name])
        self._context.memory.put(TOLD, sorted(lacks | told), until=self._context.clock() + YEAR)

    def _version(self) -> str:
        try:
            return str(self._client.get("/meta", template="/meta").data.get("installed_version", ""))
        except ConnectorError:
            return ""

    def _schema(self) -> Mapping[str, list[str]]:
        """The fields of an issue in GraphQL, each with its arguments."""
        data = self._client.read(self._graphql_url, template="/graphql", json={"query": ISSUE_TYPE}).data
        told: Mapping[str, Any] = (data.get("data") or {}).get("__type") or {}
        return {one["name"]: [each["name"] for each in one["args"]] for one in told.get("fields") or ()}


def missing_in(schema: Mapping[str, list[str]]) -> Iterator[str]:
    """Of a schema that was not told, nothing."""
    newer = ((TYPES, "issueType"), (PARENTS, "parent"), (DEPENDENCIES, "blockedBy"), (FIELDS, "issueFieldValues"))
    for name, field in newer:
        if schema and field not in schema:
            yield name
    if schema and "enableDuplicate" not in schema.get("stateReason", ()):
        yield DUPLICATES

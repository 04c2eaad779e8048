"""GitHub's GraphQL API: things by node id, in batches that it can bear, and what its errors mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from pmhub.http.client import Client
from pmhub.model.lean import dataclass
from pmhub.sdk import ConnectorError, Denied, Unavailable
from pmhub_github.queries import MOST_NODES

OVERLOADED: Final = frozenset({"RESOURCE_LIMITS_EXCEEDED", "TIMEOUT", "MAX_NODE_LIMIT_EXCEEDED"})


@dataclass(frozen=True)
class Nodes:
    """`found` by id; `gone`: the ids GitHub says it cannot resolve."""

    found: dict[str, dict[str, Any]]
    gone: frozenset[str]


@dataclass(frozen=True)
class GraphQL:
    client: Client
    url: str

    def nodes(self, query: str, ids: Sequence[str]) -> Nodes:
        """In batches of 100; halves a batch that GitHub finds too heavy."""
        found: dict[str, dict[str, Any]] = {}
        gone: set[str] = set()
        for start in range(0, len(ids), MOST_NODES):
            batch = self._batch(query, ids[start : start + MOST_NODES])
            found |= batch.found
            gone |= batch.gone
        return Nodes(found, frozenset(gone))

    def _batch(self, query: str, ids: Sequence[str]) -> Nodes:
        answer = self.client.read(
            self.url, template="/graphql", json={"query": query, "variables": {"ids": list(ids)}}
        ).data
        errors = [error for error in answer.get("errors") or () if isinstance(error, dict)]
        nodes = (answer.get("data") or {}).get("nodes")
        if len(ids) > 1 and any(error.get("type") in OVERLOADED for error in errors):
            half = len(ids) // 2
            one, other = self._batch(query, ids[:half]), self._batch(query, ids[half:])
            return Nodes(one.found | other.found, one.gone | other.gone)
        if nodes is None:
            raise graphql_error(errors)
        gone = {
            ids[error["path"][1]]
            for error in errors
            if error.get("type") == "NOT_FOUND" and len(error.get("path") or ()) > 1
        }
        found = {asked: node for asked, node in zip(ids, nodes, strict=True) if node is not None}
        if len(found.keys() | gone) < len(set(ids)):
            raise graphql_error([error for error in errors if error.get("type") != "NOT_FOUND"])
        return Nodes(found, frozenset(gone))


def graphql_error(errors: Sequence[dict[str, Any]]) -> ConnectorError:
    said = "; ".join(str(error.get("message") or error.get("type")) for error in errors) or "it answered without data"
    if any(error.get("type") in {"FORBIDDEN", "INSUFFICIENT_SCOPES"} for error in errors):
        return Denied(f"POST /graphql: {said}", hint="Give the token read access to issues.")
    return Unavailable(f"POST /graphql: {said}", hint="Try again later.")


def graphql_url(base: str) -> str:
    """Beside the REST API; on GitHub Enterprise Server that is `/api/graphql` (docs: "Forming calls with GraphQL")."""
    path = urlsplit(base).path.rstrip("/")
    root = base.rstrip("/").removesuffix("/v3") if path.endswith("/api/v3") else base.rstrip("/")
    return f"{root}/graphql"

"""Issues and comments read directly: one issue by REST, any number of both by one GraphQL query a hundred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmhub.sdk import Gone, Kind, Observation, Target, Tombstone
from pmhub_github import mapping, shapes
from pmhub_github.issues import Issues
from pmhub_github.projects import list_key
from pmhub_github.queries import ISSUE_NODES
from pmhub_github.wire import Wire


@dataclass(frozen=True)
class DirectReads:
    wire: Wire
    issues: Issues

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        self._look_at_projects([target for target in targets if target.scope.settings.project])
        if len(targets) == 1 and targets[0].ref.kind is not Kind.COMMENT and shapes.place_of(targets[0].ref.key):
            yield self._read_issue(targets[0])
        elif targets:
            yield from self._read_nodes(targets)

    def _look_at_projects(self, targets: Sequence[Target]) -> None:
        """One item directly; several by the project's list, which is as good."""
        if len(targets) == 1:
            self.issues.projects.look_again(targets[0].scope.settings, targets[0].ref.id)
            return
        scopes = {list_key(target.scope.settings): target.scope for target in targets}
        for scope in scopes.values():
            self.issues.projects.afresh(scope.settings)

    def _read_issue(self, target: Target) -> Observation | Tombstone:
        """One issue by REST. What moved to another repository is another thing there, and gone here."""
        place = shapes.place_of(target.ref.key)
        repo, number = place or (target.scope.settings.repo, 0)
        try:
            shape = shapes.issue(self.wire.issue(repo, number))
        except Gone:
            self.wire.repo_with_issues(target.scope.settings.repo)
            return Tombstone(target.ref)
        if shape["node_id"] != target.ref.id:
            return Tombstone(target.ref)
        return self.issues.observe(target.ref.kind, target.scope, [shape])[0]

    def _read_nodes(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        nodes = self.wire.nodes(ISSUE_NODES, list(dict.fromkeys(target.ref.id for target in targets)))
        if nodes.gone:
            for repo in {target.scope.settings.repo for target in targets if target.ref.id in nodes.gone}:
                self.wire.repo_with_issues(repo)
        for target in targets:
            node = nodes.found.get(target.ref.id)
            yield Tombstone(target.ref) if node is None else self._read_node(target, node)

    def _read_node(self, target: Target, node: Mapping[str, Any]) -> Observation | Tombstone:
        kind, scope = target.ref.kind, target.scope
        if "repository" not in node:  # a pull request, which the query does not spell out
            return self._read_issue(target)
        if node["repository"]["nameWithOwner"].casefold() != scope.settings.repo.casefold():
            return Tombstone(target.ref)
        shape = shapes.comment_from_node(node) if kind is Kind.COMMENT else shapes.issue_from_node(node)
        return mapping.normalise(kind, scope, self.issues.completed(scope, shape))

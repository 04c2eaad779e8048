"""Issues and comments read directly: one issue by REST, any number of both by one GraphQL query a hundred.

What was moved to another repository is not gone, and is none of the scope's: the answer says what it is now. Where that cannot
be seen there is none, so that its link stays as it is and nothing is closed; a person is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Context, Kind, Observation, Ref, Target, Tombstone
from pmhub_github import mapping, shapes
from pmhub_github.issues import Issues
from pmhub_github.projects import list_key
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire

YEAR: Final = 366 * 24 * 3600 * 1000
GONE: Final = 410  # docs: "Get an issue": deleted where we may read; 404 is out of our sight
OUT_OF_SIGHT: Final = "a repository that cannot be seen"

Answer = Observation | Tombstone


@dataclass(frozen=True)
class DirectReads:
    wire: Wire
    issues: Issues
    context: Context

    def read(self, targets: Sequence[Target]) -> Iterator[Answer]:
        self._look_at_projects([target for target in targets if self._is_joined(target)])
        if len(targets) == 1 and targets[0].ref.kind is not Kind.COMMENT and shapes.place_of(targets[0].ref.key):
            yield from self._read_issue(targets[0])
        elif targets:
            yield from self._read_nodes(targets)

    def _is_joined(self, target: Target) -> bool:
        """Comments stand in no project."""
        return target.ref.kind is not Kind.COMMENT and self.issues.projects.serves(target.scope.settings)

    def _look_at_projects(self, targets: Sequence[Target]) -> None:
        """One item directly; several by the project's list, which is as good."""
        if len(targets) == 1:
            self.issues.projects.look_again(targets[0].scope.settings, targets[0].ref.id)
            return
        scopes = {list_key(target.scope.settings): target.scope for target in targets}
        for scope in scopes.values():
            self.issues.projects.afresh(scope.settings)

    def _read_issue(self, target: Target) -> Iterator[Answer]:
        """One issue by REST, which follows it to where it was moved."""
        repo, number = shapes.place_of(target.ref.key) or (target.scope.settings.repo, 0)
        status, raw = self.wire.issue_or_absence(repo, number)
        if raw is None:
            self.wire.repo_with_issues(target.scope.settings.repo)
            yield from (Tombstone(target.ref),) if status == GONE or not number else self._out_of_sight(target)
            return
        shape = shapes.issue(raw)
        key = shapes.key_of(shape["html_url"]) or ""
        if is_elsewhere(target, key) or shape["node_id"] != target.ref.id:  # it may have come back, as another
            yield moved(target, shape, key)
        else:
            yield self.issues.observe(target.ref.kind, target.scope, [shape])[0]

    def _out_of_sight(self, target: Target) -> Iterator[Answer]:
        """No answer."""
        key = f"moved:{target.ref.id}"
        if self.context.memory.get(key) is None:
            self.context.memory.put(key, OUT_OF_SIGHT, until=self.context.clock() + YEAR)
            told = "%s was moved to %s: it is left alone, here and there"
            self.context.log.warning(told, target.ref.key, OUT_OF_SIGHT)
        yield from ()

    def _read_nodes(self, targets: Sequence[Target]) -> Iterator[Answer]:
        fields = any(self.issues.field_list.serves(target.scope) for target in targets)
        nodes = self.wire.issue_nodes(list(dict.fromkeys(target.ref.id for target in targets)), fields=fields)
        if nodes.gone:
            for repo in {target.scope.settings.repo for target in targets if target.ref.id in nodes.gone}:
                self.wire.repo_with_issues(repo)
        for target in targets:
            node = nodes.found.get(target.ref.id)
            yield from self._absent(target) if node is None else self._read_node(target, node)

    def _absent(self, target: Target) -> Iterator[Answer]:
        """GraphQL does not tell what was deleted from what was moved; a comment's end closes nothing."""
        if target.ref.kind is Kind.COMMENT or shapes.place_of(target.ref.key) is None:
            yield Tombstone(target.ref)
        else:
            yield from self._read_issue(target)

    def _read_node(self, target: Target, node: Mapping[str, Any]) -> Iterator[Answer]:
        kind, scope = target.ref.kind, target.scope
        if "repository" not in node:  # a pull request, which the query does not spell out
            yield from self._read_issue(target)
            return
        shape = shapes.comment_from_node(node) if kind is Kind.COMMENT else shapes.issue_from_node(node)
        key = shapes.key_of(shape["html_url"]) or ""
        if is_elsewhere(target, key):
            if kind is not Kind.COMMENT:  # which stays what it is, wherever its issue is
                yield moved(target, shape, key)
        else:
            completed = self.issues.repositories.completed if kind is Kind.COMMENT else self.issues.completed
            yield mapping.normalise(kind, scope, completed(scope, shape))


def moved(target: Target, shape: Shape, key: str) -> Tombstone:
    return Tombstone(target.ref, moved=Ref(target.ref.kind, shape["node_id"], key, shape["html_url"]))


def is_elsewhere(target: Target, key: str) -> bool:
    """Whether what has this key by now is in another repository than the scope's."""
    place = shapes.place_of(key)
    return place is not None and place[0].casefold() != target.scope.settings.repo.casefold()

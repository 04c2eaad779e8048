"""The change log: a repository's issue events for many issues at once, and the versions of bodies by GraphQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import FieldChange, Gone, Kind, Native, Target
from pmhub_github import changelog, shapes
from pmhub_github.fields import milliseconds
from pmhub_github.queries import CONTENT_EDITS
from pmhub_github.wire import Wire

EVENTS: Final = "issues/events"
Event = dict[str, Any]


@dataclass(frozen=True)
class EventLog:
    wire: Wire
    account: str

    def changes(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        """Oldest first for each thing."""
        repos: dict[str, list[Target]] = {}
        for target in targets:
            if target.ref.kind is Kind.TICKET:
                repos.setdefault(target.scope.settings.repo, []).append(target)
        by_thing: dict[str, list[FieldChange]] = {target.ref.id: [] for target in targets}
        for repo, mine in repos.items():
            for change in self._of_issues(repo, mine, since):
                by_thing[change.ref.id].append(change)
        for change in self._of_bodies(targets, since):
            by_thing[change.ref.id].append(change)
        for found in by_thing.values():
            yield from sorted(found, key=lambda change: change.at)

    def _of_issues(self, repo: str, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        events, standing = self._events(repo, targets, since)
        for target in targets:
            mine = events.get(target.ref.id)
            if mine:
                yield from changelog.event_changes(target, mine, standing[target.ref.id], since)

    def _events(
        self, repo: str, targets: Sequence[Target], since: int
    ) -> tuple[dict[str, list[Event]], dict[str, Native]]:
        """(events, how the issue stands now) by node id. One page of the repository is nearly always enough; where it
        is not, a single issue's own list is shorter.
        """
        wanted = {target.ref.id for target in targets}
        events: dict[str, list[Event]] = {}
        standing: dict[str, Native] = {}
        for page in self.wire.pages(repo, EVENTS, ""):
            for event in page.data:
                issue = event.get("issue") or {}
                if issue.get("node_id") in wanted:
                    standing.setdefault(issue["node_id"], shapes.issue(issue))
                    events.setdefault(issue["node_id"], []).append(event)
            if not page.data or milliseconds(page.data[-1]["created_at"]) < since:
                break
            if len(targets) == 1 and "next" in page.links:
                return self._own_events(repo, targets[0])
        return events, standing

    def _own_events(self, repo: str, target: Target) -> tuple[dict[str, list[Event]], dict[str, Native]]:
        node_id = target.ref.id
        node = self.wire.issue_nodes([node_id]).found.get(node_id)
        if node is None or "number" not in node:
            return {}, {}
        try:
            pages = list(self.wire.issue_events(repo, int(node["number"])))
        except Gone:
            return {}, {}
        return {node_id: [event for page in pages for event in page.data]}, {node_id: shapes.issue_from_node(node)}

    def _of_bodies(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        nodes = self.wire.nodes(CONTENT_EDITS, [target.ref.id for target in targets]).found
        for target in targets:
            node = nodes.get(target.ref.id)
            if node and "userContentEdits" in node:
                yield from changelog.body_changes(target, node, self.account, since)

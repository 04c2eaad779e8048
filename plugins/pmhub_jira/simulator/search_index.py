"""What search can see: each version of an issue only some time after it was written."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Mapping

from .values import Issue


class SearchIndex:
    """`lag` is in seconds and counts from the write; lowering it reveals what waits."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.lag = 0.0
        self.generation = 0
        self._now = now
        self._visible: dict[int, Issue] = {}
        self._by_update: list[tuple[int, int]] = []
        self._waiting: deque[tuple[int, int, Issue | None]] = deque()

    def note(self, issue_id: int, issue: Issue | None) -> None:
        self._waiting.append((self._now(), issue_id, issue))

    def issues(self) -> Mapping[int, Issue]:
        """The issues as the index knows them at this moment."""
        due = self._now() - round(self.lag * 1000)
        while self._waiting and self._waiting[0][0] <= due:
            _, issue_id, issue = self._waiting.popleft()
            self.generation += 1
            self._show(issue_id, issue)
        return self._visible

    def updated_since(self, moment: int) -> list[Issue]:
        """Those of `issues` that were updated at this moment or later."""
        visible = self.issues()
        return [visible[issue_id] for _, issue_id in self._by_update[bisect_left(self._by_update, (moment, 0)) :]]

    def _show(self, issue_id: int, issue: Issue | None) -> None:
        before = self._visible.pop(issue_id, None)
        if before is not None:
            del self._by_update[bisect_left(self._by_update, (before.updated, issue_id))]
        if issue is not None:
            self._visible[issue_id] = issue
            insort(self._by_update, (issue.updated, issue_id))

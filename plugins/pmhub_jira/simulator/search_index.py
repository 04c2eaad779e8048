"""What search can see: each version of an issue only some time after it was written."""

from __future__ import annotations

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
        self._waiting: deque[tuple[int, int, Issue | None]] = deque()

    def note(self, issue_id: int, issue: Issue | None) -> None:
        self._waiting.append((self._now(), issue_id, issue))

    def issues(self) -> Mapping[int, Issue]:
        """The issues as the index knows them at this moment."""
        due = self._now() - round(self.lag * 1000)
        while self._waiting and self._waiting[0][0] <= due:
            _, issue_id, issue = self._waiting.popleft()
            self.generation += 1
            if issue is None:
                self._visible.pop(issue_id, None)
            else:
                self._visible[issue_id] = issue
        return self._visible

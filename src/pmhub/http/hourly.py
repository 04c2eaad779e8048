"""So many requests an hour and no more, whatever the server would take: others may need what is left of an account's limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Lock
from typing import Final

HOUR: Final = 3_600_000


class Hourly:
    """`limit`: requests in any hour; `asked`: when earlier ones left, milliseconds since the epoch. Reads leave on several
    threads.
    """

    def __init__(self, limit: int, asked: Iterable[int] = ()) -> None:
        self.limit = limit
        self._asked = deque(sorted(asked))
        self._one = Lock()

    def take(self, now: int) -> int:
        """When the next request may leave; if that is now, it is counted."""
        with self._one:
            while self._asked and self._asked[0] <= now - HOUR:
                self._asked.popleft()
            if len(self._asked) >= self.limit:
                return self._asked[-self.limit] + HOUR
            self._asked.append(now)
            return now

    def asked(self) -> list[int]:
        """To be kept, and given to the next process."""
        with self._one:
            return list(self._asked)

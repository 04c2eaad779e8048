"""What can go wrong between a client and Jira, to be switched on by a test."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from .values import Json

FaultKind = Literal["drop_before", "drop_after", "truncate", "status", "status_after"]
WRITES_PER_ISSUE = 20
WRITE_WINDOW_MS = 2_000


@dataclass
class Fault:
    """Strikes the `nth` matching request and the `times - 1` after it.

    drop_before: the connection closes, nothing was done. drop_after: done, then the connection closes without an answer.
    truncate: done, half the body is sent under the full Content-Length. status: answered so, nothing was done.
    status_after: done, but answered with `status`. `path` is a regular expression, searched for.
    """

    kind: FaultKind
    method: str = "*"
    path: str = ""
    nth: int = 1
    times: int = 1
    status: int = 502
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    seen: int = 0

    def strikes(self, method: str, path: str) -> bool:
        if self.method not in ("*", method) or not re.search(self.path, path):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


@dataclass
class Limit:
    """The next `times` matching requests are answered 429, with `retry_after` seconds (None: no Retry-After header)."""

    reason: str = "jira-burst-based"
    retry_after: int | None = 2
    times: int = 1
    method: str = "*"
    path: str = ""

    def strikes(self, method: str, path: str) -> bool:
        if self.times < 1 or self.method not in ("*", method) or not re.search(self.path, path):
            return False
        self.times -= 1
        return True

    def headers(self, now: int) -> dict[str, str]:
        """Reset is ISO 8601 without seconds, one of the two forms that Jira sends."""
        reset = datetime.fromtimestamp(now / 1000 + (self.retry_after or 60), UTC)
        answer = {
            "X-RateLimit-Limit": "100",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%MZ"),
            "X-RateLimit-NearLimit": "true",
            "RateLimit-Reason": self.reason,
        }
        return answer if self.retry_after is None else {"Retry-After": str(self.retry_after)} | answer


class IssueWrites:
    """The per-issue limit: 20 writes in 2 seconds. Off until `enforced`."""

    def __init__(self) -> None:
        self.enforced = False
        self._times: defaultdict[int, deque[int]] = defaultdict(deque)

    def refuse(self, issue_id: int, now: int) -> Limit | None:
        """Counts one write, or says by which limit it is refused."""
        if not self.enforced:
            return None
        times = self._times[issue_id]
        while times and times[0] <= now - WRITE_WINDOW_MS:
            times.popleft()
        if len(times) >= WRITES_PER_ISSUE:
            return Limit("jira-per-issue-on-write", retry_after=2)
        times.append(now)
        return None


@dataclass
class TokenBucket:
    """A Data Center's rate limit: `size` requests at once, `fill` more every `interval` seconds. Each answer tells how it
    stands; `retry-after` is 0 while there is something left.
    """

    size: int = 100
    fill: int = 10
    interval: int = 1
    left: float = field(init=False)
    filled_at: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.left = self.size

    def take(self, now: int) -> bool:
        gained = (now - self.filled_at) / 1000 / self.interval * self.fill if self.filled_at else 0
        self.left, self.filled_at = min(self.size, self.left + gained), now
        if self.left < 1:
            return False
        self.left -= 1
        return True

    def headers(self, _: int) -> dict[str, str]:
        wait = 0 if self.left >= 1 else max(1, round((1 - self.left) * self.interval / self.fill))
        return {
            "X-RateLimit-Limit": str(self.size),
            "X-RateLimit-Remaining": str(int(self.left)),
            "X-RateLimit-FillRate": str(self.fill),
            "X-RateLimit-Interval-Seconds": str(self.interval),
            "retry-after": str(wait),
        }

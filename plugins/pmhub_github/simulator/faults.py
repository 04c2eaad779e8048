"""Faults to switch on: what goes wrong, with which request, how often."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["drop_before", "drop_after", "truncate", "status", "status_after"]
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "For more on scraping GitHub and how it may affect your rights, please review our Terms of Service"
)
RATE_LIMITED = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit already exceeded for user."}]}


@dataclass(slots=True)
class Fault:
    """A fault for `times` requests from the `nth` match of `method` (None is any) and `path` (a searched expression).

    drop_before: the connection closes, nothing is applied. drop_after: applied, then the connection closes unanswered.
    truncate: half the body under the whole Content-Length. status: the given answer, nothing applied. status_after:
    applied, then the given answer. `body` is JSON (dict) or text.
    """

    kind: Kind
    method: str | None = None
    path: str = ""
    nth: int = 1
    times: int = 1
    status: int = 502
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | str = "<html><body>Unicorn!</body></html>"
    seen: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Count a request and tell whether the fault falls on it."""
        if self.method not in (None, method) or not re.search(self.path, path):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


def secondary_limit(times: int, retry_after: int | None, status: int) -> Fault:
    """Return the answer over a secondary limit: 403 or 429, with `retry-after` in seconds or without."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    where = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
    return Fault(
        "status", times=times, status=status, headers=headers, body={"message": SECONDARY, "documentation_url": where}
    )


def graphql_rate_limited(times: int) -> Fault:
    return Fault("status", path="/graphql$", times=times, status=200, body=RATE_LIMITED)

"""Counts every request that leaves, by method and template; several clients may share one count."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import field

from pmhub.http import urls
from pmhub.model.lean import dataclass

NOT_ANSWERED = 0
VARIABLE = re.compile(r"^(?=.*\d).+$|^.{25,}$")
VERSION = re.compile(r"^v?\d+(\.\d+)*$")


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `status` is 0 where none came."""

    method: str
    template: str
    url: str = field(repr=False)
    status: int
    ms: int
    received: int
    request_id: str


class Metrics:
    """Requests, bytes received and waits, since it was made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self.received = 0
        self.waits = 0
        self.waited = 0.0

    def count(self, exchange: Exchange) -> None:
        with self._lock:
            self._counts[exchange.method, exchange.template, exchange.status] += 1
            self.received += exchange.received

    def wait(self, seconds: float) -> None:
        with self._lock:
            self.waits += 1
            self.waited += seconds

    @property
    def total(self) -> int:
        return sum(self._snapshot().values())

    def _snapshot(self) -> Counter[tuple[str, str, int]]:
        with self._lock:
            return self._counts.copy()

    def by_template(self) -> dict[str, int]:
        """`"GET /things/{id}"` -> requests."""
        counts: Counter[str] = Counter()
        for (method, template, _), number in sorted(self._snapshot().items()):
            counts[f"{method} {template}"] += number
        return dict(counts)

    def by_status(self) -> dict[int, int]:
        """Status -> requests; 0 stands for no answer."""
        counts: Counter[int] = Counter()
        for (_, _, status), number in sorted(self._snapshot().items()):
            counts[status] += number
        return dict(counts)


def template_of(url: str) -> str:
    """A guess for requests that an SDK makes: path segments that look like values become `{}`."""
    segments = urls.path_of(url).split("/")
    return "/".join("{}" if looks_variable(place, segment) else segment for place, segment in enumerate(segments))


def looks_variable(place: int, segment: str) -> bool:
    is_api_version = place <= 3 and VERSION.match(segment) is not None  # noqa: PLR2004 - as in /rest/api/3
    return VARIABLE.match(segment) is not None and not is_api_version

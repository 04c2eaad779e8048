"""The author's connector in a ring: what it writes is counted, and its calls may be killed or lost, where its requests are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, cast

from pmhub.sdk import (
    Changes,
    Connector,
    Created,
    Draft,
    FieldChange,
    Identity,
    Observation,
    Page,
    Ref,
    Refused,
    Scope,
    Stream,
    Target,
    Tombstone,
)
from pmhub.testing.choke import Choke

Answer = TypeVar("Answer")


class SteppingConnector:
    """`choke`: None where the requests themselves pass the choke point. `wrote` hears of every write."""

    def __init__(self, inner: Connector[Any], choke: Choke | None, wrote: Callable[[], None]) -> None:
        self._inner, self._choke, self._wrote = inner, choke, wrote

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the connector's own
        return getattr(self._inner, name)

    def check(self, scopes: Sequence[Scope]) -> Identity:
        return self._call("check", lambda: self._inner.check(scopes))

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        return self._each("fetch", self._inner.fetch(streams))

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        return self._each("sweep", self._inner.sweep(stream))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        return iter(self._call("read", lambda: list(self._inner.read(targets))))

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        return iter(self._call("history", lambda: list(self._inner.history(targets, since))))

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        self._wrote()
        return self._call("create", lambda: self._inner.create(drafts), write=True)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        self._wrote()
        return self._call("update", lambda: self._inner.update(target, over, changes), write=True)

    def mark(self, target: Target, marker: str) -> None:
        self._wrote()
        self._call("mark", lambda: self._inner.mark(target, marker), write=True)

    def _each(self, name: str, found: Iterator[Answer]) -> Iterator[Answer]:
        while True:
            part = self._call(name, lambda: next(found, None))
            if part is None:
                return
            yield part

    def _call(self, name: str, call: Callable[[], Answer], *, write: bool = False) -> Answer:
        if self._choke is None:
            return call()
        return self._choke.call("yours", name, None, call, write=write, down=False)


def stepping(inner: Connector[Any], choke: Choke | None, wrote: Callable[[], None]) -> Connector[Any]:
    return cast("Connector[Any]", SteppingConnector(inner, choke, wrote))

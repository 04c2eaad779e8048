"""Says which call of which connector a request belongs to, so that a fault can be aimed at it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from both_sides import READS_BY_POST
from functional.reads_ahead import wait_for_reads_ahead

from pmhub.model.kinds import Kind
from pmhub.sdk import kind_of

WRITING = frozenset({"create", "update", "comment", "transition"})
KINDS = ("list", "sweep", "read", "history", "create", "update", "comment", "transition")


@dataclass
class Watch:
    """`call`: what the connector is doing; `wrote`: it has written in this run; `counts`: requests, a call kind each."""

    call: str = ""
    wrote: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def during(self, call: str) -> Iterator[None]:
        before, self.call = self.call, call
        try:
            yield
        finally:
            self.call = before
            self.wrote |= call in WRITING

    def begin(self) -> None:
        self.counts.clear()
        self.wrote = False


def watched(connector: type[Any], watch: Watch) -> type[Any]:
    """The connector itself, with the name of every call told to `watch`."""

    def generating(call: str, method: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
        def run(self: Any, *args: Any) -> Iterator[Any]:
            found = iter(method(self, *args))
            while True:
                with watch.during(call):
                    page = next(found, None)
                if page is None:
                    return
                yield page

        return run

    def begin(self: Any, streams: Any) -> None:
        """To its end, so that what is asked beside others is told as the list it belongs to."""
        with watch.during("list"):
            connector.begin(self, streams)
            wait_for_reads_ahead()

    def create(self: Any, drafts: Any) -> Any:
        is_comment = bool(drafts) and kind_of(drafts[0].record) is Kind.COMMENT
        with watch.during("comment" if is_comment else "create"):
            return connector.create(self, drafts)

    def update(self: Any, target: Any, over: Any, changes: Any) -> Any:
        with watch.during("transition" if "status" in changes else "update"):
            return connector.update(self, target, over, changes)

    calls = {"fetch": "list", "sweep": "sweep", "read": "read", "history": "history"}
    reads = {name: generating(call, getattr(connector, name)) for name, call in calls.items()}
    return type(connector.__name__, (connector,), {**reads, "begin": begin, "create": create, "update": update})


@dataclass
class Aim:
    """Hits the `nth` request of a call kind and the `times - 1` after it; with `for_good`, everything from there on.

    Of a writing kind only writes count. `after_write`: only reads that follow a write. `act` is done at the first hit.
    """

    watch: Watch
    call: str
    nth: int = 1
    times: int = 1
    for_good: bool = False
    after_write: bool = False
    act: Callable[[], object] = lambda: None
    answers: bool = True
    seen: int = 0
    struck: int = 0
    lifted: bool = False

    def hits(self, method: str, path: str) -> bool:
        if self.lifted:
            return False
        if self.for_good and self.struck:
            return self.answers
        if not counts(self.watch, self.call, method, path) or (self.after_write and not self.watch.wrote):
            return False
        self.seen += 1
        if not self.nth <= self.seen < self.nth + self.times:
            return False
        self.struck += 1
        if self.struck == 1:
            self.act()
        return self.answers


def counts(watch: Watch, call: str, method: str, path: str) -> bool:
    is_read = method == "GET" or path.endswith(READS_BY_POST)
    return watch.call == call and not (is_read and call in WRITING)


def aimed(fault: type[Any], aim: Aim, **fields: Any) -> Any:
    """A simulator's own fault that falls where `aim` says."""
    shape = type("Aimed", (fault,), {"strikes": lambda self, method, path: aim.hits(method, path)})
    return shape(**fields)


class Counting:
    """A fault that never falls: it counts the requests of every call kind."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    def strikes(self, method: str, path: str) -> bool:
        for call in itertools.chain(KINDS):
            if counts(self.watch, call, method, path):
                self.watch.counts[call] += 1
                if self.watch.wrote:
                    self.watch.counts[f"{call} after a write"] += 1
        return False

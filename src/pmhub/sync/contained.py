"""A connector behind a wall: whatever it raises, prints, keeps waiting for or answers in a wrong shape is its own remote's
trouble, told with its name, and never reaches the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar, cast

from pmhub.config.edge import LOAD_PATIENCE, PATIENCE, Overdue, edge
from pmhub.errors import Ambiguous, ConnectorError, PluginError, PmhubError, Unavailable
from pmhub.model.ci import CiRun
from pmhub.model.records import record as make_record
from pmhub.sdk import (
    Changes,
    Connector,
    Context,
    Created,
    Draft,
    FieldChange,
    File,
    Fitted,
    Identity,
    Kind,
    Observation,
    Page,
    PullRequest,
    Record,
    Ref,
    Refused,
    Scope,
    Stream,
    Target,
    Tombstone,
    kind_of,
)
from pmhub.sync.shapes import WrongShape, a, checked_fit, observed, paged

Answer = TypeVar("Answer")
Shape = Callable[[Any], None]
AT_ONCE = 10
HINT = "This is the plugin's fault: tell its author, or block it under [plugins]."


class Contained:
    """Stands where the connector stood. Methods that are not named here are taken for reads.

    An error of pmhub's goes through. Any other, and an answer of a wrong shape, is Unavailable in a read; in a write, where
    nobody knows what was done by then, it is Ambiguous. Where `fit` breaks the remote can hold nothing, and `broke` hears.
    """

    def __init__(self, inner: Connector[Any], broke: Callable[[ConnectorError], None], patience: float) -> None:
        self._inner, self._broke, self._patience = inner, broke, patience
        self._fits = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the connector's own
        found = getattr(self._inner, name)
        if not (callable(found) and callable(getattr(Connector, name, None))):
            return found

        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the method takes and gives
            answer = self._read(name, lambda: found(*given, **named), _any)
            return self._each(name, lambda: answer, _any) if isinstance(answer, Iterator) else answer

        return call

    def later(self, kind: Kind, scope: Scope) -> frozenset[str]:
        try:
            return self._read("later", lambda: self._inner.later(kind, scope), a(frozenset))
        except ConnectorError as error:
            self._fits = False
            self._broke(error)
            return frozenset()

    def check(self, scopes: Sequence[Scope]) -> Identity:
        return self._read("check", lambda: self._inner.check(scopes), a(Identity))

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        return self._each("fetch", lambda: self._inner.fetch(streams), paged, size=1)

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        return self._each("sweep", lambda: self._inner.sweep(stream), a(Ref))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        return self._each("read", lambda: self._inner.read(targets), observed)

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        return self._each("history", lambda: self._inner.history(targets, since), a(FieldChange))

    def test_runs(self, scope: Scope, since: int) -> Iterator[CiRun]:
        return self._each("test_runs", lambda: self._inner.test_runs(scope, since), a(CiRun), size=1)

    def open_pull_requests(self, scope: Scope) -> Iterator[PullRequest]:
        return self._each("open_pull_requests", lambda: self._inner.open_pull_requests(scope), a(PullRequest))

    def files(self, target: Target) -> Iterator[File]:
        """Fetching one is a call of its own."""
        for found in self._each("files", lambda: self._inner.files(target), a(File)):
            yield File(found.name, partial(self._read, "files", found.fetch, a(bytes)))

    def attached(self, target: Target) -> Sequence[str]:
        return self._read("attached", lambda: self._inner.attached(target), a(Sequence))

    def attach(self, target: Target, name: str, content: bytes) -> None:
        self._write("attach", lambda: self._inner.attach(target, name, content), _any)

    def fit(self, scope: Scope, record: Record) -> Fitted:
        """Once it broke it is not asked again: each value would take its patience."""
        nothing = Fitted(make_record(kind_of(record), {}))
        if not self._fits:
            return nothing
        try:
            return self._read("fit", lambda: self._inner.fit(scope, record), lambda answer: checked_fit(record, answer))
        except ConnectorError as error:
            self._fits = False
            self._broke(error)
            return nothing

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        def as_many(answer: Any) -> None:  # noqa: ANN401 - what the connector gave
            a(Sequence)(answer)
            for one in answer:
                a(Created, Refused)(one)
                if isinstance(one, Created) and one.observation is not None:
                    observed(one.observation)
            if len(answer) != len(drafts):
                raise WrongShape(f"{len(answer)} answers to {len(drafts)} drafts")

        return self._write("create", lambda: self._inner.create(drafts), as_many)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        def body(answer: Any) -> None:  # noqa: ANN401 - what the connector gave
            if answer is not None:
                a(Observation)(answer)
                observed(answer)

        return self._write("update", lambda: self._inner.update(target, over, changes), body)

    def mark(self, target: Target, marker: str) -> None:
        self._write("mark", lambda: self._inner.mark(target, marker), _any)

    def announce(self, scope: Scope, told: Any) -> None:  # noqa: ANN401 - as the connector takes it
        self._write("announce", lambda: self._inner.announce(scope, told), _any)

    def _each(
        self, method: str, call: Callable[[], Iterator[Answer]], shape: Shape, size: int = AT_ONCE
    ) -> Iterator[Answer]:
        """`size`: how many are one call of the connector, with one patience."""

        def shaped(part: list[Answer]) -> None:
            for one in part:
                shape(one)

        found = iter(self._read(method, lambda: iter(call()), _any))
        while part := self._read(method, lambda: list(islice(found, size)), shaped):
            yield from part

    def _read(self, method: str, call: Callable[[], Answer], shape: Shape) -> Answer:
        try:
            return self._called(call, shape)
        except PmhubError:
            raise
        except (Exception, Overdue) as error:
            raise Unavailable(self._told(method, error), hint=HINT) from error

    def _write(self, method: str, call: Callable[[], Answer], shape: Shape) -> Answer:
        try:
            return self._called(call, shape)
        except PmhubError:
            raise
        except (Exception, Overdue) as error:
            raise Ambiguous(self._told(method, error), hint=HINT) from error

    def _called(self, call: Callable[[], Answer], shape: Shape) -> Answer:
        with edge(self._inner.name, self._patience):
            answer = call()
        shape(answer)
        return answer

    def _told(self, method: str, error: BaseException) -> str:
        return f"the connector `{self._inner.name}` broke in {method}: {type(error).__name__}: {error}"


def _any(_: object) -> None:
    """Any shape is right."""


def contained(
    connector: Connector[Any], broke: Callable[[ConnectorError], None], patience: float = PATIENCE
) -> Connector[Any]:
    """`patience`: seconds for one call; a page of a listing is a call."""
    return cast("Connector[Any]", Contained(connector, broke, patience))


def made(type_: type[Connector[Any]], settings: object, context: Context) -> tuple[Connector[Any], str]:
    """A connector, and its remote's id. Raises PluginError where it cannot even be made; an error of ours goes through."""
    try:
        with edge(type_.name, LOAD_PATIENCE):
            connector = type_(settings, context)
            site = connector.site()
        a(str)(site)
    except PmhubError:
        raise
    except (Exception, Overdue) as error:
        said = f"the connector `{type_.name}` broke when it was made: {type(error).__name__}: {error}"
        raise PluginError(said, hint=HINT) from error
    return connector, f"{type_.name}:{site}"

"""Every way a request can fail, at every method: the error says what a hub may do next, so a wrong one does harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pmhub.sdk import (
    Ambiguous,
    ConnectorError,
    Created,
    Denied,
    Draft,
    Limited,
    Observation,
    Refused,
    Stream,
    Target,
    Unavailable,
    values,
)
from pmhub.testing.conformance.bench import Failure
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.needs import bears_markers, can_fail, creates, logs, updates
from pmhub.testing.conformance.rules import check
from pmhub.testing.conformance.trial import Trial

MINUTE = 60_000
Errors = Mapping[Failure, tuple[type[ConnectorError], ...]]
READS: Errors = {
    Failure.LIMITED: (Limited,),
    Failure.DENIED: (Denied,),
    Failure.DOWN: (Unavailable,),
    Failure.GARBLED: (Unavailable,),
}
WRITES: Errors = {
    Failure.LIMITED: (Limited,),
    Failure.DENIED: (Denied,),
    Failure.DOWN: (Unavailable, Ambiguous),
    Failure.LOST: (Ambiguous,),
    Failure.GARBLED: (Ambiguous, Unavailable),
}
DONE = (Failure.LOST, Failure.GARBLED)
"""The write may have happened."""


def offered(trial: Trial, errors: Errors) -> Iterator[tuple[Failure, tuple[type[ConnectorError], ...]]]:
    """The failures that the author's remote can be made to have."""
    for failure, allowed in errors.items():
        try:
            with trial.failing(failure):
                pass
        except NotImplementedError:
            continue
        yield failure, allowed


def _fails(trial: Trial, expect: Expect, call: Callable[[], Any], errors: Errors) -> None:
    for failure, allowed in offered(trial, errors):
        with trial.failing(failure):
            error = expect.raises(allowed, call)
        if isinstance(error, Limited):
            in_ms = trial.clock() - 10 * MINUTE < error.retry_at < trial.clock() + 24 * 60 * MINUTE
            expect(in_ms, "retry_at in milliseconds of our clock", error.retry_at)


@check("check", "A failing request is told by the error that fits: Limited, Denied, Unavailable.", can_fail, once=True)
def check_tells_failures_apart(trial: Trial, expect: Expect) -> None:
    for failure, allowed in offered(trial, READS):
        trial.renew()
        with trial.failing(failure):
            expect.raises(allowed, trial.check)


@check("fetch", "A failing request is told by the error that fits: never as an empty page.", can_fail)
def fetch_tells_failures_apart(trial: Trial, expect: Expect) -> None:
    trial.person_makes()
    trial.check()
    _fails(trial, expect, trial.pages, READS)


@check(
    "sweep", "A failing request is told by the error that fits: what is not listed may be taken for deleted.", can_fail
)
def sweep_tells_failures_apart(trial: Trial, expect: Expect) -> None:
    trial.person_makes()
    trial.check()
    _fails(trial, expect, trial.swept, READS)


@check("read", "A failing request is told by the error that fits: never as a Tombstone.", can_fail)
def read_tells_failures_apart(trial: Trial, expect: Expect) -> None:
    ref = trial.read(trial.person_makes()).ref
    _fails(trial, expect, lambda: trial.answers([ref]), READS)


@check("history", "A failing request is told by the error that fits.", can_fail, logs)
def history_tells_failures_apart(trial: Trial, expect: Expect) -> None:
    ref = trial.read(trial.person_makes()).ref
    _fails(trial, expect, lambda: list(trial.connector.history([Target(trial.scope, ref)], 0)), READS)


@check(
    "create",
    "A write that may have happened is Ambiguous; one that did not is Limited, Denied or Unavailable.",
    can_fail,
    creates,
)
def create_tells_failures_apart(trial: Trial, expect: Expect) -> None:
    trial.check()
    for failure, allowed in offered(trial, WRITES):
        draft = trial.draft(trial.sample(0, trial.named(f"Failing {failure}")))
        with trial.failing(failure):
            expect.raises(allowed, partial(_create, trial, draft))
        trial.clock.wait(10 * MINUTE)
        found = [one for one in trial.fetch()[0].values() if _named(trial, one, failure)]
        most = 1 if failure in DONE else 0
        expect(len(found) <= most, f"at most {most} made when {failure}", len(found))
        if allowed != (Ambiguous,):
            continue
        expect(len(found) == 1, "one made, whose answer was lost", len(found))
        marked = bears_markers(trial) or found[0].marker == draft.marker
        expect(
            marked, "its marker in the one call that makes it", f"marker {found[0].marker!r} when the answer is lost"
        )


def _create(trial: Trial, draft: Draft) -> Created:
    """A refusal may be answered instead of raised."""
    (answer,) = trial.connector.create([draft])
    if isinstance(answer, Refused):
        raise answer
    return answer


def _named(trial: Trial, one: Observation, failure: Failure) -> bool:
    return trial.named(f"Failing {failure}").items() <= values(one.record).items()


@check(
    "update",
    "A write that may have happened is Ambiguous; one that did not is Limited, Denied or Unavailable.",
    can_fail,
    updates,
)
def update_tells_failures_apart(trial: Trial, expect: Expect) -> None:
    head, over = trial.headline(), trial.read(trial.person_makes())
    target = Target(trial.scope, over.ref)
    for failure, allowed in offered(trial, WRITES):
        trial.clock.wait(MINUTE)
        write = partial(trial.connector.update, target, over, trial.named(f"Failing {failure}"))
        with trial.failing(failure):
            expect.raises(allowed, write)
        if failure not in DONE:
            now = trial.looked(over.ref).get(head)
            expect(now == values(over.record)[head], f"{head} as it was when {failure}", repr(now))


@check("fetch", "After a failure it goes on as if nothing had been: no cursor, no page was lost.", can_fail)
def reading_goes_on_after_a_failure(trial: Trial, expect: Expect) -> None:
    made = trial.person_makes_many(3)
    trial.check()
    with trial.failing(Failure.DOWN):
        expect.raises(Unavailable, trial.pages)
    trial.clock.wait(MINUTE)
    found, _ = trial.fetch()
    lost = [ref.id for ref in made if ref.id not in found]
    expect(not lost, "everything, once the remote is up again", f"{lost} missing")


@check("fetch", "It keeps to the deadline: no wait goes past it.", can_fail, once=True)
def no_wait_goes_past_the_deadline(trial: Trial, expect: Expect) -> None:
    deadline = trial.clock() + 1_000
    connector = trial.connector = trial.bench.connector(trial.context(deadline))
    with trial.failing(Failure.LIMITED):
        expect.raises(Limited, lambda: list(connector.fetch([Stream(trial.kind, trial.scope)])))
    expect(trial.clock() <= deadline, "no sleep past context.deadline", f"{trial.clock() - deadline} ms past it")


@check("fetch", "A container that cannot be seen any more is an error, never an empty page.", can_fail)
def a_hidden_container_is_not_read_as_empty(trial: Trial, expect: Expect) -> None:
    trial.person_makes()
    _, cursor = trial.fetch()
    for failure, allowed in offered(trial, {Failure.HIDDEN: (ConnectorError,)}):
        with trial.failing(failure):
            expect.raises(allowed, trial.renewed().pages)
            expect.raises(allowed, partial(trial.pages, cursor))


@check(
    "sweep",
    "A container that cannot be seen any more is an error: a listing without ids would close everything.",
    can_fail,
)
def a_hidden_container_is_not_swept_as_empty(trial: Trial, expect: Expect) -> None:
    trial.person_makes()
    for failure, allowed in offered(trial, {Failure.HIDDEN: (ConnectorError,)}):
        with trial.failing(failure):
            expect.raises(allowed, trial.renewed().swept)

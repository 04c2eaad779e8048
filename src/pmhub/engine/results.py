"""What the cases of one run come to: one result a test, the run's outcome, the state of a set of tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Final, TypeAlias

from pmhub.model.ci import State
from pmhub.model.results import Case, Identity, Outcome, Totals

Aliases: TypeAlias = Mapping[Identity, Identity]
"""New name → old name: under the oldest one a test keeps its history."""
TEST_KEY: Final = "test_key"
_MILDEST_FIRST: Final = (Outcome.SKIPPED, Outcome.PASSED, Outcome.FAILED, Outcome.ERROR)


def winner(attempts: Sequence[Case]) -> Case:
    """The one result of a test that a run tried several times, in the order they were tried; at least one.

    The last attempt that ran has the word: a runner tries again because the first try failed, so a pass after a failure
    is a pass, and flaky; a failure after a pass is a failure. A skipped attempt says nothing about the others. The
    winner counts all attempts and, where it is flaky, says why an earlier one failed.
    """
    return reduce(_after, attempts)


def _after(earlier: Case, later: Case) -> Case:
    attempts = earlier.attempts + later.attempts
    if later.outcome is Outcome.SKIPPED:
        return replace(earlier, attempts=attempts)
    failed_before = earlier.flaky or earlier.outcome.is_bad
    flaky = later.outcome is Outcome.PASSED and (later.flaky or failed_before)
    message = later.message or (earlier.message if flaky else "")
    return replace(later, attempts=attempts, flaky=flaky, message=message)


def settle(cases: Iterable[Case], aliases: Aliases | None = None) -> dict[Identity, Case]:
    """Each test of one report, under its oldest name: the winner of its attempts, the worst where several bear its name.

    Reports are settled apart and then joined: the same test in two reports of a run is two machines, not two attempts.
    """
    settled: dict[tuple[int, Identity], Case] = {}
    for case in cases:
        place = case.part, oldest_name(case.identity, aliases or {})
        earlier = settled.get(place)
        settled[place] = case if earlier is None else _after(earlier, case)
    return _worst((identity, case) for (_, identity), case in settled.items())


def joined(reports: Iterable[Mapping[Identity, Case]]) -> dict[Identity, Case]:
    """The settled reports of one run as one: what failed anywhere failed, what only some skipped was run."""
    return _worst(found for report in reports for found in report.items())


def _worst(found: Iterable[tuple[Identity, Case]]) -> dict[Identity, Case]:
    worst: dict[Identity, Case] = {}
    for identity, case in found:
        known = worst.get(identity)
        worst[identity] = case if known is None else max(known, case, key=_gravity)
    return worst


def _gravity(case: Case) -> tuple[int, bool]:
    return _MILDEST_FIRST.index(case.outcome), case.flaky


def oldest_name(identity: Identity, aliases: Aliases) -> Identity:
    """A ring of aliases ends where it began: two tests that swapped names keep the names they have now."""
    seen = {identity}
    name = identity
    while name in aliases:
        name = aliases[name]
        if name in seen:
            return identity
        seen.add(name)
    return name


def renamed(known: Mapping[str, Collection[Identity]], cases: Iterable[Case]) -> dict[Identity, Identity]:
    """Aliases for tests whose `test_key` is known under another name: a key survives a rename.

    `known`: key → the names that bore it. A key borne by several tests, before or now (each set of a test's parameters
    carries its key), names none of them: joining them would let one hide the failure of another.
    """
    bearers: dict[str, set[Identity]] = {}
    for case in cases:
        for key in case.properties.get(TEST_KEY, ()):
            bearers.setdefault(key, set()).add(case.identity)
    return {new: old for key, names in bearers.items() for new, old in _moved(set(known.get(key, ())), names)}


def _moved(before: set[Identity], now: set[Identity]) -> Iterable[tuple[Identity, Identity]]:
    return zip(now, before, strict=True) if len(before) == len(now) == 1 and before != now else ()


def totals(cases: Iterable[Case]) -> Totals:
    """Of settled cases: one a test."""
    counts: Counter[Outcome] = Counter()
    flaky, seconds = 0, 0.0
    for case in cases:
        counts[case.outcome] += 1
        flaky += case.flaky
        seconds += case.seconds or 0.0
    return Totals(**{outcome.value: counts[outcome] for outcome in Outcome}, flaky=flaky, seconds=seconds)


def run_outcome(counted: Totals) -> Outcome:
    """ERROR and FAILED go before PASSED; a run in which nothing ran is SKIPPED, never a pass."""
    if counted.error:
        return Outcome.ERROR
    if counted.failed:
        return Outcome.FAILED
    return Outcome.PASSED if counted.passed else Outcome.SKIPPED


def state(outcomes: Iterable[Outcome | None]) -> State:
    """Of the tests of one ticket, each with its latest outcome; None for one that no run has tried.

    One bad test makes it NOK. OK needs a test that passed; skipped ones beside it do not count.
    """
    found = set(outcomes)
    if not found:
        return State.UNCOVERED
    if any(outcome is not None and outcome.is_bad for outcome in found):
        return State.NOK
    return State.OK if Outcome.PASSED in found else State.NOT_RUN

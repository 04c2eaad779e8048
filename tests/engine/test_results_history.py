"""Flaky or broken, and since when: judged from results over time."""

from __future__ import annotations

import random

import pytest

from pmhub.engine.result_history import Result, TicketChange, Verdict, by_environment, health, latest, ticket_change
from pmhub.model.results import Outcome

OUTCOMES = {"P": Outcome.PASSED, "F": Outcome.FAILED, "E": Outcome.ERROR, "S": Outcome.SKIPPED, "p": Outcome.PASSED}


def history(letters, **more):
    """One result a letter, each of a commit of its own; `p` passed after a retry."""
    return [
        Result(outcome=OUTCOMES[letter], at=at, commit=f"c{at}", flaky=letter == "p", **more)
        for at, letter in enumerate(letters)
    ]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", Verdict.UNKNOWN),
        ("SSS", Verdict.UNKNOWN),
        ("P", Verdict.HEALTHY),
        ("PPPPPPSSP", Verdict.HEALTHY),
        ("PPFFFFFFPPPP", Verdict.HEALTHY),  # broken once, mended
        ("F", Verdict.BROKEN),
        ("PPPPPF", Verdict.BROKEN),
        ("PPPPPFFFEFF", Verdict.BROKEN),
        ("PPFFFFFFPPPPF", Verdict.BROKEN),  # broken again
        ("PPPPFPPPPF", Verdict.FLAKY),
        ("PPPPFPPPPFPPPP", Verdict.FLAKY),
        ("PPFPPPEPPPPPFPP", Verdict.FLAKY),
        ("PPPpPPP", Verdict.FLAKY),
        ("PPpPPPPF", Verdict.FLAKY),
        ("PPPPFPPPPFPPPPFFFFFFFF", Verdict.BROKEN),  # more in a row than one in five explains
    ],
)
def test_a_verdict_is_told_by_what_came_before(letters, expected) -> None:
    assert health(history(letters)).verdict is expected


def test_a_test_that_fails_one_run_in_five_is_flaky_not_broken() -> None:
    for length in range(10, 80):
        letters = "".join("F" if number % 5 == 4 else "P" for number in range(length))
        assert health(history(letters)).verdict is Verdict.FLAKY


def test_a_test_that_fails_by_chance_is_hardly_ever_called_broken() -> None:
    chance = random.Random(5)
    lives = ["".join("F" if chance.random() < 0.2 else "P" for _ in range(60)) for _ in range(500)]
    verdicts = [health(history(letters)).verdict for letters in lives]
    assert verdicts.count(Verdict.FLAKY) >= 495


def test_a_test_that_fails_since_a_commit_is_broken_since_that_commit() -> None:
    found = health(history("PPPPPFFF"))
    assert found.verdict is Verdict.BROKEN
    assert found.since is not None
    assert found.since.commit == "c5"
    assert (found.runs, found.failures) == (8, 3)
    assert health(history("PPFFP")).since is None


def test_the_same_code_with_both_outcomes_is_flaky_at_once() -> None:
    both = [Result(outcome=OUTCOMES[letter], at=at, commit="same") for at, letter in enumerate("PF")]
    assert health(both).verdict is Verdict.FLAKY
    assert health(history("PF")).verdict is Verdict.BROKEN


def test_a_test_that_was_flaky_and_fails_ever_after_is_broken_in_the_end() -> None:
    assert health(history("PPPPFPPPPFPPPPF" + "F" * 3)).verdict is Verdict.FLAKY
    assert health(history("PPPPFPPPPFPPPPF" + "F" * 5)).verdict is Verdict.BROKEN


def test_a_failing_streak_longer_than_the_window_began_where_it_began() -> None:
    found = health(history("PP" + "F" * 300))
    assert found.since is not None
    assert found.since.commit == "c2"
    assert found.failures == 300


def test_results_may_come_in_any_order() -> None:
    results = history("PPPPFPPPPF")
    assert health(results[::-1]) == health(results)


def test_an_environment_is_judged_by_its_own_results() -> None:
    found = by_environment([*history("PPPPPP", environment="linux"), *history("PPPFFF", environment="windows")])
    assert {name: one.verdict for name, one in found.items()} == {"linux": Verdict.HEALTHY, "windows": Verdict.BROKEN}


def test_the_latest_outcome_is_told_for_each_environment() -> None:
    results = [*history("PF", environment="linux"), *history("FS", environment="windows")]
    assert {name: one.outcome for name, one in latest(results).items()} == {"linux": "failed", "windows": "skipped"}


def test_a_later_attempt_of_a_run_is_the_later_result() -> None:
    tries = [Result(outcome=OUTCOMES[letter], at=1, attempt=number) for number, letter in ((2, "P"), (1, "F"))]
    assert latest(tries)[""].outcome is Outcome.PASSED


def test_durations_are_told_where_they_are_known() -> None:
    results = [
        Result(outcome=Outcome.PASSED, at=at, seconds=took) for at, took in enumerate((1.0, None, 3.0, 2.0, 9.0))
    ]
    found = health(results).durations
    assert found is not None
    assert (found.latest, found.median, found.p90) == (9.0, 2.5, 9.0)
    assert health(history("PPP")).durations is None


@pytest.mark.parametrize(
    ("verdicts", "is_open", "change"),
    [
        ({Verdict.BROKEN}, False, TicketChange.OPEN),
        ({Verdict.BROKEN, Verdict.HEALTHY}, False, TicketChange.OPEN),
        ({Verdict.BROKEN}, True, None),
        ({Verdict.FLAKY}, False, None),
        ({Verdict.FLAKY}, True, None),
        ({Verdict.HEALTHY, Verdict.UNKNOWN}, True, TicketChange.CLOSE),
        ({Verdict.HEALTHY}, False, None),
    ],
)
def test_a_broken_test_opens_its_ticket_and_only_a_healthy_one_closes_it(verdicts, is_open, change) -> None:
    assert ticket_change(verdicts, is_open=is_open) is change

"""What the cases of one run come to."""

from __future__ import annotations

import itertools

import pytest

from pmhub.engine.results import joined, oldest_name, renamed, run_outcome, settle, state, totals, winner
from pmhub.model.ci import State
from pmhub.model.results import Case, Identity, Outcome, TestRun, Totals

PASSED, FAILED, ERROR, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED


def case(outcome=PASSED, name="a", **more) -> Case:
    return Case(suite="s", name=name, outcome=outcome, **more)


def keyed(name, key) -> Case:
    return case(name=name, properties={"test_key": (key,)})


@pytest.mark.parametrize(
    ("attempts", "outcome", "flaky"),
    [
        ([PASSED], PASSED, False),
        ([FAILED, PASSED], PASSED, True),
        ([ERROR, FAILED, PASSED], PASSED, True),
        ([FAILED, PASSED, PASSED], PASSED, True),
        ([PASSED, FAILED], FAILED, False),
        ([FAILED, PASSED, FAILED], FAILED, False),
        ([PASSED, PASSED], PASSED, False),
        ([FAILED, ERROR], ERROR, False),
        ([FAILED, SKIPPED], FAILED, False),
        ([SKIPPED, PASSED], PASSED, False),
        ([FAILED, SKIPPED, PASSED], PASSED, True),
        ([SKIPPED, SKIPPED], SKIPPED, False),
    ],
)
def test_the_last_attempt_that_ran_has_the_word(attempts, outcome, flaky) -> None:
    won = winner([case(attempt) for attempt in attempts])
    assert (won.outcome, won.flaky, won.attempts) == (outcome, flaky, len(attempts))


def test_the_winner_is_the_same_however_the_attempts_were_put_together() -> None:
    for attempts in itertools.product(Outcome, repeat=4):
        tried = [case(attempt) for attempt in attempts]
        assert winner([winner(tried[:2]), winner(tried[2:])]) == winner(tried)


def test_a_flaky_test_says_why_it_failed_and_one_that_failed_says_why_last() -> None:
    assert winner([case(FAILED, message="timeout"), case(PASSED)]).message == "timeout"
    assert winner([case(FAILED, message="one"), case(FAILED, message="two")]).message == "two"
    assert winner([case(FAILED, message="one", seconds=1.0), case(PASSED, seconds=2.0)]).seconds == 2.0


def test_attempts_inside_a_report_and_reports_of_attempts_add_up() -> None:
    assert winner([case(PASSED, attempts=2, flaky=True), case(PASSED)]).attempts == 3
    assert winner([case(PASSED, attempts=2, flaky=True), case(PASSED)]).flaky


def test_two_reports_of_a_run_are_two_machines_and_no_pass_hides_a_failure() -> None:
    one = settle([case(FAILED, message="on one"), case(SKIPPED, "b"), case(PASSED, "c"), case(PASSED, "d")])
    other = settle([case(PASSED), case(PASSED, "b"), case(FAILED, "c"), case(FAILED, "d"), case(PASSED, "d")])
    for reports in ([one, other], [other, one]):
        found = {identity.name: case for identity, case in joined(reports).items()}
        assert {name: case.outcome for name, case in found.items()} == {
            "a": FAILED,
            "b": PASSED,
            "c": FAILED,
            "d": PASSED,
        }
        assert (found["a"].message, found["a"].attempts, found["d"].flaky) == ("on one", 1, True)


def test_two_tests_of_one_name_in_one_report_are_not_attempts_of_each_other() -> None:
    alike = [case(FAILED, part=1), case(PASSED, part=2), case(PASSED, "b", part=1), case(FAILED, "b", part=2)]
    assert [(one.outcome, one.flaky) for one in settle(alike).values()] == [(FAILED, False), (FAILED, False)]
    retried = [case(FAILED, part=1), case(PASSED, part=1), case(PASSED, part=2)]
    assert [(one.outcome, one.flaky) for one in settle(retried).values()] == [(PASSED, True)]


def test_the_same_name_in_another_suite_or_class_is_another_test() -> None:
    same = [case(), Case(suite="t", name="a", outcome=FAILED), case(classname="C"), case(classname="D")]
    assert len(settle(same)) == 4


@pytest.mark.parametrize(
    ("classname", "name", "expected"),
    [("", "a", "a"), ("C", "a", "C.a"), ("Cart adds", "Cart adds", "Cart adds"), ("adds", "Cart adds", "Cart adds")],
)
def test_a_class_qualifies_a_name_that_does_not_hold_it_yet(classname, name, expected) -> None:
    assert case(name=name, classname=classname).identity == Identity("s", expected)


def test_a_renamed_test_is_kept_under_its_oldest_name() -> None:
    one, two, three = (Identity("s", name) for name in ("one", "two", "three"))
    aliases = {three: two, two: one}
    assert list(settle([case(name="three"), case(name="other")], aliases)) == [one, Identity("s", "other")]


def test_a_ring_of_aliases_ends() -> None:
    one, two = Identity("s", "one"), Identity("s", "two")
    assert oldest_name(one, {one: two, two: one}) == one
    assert oldest_name(one, {one: one}) == one


def test_a_test_key_survives_a_rename() -> None:
    old, new = Identity("s", "old"), Identity("s", "new")
    assert renamed({"SHOP-1": {old}}, [keyed("new", "SHOP-1"), keyed("other", "SHOP-2")]) == {new: old}
    assert renamed({"SHOP-1": {new}}, [keyed("new", "SHOP-1")]) == {}
    assert renamed({}, [keyed("new", "SHOP-1")]) == {}


def test_a_test_key_of_several_tests_joins_none_of_them() -> None:
    old = Identity("s", "old")
    assert renamed({"SHOP-1": {old}}, [keyed("new[1]", "SHOP-1"), keyed("new[2]", "SHOP-1")]) == {}
    assert renamed({"SHOP-1": {old, Identity("s", "older")}}, [keyed("new", "SHOP-1")]) == {}


def test_totals_count_each_test_once_and_flaky_ones_among_the_passed() -> None:
    settled = settle(
        [case(FAILED, seconds=1.0), case(seconds=2.0), case(ERROR, "b"), case(SKIPPED, "c"), case(FAILED, "d")]
    )
    counted = totals(settled.values())
    assert counted == Totals(passed=1, failed=1, error=1, skipped=1, flaky=1, seconds=2.0)
    assert counted.cases == 4


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (Totals(passed=9, failed=1, error=1), ERROR),
        (Totals(passed=9, failed=1), FAILED),
        (Totals(passed=1, skipped=9), PASSED),
        (Totals(skipped=9), SKIPPED),
        (Totals(), SKIPPED),
    ],
)
def test_a_run_is_as_good_as_its_worst_test_and_no_run_is_no_pass(counted, expected) -> None:
    assert run_outcome(counted) is expected


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], State.UNCOVERED),
        ([None], State.NOT_RUN),
        ([SKIPPED, None], State.NOT_RUN),
        ([PASSED], State.OK),
        ([PASSED, SKIPPED, None], State.OK),
        ([PASSED, FAILED], State.NOK),
        ([None, ERROR], State.NOK),
    ],
)
def test_the_state_of_a_ticket_is_that_of_its_tests(outcomes, expected) -> None:
    assert state(outcomes) is expected


def test_a_run_is_known_by_its_number_and_attempt() -> None:
    assert TestRun(run="17", attempt=2).key == ("17", 2)

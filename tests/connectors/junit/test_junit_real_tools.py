"""Reports of real tools, held against what the tools themselves printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pmhub.engine.results import settle, totals
from pmhub_junit import read

REAL = Path(__file__).parent / "real"
PRINTED = json.loads((REAL / "printed.json").read_text(encoding="utf-8"))
OUTCOMES = ("passed", "failed", "error", "skipped", "flaky")


def test_every_report_has_its_counts_and_every_count_its_report() -> None:
    assert sorted(PRINTED) == sorted(path.stem for path in REAL.glob("*.xml"))


@pytest.mark.parametrize("tool", PRINTED)
def test_a_report_is_read_with_the_counts_its_tool_printed(tool) -> None:
    expected, cases = PRINTED[tool], list(read(REAL / f"{tool}.xml"))
    settled = settle(cases)
    counted = totals(settled.values())
    assert {name: getattr(counted, name) for name in OUTCOMES} == {name: expected.get(name, 0) for name in OUTCOMES}
    assert len(cases) == expected.get("cases", counted.cases)
    assert sum(case.attempts for case in settled.values()) == expected.get("attempts", len(cases))


@pytest.mark.parametrize("tool", PRINTED)
def test_what_is_bad_says_why_and_every_test_has_a_name(tool) -> None:
    for case in read(REAL / f"{tool}.xml"):
        assert case.name
        assert case.message or not case.outcome.is_bad or tool == "ctest"


def by_name(tool):
    return {case.name: case for case in read(REAL / f"{tool}.xml")}


def test_surefire_tells_a_flaky_failure_from_a_pass_and_a_rerun_from_a_test_of_its_own() -> None:
    cases = by_name("surefire")
    assert (cases["flaky"].outcome, cases["flaky"].flaky, cases["flaky"].attempts) == ("passed", True, 2)
    assert "expected:<2> but was:<1>" in cases["flaky"].message
    assert (cases["fails"].outcome, cases["fails"].flaky, cases["fails"].attempts) == ("failed", False, 3)
    assert (cases["errors"].outcome, cases["errors"].attempts) == ("error", 3)


def test_a_pass_that_pytest_had_to_try_for_is_flaky() -> None:
    settled = {identity.name: case for identity, case in settle(read(REAL / "pytest-rerunfailures.xml")).items()}
    flaky = settled["test_shop.TestCart.test_flaky"]
    assert (flaky.outcome, flaky.flaky, flaky.attempts) == ("passed", True, 2)
    assert [name for name, case in settled.items() if case.flaky] == ["test_shop.TestCart.test_flaky"]


def test_several_failures_of_one_test_are_all_told() -> None:
    message = by_name("gtest")["Fails"].message
    assert "Expected equality" in message
    assert "Expected: true" in message
    assert "twice" in message


def test_properties_of_a_case_are_kept() -> None:
    assert dict(by_name("pytest")["test_adds"].properties) == {"requirements": ("SHOP-12",), "test_key": ("SHOP-99",)}
    assert dict(by_name("gtest")["Adds"].properties) == {"requirements": ("SHOP-12",)}
    assert dict(by_name("playwright")["Cart \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} fails"].properties) == {
        "issue": ("SHOP-12",)
    }
    assert not by_name("surefire")["adds"].properties  # those of the suite are the machine's


def test_what_a_test_printed_is_not_kept() -> None:
    said = " ".join(case.message for tool in PRINTED for case in read(REAL / f"{tool}.xml"))
    assert "ATTACHMENT" not in said
    assert "running 1 test" not in said


def test_the_suite_is_the_path_of_suites_without_places_and_dates() -> None:
    assert {case.suite for case in read(REAL / "phpunit.xml")} == {
        "unit / CartTest",
        "unit / CartTest / CartTest::testSizes",
    }
    assert {case.suite for case in read(REAL / "xmlrunner.xml")} == {"test_unit.CartTest"}
    assert {case.suite for case in read(REAL / "node.xml")} == {"", "Cart", "Cart / inner"}


def test_a_suite_that_breaks_outside_of_a_test_is_not_lost() -> None:
    broken = by_name("prove")["(outside of a test)"]
    assert (broken.suite, broken.outcome) == ("shop_t", "error")
    assert "Dubious" in broken.message


def test_file_and_line_are_kept_where_the_tool_tells_them() -> None:
    cases = by_name("pytest-xunit1")
    assert cases["test_fails"].file == "test_shop.py"
    assert isinstance(cases["test_fails"].line, int)
    assert by_name("mocha")["Cart adds"].file.endswith("shop.spec.js")


REPEATING = {"gotestsum", "pytest-rerunfailures", "pytest-teardown"}  # a test again to tell of another attempt


@pytest.mark.parametrize("tool", sorted(PRINTED.keys() - REPEATING))
def test_two_tests_of_a_report_never_share_an_identity(tool) -> None:
    identities = [case.identity for case in read(REAL / f"{tool}.xml")]
    assert len(set(identities)) == len(identities)

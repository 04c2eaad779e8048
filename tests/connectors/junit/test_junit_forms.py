"""What tools and converters make of JUnit XML, where no real tool at hand writes it so."""

from __future__ import annotations

import io
import os
import threading

import pytest

from pmhub.model.results import Outcome
from pmhub_junit import Limits, NotJUnit, Unreadable, read
from pmhub_junit.seconds import seconds


def cases(text, **limits):
    return list(read(io.BytesIO(text.encode()), Limits(**limits)))


def only(inside, attributes='name="a"'):
    [case] = cases(f"<testsuite name='s'><testcase {attributes}>{inside}</testcase></testsuite>")
    return case


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.25", 0.25),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("0,123", 0.123),
        ("1,234,567.25", 1234567.25),
        ("1 234,5", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("1.5E-4", 0.00015),
        ("2s", 2.0),
        ("00:01:02.5", 62.5),
        ("01:30", 90.0),
        ("", None),
        (None, None),
        ("NaN", None),
        ("inf", None),
        ("1e999", None),
        ("-0.1", None),
        ("soon", None),
        ("9" * 5000, None),
    ],
)
def test_a_duration_is_read_as_it_was_meant(text, expected) -> None:
    assert seconds(text) == expected


def test_a_bare_suite_is_a_report_too() -> None:
    [case] = cases("<testsuite name='s'><testcase name='a' classname='C' time='0.5'/></testsuite>")
    assert (case.suite, case.name, case.classname, case.outcome, case.seconds) == ("s", "a", "C", "passed", 0.5)


def test_a_report_without_tests_has_no_cases() -> None:
    assert cases("<testsuites/>") == []
    assert cases("<testsuite name='s' tests='0'/>") == []


def test_white_space_and_a_namespace_do_not_matter() -> None:
    report = "\n  <?xml version='1.0'?><testsuite xmlns='urn:x' name='s'><testcase name='a'><failure/></testcase></testsuite>"
    assert [case.outcome for case in cases(report)] == ["failed"]


@pytest.mark.parametrize(
    ("inside", "attributes", "expected"),
    [
        ("", 'status="run" result="completed"', "passed"),
        ("", 'status="notrun" result="suppressed"', "skipped"),
        ("", 'status="run" result="skipped"', "skipped"),
        ("", 'status="disabled"', "skipped"),
        ("", 'status="Failed"', "failed"),
        ("", 'result="Failure" executed="True" success="False"', "failed"),
        ("<skipped/>", "", "skipped"),
        ("<skipped/><failure/>", "", "failed"),
        ("<failure/><error/>", "", "error"),
        ("<failure/>", 'status="passed"', "failed"),
        ("<skipped message='Unable to find executable'/>", 'status="notrun"', "error"),
    ],
)
def test_children_tell_the_outcome_and_attributes_where_there_are_none(inside, attributes, expected) -> None:
    assert only(inside, f'name="a" {attributes}').outcome is Outcome(expected)


def test_a_flaky_remark_beside_a_failure_is_an_attempt_of_a_test_that_failed() -> None:
    case = only("<flakyFailure message='one'/><failure message='two'/>")
    assert (case.outcome, case.flaky, case.attempts, case.message) == ("failed", False, 2, "two\none")


def test_a_message_in_attribute_and_text_is_told_once() -> None:
    assert only("<failure message='want 1'>want 1, got 2</failure>").message == "want 1, got 2"
    assert only("<failure message='want 1'>at line 7</failure>").message == "want 1\nat line 7"
    assert only("<failure type='Timeout'/>").message == "Timeout"


def test_a_long_message_is_cut_and_a_long_name_still_tells_two_tests_apart() -> None:
    first, second = cases(
        f"<testsuite name='s'><testcase name='{'x' * 5000}1'><failure>{'y' * 50000}</failure></testcase>"
        f"<testcase name='{'x' * 5000}2'/></testsuite>"
    )
    assert len(first.message) == 4000
    assert first.message.endswith("y…")
    assert len(first.name) == len(second.name) == 1000
    assert first.name != second.name


def test_a_property_is_its_attribute_or_its_text_and_may_come_twice() -> None:
    case = only(
        "<properties><property name='requirements' value='SHOP-1'/><property name='requirements' value='SHOP-2'/>"
        "<property name='test_description'><![CDATA[in words]]></property></properties>"
    )
    assert dict(case.properties) == {"requirements": ("SHOP-1", "SHOP-2"), "test_description": ("in words",)}


def test_output_is_not_kept_wherever_it_stands() -> None:
    case = only("<failure>why<system-out>secret</system-out></failure><system-out>secret</system-out><x>secret</x>")
    assert case.message == "why"


def test_nested_suites_make_a_path_and_places_on_a_machine_no_part_of_it() -> None:
    [case] = cases(
        "<testsuites><testsuite name='C:\\build\\x.dll' file='x'><testsuite name='Shop'><testsuite name='Cart'>"
        "<testcase name='a'/></testsuite></testsuite></testsuite></testsuites>"
    )
    assert (case.suite, case.file) == ("Shop / Cart", "x")


def test_two_suites_of_one_name_are_two_parts_and_one_suite_is_one() -> None:
    """jest-junit names a suite after what is described: two files that describe the same have two suites alike."""
    suite = "<testsuite name='Cart'><testcase name='adds'>{}</testcase><testcase name='adds'/></testsuite>"
    found = cases(f"<testsuites>{suite.format('<failure/>')}{suite.format('')}</testsuites>")
    assert len({case.identity for case in found}) == 1
    assert [len({case.part for case in found[:2]}), len({case.part for case in found})] == [1, 2]


def test_tests_of_one_name_in_two_suites_of_pytest_are_not_reruns() -> None:
    suite = "<testsuite name='pytest'><testcase classname='c' name='a'/></testsuite>"
    assert [case.flaky for case in cases(f"<testsuites name='pytest tests'>{suite}{suite}</testsuites>")] == [
        False,
        False,
    ]


def test_a_report_comes_through_a_pipe() -> None:
    reading, writing = os.pipe()
    text = b"<testsuite name='s'>" + b"<testcase name='a'/>" * 20_000 + b"</testsuite>"

    def write():
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(text)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        assert sum(1 for _ in read(pipe)) == 20_000
    writer.join()


@pytest.mark.parametrize("source", [str, lambda path: path])
def test_a_path_may_be_text_or_path(tmp_path, source) -> None:
    path = tmp_path / "junit.xml"
    path.write_text("<testsuite><testcase name='a'/></testsuite>", encoding="utf-8")
    assert [case.name for case in read(source(path))] == ["a"]


@pytest.mark.parametrize("length", range(1, 120, 7))
def test_a_truncated_report_is_one_clear_error_wherever_it_was_cut(length) -> None:
    whole = "<?xml version='1.0'?><testsuite name='s'><testcase name='a'><failure><![CDATA[no]]></failure></testcase></testsuite>"
    with pytest.raises(Unreadable, match="ends too early") as caught:
        cases(whole[:length])
    assert caught.value.hint


def test_an_error_says_which_report_and_where(tmp_path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text("<testsuite>\n<testcase name='a'>&nbsp;</testcase></testsuite>", encoding="utf-8")
    with pytest.raises(Unreadable, match=r"junit\.xml: line 2, column 20 is not XML: undefined entity"):
        list(read(path))
    with pytest.raises(Unreadable, match=r"missing\.xml: No such file"):
        list(read(tmp_path / "missing.xml"))
    with pytest.raises(Unreadable, match="ci/junit: it is empty"):
        list(read(io.BytesIO(), name="ci/junit"))


@pytest.mark.parametrize("root", ["test-run", "TestRun", "assemblies", "html", "testcase"])
def test_another_format_is_named_as_what_it_is(root) -> None:
    with pytest.raises(NotJUnit, match=f"<{root}>"):
        cases(f"<{root}/>")
    with pytest.raises(NotJUnit):
        cases(f"<!DOCTYPE {root}><{root}/>")


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ({"size": 100}, "<testsuite>" + " " * 100 + "</testsuite>"),
        ({"depth": 3}, "<testsuites><testsuite><testsuite><testcase name='a'/></testsuite></testsuite></testsuites>"),
        ({"cases": 1}, "<testsuite><testcase name='a'/><testcase name='b'/></testsuite>"),
        (
            {"properties": 1},
            "<testsuite><testcase name='a'><property name='x'/><property name='y'/></testcase></testsuite>",
        ),
        ({"tag": 100_000}, f"<testsuite name='{'x' * 300_000}'/>"),
    ],
)
def test_every_limit_is_kept(limit, text) -> None:
    with pytest.raises(Unreadable):
        cases(text, **limit)
    cases(text)

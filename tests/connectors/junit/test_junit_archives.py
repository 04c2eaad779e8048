"""Archives as a CI uploads them."""

from __future__ import annotations

import io
import os
import threading
import zipfile

import pytest

from pmhub_junit import Limits, NotJUnit, Unreadable, archive, read

REPORT = b"<testsuite name='s'><testcase name='a'/></testsuite>"


def packed(files, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    target.seek(0)
    return target


def names(source, **limits):
    return [name for name, stream in archive(source, Limits(**limits)) if list(read(stream))]


def test_the_reports_of_an_archive_come_in_order_and_nothing_else_does() -> None:
    files = {"b/TEST-b.xml": REPORT, "log.txt": b"x", "a.XML": REPORT, "empty/": b"", "trace.zip": b"PK"}
    assert names(packed(files)) == ["a.XML", "b/TEST-b.xml"]
    assert names(packed(files, zipfile.ZIP_STORED)) == ["a.XML", "b/TEST-b.xml"]


def test_xml_of_another_format_beside_the_reports_is_left_alone() -> None:
    others = {
        "coverage.xml": b"<?xml version='1.0'?><!-- <testsuite> --><coverage/>",
        "jacoco.xml": b'<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report/>',
        "wide.xml": "<coverage/>".encode("utf-16"),
    }
    assert names(packed({**others, "junit.xml": b"<!-- by a tool -->\n" + REPORT})) == ["junit.xml"]
    with pytest.raises(NotJUnit, match=r"none of its \.xml files is a JUnit report: coverage\.xml is <coverage>"):
        names(packed(others))


def test_a_report_that_cannot_be_read_is_not_taken_for_another_format() -> None:
    for broken in (b"", b"no XML", b"<!-- cut", b"<!DOCTYPE testsuites [<!ENTITY e 'x'>]><testsuites/>", b"\0\0"):
        with pytest.raises(Unreadable) as caught:
            names(packed({"a.xml": broken, "b.xml": REPORT}))
        assert not isinstance(caught.value, NotJUnit)


def test_an_archive_is_read_from_a_path_and_from_a_pipe(tmp_path) -> None:
    path = tmp_path / "junit.zip"
    path.write_bytes(packed({"a.xml": REPORT}).getvalue())
    assert names(path) == names(str(path)) == ["a.xml"]
    reading, writing = os.pipe()

    def write():
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(path.read_bytes())

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb") as pipe:
        assert names(pipe) == ["a.xml"]
    writer.join()


def test_a_stream_that_is_not_read_to_its_end_does_not_keep_the_next_from_coming() -> None:
    streams = archive(packed({"a.xml": REPORT * 5000, "b.xml": REPORT}))
    _, first = next(streams)
    assert first.read(10) == REPORT[:10]
    name, second = next(streams)
    assert (name, second.read()) == ("b.xml", REPORT)
    assert first.closed


def test_an_error_names_the_archive_and_the_report_in_it(tmp_path) -> None:
    path = tmp_path / "junit.zip"
    path.write_bytes(packed({"a.xml": b"<testsuite>"}).getvalue())
    with pytest.raises(Unreadable, match=r"junit\.zip: a\.xml: it ends too early"):
        [list(read(stream)) for _, stream in archive(path)]


@pytest.mark.parametrize(
    "limits",
    [{"entries": 1}, {"archive": 10}, {"unpacked": 60}, {"size": 10}],
    ids=["entries", "archive", "unpacked", "size"],
)
def test_every_limit_of_an_archive_is_kept(limits) -> None:
    files = {"a.xml": REPORT, "b.xml": REPORT}
    with pytest.raises(Unreadable):
        names(packed(files), **limits)
    assert names(packed(files)) == ["a.xml", "b.xml"]

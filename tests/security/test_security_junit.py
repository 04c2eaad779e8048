"""Reports and archives of an enemy: one clear error each, at once, and nothing written or opened anywhere else."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
import zlib

import pytest

from pmhub_junit import Limits, Unreadable, archive, read

REPORT = b"<testsuite name='s'><testcase name='a'/></testsuite>"
MIB = 1024 * 1024
SECONDS = 1.0


class Endless(io.RawIOBase):
    """`start`, then `more` again and again, up to a gigabyte."""

    def __init__(self, start: bytes, more: bytes) -> None:
        self._rest, self._more, self._left = start, more * (64 * 1024 // len(more) + 1), 1024 * MIB

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self._rest:
            self._rest = self._more if self._left > 0 else b""
            self._left -= len(self._more)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def laughs(count=10, rows=9):
    entities = "".join(f'<!ENTITY l{row} "{f"&l{row - 1};" * count}">' for row in range(1, rows))
    return f'<!DOCTYPE t [<!ENTITY l0 "ha">{entities}]><testsuite name="&l{rows - 1};"/>'.encode()


def doctype(inside, use="&e;"):
    return f"<!DOCTYPE testsuite {inside}><testsuite><testcase name='a'><failure>{use}</failure></testcase></testsuite>".encode()


REPORTS = {
    "billion laughs": (laughs(), "never read"),
    "quadratic blow-up": (doctype(f'[<!ENTITY e "{"x" * 50_000}">]', "&e;" * 5_000), "never read"),
    "external entity": (doctype('[<!ENTITY e SYSTEM "file:///etc/passwd">]'), "never read"),
    "external entity over the network": (doctype('[<!ENTITY e SYSTEM "http://127.0.0.1:9/">]'), "never read"),
    "parameter entity": (doctype('[<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]'), "never read"),
    "external DTD": (doctype('SYSTEM "http://127.0.0.1:9/x.dtd"', ""), "never read"),
    "a DTD in UTF-16": (laughs().decode().encode("utf-16"), "never read"),
    "undeclared entity": (b"<testsuite name='&laughs;'/>", "undefined entity"),
    "a million levels": (lambda: Endless(b"", b"<testsuite>"), "deep"),
    "an attribute of a gigabyte": (lambda: Endless(b"<testsuite name='", b"x"), "tag is longer"),
    "a tag with endless attributes": (lambda: Endless(b"<testsuite ", b" x='y'"), "tag is longer|not XML"),
    "a name of a gigabyte": (lambda: Endless(b"<", b"x"), "tag is longer"),
    "a comment of a gigabyte": (lambda: Endless(b"<testsuite><!--", b"x"), "tag is longer"),
    "an instruction of a gigabyte": (lambda: Endless(b"<testsuite><?x ", b"x"), "tag is longer"),
    "a case with endless properties": (
        lambda: Endless(b"<testsuite><testcase name='a'>", b"<property name='x' value='y'/>"),
        "properties",
    ),
    "binary noise": (bytes(range(256)) * 400, "not XML"),
    "an endless device of zeros": (lambda: Endless(b"", b"\0"), "not XML|too early"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "never read"),
    "a zip in disguise": (b"PK\x03\x04" + bytes(100), "zip archive"),
    "an encoding that unpacks": (b"<?xml version='1.0' encoding='zlib_codec'?><testsuite/>", "encoding"),
    "two roots": (REPORT + REPORT, "junk after"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_hostile_report_is_one_clear_error_at_once(name) -> None:
    made, said = REPORTS[name]
    source = made() if callable(made) else io.BytesIO(made)
    began = time.process_time()
    with pytest.raises(Unreadable, match=said) as caught:
        list(read(source, name="junit.xml"))
    assert time.process_time() - began < SECONDS
    assert caught.value.message.startswith("junit.xml: ")
    assert caught.value.__cause__ is None
    assert len(caught.value.message) < 300


def test_a_report_that_claims_to_be_huge_is_not_opened_further(tmp_path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.write(REPORT)
        file.truncate(1024 * MIB)
    with pytest.raises(Unreadable, match="larger than"):
        list(read(path))


def test_endless_cases_and_endless_text_end_at_the_limit() -> None:
    with pytest.raises(Unreadable, match="more than 1000 cases"):
        list(read(Endless(b"<testsuite>", b"<testcase name='a'/>"), Limits(cases=1000)))
    with pytest.raises(Unreadable, match="larger than"):
        list(read(Endless(b"<testsuite><testcase><failure>", b"x"), Limits(size=4 * MIB)))


def info(name, mode=stat.S_IFREG | 0o644):
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def packed(*files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files:
            opened.writestr(name if isinstance(name, zipfile.ZipInfo) else info(name), content)
    return target.getvalue()


def twice():
    return packed(("a.xml", REPORT), ("b.xml", REPORT)).replace(b"b.xml", b"a.xml")


def patched(raw, signature, offset, value):
    """`value` at `offset` after every `signature`: what a zip library would not write."""
    at, patched_raw = raw.find(signature), bytearray(raw)
    while at != -1:
        patched_raw[at + offset : at + offset + len(value)] = value
        at = raw.find(signature, at + 1)
    return bytes(patched_raw)


DIRECTORY, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def encrypted():
    return patched(patched(packed(("a.xml", REPORT)), DIRECTORY, 8, b"\x01\x00"), LOCAL, 6, b"\x01\x00")


def lying(size):
    return patched(packed(("a.xml", REPORT)), DIRECTORY, 24, struct.pack("<L", size))


def bomb():
    return packed(("a.xml", b"<testsuite>" + b" " * (20 * MIB) + b"</testsuite>"))


def lying_bomb():
    """Ten megabytes that the directory calls a hundred bytes."""
    return patched(packed(("a.xml", b"<testsuite>" + b" " * (10 * MIB))), DIRECTORY, 24, struct.pack("<L", 100))


def overlapping():
    """Many names for one packed file, as in the bombs that beat a ratio."""
    content = zlib.compress(REPORT, wbits=-15)
    local = (
        struct.pack("<4s5H3L2H", LOCAL, 20, 0, 8, 0, 0, zlib.crc32(REPORT), len(content), len(REPORT), 5, 0) + b"0.xml"
    )
    directory = b"".join(
        struct.pack(
            "<4s6H3L5H2L",
            DIRECTORY,
            20,
            20,
            0,
            8,
            0,
            0,
            zlib.crc32(REPORT),
            len(content),
            len(REPORT),
            5,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + b"%d.xml" % number
        for number in range(5)
    )
    body = local + content
    return body + directory + struct.pack("<4s4H2LH", END, 0, 0, 5, 5, len(directory), len(body), 0)


def claims_a_large_directory():
    """A directory of 50 MB: 1,000,000 files that weigh nothing."""
    entry = struct.pack("<4s6H3L5H2L", DIRECTORY, 20, 20, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0) + b"a.xml"
    directory = entry * 1_000_000
    return directory + struct.pack("<4s4H2LH", END, 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)


ARCHIVES = {
    "slip": (lambda: packed(("../../outside.xml", REPORT)), "leads out"),
    "slip in the middle": (lambda: packed(("a/../../outside.xml", REPORT)), "leads out"),
    "backslash slip": (lambda: packed(("..\\outside.xml", REPORT)), "leads out"),
    "absolute name": (lambda: packed(("/outside.xml", REPORT)), "leads out"),
    "drive letter": (lambda: packed(("C:/outside.xml", REPORT)), "leads out"),
    "NTFS stream": (lambda: packed(("a.xml:hidden.xml", REPORT)), "leads out"),
    "NUL in a name": (lambda: packed(("aQ.xml", REPORT)).replace(b"aQ.xml", b"a\0.xml"), "leads out"),
    "escape sequence in a name": (lambda: packed(("\x1b[2Ja.xml", REPORT)), "leads out"),
    "symbolic link": (lambda: packed((info("a.xml", stat.S_IFLNK | 0o777), b"/etc/passwd")), "a link"),
    "device": (lambda: packed((info("a.xml", stat.S_IFCHR | 0o666), b"")), "a link or a device"),
    "encrypted": (encrypted, "encrypted"),
    "duplicate name": (twice, "twice"),
    "overlap": (overlapping, "overlaps"),
    "ratio": (bomb, "times its size"),
    "smaller than it says": (lambda: lying(len(REPORT) + 100), "another size|damaged"),
    "larger than it says": (lambda: lying(len(REPORT) - 10), "damaged"),
    "a bomb that says it is small": (lying_bomb, "damaged|too early"),
    "too many files": (lambda: packed(*((f"{number}.xml", b"") for number in range(10_001))), "more than 10,000 files"),
    "a directory of a million files": (claims_a_large_directory, "more than 10,000 files"),
    "nested": (lambda: packed(("inner.zip", packed(("a.xml", REPORT)))), "archive in the archive"),
    "nested in disguise": (lambda: packed(("a.xml", packed(("a.xml", REPORT)))), "zip archive, not XML"),
    "unusual packing": (lambda: patched(packed(("a.xml", REPORT)), DIRECTORY, 10, b"\x0e\x00"), "unusual way"),
    "cut off": (lambda: packed(("a.xml", REPORT))[:-30], "no sound zip"),
    "broken content": (lambda: packed(("a.xml", REPORT)).replace(REPORT[:2], b"")[:40] + bytes(100), "no sound zip"),
    "no zip at all": (lambda: b"<html>Sign in</html>", "no sound zip"),
    "empty": (lambda: b"", "no sound zip"),
    "nothing to read in it": (lambda: packed(("readme.txt", b"hello")), r"no \.xml"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_one_clear_error_at_once(name, tmp_path, monkeypatch) -> None:
    made, said = ARCHIVES[name]
    path = tmp_path / "inside" / "junit.zip"
    path.parent.mkdir()
    path.write_bytes(made())
    monkeypatch.chdir(path.parent)
    began = time.process_time()
    with pytest.raises(Unreadable, match=said) as caught:
        [list(read(stream)) for _, stream in archive(path)]
    assert time.process_time() - began < SECONDS
    assert str(path) in caught.value.message
    assert "\x1b" not in caught.value.message
    assert sorted(found.name for found in tmp_path.rglob("*")) == ["inside", "junit.zip"]


def test_a_bad_report_among_good_ones_does_not_keep_another_archive_from_being_read() -> None:
    with pytest.raises(Unreadable):
        [list(read(stream)) for _, stream in archive(io.BytesIO(packed(("a.xml", REPORT), ("../b.xml", REPORT))))]
    assert [next(read(stream)).name for _, stream in archive(io.BytesIO(packed(("a.xml", REPORT))))] == ["a"]

"""Bytes that are not what they say, or no text at all."""

from __future__ import annotations

import codecs
import io

import pytest

from pmhub_junit import Unreadable, read

REPLACED = "\N{REPLACEMENT CHARACTER}"


def message(report: bytes) -> str:
    [case] = read(io.BytesIO(report))
    return case.message


def report(text: str, declared: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return f'{declaration}<testsuite name="s"><testcase name="a"><failure>{text}</failure></testcase></testsuite>'


@pytest.mark.parametrize(
    "raw",
    [
        report("prix: 3 €").encode(),
        report("prix: 3 €", "UTF-8").encode("utf-8-sig"),
        report("prix: 3 €", "UTF-16").encode("utf-16"),
        report("prix: 3 €", "UTF-16").encode("utf-16-le"),
        report("prix: 3 €", "UTF-16").encode("utf-16-be"),
        codecs.BOM_UTF16_BE + report("prix: 3 €").encode("utf-16-be"),
        report("prix: 3 €", "UTF-32").encode("utf-32"),
        report("prix: 3 €", "windows-1252").encode("cp1252"),
        report("prix: 3 €", "ISO-8859-15").encode("iso8859-15"),
        report("prix: 3 €", "utf-16").encode(),  # .NET declares its strings' encoding, not its file's
    ],
)
def test_an_encoding_is_found_by_its_bytes_then_by_what_is_declared(raw) -> None:
    assert message(raw) == "prix: 3 €"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"bad \xff\xfe byte", f"bad {REPLACED}{REPLACED} byte"),
        (b"cut \xe2\x82", f"cut {REPLACED}"),
        (b"surrogate \xed\xa0\x80", f"surrogate {REPLACED * 3}"),
        (b"colour \x1b[31m", f"colour {REPLACED}[31m"),
        (b"nul \x00", f"nul {REPLACED}"),
        (b"reference &#27; &#x1B; &#0; &#xD800; &#x110000; &#xFFFF;", "reference" + f" {REPLACED}" * 6),
        (b"allowed &#9;&#10;&#x20AC;&amp;", "allowed \t\n€&"),
        ("noncharacter \uffff".encode(), f"noncharacter {REPLACED}"),
        (b"<![CDATA[kept &#65; as it is]]>", "kept &#65; as it is"),
    ],
)
def test_what_is_no_character_is_replaced_and_the_rest_is_read(raw, expected) -> None:
    before, after = report("|").encode().split(b"|")
    assert message(before + raw + after) == expected


@pytest.mark.parametrize("inside", range(1, 12))
def test_a_reference_or_a_character_across_two_pieces_is_one(inside) -> None:
    """A report is read in pieces of 64 KiB: the first ends inside of what is replaced."""
    head = b'<testsuite name="s"><!--'
    tail = report("€&#27;é&#10;&#x1b;").encode().removeprefix(b'<testsuite name="s">')
    padding = b"x" * (64 * 1024 - len(head) - len(b"-->") - tail.index("€".encode()) - inside)
    assert message(head + padding + b"-->" + tail) == f"€{REPLACED}é\n{REPLACED}"


@pytest.mark.parametrize(
    "declared", ["rot13", "zlib_codec", "unicode_escape", "utf-7", "idna", "no-such-thing", "punycode"]
)
def test_an_encoding_that_is_none_for_text_is_refused(declared) -> None:
    with pytest.raises(Unreadable, match="encoding"):
        list(read(io.BytesIO(report("", declared).encode())))

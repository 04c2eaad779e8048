"""A JUnit report → its cases, one by one, in memory that does not grow with the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import fstat
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ErrorString

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from pmhub.model.results import Case
from pmhub_junit.elements import Elements
from pmhub_junit.encodings import clean
from pmhub_junit.limits import DEFAULT, Limits
from pmhub_junit.roots import ROOTS, local
from pmhub_junit.unreadable import NotJUnit, Unreadable, placed

_STEP: Final = 64 * 1024
_CUT_SHORT: Final = frozenset({3, 5, 20})  # expat: no element found, unclosed token, unclosed CDATA section


def read(source: str | Path | BinaryIO, limits: Limits = DEFAULT, *, name: str = "") -> Iterator[Case]:
    """The cases of a path or of an open binary stream (a pipe will do), in the order of the report.

    Raises Unreadable where the report ends too early, is not JUnit XML or exceeds a limit, which may be after cases were
    handed out: believe none of them before the iterator has ended. `name` is for messages.
    """
    if not isinstance(source, str | Path):
        with placed(name or _name_of(source)):
            yield from _cases(source, limits)
        return
    with placed(name or str(source)), Path(source).open("rb") as stream:
        if fstat(stream.fileno()).st_size > limits.size:
            raise _too_large(limits)
        yield from _cases(stream, limits)


def _name_of(stream: BinaryIO) -> str:
    name = getattr(stream, "name", "")  # a pipe's may be a number
    return name if name and isinstance(name, str) else "the report"


def _too_large(limits: Limits) -> Unreadable:
    return Unreadable(f"it is larger than {limits.size:,} bytes", hint="Split the report, or keep logs out of it.")


def _cases(stream: BinaryIO, limits: Limits) -> Iterator[Case]:
    elements = Elements(limits)
    parser = DefusedXMLParser(target=elements, encoding="utf-8", forbid_dtd=True)
    with _explained():
        silent = 0
        for text in clean(_chunks(stream, limits)):
            elements.heard = False
            parser.feed(text)
            yield from elements.cases
            elements.cases.clear()
            silent = 0 if elements.heard else silent + len(text)
            if silent > limits.tag:
                raise Unreadable(
                    f"one tag is longer than {limits.tag:,} bytes", hint="Keep long texts out of attributes."
                )
        parser.close()
    yield from elements.cases


def _chunks(stream: BinaryIO, limits: Limits) -> Iterator[bytes]:
    size = 0
    while chunk := _filled(stream):
        size += len(chunk)
        if size > limits.size:
            raise Unreadable(
                f"it is larger than {limits.size:,} bytes", hint="Split the report, or keep logs out of it."
            )
        yield chunk
    if not size:
        raise Unreadable("it is empty", hint="The tests may have died before they wrote their report.")


def _filled(stream: BinaryIO) -> bytes:
    """A pipe gives what it has; the encoding is told by the first line as a whole."""
    parts, missing = [], _STEP
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except DefusedXmlException as error:
        other = isinstance(error, DTDForbidden) and local(error.name) not in ROOTS
        raise (NotJUnit if other else Unreadable)(
            f"it declares document types or entities ({type(error).__name__}), which are never read",
            hint="Let the tool write plain JUnit XML, without <!DOCTYPE>.",
        ) from None
    except ParseError as error:
        raise Unreadable(_said(error), hint="Was the tool stopped while it wrote? Run the tests again.") from None


def _said(error: ParseError) -> str:
    line, column = error.position
    if error.code in _CUT_SHORT:
        return f"it ends too early, at line {line}, column {column + 1}"
    return f"line {line}, column {column + 1} is not XML: {ErrorString(error.code)}"

"""The reports inside a zip archive, read in place: nothing is unpacked to disk, nothing else in it is opened."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast

from pmhub_junit.entries import checked
from pmhub_junit.limits import DEFAULT, KIB, MIB, Limits
from pmhub_junit.roots import other_root
from pmhub_junit.unreadable import NotJUnit, Unreadable, placed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_STEP: Final = 64 * KIB
_IN_MEMORY: Final = 8 * MIB


def archive(
    source: str | Path | BinaryIO, limits: Limits = DEFAULT, *, name: str = ""
) -> Iterator[tuple[str, BinaryIO]]:
    """(name, stream) of each report in a zip, in order of names; a stream may be read until the next is asked for.

    A report is an `.xml` file, unless its root element shows that it is of another format (coverage, configuration).

    Raises Unreadable before the first is handed out for whatever the directory of the archive shows (names that lead
    elsewhere, links, passwords, duplicates, overlaps, too much of anything), and while a stream is read for what only
    its bytes show. `name` is for messages. A pipe is spooled to a temporary file first.
    """
    told = name or (str(source) if isinstance(source, str | Path) else "the archive")
    with placed(told), _sound(), _opened(source, limits) as stream:
        yield from _reports(stream, limits, told)


@contextmanager
def _opened(source: str | Path | BinaryIO, limits: Limits) -> Iterator[BinaryIO]:
    if isinstance(source, str | Path):
        with Path(source).open("rb") as stream:
            yield stream
        return
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        while chunk := source.read(_STEP):
            if spool.tell() + len(chunk) > limits.archive:
                raise _too_large(limits)
            spool.write(chunk)
        yield cast("BinaryIO", spool)


def _too_large(limits: Limits) -> Unreadable:
    return Unreadable(f"it is larger than {limits.archive:,} bytes", hint="Upload the reports alone.")


def _reports(stream: BinaryIO, limits: Limits, told: str) -> Iterator[tuple[str, BinaryIO]]:
    stream.seek(0, 2)
    if stream.tell() > limits.archive:
        raise _too_large(limits)
    with zipfile.ZipFile(cast("BinaryIO", _Bounded(stream, limits))) as opened:
        reports, others = 0, []
        for entry in checked(opened.infolist(), limits):
            member = _Member(opened.open(entry), entry.file_size)
            member.name = f"{told}: {entry.filename}"
            with BufferedReader(member, _STEP) as reader:
                if root := other_root(reader.peek(_STEP)):
                    others.append(f"{entry.filename} is <{root}>")
                    continue
                reports += 1
                yield entry.filename, cast("BinaryIO", reader)
        if not reports:
            raise NotJUnit(f"none of its .xml files is a JUnit report: {others[0]}", hint="Upload the reports too.")


@contextmanager
def _sound() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise Unreadable(f"it is no sound zip archive ({error})", hint="Upload or download it again.") from None


class _Bounded:
    """The archive as zipfile reads it. Its directory is read in one go, whatever size the archive claims for it."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._most = max(limits.entries * 256, _STEP)
        self._limits = limits
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise Unreadable(f"it holds more than {self._limits.entries:,} files", hint="Upload the reports alone.")
        return self._stream.read(size)

    def seekable(self) -> bool:
        return True


class _Member(RawIOBase):
    """The bytes of one report. zipfile gives no more of them than the archive declares, which has been held to the limits."""

    name = ""

    def __init__(self, stream: IO[bytes], declared: int) -> None:
        super().__init__()
        self._stream = stream
        self._declared = declared
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            got = self._stream.read(len(view))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Unreadable(f"{self.name}: damaged in the archive ({error})", hint="Upload it again.") from None
        self._size += len(got)
        if not got and self._size != self._declared:
            raise Unreadable(f"{self.name}: unpacks to another size than the archive says", hint="Upload it again.")
        view[: len(got)] = got
        return len(got)

    def close(self) -> None:
        self._stream.close()
        super().close()

"""What this plugin registers. The parser is imported only when a report is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pmhub.sdk import Case, Reader, hookimpl


def _read(stream: BinaryIO, name: str) -> Iterator[Case]:
    from pmhub_junit.reading import read  # noqa: PLC0415 - as above

    return read(stream, name=name)


def _archive(stream: BinaryIO, name: str) -> Iterator[tuple[str, BinaryIO]]:
    from pmhub_junit.archives import archive  # noqa: PLC0415 - as above

    return archive(stream, name=name)


@hookimpl
def pmhub_register_readers() -> list[Reader]:
    return [Reader("junit", _read, _archive)]

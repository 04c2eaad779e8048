"""An artifact as a report: fetched when it is opened, read from a temporary file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from pmhub.sdk import Gone, Refused, Report
from pmhub_github.ci_calls import CiCalls
from pmhub_github.ci_mapping import Attempt
from pmhub_github.shapes import Shape

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an archive: as much as the transport takes in one answer."""
KEEP_LONGER: Final = "Let CI keep it longer (`retention-days` of upload-artifact), or read more often."


def report(calls: CiCalls, one: Attempt, found: Shape) -> Report:
    return Report(f"{found['name']}.zip", partial(_opened, calls, one, found))


def can_be_read(found: Shape) -> bool:
    """As far as the list of artifacts tells."""
    return not found["expired"] and found["size"] <= LARGEST


@contextmanager
def _opened(calls: CiCalls, one: Attempt, found: Shape) -> Iterator[BinaryIO]:
    content = _fetched(calls, one, found)
    with TemporaryFile() as spool:
        spool.write(content)
        spool.seek(0)
        del content
        yield cast("BinaryIO", spool)


def _fetched(calls: CiCalls, one: Attempt, found: Shape) -> bytes:
    """Raises Gone for one that has expired or was deleted, Refused for one that is too large."""
    told = f"the artifact {found['name']} of {calls.repo}, run {one.run}, attempt {one.number}"
    if found["expired"]:
        raise Gone(f"{told}, has expired", hint=KEEP_LONGER)
    if found["size"] > LARGEST:
        raise Refused(f"{told}, has {found['size']} bytes: more than {LARGEST}", hint="Upload the reports alone.")
    try:
        return calls.archive(found["id"])
    except Gone as error:
        raise Gone(f"{told}, has expired or was deleted: {error.message}", hint=KEEP_LONGER) from error

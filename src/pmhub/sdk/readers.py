"""Readers of test reports: a plugin offers them, `pmhub ingest` and what reads CI runs use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from pmhub.errors import Refused
from pmhub.model.lean import dataclass
from pmhub.model.results import Case


class OtherFormat(Refused):
    """A sound file that is no report of this format: where a whole folder is read, it is passed over."""


@dataclass(frozen=True)
class Reader:
    """`name`: what the format is called. `read`: a stream and its name for messages → the cases in it; `archive`: a zip and
    its name → the reports in it, by name, each to be read before the next is asked for. Both raise Refused for what can
    never be read: then nothing of it counts.
    """

    name: str
    read: Callable[[BinaryIO, str], Iterator[Case]]
    archive: Callable[[BinaryIO, str], Iterator[tuple[str, BinaryIO]]]

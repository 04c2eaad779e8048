"""What a run is about at this moment, told to whoever watches. Nothing depends on it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from pmhub.model.lean import dataclass


class Doing(StrEnum):
    READING = "reading"
    LISTING = "listing"
    COMPARING = "comparing"
    WRITING = "writing"
    CHECKING = "checking"


@dataclass(frozen=True)
class Step:
    """`connection`: empty for what is done here. `done`: so many things so far; `total`: of so many, None where nobody knows.
    `refused`: so many writes of this run, and `last`, where the last of them was: `connection: item`.
    """

    doing: Doing
    connection: str = ""
    done: int = 0
    total: int | None = None
    refused: int = 0
    last: str = ""


Watch: TypeAlias = Callable[[Step], None]


def unwatched(step: Step) -> None:
    del step

"""What a person should be told about runs, once: that a problem began, or that it is over."""

from __future__ import annotations

from pmhub.model.lean import dataclass


@dataclass(frozen=True, slots=True)
class Alert:
    """`key`: the same when the problem began and when it is over, and of no other. `where`: a connection, an item, or both,
    as people call them. `message` and `hint` are empty once it is over.
    """

    key: str
    where: str
    message: str = ""
    hint: str = ""
    is_over: bool = False

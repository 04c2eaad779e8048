"""A change of the code that was brought in, as far as a plan has to do with it."""

from __future__ import annotations

from pmhub.model.lean import dataclass
from pmhub.model.visibility import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """`key` is what people call it, and unique among all; `visibility` is that of everything said here.

    `releases`: versions it belongs to; of use only where it is told of without a ticket. `closes`: keys of the tickets that
    it says it closes; others may be named in `title`, `body` and `branch`. `commit`: what it became in the branch it was
    merged into. `merged_at`: the server's clock, milliseconds.
    """

    key: str
    title: str
    visibility: Visibility
    url: str = ""
    merged: bool = True
    labels: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    body: str = ""
    branch: str = ""
    author: str = ""
    commit: str = ""
    merged_at: int = 0
    closes: tuple[str, ...] = ()

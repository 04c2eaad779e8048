"""What was asked and answered: the raw material of request counts and of the check against GitHub's description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer; no Authorization value is kept.

    `template` names the operation as GitHub's description does (None: no such endpoint), `path` is the undecoded path
    with `/repositories/{id}` written as `/repos/{owner}/{repo}`, `full_path` the path as sent. `status` is None when the
    connection was dropped; `fault` is the kind of the fault that fell on the request.
    """

    method: str
    template: str | None
    path: str
    full_path: str
    query: str
    login: str | None
    request_headers: dict[str, str]
    request_body: Any
    status: int | None
    response_headers: dict[str, str]
    response_body: Any
    fault: str | None
    received: float

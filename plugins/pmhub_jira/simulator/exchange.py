"""What the server keeps of each request."""

from __future__ import annotations

from dataclasses import dataclass

from .values import Json


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `status` is None where the connection was closed without one."""

    method: str
    path: str
    query: str
    request_headers: dict[str, str]
    request_json: Json
    status: int | None
    response_json: Json
    response_headers: dict[str, str]
    fault: str | None = None

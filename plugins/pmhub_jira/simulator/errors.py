"""Refusals in Jira's shape."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """An answer `{"errorMessages": [...], "errors": {...}}` with an HTTP status."""

    def __init__(self, status: int, *messages: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(status, messages, errors)
        self.status = status
        self.messages = messages
        self.errors = dict(errors or {})

    def body(self) -> dict[str, object]:
        return {"errorMessages": list(self.messages), "errors": self.errors}


class FieldError(Exception):
    """One field's value is refused; the message goes under that field's name."""


class DocumentError(FieldError):
    """A rich text that is no valid document; Jira names no field for it."""


def issue_missing() -> ApiError:
    return ApiError(404, "Issue does not exist or you do not have permission to see it.")

"""Refusals in GitHub's words; the application turns them into answers."""

from __future__ import annotations

from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"


class ApiError(Exception):
    """An answer other than success: `status`, a message and, for 422, GitHub's list of field errors."""

    def __init__(self, status: int, message: str, errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        errors = {} if self.errors is None else {"errors": self.errors}
        return {"message": self.message, **errors, "documentation_url": DOCUMENTATION, "status": str(self.status)}


class Moved(ApiError):
    """A redirect: 301 for reads and transferred issues, 307 for writes to a renamed repository."""

    def __init__(self, location: str, status: int = 301) -> None:
        super().__init__(status, "Moved Permanently" if status == 301 else "Temporary Redirect")  # noqa: PLR2004
        self.location = location
        self.headers = {"Location": location}

    def body(self) -> dict[str, Any]:
        return {"message": self.message, "url": self.location, "documentation_url": DOCUMENTATION}


def not_found() -> ApiError:
    return ApiError(404, "Not Found")


def invalid(resource: str, field: str, code: str, **details: object) -> ApiError:
    """Return a 422 about one field; `code` is GitHub's: missing_field, invalid, already_exists, custom, unprocessable."""
    return ApiError(422, "Validation Failed", [{"resource": resource, "field": field, "code": code, **details}])


def check_length(resource: str, field: str, text: str, limit: int) -> None:
    """Raise 422 when `text` has more than `limit` characters."""
    if len(text) > limit:
        message = f"{field} is too long (maximum is {limit} characters)"
        raise invalid(resource, field, "custom", message=message)

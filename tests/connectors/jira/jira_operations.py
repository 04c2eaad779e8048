"""What of a Data Center's REST API is used: no description of it is among PMHUB_SPECS, so each operation is listed with its source."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

LIST = Path(__file__).parent / "unverified_data_center.toml"


@cache
def listed() -> tuple[tuple[str, str], ...]:
    """(method, path template) of every operation; each has a source."""
    found = tomllib.loads(LIST.read_text("utf-8"))["operation"]
    assert all(each["source"] for each in found)
    return tuple((each["method"], each["path"]) for each in found)


def operation_of(method: str, path: str) -> tuple[str, str] | None:
    """The listed operation; None where the list has none."""
    found = [one for one in listed() if one[0] == method and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", one[1]), path)]
    return min(found, key=lambda one: one[1].count("{"), default=None)


def check_operation(method: str, path: str) -> list[str]:
    return [] if operation_of(method, path) else [f"{method} {path} is not listed in {LIST.name}"]

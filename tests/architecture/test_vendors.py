"""The core names no vendor: a second one of a kind must not need an edit there."""

from __future__ import annotations

import re

VENDOR = re.compile(r"jira|github", re.IGNORECASE)


def test_the_core_names_no_vendor(lines) -> None:
    named = [f"{where}: {line.strip()}" for where, line in lines("src/pmhub") if VENDOR.search(line)]
    assert not named, "\n".join(named)


def test_no_file_of_the_core_is_named_after_a_vendor(files, repository) -> None:
    inside = [path.relative_to(repository).as_posix() for path in files("src/pmhub")]
    assert inside
    assert not [path for path in inside if VENDOR.search(path)]

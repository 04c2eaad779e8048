"""The table at the end of a test run: each check by kind. With pytest-xdist, `-p pmhub.testing.conformance.table` shows it too."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

PROPERTY = "pmhub conformance"
_NAME = "pmhub-conformance-table"
_WORDS = {"passed": "ok", "failed": "FAILED", "xfailed": "known", "skipped": "-"}
_WORST = ("FAILED", "known", "ok", "-")


def show_at_the_end(config: pytest.Config) -> None:
    this = sys.modules[__name__]
    if not config.pluginmanager.has_plugin(_NAME) and not config.pluginmanager.is_registered(this):
        config.pluginmanager.register(this, _NAME)


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 - pytest's
    tables = _gathered(terminalreporter.stats)
    for name, cells in sorted(tables.items()):
        terminalreporter.section(f"conformance of {name}")
        for line in drawn(cells):
            terminalreporter.write_line(line)


Cells = dict[tuple[str, str], dict[str, str]]
"""(method, check) → kind → how it went"""


def _gathered(stats: dict[str, Sequence[Any]]) -> dict[str, Cells]:
    tables: dict[str, Cells] = {}
    for outcome, word in _WORDS.items():
        for report in stats.get(outcome, ()):
            for method, name, kind in (v for key, v in getattr(report, "user_properties", ()) if key == PROPERTY):
                cells = tables.setdefault(report.nodeid.split("::")[-2], {}).setdefault((method, name), {})
                cells[kind] = min(word, cells.get(kind, word), key=_WORST.index)
    return tables


def drawn(cells: Cells) -> Iterator[str]:
    kinds = list(dict.fromkeys(kind for row in cells.values() for kind in row))
    width = max(len(f"{method}: {name}") for method, name in cells)
    yield " ".join([" " * width, *(f"{kind:>12}" for kind in kinds)])
    for (method, name), row in sorted(cells.items()):
        label = f"{method}: {name}".replace("_", " ")
        yield " ".join([label.ljust(width), *(f"{row.get(kind, ''):>12}" for kind in kinds)])

"""docs/performance.md from what was measured: ratios first, since they say the same on any machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.scenarios import Cell, Row

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
HEAD = """\
# What a run costs

Written by `make bench` from what it measured; do not edit. Services are pmhub's own simulators in a process of their own on
the same machine, pmhub is the real program, and every figure is the operating system's account of the whole process.

Requests are exact and the same on every machine; `make test` holds them (tests/functional/test_request_counts.py). Times are
this machine's, and others worked on it meanwhile: CPU time (user and system) and the ratios of commands run in turn mean
something, wall time little. Medians, where a cell was run more than once.
"""
KINDS = """\
An item of this page is a ticket, half of them on each service, with one comment in ten, ten roadmap items and ten releases.
Tickets are read and taken over here and mirrored nowhere (`new_items = []`), so that ten edits cost no write."""
FULL = 10_000
BESIDE = """\
## Beside a reader of APIs

Measured by hand, since it is no dependency: dlt 1.31 (its REST source, issues and comments, appended to DuckDB) and pmhub in
turn, three times, on one simulator with 2,000 issues and 400 comments. pmhub took 0.52 of its CPU time (5.5 against 10.6 s)
and half of its wall time, in 50 against 704 MiB, and what it read was items with merge bases afterwards; dlt asked 24 times,
pmhub 26 times on that service and 10 on the other. tap-github 1.30 asks for GraphQL that the simulator does not speak.
"""


def write_page(known: Mapping[Cell, Row]) -> None:
    if known:
        PAGE.write_text("\n".join(_page(known)) + "\n", "utf-8")


def _page(known: Mapping[Cell, Row]) -> Iterator[str]:
    yield HEAD
    yield f"Measured on {_machine()}.\n"
    yield from _section("Ratios", ["what", "against", "measured", "aim"], list(_ratios(known)))
    yield from _section("At rest, and after little", _COLUMNS, list(_rows(known, _STEADY)))
    yield KINDS
    yield "A request costs quota unless the answer says that nothing changed (GitHub's 304).\n"
    yield from _section("Everything for the first time", _COLUMNS, list(_rows(known, _ONCE)))
    yield from _section(
        "Into an empty GitHub, on a clock that only waiting moves", ["what", "measured", "floor"], list(_github(known))
    )
    yield BESIDE
    yield "## Requests of a run at rest\n"
    yield from _templates(known)


_COLUMNS = ["scenario", "items", "latency ms", "requests", "cost quota", "wall s", "CPU s", "peak MiB", "database MiB"]
_STEADY = ("at rest", "10 edits", "plan at rest")
_ONCE = ("first read", "full read", "into Jira", "into Jira, 100 at once")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}, Python {platform.python_version()}"
    )


def _section(title: str, columns: list[str], rows: list[list[str]]) -> Iterator[str]:
    if rows:
        yield f"## {title}\n"
        yield f"| {' | '.join(columns)} |"
        yield f"|{'---|' * len(columns)}"
        yield from (f"| {' | '.join(row)} |" for row in rows)
        yield ""


def _ratios(known: Mapping[Cell, Row]) -> Iterator[list[str]]:
    click = "a click program that does nothing, CPU"
    for what, against, aim in (
        ("pmhub --help", click, "2"),
        ("pmhub plugins list", click, ""),
        ("process at rest", "`import httpx, sqlite_utils, click`, CPU", "2.5"),
    ):
        yield from ([what, against, f"{row['ratio']:.2f}", aim] for cell, row in known.items() if cell.scenario == what)
    rest = {cell.size: row for cell, row in known.items() if cell.scenario == "at rest" and not cell.ms}
    for size in sorted(rest):
        if size > 1_000 and 1_000 in rest:  # noqa: PLR2004
            against = "the same with 1,000 items, CPU"
            yield [
                f"a run at rest with {size:,} items",
                against,
                f"{rest[size]['cpu'] / rest[1_000]['cpu']:.2f}",
                "1.3",
            ]
    for cell, row in sorted(known.items(), key=lambda each: each[0].size):
        if cell.scenario == "full read" and not cell.ms:
            asked = sum(n for name, n in row["by_template"].items() if name.startswith("github"))
            aim = "1.1" if cell.size == FULL else ""
            yield [f"requests of a full read of {cell.size:,}", "the floor", f"{asked / row['floor']:.2f}", aim]


def _rows(known: Mapping[Cell, Row], scenarios: tuple[str, ...]) -> Iterator[list[str]]:
    order = {name: place for place, name in enumerate(scenarios)}
    for cell, row in sorted(
        known.items(), key=lambda each: (order.get(each[0].scenario, 99), each[0].size, each[0].ms)
    ):
        if cell.scenario in order:
            figures = [f"{row['requests']:.0f}", f"{row['cost_quota']:.0f}", f"{row['wall']:.2f}", f"{row['cpu']:.2f}"]
            sizes = [f"{row['peak']:.0f}", f"{row['database'] / 2**20:.1f}"]
            yield [cell.scenario, f"{cell.size:,}", str(cell.ms), *figures, *sizes]


def _github(known: Mapping[Cell, Row]) -> Iterator[list[str]]:
    for cell, row in known.items():
        if cell.scenario == "into GitHub":
            yield [f"{cell.size:,} open tickets: hours", str(row["hours"]), str(row["floor_hours"])]
            yield ["pace, of what the limits allow", f"{row['pace']:.1%}", "95%"]
            yield ["most in a minute, in an hour", f"{row['most_in_a_minute']}, {row['most_in_an_hour']}", "80, 500"]
            yield ["refused", str(row["refused"]), "0"]
            yield ["requests, and runs it took", f"{row['requests']:,}, {row['runs']}", f"{cell.size + 30:,}"]


def _templates(known: Mapping[Cell, Row]) -> Iterator[str]:
    rest = [(cell, row) for cell, row in known.items() if cell.scenario == "at rest"]
    for _, row in rest[:1]:
        yield from (f"- `{name}`: {number:g}" for name, number in row["by_template"].items())

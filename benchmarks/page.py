"""docs/performance.md from what was measured: ratios first, since they say the same on any machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import fleet, peers
from benchmarks.scenarios import IN_TURN, SMALL, Cell, Row

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
RICH_TEXT = """\
One core, CPU time. Half of the bodies are recorded issues and comments, half are descriptions of packages. The first line is
the parser's alone, which converts nothing. Blocks that were converted before are remembered, about two hundred bodies of them:
an edit is laid into a body that was read before, and costs little when the plan has laid it already.
"""
FLEET = """\
The first syncs of 200 workspaces of 100 tickets each, from an empty Jira to the last that is settled, stores and queue on one PostgreSQL.
Each worker carries out one run at a time; simulators, server and workers share the machine's cores.
"""
BESIDE = """\
Issues, and comments on a fifth of them, for the first time, by each in turn on one simulator: the median of three pairs. dlt
appends them to DuckDB, tap-github writes them as lines of JSON and keeps nothing; what pmhub read are items with merge bases.
Its requests on the other service are not counted.
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
    yield from _section("Rich text: bodies of 5 kB a second", _BODIES, list(_rich_text(known)))
    if any(cell.scenario.startswith(_RICH) for cell in known):
        yield RICH_TEXT
    yield from _section("Many workspaces, by workers", _FLEET, list(_fleet(known)))
    if any(cell in known for cell in fleet.CELLS.values()):
        yield FLEET
    columns = [
        "tool",
        "items",
        "latency ms",
        "pmhub's CPU, of its",
        "wall, of its",
        "peak MiB, ours and its",
        "requests, ours and its",
    ]
    yield from _section("Beside readers of APIs", columns, list(_beside(known)))
    yield BESIDE
    yield "## Requests of a run at rest\n"
    yield from _templates(known)


_RICH = "rich text: "
_BODIES = ["what", "first time", "again", "aim, again"]
_FLEET = ["workers", "items", "latency ms", "wall s", "CPU s", "requests", "refused", "doubled", "next plans not empty"]
_COLUMNS = ["scenario", "items", "latency ms", "requests", "cost quota", "wall s", "CPU s", "peak MiB", "database MiB"]
_SERVER = ", Data Center"
_STEADY = tuple(name + where for where in ("", _SERVER) for name in ("at rest", "10 edits", "plan at rest"))
_ONCE = ("first read", f"first read{_SERVER}", "full read", "into Jira", "into Jira, 100 at once", "into a Data Center")


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
    for cell, row in known.items():
        if cell.scenario == IN_TURN:
            for what, name in (("CPU", "ratio"), ("wall", "wall_ratio")):
                against = f"one with {SMALL:,}, in turn, {what}"
                yield [f"a run at rest with {cell.size:,} items", against, f"{row[name]:.2f}", "1.3"]
    for cell, row in sorted(known.items(), key=lambda each: each[0].size):
        if cell.scenario == "full read" and row.get("aim"):
            against = "twice the time of its requests, issues and comments side by side"
            yield [
                f"wall of a full read of {cell.size:,} at {cell.ms} ms",
                against,
                f"{row['wall']:.1f} s",
                f"{row['aim']:.1f} s",
            ]
        if (cell.scenario == "into Jira" and not cell.ms) or cell.scenario == "into Jira, 100 at once":
            limit = "57" if cell.scenario == "into Jira" else "75"
            yield [
                f"{cell.scenario}: requests to Jira for {cell.size:,} open tickets",
                "",
                f"{row['to_jira']:.0f}",
                limit,
            ]
        if cell.scenario == "full read" and not cell.ms:
            asked = sum(n for name, n in row["by_template"].items() if name.startswith("github"))
            aim = "1.1" if cell.size == FULL else ""
            yield [f"requests of a full read of {cell.size:,}", "the floor", f"{asked / row['floor']:.2f}", aim]
    one, four = (known.get(fleet.CELLS[workers]) for workers in (1, 4))
    if one and four:
        yield ["first syncs by four workers", "by one, wall: times as fast", f"{one['wall'] / four['wall']:.2f}", "3"]


def _fleet(known: Mapping[Cell, Row]) -> Iterator[list[str]]:
    for workers, cell in fleet.CELLS.items():
        if row := known.get(cell):
            figures = [f"{row['wall']:,.0f}", f"{row['cpu']:,.0f}", f"{row['requests']:,}", str(row["refused"])]
            left = f"{row['left']} of {row['plans']}"
            yield [str(workers), f"{cell.size:,}", str(cell.ms), *figures, str(row["doubled"]), left]


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
        if cell.scenario == "into GitHub, all closed":
            yield [
                f"{cell.size:,} closed tickets: requests, writes",
                f"{row['requests']:,}, {row['writes']:,}",
                f"{2 * cell.size + 30:,}, {2 * cell.size:,}",
            ]
        if cell.scenario == "into GitHub":
            yield [f"{cell.size:,} open tickets: hours", str(row["hours"]), str(row["floor_hours"])]
            yield ["pace, of what the limits allow", f"{row['pace']:.1%}", "95%"]
            yield ["most in a minute, in an hour", f"{row['most_in_a_minute']}, {row['most_in_an_hour']}", "80, 500"]
            yield ["refused", str(row["refused"]), "0"]
            yield ["requests, and runs it took", f"{row['requests']:,}, {row['runs']}", f"{cell.size + 30:,}"]


def _rich_text(known: Mapping[Cell, Row]) -> Iterator[list[str]]:
    for cell, row in known.items():
        if cell.scenario.startswith(_RICH):
            what = cell.scenario.removeprefix(_RICH)
            aim = "" if "alone" in what else "1,000"
            yield [what, f"{row['cold']:,.0f}", f"{row['again']:,.0f}", aim]


def _beside(known: Mapping[Cell, Row]) -> Iterator[list[str]]:
    rows = {(cell.scenario, (cell.size, cell.ms)): row for cell, row in known.items()}
    for name, peer, size in peers.cells():
        row = rows.get((name, size))
        about = [peer.name, *(f"{number:,}" for number in size)]
        if row is None:
            yield [*about, f"not measured: {peers.missing(peer) or 'not yet'}", "", "", ""]
            continue
        pairs = [f"{row[told][0]:,} and {row[told][1]:,}" for told in ("peaks", "asked")]
        yield [*about, f"{row['cpu_ratio']:.2f}", f"{row['wall_ratio']:.2f}", *pairs]


def _templates(known: Mapping[Cell, Row]) -> Iterator[str]:
    rest = [(cell, row) for cell, row in known.items() if cell.scenario == "at rest"]
    for _, row in rest[:1]:
        yield from (f"- `{name}`: {number:g}" for name, number in row["by_template"].items())

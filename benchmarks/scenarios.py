"""What is measured: each scenario makes a stand and gives its cells one by one, so that a stopped benchmark goes on."""

from __future__ import annotations

import shlex
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from benchmarks.measure import Measured, measured
from benchmarks.stand import PMHUB, ROOT, Stand, standing

Row = dict[str, Any]
TIMES = 3
IN_TURN, SMALL = "at rest, large and small in turn", 1_000
NOTHING_IS_MADE = "new_items = []"
LISTS = 2
"""Issues and comments."""


@dataclass(frozen=True)
class Cell:
    scenario: str
    size: int
    ms: int = 0
    """How long every answer takes, beside the simulator's own work."""


def at_rest(sizes: tuple[int, ...], ms: int) -> Iterator[tuple[Cell, Callable[[Stand], Row]]]:
    for size in sizes:
        yield Cell("first read", size, ms), first_read
        yield Cell("at rest", size, ms), rest
        yield Cell("10 edits", size, ms), edits
        yield Cell("plan at rest", size, ms), plan


def prepared(stand: Stand, size: int, ms: int) -> None:
    """Half of the items live on each side and none is mirrored: `size` items of four kinds, with one comment in ten."""
    half = size // 2
    stand.order("fill_github", opened=half, comments=half // 5, goals=10)
    stand.order("fill_jira", opened=half)
    stand.order("latency", seconds=ms / 1000)
    stand.configure(more=NOTHING_IS_MADE)


def first_read(stand: Stand) -> Row:
    return row(stand, [stand.pmhub("sync", "--allow-public")])


def rest(stand: Stand) -> Row:
    """Long after; the first run after a rest reads what a clock's overlap still holds, and is not counted."""
    stand.order("rest")
    for _ in range(2):
        stand.pmhub("sync")
    stand.order("requests")
    return row(stand, [stand.pmhub("sync") for _ in range(TIMES)])


def edits(stand: Stand) -> Row:
    stand.order("edit", count=10, word="Changed")
    return row(stand, [stand.pmhub("sync")])


def plan(stand: Stand) -> Row:
    stand.pmhub("sync")
    stand.order("requests")
    return row(stand, [stand.pmhub("plan")])


def full_read(stand: Stand, size: int, ms: int) -> Row:
    """Every issue of a repository with comments into the store, nothing else configured on the other side. `aim`: seconds
    that the wall may take, twice what the requests would with the lists read side by side.
    """
    stand.order("fill_github", opened=size, comments=size // 5)
    stand.order("latency", seconds=ms / 1000)
    stand.configure(kinds="tickets", more=NOTHING_IS_MADE)
    floor = ceil(size / 100) + ceil(size / 500)
    found = row(stand, [stand.pmhub_afresh("sync") for _ in range(TIMES)])
    return {**found, "floor": floor, "aim": round(2 * found["requests"] * ms / 1000 / LISTS, 2)}


def into_jira(stand: Stand, size: int, ms: int, *, wide: bool = True) -> Row:
    stand.order("fill_github", opened=size)
    stand.order("latency", seconds=ms / 1000)
    if not stand.data_center:
        stand.order("wide", yes=wide)
    stand.configure(kinds="tickets")
    found = row(stand, [stand.pmhub("sync")])
    jira = sum(n for name, n in found["by_template"].items() if name.startswith("jira"))
    again = stand.pmhub("plan", "--detailed-exitcode")
    return {**found, "to_jira": jira, "next_plan": again.code, "counts": stand.order("counts")}


def row(stand: Stand, runs: list[Measured]) -> Row:
    asked = stand.order("requests")
    return {
        "codes": [run.code for run in runs],
        "requests": asked["total"] / len(runs),
        "cost_quota": asked["cost_quota"] / len(runs),
        "by_template": {name: number / len(runs) for name, number in asked["by_template"].items()},
        **times(runs),
        "database": stand.database.stat().st_size,
        "said": "\n".join(run.err for run in runs)[-500:],
    }


def times(runs: list[Measured]) -> Row:
    return {
        "wall": round(statistics.median(run.wall for run in runs), 3),
        "cpu": round(statistics.median(run.cpu for run in runs), 3),
        "peak": round(max(run.peak for run in runs), 1),
    }


def side_by_side(command: str, against: str, count: int) -> Row:
    """Two commands in turn, and the median of the ratios pair by pair: what a busy machine does, it does to both."""
    words = [shlex.split(text) for text in (command, against)]
    pairs = [tuple(measured(each, ROOT, {}) for each in words) for _ in range(count + 1)][1:]
    ratios = [one.cpu / other.cpu for one, other in pairs]
    return {"ratio": round(statistics.median(ratios), 2), **times([one for one, _ in pairs])}


def start_up() -> Iterator[tuple[Cell, Callable[[], Row]]]:
    click = f"{sys.executable} -c 'import click; click.command()(lambda: None)([\"--help\"])'"
    for words in ("--help", "plugins list"):
        yield Cell(f"pmhub {words}", 0), lambda words=words: side_by_side(f"{PMHUB} {words}", click, 11)


def sync_beside_its_libraries(stand: Stand) -> Row:
    """A run at rest with no latency, beside a process that only imports what such a run is made of."""
    libraries = [sys.executable, "-c", "import httpx, sqlite_utils, click"]
    pairs = [(stand.pmhub("sync"), stand.run(libraries)) for _ in range(7)]
    ratio = statistics.median(one.cpu / other.cpu for one, other in pairs)
    return {**row(stand, [one for one, _ in pairs]), "ratio": round(ratio, 2)}


def rest_in_turn(stand: Stand, small: Stand) -> Row:
    """Runs at rest of a large and of a small workspace, one after the other."""
    for each in (stand, small):
        first_read(each)
        rest(each)
        each.order("requests")
    pairs = [(stand.pmhub("sync"), small.pmhub("sync")) for _ in range(9)]
    ratios = {
        "ratio": statistics.median(one.cpu / other.cpu for one, other in pairs),
        "wall_ratio": statistics.median(one.wall / other.wall for one, other in pairs),
    }
    return {**row(stand, [one for one, _ in pairs]), **{name: round(ratio, 2) for name, ratio in ratios.items()}}


__all__ = ["Cell", "Row", "standing"]

"""`python -m benchmarks [WORD...]`: measure what is not measured yet, then write docs/performance.md.

With words, only scenarios whose name holds one of them. Results are kept in benchmarks/results/cells.jsonl, a line a cell;
delete a line to measure it again.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks import fleet, peers, richtext, scenarios
from benchmarks.page import write_page
from benchmarks.scenarios import Cell, Row
from benchmarks.stand import standing

RESULTS = Path(__file__).with_name("results") / "cells.jsonl"
SERVER = ", Data Center"
SIZES = (200, 1_000, 2_000, 20_000, 100_000)


def main(words: list[str]) -> None:
    known = read()
    for cells, measure in plan():
        missing = [cell for cell in cells if cell not in known]
        if missing and (not words or any(word in cell.scenario for word in words for cell in cells)):
            measure(missing)
    write_page(read())


def plan() -> list[tuple[list[Cell], Callable[[list[Cell]], None]]]:
    """Cells that share a stand, with what measures them."""
    found: list[tuple[list[Cell], Callable[[list[Cell]], None]]] = [
        ([cell], lambda _, cell=cell, take=take: keep(cell, take())) for cell, take in scenarios.start_up()
    ]
    found += [([Cell("process at rest", 1_000)], at_rest_beside_libraries)]
    found += [([Cell(scenarios.IN_TURN, 100_000)], at_rest_in_turn)]
    found += [
        ([Cell("full read", size, ms)], full_read) for size, ms in ((2_000, 0), (2_000, 50), (10_000, 0), (10_000, 50))
    ]
    found += [([Cell(name, 2_000)], into_jira) for name in ("into Jira", "into Jira, 100 at once")]
    found += [([Cell("into Jira", 200, 50)], into_jira)]
    found += [([Cell(name, 200, ms)], into_jira) for name in ("into a Data Center",) for ms in (0, 50)]
    found += [([Cell(name, *size)], partial(beside, peer)) for name, peer, size in peers.cells()]
    for size, ms in ((1_000, 50), *((size, 0) for size in SIZES)):
        found += [([cell for cell, _ in scenarios.at_rest((size,), ms)], at_rest)]
    for ms in (0, 50):
        found += [([on_a_server(cell) for cell, _ in scenarios.at_rest((1_000,), ms)], at_rest)]
    found += [([Cell(f"rich text: {direction}", richtext.SIZE)], rich_text) for direction in richtext.DIRECTIONS]
    found += [([cell], by_workers) for cell in fleet.CELLS.values()]
    # last, as it brings the simulators in, and a child's peak begins at ours
    found += [([Cell("into GitHub", 2_000)], into_github), ([Cell("into GitHub, all closed", 200)], into_github)]
    return found


def rich_text(cells: list[Cell]) -> None:
    keep(cells[0], richtext.measured(cells[0].scenario.partition(": ")[2]))


def by_workers(cells: list[Cell]) -> None:
    [workers] = [number for number, cell in fleet.CELLS.items() if cell == cells[0]]
    keep(cells[0], fleet.measured(workers, fleet.SYNCS, cells[0].ms))


def at_rest(cells: list[Cell]) -> None:
    """All cells of a size anew: each begins where the one before it ended."""
    size, ms, is_server = cells[0].size, cells[0].ms, cells[0] == on_a_server(cells[0])
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), data_center=is_server) as stand:
        scenarios.prepared(stand, size, ms)
        for cell, take in scenarios.at_rest((size,), ms):
            keep(on_a_server(cell) if is_server else cell, take(stand))


def on_a_server(cell: Cell) -> Cell:
    """The same with a Jira Data Center."""
    return Cell(cell.scenario.removesuffix(SERVER) + SERVER, cell.size, cell.ms)


def at_rest_beside_libraries(cells: list[Cell]) -> None:
    with standing() as stand:
        scenarios.prepared(stand, cells[0].size, 0)
        scenarios.first_read(stand)
        scenarios.rest(stand)
        stand.pmhub("sync")
        stand.order("requests")
        keep(cells[0], scenarios.sync_beside_its_libraries(stand))


def at_rest_in_turn(cells: list[Cell]) -> None:
    with standing() as large, standing() as small:
        scenarios.prepared(large, cells[0].size, 0)
        scenarios.prepared(small, scenarios.SMALL, 0)
        keep(cells[0], scenarios.rest_in_turn(large, small))


def full_read(cells: list[Cell]) -> None:
    with standing() as stand:
        keep(cells[0], scenarios.full_read(stand, cells[0].size, cells[0].ms))


def into_jira(cells: list[Cell]) -> None:
    [cell] = cells
    with standing(data_center="Data Center" in cell.scenario) as stand:
        keep(cell, scenarios.into_jira(stand, cell.size, cell.ms, wide="100" not in cell.scenario))


def into_github(cells: list[Cell]) -> None:
    from benchmarks import virtual  # noqa: PLC0415 - brings the simulators in

    keep(cells[0], virtual.into_github(cells[0].size, closed="closed" in cells[0].scenario))


def beside(peer: peers.Peer, cells: list[Cell]) -> None:
    if reason := peers.missing(peer):
        print(f"{cells[0].scenario}: not measured, {reason}", flush=True)
        return
    with standing() as stand:
        keep(cells[0], peers.beside(stand, peer, cells[0].size, cells[0].ms))


def keep(cell: Cell, row: Row) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**asdict(cell), **row}) + "\n")
    told = {
        name: row[name]
        for name in ("ratio", "cpu_ratio", "requests", "cost_quota", "wall", "cpu", "peak", "cold", "again")
        if name in row
    }
    print(cell.scenario, cell.size, f"{cell.ms} ms", told, flush=True)


def read() -> dict[Cell, Row]:
    """The last line of each cell."""
    if not RESULTS.exists():
        return {}
    rows = [json.loads(line) for line in RESULTS.read_text("utf-8").splitlines()]
    return {Cell(row["scenario"], row["size"], row["ms"]): row for row in rows}


if __name__ == "__main__":
    main(sys.argv[1:])

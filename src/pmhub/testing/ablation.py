"""What breaks when a guard of the sync is left out. `python -m pmhub.testing.ablation` writes docs/ablation.md.

A guard is left out by the harness alone: it replaces the named part of the real code for the time of a world.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any

from pmhub.testing.guards import GUARDS
from pmhub.testing.replacing import replaced
from pmhub.testing.storms import storm_world
from pmhub.testing.trials.telling import Trial

STORMS = 10
HEAVY: Mapping[str, Any] = {"stale": 0.4, "grain": 6000, "agitation": 0.06, "fault": 0.2}


@contextmanager
def ablated(name: str) -> Iterator[None]:
    """Inside, the real code is without this guard (or named group); with an empty name it is as it is."""
    with replaced(GUARDS[name].patches if name else ()):
        yield


def tried(trial: Trial, without: str = "", most: int | None = None) -> list[str]:
    """What a scenario finds, `most` of it; a world that cannot even be told to its end is a finding."""
    with ablated(without):
        try:
            return list(islice(trial(), most))
        except Exception as error:  # noqa: BLE001 - whatever breaks, breaks for want of the guard
            return [f"X {type(error).__name__}: {error}"]


def stormed(seed: int, without: str = "") -> list[str]:
    return tried(lambda: iter(storm_world(seed, **HEAVY)), without)


def first_world_that_fails(name: str, storms: int = STORMS) -> str:
    """Its scenarios first; empty where nothing is found."""
    for trial in GUARDS[name].trials:
        if tried(trial, name, most=1):
            return trial.__name__
    return next((f"storm {seed}" for seed in range(storms) if stormed(seed, name)), "")


# The table.


def _told(found: list[str]) -> str:
    counts = Counter(text.split()[0] for text in found)
    return " ".join(f"{kind}×{count}" for kind, count in sorted(counts.items()))  # noqa: RUF001 - a times sign is meant


def _row(name: str) -> str:
    """Storms are asked only where no scenario breaks: the scenario tells more."""
    guard = GUARDS[name]
    cells = [f"{trial.__name__}: {_told(found)}" for trial in guard.trials if (found := tried(trial, name))]
    storms = {} if cells else {seed: found for seed in range(STORMS) if (found := stormed(seed, name))}
    if storms:
        seeds = ", ".join(map(str, storms))
        cells.append(f"storms {seeds}: {_told([text for found in storms.values() for text in found])}")
    return f"| {name} | {guard.promise} | {'; '.join(cells) or '**no failing world found**'} |\n"


HEAD = f"""# What each guard is for

Each row leaves one guard (or a named group) out of the real code, by the test harness alone, and tells which promises then
break, in which worlds: the scenarios that the guard is there for or, where none breaks, {STORMS} storms (faults, stale reads,
coarse clocks, kills and people inside runs). With every guard on, the same worlds break none.

I1 … I16: the promises as [the oracles](../src/pmhub/testing/oracles.py) state them; T: a person's edit was reverted for a while;
S: the scenario ended otherwise than it should; X: the run raised. The worlds are in
[trials](../src/pmhub/testing/trials), the guards in [guards](../src/pmhub/testing/guards.py).

Written by `python -m pmhub.testing.ablation > docs/ablation.md`.

| Guard | What it promises | Without it |
| --- | --- | --- |
"""


def main() -> None:
    with ProcessPoolExecutor() as workers:
        sys.stdout.write(HEAD + "".join(workers.map(_row, GUARDS)))


if __name__ == "__main__":
    main()

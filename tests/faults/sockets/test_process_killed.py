"""A real process on a real file, killed at any moment while people go on working: nothing doubled, nothing lost."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from both_sides import SIDES
from real_processes import Child, Site, Zygote, open_site

KILLS_A_WORLD, MOST_RUNS = 10, 60
"""Some runs are over before their moment comes."""
ACTS = ("born", "renamed", "moved_on", "said")


def people(site: Site, seed: random.Random) -> None:
    for _ in range(seed.randint(1, 4)):
        getattr(site.sides, seed.choice(ACTS))(seed.choice(SIDES))


def kill_at_a_step(site: Site, seed: random.Random) -> Child:
    return site.sync(die_at=seed.randint(1, 800))


def kill_at_a_moment(site: Site, seed: random.Random) -> Child:
    child = site.start()
    if not child.ended_within(seed.uniform(0.0, 0.4)):
        child.signal(signal.SIGKILL)
    child.wait()
    return child


def killed(folder: Path, zygote: Zygote, number: int, kill: Callable[[Site, random.Random], Child]) -> None:
    """Ten kills with people between them; then peace."""
    seed = random.Random(f"killed {number}")
    codes: list[int | None] = []
    with open_site(folder, zygote) as site:
        site.conflicts = "open"  # a value set between a create and its check has no base yet: the older one is recorded, none is lost
        while codes.count(-signal.SIGKILL) < KILLS_A_WORLD and len(codes) < MOST_RUNS:
            people(site, seed)
            codes.append(kill(site, seed).code)
            site.rest(seed.choice([0, 5, 60, 1200]))
        wrong = site.settled()
        assert not wrong, f"seed {number}, exit codes {codes}:\n{wrong}"
    print(f"seed {number}: exit codes {codes}")  # noqa: T201
    assert set(codes) <= {0, -signal.SIGKILL}
    assert codes.count(-signal.SIGKILL) == KILLS_A_WORLD


@pytest.mark.parametrize("number", range(2))
def test_killed_at_ten_steps_of_its_work_nothing_is_doubled_or_lost(
    tmp_path: Path, zygote: Zygote, number: int
) -> None:
    killed(tmp_path, zygote, number, kill_at_a_step)


def test_killed_at_ten_moments_nothing_is_doubled_or_lost(tmp_path: Path, zygote: Zygote) -> None:
    killed(tmp_path, zygote, 2, kill_at_a_moment)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(100, 200))
def test_a_thousand_kills(tmp_path: Path, zygote: Zygote, number: int) -> None:
    killed(tmp_path, zygote, number, kill_at_a_moment if number % 2 else kill_at_a_step)

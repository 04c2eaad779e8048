"""The same seed is the same world: a failure that was seen once can be looked at again."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pmhub.testing.choke import Choke
from pmhub.testing.storms import storm
from pmhub.testing.world import World


def calls(seed: int) -> str:
    with World(seed, 4, choke=Choke(seed, fault=0.2, agitation=0.05)) as world:
        storm(world, seed, runs=6)
        return "\n".join(world.choke.log)


def test_the_same_seed_makes_the_same_calls() -> None:
    first, second = calls(5), calls(5)
    assert first.count("\n") > 20
    assert first == second


def test_another_seed_makes_other_calls() -> None:
    assert calls(5) != calls(6)


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_the_order_of_sets_does_not_reach_the_wire(hash_seed, repository) -> None:
    """A child process with another hash seed makes the same calls, byte for byte."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(repository / "src")}
    child = subprocess.run(
        [sys.executable, __file__], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert child.stdout == calls(5)


if __name__ == "__main__":
    sys.stdout.write(calls(5))

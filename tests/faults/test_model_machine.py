"""Random lives of two and three remotes, and the worlds that once broke a promise."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from random_lives import Machine

from pmhub.testing.losses import losing_world
from pmhub.testing.storms import storm_world

EXAMPLES, STEPS, SHARES = 200, 25, 8
SOAKED = 5_000
SHARD, SHARDS = (int(part) for part in os.environ.get("SHARD", "0/1").split("/"))
KINDS = {"storm": storm_world, "losses": losing_world}
FAILED = tomllib.loads(Path(__file__).with_name("failing_seeds.toml").read_text(encoding="utf-8"))["world"]


def _profile(examples: int, **more) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def _lives(number: int) -> type[Machine]:
    """A class of its own: repeatable runs draw their examples from its name."""
    return seed(number)(type(f"Machine{number}", (Machine,), {}))


@pytest.mark.parametrize("share", range(SHARES))
def test_whatever_happens_at_rest_nothing_is_broken(share) -> None:
    run_state_machine_as_test(_lives(share), settings=_profile(EXAMPLES // SHARES, phases=[Phase.generate]))


@pytest.mark.parametrize("world", FAILED, ids=lambda world: f"{world['kind']} {world['seed']}")
def test_a_world_that_once_failed_does_not_fail_again(world) -> None:
    assert KINDS[world["kind"]](world["seed"], **world["parameters"]) == []


@pytest.mark.parametrize("seed", range(20))
def test_whenever_the_database_is_lost_nothing_is_doubled_lost_or_reverted(seed) -> None:
    assert losing_world(seed) == []


@pytest.mark.soak
@pytest.mark.parametrize("share", range(25 * SHARD, 1000, 25 * SHARDS))
def test_in_a_thousand_lives_of_lost_databases_nothing_is_broken(share) -> None:
    failed = {seed: found for seed in range(share, share + 25) if (found := losing_world(seed))}
    assert failed == {}


@pytest.mark.soak
@pytest.mark.parametrize("share", range(100, 100 + SOAKED // 50))
def test_in_thousands_of_lives_nothing_is_broken(share) -> None:
    if share % SHARDS != SHARD:
        pytest.skip("another shard's")
    run_state_machine_as_test(_lives(share), settings=_profile(50))

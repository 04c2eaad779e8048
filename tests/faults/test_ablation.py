"""Every guard is needed: the suite's worlds break without it, and none breaks with it."""

from __future__ import annotations

import os

import pytest

from pmhub.testing.ablation import GUARDS, STORMS, ablated, first_world_that_fails, stormed, tried
from pmhub.testing.replacing import replaced

KNOWN_UNPROVEN = ("nameless", "settle", "gate", "tie", "horizon", "overlap", "asked", "oldest first")
"""Guards that no world of the normal run is known to need. This list may only shrink."""
TRIALS = sorted({trial for guard in GUARDS.values() for trial in guard.trials}, key=lambda trial: trial.__name__)
SHARD, SHARDS = (int(part) for part in os.environ.get("SHARD", "0/1").split("/"))


@pytest.mark.parametrize("seed", range(STORMS))
def test_with_every_guard_a_storm_breaks_nothing(seed) -> None:
    assert stormed(seed) == []


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.__name__)
def test_with_every_guard_a_trial_breaks_nothing(trial) -> None:
    assert tried(trial) == []


@pytest.mark.parametrize("name", [name for name in GUARDS if name not in KNOWN_UNPROVEN])
def test_without_it_something_breaks(name) -> None:
    assert first_world_that_fails(name), f"nothing needs {name}"


@pytest.mark.parametrize("name", KNOWN_UNPROVEN)
def test_what_is_unproven_is_so_still(name) -> None:
    """A world that fails without it was found: take it off the list."""
    assert first_world_that_fails(name) == ""


@pytest.mark.soak
@pytest.mark.parametrize("name", KNOWN_UNPROVEN)
def test_more_storms_do_not_need_it_either(name) -> None:
    seeds = range(STORMS + SHARD, 120, SHARDS)
    assert {seed: found for seed in seeds if (found := stormed(seed, name))} == {}


def test_a_guard_is_left_out_for_a_while_only() -> None:
    for name, guard in GUARDS.items():
        before = [vars(owner)[attribute] for owner, attribute, _ in guard.patches]
        with ablated(name):
            assert [vars(owner)[attribute] for owner, attribute, _ in guard.patches] != before
        assert [vars(owner)[attribute] for owner, attribute, _ in guard.patches] == before


def test_a_guard_that_was_renamed_is_not_quietly_left_on() -> None:
    with pytest.raises(AttributeError), replaced([(pytest, "no_such_guard", None)]):
        pass


def test_the_table_tells_of_every_guard(repository) -> None:
    """Written anew by `python -m pmhub.testing.ablation > docs/ablation.md`."""
    lines = (repository / "docs/ablation.md").read_text(encoding="utf-8").splitlines()
    told = [line.split(" | ") for line in lines if line.startswith("| ")][2:]
    assert [(cells[0].removeprefix("| "), cells[1]) for cells in told] == [(n, g.promise) for n, g in GUARDS.items()]
    unproven = [cells[0].removeprefix("| ") for cells in told if "no failing world found" in cells[2]]
    assert unproven == list(KNOWN_UNPROVEN)

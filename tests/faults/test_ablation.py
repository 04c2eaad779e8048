"""Every guard is needed: the suite's worlds break without it, and none breaks with it."""

from __future__ import annotations

import pytest

from pmhub.testing.ablation import STORMS, ablated, first_world_that_fails, stormed, tried
from pmhub.testing.guards import GUARDS
from pmhub.testing.replacing import replaced

TRIALS = sorted({trial for guard in GUARDS.values() for trial in guard.trials}, key=lambda trial: trial.__name__)


@pytest.mark.parametrize("seed", range(STORMS))
def test_with_every_guard_a_storm_breaks_nothing(seed) -> None:
    assert stormed(seed) == []


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.__name__)
def test_with_every_guard_a_trial_breaks_nothing(trial) -> None:
    assert tried(trial) == []


@pytest.mark.parametrize("name", GUARDS)
def test_without_it_something_breaks(name) -> None:
    assert first_world_that_fails(name), f"nothing needs {name}"


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
    assert not [cells[0].removeprefix("| ") for cells in told if "no failing world found" in cells[2]]

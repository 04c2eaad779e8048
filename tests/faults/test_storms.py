"""Faults, outages, kills, stale reads, coarse clocks and people inside runs, all at once; then the oracles."""

from __future__ import annotations

import pytest

from pmhub.testing.storms import storm_world

HEAVY = {"stale": 0.4, "grain": 6000, "agitation": 0.05, "fault": 0.2}
SETTINGS = {
    "as it comes": {},
    "heavy": HEAVY,
    "two remotes, the coarse one first": {"names": "BC", "stale": 0.6, "grain": 6000, "agitation": 0.1, "fault": 0.25},
    "an index slower than the settle time": {"order": "CBA", "lag": 1_500_000},
}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("setting", ["as it comes", "heavy", "two remotes, the coarse one first"])
def test_after_a_storm_nothing_is_doubled_lost_or_reverted(setting, seed) -> None:
    assert storm_world(seed, **SETTINGS[setting]) == []


@pytest.mark.parametrize("seed", range(6))
def test_without_change_logs_only_the_race_between_a_read_and_a_write_can_lose_an_edit(seed) -> None:
    """Nobody can see an edit that falls between them: no log tells of it, and a wiped marker is gone for good."""
    found = storm_world(seed, log=False, wipe=0.0, stale=0.3, grain=3000)
    assert [text for text in found if not text.startswith("I3 ")] == []


@pytest.mark.soak
@pytest.mark.parametrize("share", range(0, 400, 25))
@pytest.mark.parametrize("setting", SETTINGS)
def test_after_four_hundred_storms_of_each_kind_nothing_is_doubled_lost_or_reverted(setting, share) -> None:
    failed = {seed: found for seed in range(share, share + 25) if (found := storm_world(seed, **SETTINGS[setting]))}
    assert failed == {}

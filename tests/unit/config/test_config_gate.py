"""`[gate]`: what is asked of a release, and what a mistake in it looks like."""

from __future__ import annotations

import pytest

from pmhub.engine.gate_rules import Coverage, GateRules


def test_without_the_table_everything_is_asked(read, minimal):
    assert read(minimal).gate == GateRules()


def test_every_setting_is_taken(read, minimal):
    rules = read(
        minimal
        + """
[gate]
open_tickets = false
types = ["bug"]
priorities = ["high"]
labels = ["must"]
blocked = false
blocked_labels = ["on hold"]
pull_requests = false
tests = "run"
untested_types = ["task"]
untested_labels = ["no-test"]
environments = ["linux"]
conflicts = false
refused = false
notes = false
max_age = "2h"
"""
    ).gate
    assert rules == GateRules(
        open_tickets=False, types=("bug",), priorities=("high",), labels=("must",), blocked=False, blocked_labels=("on hold",),
        pull_requests=False, tests=Coverage.RUN, untested_types=("task",), untested_labels=("no-test",), environments=("linux",),
        conflicts=False, refused=False, notes=False, max_age=7_200,
    )  # fmt: skip


@pytest.mark.parametrize(("written", "seconds"), [('"90s"', 90), ('"30m"', 1_800), ('"3d"', 259_200), ("false", None)])
def test_an_age_is_a_duration_or_false(read, minimal, written, seconds):
    assert read(f"{minimal}\n[gate]\nmax_age = {written}\n").gate.max_age == seconds


def test_the_fingerprint_does_not_follow_the_gate(read, minimal):
    assert read(minimal).fingerprint == read(f"{minimal}\n[gate]\nnotes = false\n").fingerprint

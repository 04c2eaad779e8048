"""Real processes that are asked to stop, put to sleep, or started all at once."""

from __future__ import annotations

import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from statistics import median

import pytest
from both_sides import SIDES, Side
from real_processes import HANGS, Child, Gate, Site, Zygote, open_site

LOCKED, TERMINATED = 7, 128 + signal.SIGTERM
STARTS = 50
TO_LEAVE = 0.2


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, zygote: Zygote) -> Iterator[Site]:
    """One for all: every test leaves it settled."""
    with open_site(tmp_path_factory.mktemp("site"), zygote) as site:
        yield site


def hold(site: Site, side: Side, gate: Gate) -> Gate:
    getattr(site.sides, side).faults.append(gate)
    return gate


def release(site: Site, gate: Gate) -> None:
    gate.opened.set()
    for side in SIDES:
        getattr(site.sides, side).faults.clear()


def busy(site: Site) -> None:
    for side in SIDES:
        for act in ("born", "renamed", "moved_on", "said"):
            getattr(site.sides, act)(side)


WHERE: dict[str, tuple[Side, str, str]] = {
    "the first question": ("github", "GET", "/user"),
    "a search": ("jira", "POST", "/search/jql"),
    "a bulk create": ("jira", "POST", "/issue/bulk"),
    "a create": ("github", "POST", "/issues"),
    "a comment": ("github", "POST", "/comments"),
    "an edit": ("jira", "PUT", ""),
    "the check of its writes": ("jira", "POST", "/changelog/bulkfetch"),
}


@pytest.mark.parametrize("where", WHERE)
def test_told_to_stop_it_leaves_with_143_and_nothing_half_done(site: Site, where: str) -> None:
    side, method, path = WHERE[where]
    busy(site)
    gate = hold(site, side, Gate(method, path))
    child = site.start()
    assert gate.reached.wait(HANGS), child.said
    child.signal(signal.SIGTERM)
    code = child.wait()
    release(site, gate)
    assert (code, child.said) == (TERMINATED, "terminated\n")
    assert not site.database.with_suffix(".holder").exists()
    with closing(sqlite3.connect(site.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert not site.settled()


def test_told_to_stop_at_any_moment_it_leaves_and_the_next_runs_finish(site: Site) -> None:
    seed = random.Random("told to stop")
    for _ in range(5):
        busy(site)
        child = site.start()
        if not child.ended_within(seed.uniform(0.02, 0.3)):
            child.signal(signal.SIGTERM)
        assert child.wait() in (0, TERMINATED, -signal.SIGTERM), child.said
    assert not site.settled()


def test_while_a_run_sleeps_another_is_locked_out_and_it_wakes_up_to_finish(site: Site) -> None:
    busy(site)
    gate = hold(site, "jira", Gate("POST", "/issue/bulk"))
    first = site.start()
    assert gate.reached.wait(HANGS), first.said
    first.signal(signal.SIGSTOP)
    site.sides.forget_requests()
    second = site.sync()
    assert second.code == LOCKED, second.said
    assert f"(process {first.pid})" in second.said
    assert "--wait" in second.said
    assert site.sides.github.requests == []
    first.signal(signal.SIGCONT)
    release(site, gate)
    assert first.wait() == 0, first.said
    assert not site.settled()


def test_one_that_waits_runs_when_the_first_is_done(site: Site) -> None:
    busy(site)
    gate = hold(site, "github", Gate("GET", "/user"))
    first = site.start()
    assert gate.reached.wait(HANGS), first.said
    second = site.start("sync", "--wait", "30")
    release(site, gate)
    assert (first.wait(), second.wait()) == (0, 0), second.said
    assert not site.settled()


def test_a_killed_run_leaves_no_lock_behind(site: Site) -> None:
    busy(site)
    gate = hold(site, "github", Gate("POST", "/issues"))
    first = site.start()
    assert gate.reached.wait(HANGS), first.said
    first.signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    release(site, gate)
    assert site.sync().code == 0
    assert not site.settled()


def took(child: Child) -> float:
    """Seconds from asking for the lock to leaving."""
    return float(child.seen["left"] - child.seen["asked"])


def test_of_fifty_simultaneous_starts_one_works_and_the_others_leave_at_once(site: Site) -> None:
    """On two processors most of fifty wait for one of them: all together are held to their median and to the work they do,
    each that comes alone to the limit itself.
    """
    busy(site)
    gate = hold(site, "github", Gate("GET", "/user"))
    children = [site.start(barrier=True) for _ in range(STARTS)]
    site.zygote.order(release=True)
    assert gate.reached.wait(HANGS)
    holder = site.database.with_suffix(".holder").read_text()
    (winner,) = [child for child in children if f'"pid": {child.pid},' in holder]
    others = [child for child in children if child is not winner]
    codes = [child.wait() for child in others]
    alone = [site.sync() for _ in range(5)]
    release(site, gate)
    assert winner.wait() == 0, winner.said
    assert codes == [LOCKED] * (STARTS - 1)
    times, work = [took(child) for child in others], max(child.seen["worked"] for child in others)
    told = f"{median(times):.3f} s (median), {max(times):.3f} s (longest), {work:.3f} s of work at most"
    print(f"from asking for the lock to leaving: {told}")  # noqa: T201
    assert median(times) < TO_LEAVE
    assert work < TO_LEAVE
    assert [child.code for child in alone] == [LOCKED] * len(alone)
    assert median(map(took, alone)) < TO_LEAVE
    assert not site.settled()

"""A disk that is full, a database that is locked, damaged, cut off or from the future: a clear word, and nothing lost."""

from __future__ import annotations

import signal
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing

import pytest
from both_sides import SIDES
from real_processes import HANGS, Child, Gate, Site, Zygote, open_site

ERROR = 1
PAGE = 4096


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, zygote: Zygote) -> Iterator[Site]:
    """One for all: every test leaves it settled."""
    with open_site(tmp_path_factory.mktemp("site"), zygote) as site:
        yield site


@pytest.fixture
def site(opened: Site) -> Site:
    """With work to do."""
    busy(opened)
    opened.sides.forget_requests()
    return opened


def busy(site: Site) -> None:
    for side in SIDES:
        for act in ("born", "renamed", "moved_on", "said"):
            getattr(site.sides, act)(side)


def refused(site: Site, child: Child, word: str) -> None:
    """It says what and what to do, without a traceback, and asked no remote to change anything."""
    assert child.code == ERROR, child.said
    assert word in child.said
    assert "hint: " in child.said
    assert "Traceback" not in child.said
    assert "unexpected" not in child.said
    assert site.sides.writes == []


def test_a_disk_full_from_the_start_stops_it_before_any_remote_write(site: Site) -> None:
    child = site.sync(most_bytes=0)
    refused(site, child, "disk")
    assert not site.settled()


@pytest.mark.parametrize("part", range(8))
def test_a_disk_that_fills_up_during_a_run_loses_and_doubles_nothing(site: Site, part: int) -> None:
    """The log of the database may grow to an eighth of what the whole run needs, to two, and so on."""
    child = site.sync(most_bytes=PAGE * (4 + 10 * part))
    assert child.code in (0, ERROR), child.said
    assert "Traceback" not in child.said
    assert child.code == 0 or ("disk" in child.said and "unexpected" not in child.said), child.said
    assert not site.settled()


def test_a_database_locked_for_too_long_is_told_and_nothing_is_written(site: Site) -> None:
    with closing(sqlite3.connect(site.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        child = site.sync(busy_ms=100)
        other.execute("ROLLBACK")
    refused(site, child, "locked")
    assert not site.settled()


def test_a_database_locked_for_a_moment_is_waited_for(site: Site) -> None:
    gate = Gate("GET", "/user")
    site.sides.github.faults.append(gate)
    child = site.start()
    assert gate.reached.wait(HANGS), child.said
    with closing(sqlite3.connect(site.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        gate.opened.set()
        assert not child.ended_within(0.3), child.said
        other.execute("ROLLBACK")
    site.sides.github.faults.clear()
    assert child.wait() == 0, child.said
    assert not site.settled()


def test_a_damaged_page_is_told_before_any_remote_write(site: Site) -> None:
    whole = site.database.read_bytes()
    pages = len(whole) // PAGE
    spoilt = bytearray(whole)
    for page in range(1, pages):
        spoilt[page * PAGE : page * PAGE + 64] = b"\xff" * 64
    site.database.write_bytes(spoilt)
    refused(site, site.sync(), "Restore a backup")
    site.database.write_bytes(whole)
    assert not site.settled()


def test_what_is_no_database_is_told_before_any_remote_write(site: Site) -> None:
    whole = site.database.read_bytes()
    site.database.write_bytes(b"no database at all, for sure. " * 400)
    refused(site, site.sync(), "not a database")
    site.database.write_bytes(whole)
    assert not site.settled()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(site: Site) -> None:
    with closing(sqlite3.connect(site.database)) as db:
        known = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute("PRAGMA user_version = 999")
    refused(site, site.sync(), "newer")
    with closing(sqlite3.connect(site.database)) as db:
        db.execute(f"PRAGMA user_version = {known}")
    assert not site.settled()


def test_without_its_write_ahead_log_the_database_forgets_but_nothing_is_doubled(site: Site) -> None:
    """Killed with its log not yet in the file, and the log thrown away: as if an older copy had been put back."""
    gate = Gate("POST", "/changelog/bulkfetch")
    site.sides.jira.faults.append(gate)
    child = site.start()
    assert gate.reached.wait(HANGS), child.said
    child.signal(signal.SIGKILL)
    child.wait()
    gate.opened.set()
    site.sides.jira.faults.clear()
    for suffix in ("-wal", "-shm"):
        site.database.with_name(site.database.name + suffix).unlink()
    assert not site.settled()


def test_a_read_only_file_is_told_before_any_remote_write(site: Site) -> None:
    site.database.chmod(stat.S_IRUSR)
    refused(site, site.sync(obeys=True), "permissions")
    site.database.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert not site.settled()


def test_a_read_only_folder_is_told_before_any_remote_write(site: Site) -> None:
    mode = site.folder.stat().st_mode
    site.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    child = site.sync(obeys=True)
    site.folder.chmod(mode)
    refused(site, child, "permissions")
    assert not site.settled()


def test_a_lost_database_doubles_nothing(site: Site) -> None:
    assert not site.settled()
    for file in site.folder.glob("pmhub.db*"):
        file.unlink()
    site.database.with_suffix(".generation").unlink()
    assert not site.settled()

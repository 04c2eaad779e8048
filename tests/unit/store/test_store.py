"""The store keeps its promises: on a real file or a real server, across copies, restores and other processes."""

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from pmhub.engine.state import Clash, Counterpart, Item, Stamp
from pmhub.errors import StoreError
from pmhub.http.validators import Validator
from pmhub.model.kinds import Kind
from pmhub.store import SCHEMA_VERSION, Store
from pmhub.store.items import Bound

ITEM = Item("0123456789abcdef@012345", Kind.TICKET, {"title": "t", "labels": ("a",)}, {"title": Stamp("memory:A", 5)})


def add(store, item=ITEM, thing="1"):
    with store.transaction():
        store.items.add(item, "backlog", "memory:A")
        store.items.bind(Bound(Counterpart(item.id, "memory:A", thing), Kind.TICKET, thing))


def test_an_item_comes_back_as_it_was(store):
    add(store)
    assert store.items.get(ITEM.id) == ITEM


def test_a_write_outside_a_transaction_is_a_loud_error(store):
    with pytest.raises(StoreError, match="outside a transaction"):
        store.meta.put("key", "value")


def test_binding_one_thing_to_two_items_is_a_loud_error(store):
    add(store)
    other = Item("ffff456789abcdef@012345", Kind.TICKET, {}, {})
    with pytest.raises(Exception, match=r"(?i)unique"), store.transaction():
        store.items.add(other, "backlog", "memory:A")
        store.items.bind(Bound(Counterpart(other.id, "memory:A", "1"), Kind.TICKET, "1"))
    assert store.items.get(other.id) is None


def test_what_fails_inside_a_transaction_leaves_nothing_behind(store):
    with pytest.raises(RuntimeError), store.transaction():
        store.meta.put("key", "value")
        raise RuntimeError
    assert store.meta.get("key") is None


def test_a_power_cut_takes_the_last_of_what_was_committed_lazily_and_nothing_from_the_midst(on_file, tmp_path):
    """The log is cut off where it had not reached the disk: what is before that place is whole."""
    store, held = on_file.open(), set()
    with store.lazily():
        for number in range(5):
            add(store, replace(ITEM, id=f"{number}@abcdef"), str(number))
    file, log = on_file.file, on_file.file.with_name("pmhub.db-wal")
    whole = log.read_bytes()
    for at, end in enumerate([*range(0, len(whole), 3_000), len(whole)]):
        cut = tmp_path / f"{at}.db"
        cut.write_bytes(file.read_bytes())
        cut.with_name(f"{at}.db-wal").write_bytes(whole[:end])
        with closing(Store(cut)) as left:
            there = left.items.ids()
        assert there == [f"{number}@abcdef" for number in range(len(there))]
        held.add(len(there))
    assert held == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize("durable", [True, False])
def test_only_what_is_committed_lazily_does_not_wait_for_the_disk(tmp_path, durable):
    store = Store(tmp_path / "pmhub.db", durable=durable)
    always = how_it_waits(store)
    with pytest.raises(KeyError), store.lazily():
        inside = how_it_waits(store)
        raise KeyError
    assert (inside, how_it_waits(store), always) == ((1, 2, 2) if durable else (0, 0, 0))
    store.close()


def how_it_waits(store):
    return store.database.connection.execute("PRAGMA synchronous").fetchone()[0]


def test_the_generation_stays_while_the_database_lives_and_changes_after_a_restore(on_file, tmp_path):
    store = on_file.open()
    first = store.generation()
    backup = tmp_path / "backup.db"
    store.copy(backup).close()
    store.grow_older()
    assert store.generation() == first
    store.close()
    shutil.copy(backup, tmp_path / "pmhub.db")
    restored = on_file.open()
    second = restored.generation()
    assert second != first
    assert restored.generation() == second


def test_a_process_killed_while_it_grows_older_is_not_taken_for_a_restored_one(store):
    first = store.generation()
    with store.transaction():
        store.meta.put("age", "1")
    assert store.generation() == first


def test_a_losing_value_is_in_the_archive_even_if_the_transaction_fails(store):
    with pytest.raises(RuntimeError), store.transaction():
        store.conflicts.add(ITEM.id, Clash("title", "lost", "memory:B", "the losing words"), 1, 1)
        raise RuntimeError
    assert "the losing words" in store.conflicts.archive.read_text()


def test_an_archive_that_cannot_be_written_is_told_and_nothing_is_kept(store):
    store.conflicts.archive.mkdir()
    with pytest.raises(StoreError, match=r"conflicts\.jsonl"), store.transaction():
        store.meta.put("key", "value")
        store.conflicts.add(ITEM.id, Clash("title", "lost", "memory:B", "the losing words"), 1, 1)
    assert store.meta.get("key") is None


def test_a_validator_is_kept_only_with_what_its_answer_said(store, place):
    store.validators.put("https://example.org/list", "me", Validator('"1"', "[]"))
    assert place.open().validators.get("https://example.org/list", "me") is None
    with store.transaction():
        store.validators.keep()
    assert place.open().validators.get("https://example.org/list", "me") == Validator('"1"', "[]")


def test_the_file_is_for_its_owner_alone(on_file):
    store = on_file.open()
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600


def test_a_database_of_a_newer_pmhub_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "pmhub.db"
    Store(file).close()
    with sqlite3.connect(file) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = file.read_bytes()
    with pytest.raises(StoreError, match="newer pmhub"):
        Store(file)
    assert file.read_bytes() == before


def test_a_damaged_file_is_told_as_such(tmp_path):
    file = tmp_path / "pmhub.db"
    file.write_bytes(b"not a database at all, but long enough to be read as a header" * 20)
    with pytest.raises(StoreError) as told:
        Store(file)
    assert "pmhub.db" in str(told.value)
    assert told.value.hint


def test_the_stored_database_of_this_schema_opens_with_its_items(tmp_path, request):
    """Every schema version keeps one such file; each later version must open all of them."""
    for kept in sorted(request.path.parent.glob("schema-*.db")):
        file = tmp_path / kept.name
        shutil.copy(kept, file)
        store = Store(file)
        assert store.items.ids(), kept.name
        assert store.intents.in_state("sent"), f"{kept.name}: a sent intent must survive every migration"
        assert store.conflicts.all()
        store.check()
        store.close()


def test_concurrent_writers_wait_for_each_other(store, place):
    def count(times):
        mine = Store(place.file, server=place.server)
        for _ in range(times):
            with mine.transaction():
                mine.meta.put("n", str(int(mine.meta.get("n") or 0) + 1))
        mine.close()

    threads = [threading.Thread(target=count, args=(50,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.meta.get("n") == "150"


def test_a_killed_process_loses_nothing_it_committed(tmp_path):
    file = tmp_path / "pmhub.db"
    code = (
        "import os, pathlib, signal, sys\n"
        "from pmhub.store import Store\n"
        "store = Store(pathlib.Path(sys.argv[1]))\n"
        "with store.transaction():\n    store.meta.put('kept', 'yes')\n"
        "store.database.connection.execute('BEGIN IMMEDIATE')\n"
        "store.meta.put('half', 'done')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(file)], check=False)
    store = Store(file)
    assert (store.meta.get("kept"), store.meta.get("half")) == ("yes", None)
    store.check()
    store.close()

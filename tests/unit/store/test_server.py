"""What only a server can do to us, and what only a server has to keep: the lock of a run, sessions that are cut, its language."""

import subprocess
import sys

import psycopg
import pytest

from pmhub.engine.state import Item
from pmhub.errors import Damaged, Locked, NewerStore, StoreError
from pmhub.model.kinds import Kind
from pmhub.store import SCHEMA_VERSION, Store, exists
from pmhub.store.postgres_errors import Explained
from pmhub.store.postgres_sql import statement
from pmhub.store.server import Server


def cut(store, other):
    """The server ends a session, as it does when it is stopped or the line is."""
    pid = store.database.connection.info.backend_pid
    other.database.rows("SELECT pg_terminate_backend(?)", [pid])


def test_a_connection_cut_in_mid_transaction_leaves_nothing_half_written(on_server):
    store, other = on_server.open(), on_server.open()
    with pytest.raises(StoreError) as told, store.transaction():
        store.meta.put("one", "1")
        cut(store, other)
        store.meta.put("two", "2")
    assert "half written" in told.value.hint
    assert [other.meta.get(key) for key in ("one", "two")] == [None, None]


def test_a_session_that_is_cut_takes_its_lock_with_it_and_writes_no_more(on_server):
    late, other = on_server.open(), on_server.open()
    with late.alone(0):
        with pytest.raises(Locked, match=r"process \d+"), other.alone(0):
            pass
        cut(late, other)
        with other.alone(5):
            with pytest.raises(StoreError), late.transaction():
                late.meta.put("late", "yes")
            assert other.meta.get("late") is None


def test_one_schema_does_not_lock_another(on_server, postgres):
    elsewhere = Store(on_server.file, server=postgres())
    with on_server.open().alone(0), elsewhere.alone(0):
        pass
    elsewhere.close()


def test_a_killed_process_loses_nothing_it_committed_and_frees_its_lock(on_server):
    code = (
        "import os, pathlib, signal, sys\n"
        "from pmhub.store import Store\n"
        "store = Store(pathlib.Path(sys.argv[1]), server=sys.argv[2])\n"
        "with store.alone(0):\n"
        "    with store.transaction():\n        store.meta.put('kept', 'yes')\n"
        "    with store.transaction():\n"
        "        store.meta.put('half', 'done')\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    on_server.open()
    subprocess.run([sys.executable, "-c", code, str(on_server.file), on_server.server], check=False)
    store = on_server.open()
    with store.alone(5):
        assert (store.meta.get("kept"), store.meta.get("half")) == ("yes", None)


def test_what_failed_and_was_overlooked_is_not_taken_for_written(on_server):
    store = on_server.open()
    with pytest.raises(StoreError, match="took a write back"), store.transaction():
        store.meta.put("one", "1")
        with pytest.raises(psycopg.IntegrityError):
            store.database.write("INSERT INTO meta (key, value) VALUES ('two', NULL)")
    assert store.meta.get("one") is None


def test_a_store_of_a_newer_pmhub_is_refused_and_left_alone(on_server):
    store = on_server.open()
    with store.transaction():
        store.database.write("UPDATE layout SET version = ?", [SCHEMA_VERSION + 1])
    with pytest.raises(NewerStore, match="newer pmhub"):
        on_server.open()
    assert store.database.rows("SELECT version FROM layout")[0][0] == SCHEMA_VERSION + 1


def old(store):
    """As an older pmhub left it."""
    with store.transaction():
        store.database.write("UPDATE layout SET version = ?", [SCHEMA_VERSION - 1])


def test_a_new_format_waits_until_the_run_of_an_older_pmhub_is_over(on_server):
    running = on_server.open()
    with running.alone(0):
        old(running)
        with pytest.raises(Locked, match="another run") as told:
            on_server.open()
        assert "changes the store's format" in told.value.hint
        with running.transaction():
            running.meta.put("still", "writing")
        assert running.database.rows("SELECT version FROM layout")[0][0] == SCHEMA_VERSION - 1


def test_a_run_that_waited_while_the_format_changed_does_not_begin(on_server):
    late, newer = on_server.open(), on_server.open()
    with newer.transaction():
        newer.database.write("UPDATE layout SET version = ?", [SCHEMA_VERSION + 1])
    with pytest.raises(NewerStore), late.alone(0):
        pytest.fail("it began")
    assert newer.database._take("pg_try_advisory_lock"), "nobody holds the lock"


def test_looking_makes_nothing(on_server):
    assert not exists(on_server.file, on_server.server)
    assert not exists(on_server.file, on_server.server), "asking made it"
    on_server.open()
    assert exists(on_server.file, on_server.server)


def test_a_server_that_is_away_is_told_with_a_remedy(tmp_path):
    with pytest.raises(StoreError) as told:
        Store(tmp_path / "pmhub.db", server="postgresql://pmhub:fake-password@127.0.0.1:1/plans")
    assert "plans on 127.0.0.1" in told.value.message
    assert "reached" in told.value.hint
    assert "fake-password" not in f"{told.value.message} {told.value.hint}"


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (psycopg.errors.InvalidPassword("no"), "password"),
        (psycopg.errors.InvalidCatalogName("no"), "createdb"),
        (psycopg.errors.InsufficientPrivilege("no"), "right"),
        (psycopg.errors.DiskFull("no"), "space"),
        (psycopg.errors.AdminShutdown("no"), "back"),
        (psycopg.OperationalError('FATAL: password authentication failed for user "pmhub"'), "password"),
    ],
)
def test_each_trouble_has_its_remedy(error, word):
    with pytest.raises(StoreError) as told, Explained("a store"):
        raise error
    assert word in told.value.hint


def test_a_damaged_index_is_told_as_damage_and_a_double_binding_stays_what_it_is():
    with pytest.raises(Damaged), Explained("a store"):
        raise psycopg.errors.IndexCorrupted("no")
    with pytest.raises(psycopg.IntegrityError), Explained("a store"):
        raise psycopg.errors.UniqueViolation("twice")


@pytest.mark.parametrize("text", ["mysql://db/plans", "postgresql://db/plans?schema=Drop;", "postgresql://[/x"])
def test_what_is_no_address_is_refused_without_repeating_it(text):
    with pytest.raises(StoreError) as told:
        Server.from_address(text)
    assert text not in f"{told.value.message} {told.value.hint}"


def test_an_address_names_its_schema_and_shows_no_password():
    server = Server.from_address("postgresql://ann:fake-password@db.example.com:5433/plans?schema=shop&sslmode=require")
    assert (server.name, server.schema) == ("plans on db.example.com, schema shop", "shop")
    assert server.address == "postgresql://ann:fake-password@db.example.com:5433/plans?sslmode=require"
    assert "fake-password" not in repr(server)


def test_a_statement_keeps_its_texts_and_loses_what_is_meant_for_another_planner():
    sql = "SELECT ':no?' FROM a CROSS JOIN b INDEXED BY c ON d = :e WHERE f = '%'"
    assert statement(sql) == "SELECT ':no?' FROM a JOIN b ON d = %(e)s WHERE f = '%%'".replace("b ON", "b  ON")


def test_texts_sort_by_their_code_points_and_hold_what_they_can(place):
    store = place.open()
    with store.transaction():
        for key in ("b", "B", "a", "é", "Z"):
            store.meta.put(f"k{key}", "a\0b")
    assert [key for key, _ in store.meta.starting("k")] == ["kB", "kZ", "ka", "kb", "ké"]
    assert store.meta.get("ka")[0::2] == "ab"


def test_a_record_with_a_nul_in_it_is_kept_as_it_is(place):
    store = place.open()
    item = Item("0123456789abcdef@012345", Kind.TICKET, {"title": "a\0b", "parent": "p"}, {})
    with store.transaction():
        store.items.add(item, "backlog", "memory:A")
    assert store.items.get(item.id) == item
    assert store.links.children("p") == [item.id]


def test_tables_put_there_again_from_a_dump_begin_another_life(on_server):
    store = on_server.open()
    first = store.generation()
    assert on_server.open().generation() == first
    with store.transaction():
        for sql in (
            "ALTER TABLE meta RENAME TO before",
            "CREATE TABLE meta (LIKE before INCLUDING ALL)",
            "INSERT INTO meta SELECT * FROM before",
            "DROP TABLE before",
        ):
            store.database.define(sql)
    again = on_server.open()
    second = again.generation()
    assert second != first
    assert again.generation() == second


def test_a_server_that_knows_less_than_the_file_beside_begins_another_life(on_server):
    store = on_server.open()
    first = store.generation()
    store.grow_older()
    with store.transaction():
        store.meta.put("age", "0")
    assert store.generation() != first


def test_who_keeps_a_file_needs_no_driver_and_who_wants_a_server_is_told_of_it(tmp_path):
    code = (
        "import pathlib, sys\n"
        "sys.modules['psycopg'] = None\n"  # not installed
        "from pmhub.cli.opening import running\n"
        "from pmhub.store import Store\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "with Store(file).transaction():\n    pass\n"
        "try:\n    Store(file, server='postgresql://127.0.0.1/plans')\n"
        "except Exception as error:\n    print(type(error).__name__, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "pmhub.db")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "StoreError Install it: pip install 'pmhub[postgres]'\n"

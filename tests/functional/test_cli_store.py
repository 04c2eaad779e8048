"""A workspace on a server: the same commands, one setting, and nothing is lost on the way there or back."""

import time

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace

from pmhub.store import Store

FAKE = "fake-password"
MANY = 20_000


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        for title in ("Pay in one step", "Pay in two steps"):
            workspace.jira.user_create_issue(PROJECT, title)
        yield workspace


@pytest.fixture
def address(postgres):
    return postgres()


def on_server(hub, address):
    """What follows keeps its knowledge there; the address is a secret."""
    hub.write(more='store = { env = "PMHUB_STORE" }\n')
    hub.environ["PMHUB_STORE"] = address


def test_a_workspace_moves_to_a_server_and_back_and_there_is_nothing_to_do(hub, address):
    hub.sync()
    moved = hub.run("store", "copy", "pmhub.db", "env:PMHUB_STORE", PMHUB_STORE=address)
    assert moved.code == 0, moved.err
    assert "2 items, 4 counterparts" in moved.err
    on_server(hub, address)
    hub.database.rename(hub.folder / "left.db")
    writes = len(hub.writes)
    assert hub.run("plan", "--detailed-exitcode").code == 0
    hub.sync()
    assert len(hub.writes) == writes, "nothing was written that was not before"
    assert not hub.database.exists()

    hub.jira.user_create_issue(PROJECT, "Pay in three steps")
    hub.sync()
    assert hub.run("store", "copy", "env:PMHUB_STORE", "pmhub.db").code == 0
    hub.write()
    assert hub.run("plan", "--detailed-exitcode").code == 0
    assert "Pay in three steps" in hub.run("log", "SHOP-3").out + hub.run("show", "SHOP-3").out


@pytest.mark.soak
def test_twenty_thousand_items_move_to_a_server_and_back_and_there_is_nothing_to_do(hub, address):
    guards = "[guards]\nmax_changes = 0\n"
    for n in range(MANY - 2):
        hub.github.user_create_issue(REPO, f"Number {n}", f"So that buyer {n} need not call.\n\n- it **works**")
    hub.write(more=guards)
    hub.sync()
    hub.environ["PMHUB_STORE"] = address
    for source, target, more in (
        (None, "pmhub.db", ""),
        ("pmhub.db", "env:PMHUB_STORE", 'store = { env = "PMHUB_STORE" }\n'),
        ("env:PMHUB_STORE", "back.db", 'store = "back.db"\n'),
    ):
        begun = time.monotonic()
        if source:
            moved = hub.run("store", "copy", source, target)
            assert moved.code == 0, moved.err
            assert f"{MANY} items, {2 * MANY} counterparts" in moved.err
        copied = time.monotonic()
        hub.write(more=more + guards)
        writes = len(hub.writes)
        assert hub.run("plan", "--detailed-exitcode").code == 0, target
        hub.sync()
        assert len(hub.writes) == writes, target
        told = f"{target}: copied in {copied - begun:.1f} s, planned and synced in {time.monotonic() - copied:.1f} s"
        print(f"\n{told}")  # noqa: T201 - what a soak is read for


def test_a_workspace_begins_on_a_server(hub, address):
    on_server(hub, address)
    assert hub.run("status").code == 0
    hub.sync()
    assert hub.run("plan", "--detailed-exitcode").code == 0
    told = hub.run("status")
    assert "schema pmhub_test_" in hub.run("status", "--format", "json").json["database"]
    assert told.code == 0
    assert not hub.database.exists()


def test_one_run_at_a_time_whatever_machine_it_is_on(hub, address):
    on_server(hub, address)
    elsewhere = Store(hub.folder / "elsewhere.db", server=address)
    with elsewhere.alone(0):
        done = hub.run("sync")
        assert (done.code, "another run holds this workspace (pmhub on " in done.err) == (7, True), done.err
        assert hub.run("status").code == 0
        copied = hub.run("store", "copy", "env:PMHUB_STORE", "new.db")
        assert copied.code == 7
    elsewhere.close()
    assert hub.run("sync").code == 0


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("nowhere.db", "new.db", "nothing to copy"),
        ("pmhub.db", "pmhub.db", "one database"),
        ("pmhub.db", "there.db", "something already"),
        ("pmhub.db", "postgresql://ann:fake-password@127.0.0.1:1/plans", "env:NAME"),
        ("pmhub.db", "env:NOT_THERE", "no variable NOT_THERE"),
        ("pmhub.db", "mysql://127.0.0.1/plans", "postgresql://"),
    ],
)
def test_what_cannot_be_copied_is_told_with_what_to_do(hub, source, target, told):
    for name in ("pmhub.db", "there.db"):
        store = Store(hub.folder / name)
        with store.transaction():
            store.meta.put("a", "1")
        store.close()
    done = hub.run("store", "copy", source, target)
    assert done.code == 1
    assert told in done.err
    assert FAKE not in done.err
    assert not (hub.folder / "new.db").exists()


def test_the_address_is_never_shown(hub):
    on_server(hub, f"postgresql://ann:{FAKE}@127.0.0.1:1/plans")
    for args in (("sync", "-vv"), ("status", "-vv"), ("config", "show", "--origin"), ("config", "check"), ("doctor",)):
        hub.run(*args)
    assert "plans on 127.0.0.1, schema pmhub" in "".join(hub.outputs)
    assert FAKE not in "".join(hub.outputs)


def test_a_password_is_never_written_into_the_file(hub):
    hub.write(more=f'store = "postgresql://ann:{FAKE}@db.example.com/plans"\n')
    done = hub.run("config", "check")
    assert done.code == 1
    assert "holds a password, which is never written here" in done.err
    assert FAKE not in done.err


def test_a_store_may_be_a_file_by_another_name(hub):
    hub.write(more='store = "state/hub.db"\n')
    hub.sync()
    assert (hub.folder / "state/hub.db").exists()
    hub.write(more='store = "state/hub.db"\ndatabase = "pmhub.db"\n')
    assert "names another file than `database`" in hub.run("config", "check").err


def test_doctor_says_whether_the_server_is_there(hub, address):
    on_server(hub, address)
    told = [check for check in hub.run("doctor", "--format", "json").json["checks"] if check["connection"] == "store"]
    assert [(each["level"], each["what"]) for each in told] == [
        ("ok", "it is there, and empty: the first run begins here")
    ]
    hub.environ["PMHUB_STORE"] = "postgresql://nobody@127.0.0.1:9/none"
    [wrong] = [each for each in hub.run("doctor", "--format", "json").json["checks"] if each["connection"] == "store"]
    assert wrong["level"] == "error"
    assert wrong["hint"]

"""What pmhub leaves on the disk is its owner's alone, goes through no link, and takes no code from where one stands."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from cli_workspace import PROJECT, cli_workspace

from pmhub.engine.state import Clash
from pmhub.errors import StoreError
from pmhub.store import Store, schema
from pmhub.store.files import make_folder, write_new
from pmhub.sync.lock import locked


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        yield workspace


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def everything(folder):
    return {path.name: mode(path) for path in folder.rglob("*") if path.name != "pmhub.toml"}


def test_new_files_and_folders_are_private_whatever_the_umask(open_umask, tmp_path):
    database = tmp_path / "state" / "deep" / "pmhub.db"
    with locked(database, wait=0, now=1):
        store = Store(database)
        store.generation()
        with store.transaction():
            store.meta.put("a", "b")
            store.conflicts.add("x", Clash("title", "lost", "r", "v"), 1, 1)
        found = everything(tmp_path)
        store.copy(tmp_path / "state" / "copy.db").close()
    store.close()
    assert {
        "pmhub.db",
        "pmhub.db-wal",
        "pmhub.db-shm",
        "pmhub.lock",
        "pmhub.holder",
        "pmhub.generation",
    } <= found.keys()
    assert "pmhub.conflicts.jsonl" in found
    assert {
        name: oct(mode) for name, mode in found.items() if mode != (0o700 if name in ("state", "deep") else 0o600)
    } == {}
    assert mode(tmp_path / "state" / "copy.db") == 0o600


def test_a_backup_before_a_migration_is_private(open_umask, tmp_path, monkeypatch):
    file = tmp_path / "pmhub.db"
    Store(file).close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, lambda db: None))
    Store(file).close()
    backups = list(tmp_path.glob("*.backup"))
    assert [mode(path) for path in backups] == [0o600]
    assert backups[0].stat().st_size > 0


def test_a_plan_file_is_private_even_where_another_left_one_open_to_all(open_umask, hub):
    for name in ("plan.json", ".plan.json.new"):
        (hub.folder / name).write_text("{}")
        (hub.folder / name).chmod(0o666)
    assert hub.run("plan", "-o", "plan.json").code == 0
    assert mode(hub.folder / "plan.json") == 0o600


@pytest.mark.parametrize(
    "name", ["pmhub.db", "pmhub.db-wal", "pmhub.lock", "pmhub.conflicts.jsonl", "pmhub.holder", "pmhub.generation"]
)
@pytest.mark.parametrize("there", [True, False])
def test_a_link_in_the_place_of_a_file_is_never_followed(hub, tmp_path_factory, name, there):
    victim = tmp_path_factory.mktemp("elsewhere") / "victim"
    if there:
        victim.write_text("precious")
    (hub.folder / name).symlink_to(victim)
    done = hub.run("sync")
    assert (victim.read_text() if there else victim.exists()) == ("precious" if there else False)
    if name in ("pmhub.db", "pmhub.db-wal", "pmhub.lock"):
        assert done.code == 1
        assert "symbolic link" in done.err
        assert "Traceback" not in done.err
        assert hub.writes == []


def test_a_losing_value_goes_through_no_link(tmp_path):
    store, victim = Store(tmp_path / "pmhub.db"), tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "pmhub.conflicts.jsonl").symlink_to(victim)
    with pytest.raises(StoreError), store.transaction():
        store.conflicts.add("x", Clash("title", "lost", "r", "v"), 1, 1)
    store.close()
    assert victim.read_text() == "precious"


def test_a_plan_file_replaces_a_link_and_not_what_it_leads_to(hub, tmp_path_factory):
    victim = tmp_path_factory.mktemp("elsewhere") / "victim"
    victim.write_text("precious")
    for name in ("plan.json", ".plan.json.new"):
        (hub.folder / name).symlink_to(victim)
    assert hub.run("plan", "-o", "plan.json").code == 0
    assert victim.read_text() == "precious"
    assert not (hub.folder / "plan.json").is_symlink()
    assert json.loads((hub.folder / "plan.json").read_text())["rows"]


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "a" / "b")
    write_new(tmp_path / "a" / "b" / "c", "text")
    assert [mode(tmp_path / each) for each in ("", "a", "a/b", "a/b/c")] == [0o755, 0o700, 0o700, 0o600]


EVIL = "open({mark!r}, 'a').write({name!r} + ' '); raise SystemExit('imported')"
SHADOWED = (
    "pmhub_evil",
    "pmhub_github",
    "pmhub_jira",
    "httpx",
    "click",
    "jira",
    "github",
    "filelock",
    "sqlite_utils",
    "json",
)


@pytest.mark.parametrize("args", [("--version",), ("plugins", "list"), ("config", "check"), ("plan",), ("sync",)])
def test_no_module_and_no_plugin_comes_from_the_folder_one_stands_in(hub, tmp_path_factory, args):
    mark = tmp_path_factory.mktemp("elsewhere") / "mark"
    for name in SHADOWED:
        (hub.folder / f"{name}.py").write_text(EVIL.format(mark=str(mark), name=name))
    info = hub.folder / "evil-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pmhub]\nevil = pmhub_evil\n")
    done = hub.child(*args)
    assert not mark.exists(), mark.read_text()
    assert "evil" not in done.out + done.err
    assert done.code == 0, done.err


def test_the_safe_path_of_python_is_left_as_it_is(hub):
    done = hub.child("--version", PYTHONSAFEPATH="1")
    assert done.code == 0, done.err
    assert Path(sys.executable).exists()

"""A workspace moves from a file to a server and back, and nothing of it is left behind."""

import shutil

import pytest

from pmhub.engine.plan import Action, Op
from pmhub.engine.state import Clash, Item
from pmhub.errors import StoreError
from pmhub.http.validators import Validator
from pmhub.model.exchange import Observation
from pmhub.model.kinds import Kind
from pmhub.model.links import RELATES, link
from pmhub.model.pull_requests import PullRequest
from pmhub.model.records import Ticket
from pmhub.model.refs import Ref
from pmhub.model.results import Case, Identity, Outcome, TestRun
from pmhub.model.visibility import Visibility
from pmhub.store import Store
from pmhub.store.copying import DERIVED, TABLES
from pmhub.store.history import Memory
from pmhub.store.pull_requests import MergedPull, OpenPull
from pmhub.testing.world import World, fresh

MERGED = MergedPull("memory:A", "here", PullRequest(key="#2", title="Two", visibility=Visibility.PUBLIC), ("SHOP-1",))


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """The file of a store in which every table has something."""
    file = tmp_path_factory.mktemp("life") / "pmhub.db"
    with fresh(3, 3) as world:
        world.store.close()
        file.write_bytes(world.file.read_bytes())
    store = Store(file)
    fill(store)
    store.generation()
    store.checkpoint()
    store.close()
    return file


@pytest.fixture
def lived(on_file, life):
    for name in (life.name, "pmhub.generation"):
        shutil.copy(life.with_name(name), on_file.file.with_name(name))
    return on_file.open()


def fill(store):
    case = Case(suite="shop", name="test_cart", outcome=Outcome.PASSED, properties={"test_key": ("T-1",)})
    Memory(store.database, "memory:A", lambda: 0).put("fields", {"a": 1}, until=9)
    store.validators.put("https://example.org/list", "me", Validator('"1"', "[]"))
    action = Action(store.items.ids()[0], "memory:B", Op.UPDATE, {"title": "A"}, {"title": "B"}, closes=True)
    with store.transaction():
        store.validators.keep()
        store.intents.mark_sent([store.intents.plan(9, action)], read_at=1, seen_at=1, sent_at=2)
        store.failures.add(action, "title", "1f", ("no", "try"), 1, 3)
        store.conflicts.add(action.item, Clash("title", "held", "memory:B", "lost \\ and\nfound\t"), 3, 9)
        store.observations.recheck(("memory:A", Kind.TICKET, "1"), 5)
        store.links.set_unlinked(next(each.thing for each in store.observations.every()))
        store.items.add(Item("one", Kind.TICKET, {"links": (link(RELATES, "two"),)}, {}), "backlog", "memory:A")
        linked = Ticket(links=(link(RELATES, "ticket:9"),))
        store.observations.put("memory:A", "here", Observation(Ref(Kind.TICKET, "new"), linked, 1, 1, "ann", {}), 1)
        store.pull_requests.add_merged([MERGED])
        run = store.results.add("ingest", TestRun(run="1", attempt=1, suite="shop"), {case.identity: case}, 1)
        store.results.mention(run, "SHOP-1", Identity("shop", "test_cart"), "its name")
        store.pull_requests.replace("memory:A", "here", [OpenPull(key="#1", title="One", tickets=("SHOP-1",))], 1)


def contents(store, tables=(*TABLES, *DERIVED)):
    """Every table; its rows as of SQLite, in an order of their own."""
    found = {}
    for table in tables:
        rows = store.database.rows(f"SELECT {', '.join(store.database.columns(table))} FROM {table}")
        plain = [tuple(int(v) if isinstance(v, bool) else v for v in row) for row in rows]
        found[table] = sorted(plain, key=repr)
    return found


def test_every_table_of_a_file_is_among_those_that_are_copied(on_file):
    rows = on_file.open().database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    made = {row["name"] for row in rows if not row["name"].startswith("_sqlite")}
    assert made == {*TABLES, *DERIVED}


def test_there_and_back_again_it_is_the_same(lived, on_server, tmp_path):
    before = contents(lived)
    assert [name for name, rows in before.items() if not rows] == []
    server = on_server.open()
    counts = lived.copy_into(server)
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert contents(server) == before
    back = Store(tmp_path / "back.db")
    server.copy_into(back)
    assert contents(back) == before
    assert back.generation() != lived.generation(), "not without the mark beside"
    back.close()


def test_a_copy_is_the_same_life(lived, on_server, tmp_path):
    life, server = lived.generation(), on_server.open()
    lived.copy_into(server)
    back = Store(tmp_path / "back.db")
    server.copy_into(back)
    back.mark_beside()
    assert {server.generation(), back.generation()} == {life}
    back.close()


def test_what_comes_after_gets_numbers_of_its_own(lived, on_server):
    server = on_server.open()
    lived.copy_into(server)
    last = max(run["id"] for run in server.runs.recent(1))
    with server.transaction():
        assert server.runs.begin(1) > last


def test_nothing_is_copied_onto_something(lived, on_server):
    server = on_server.open()
    with server.transaction():
        server.meta.put("somebody", "was here")
    with pytest.raises(StoreError, match="something already"):
        lived.copy_into(server)
    assert not server.items.ids()


def test_half_a_copy_is_none(lived, on_server):
    server = on_server.open()
    with server.transaction():
        server.database.define("DROP TABLE pull_request_list CASCADE")
        server.database.define("CREATE TABLE pull_request_list (remote TEXT, scope TEXT, at BIGINT CHECK (at > 1))")
    with pytest.raises(Exception, match="check"):
        lived.copy_into(server)
    assert not any(contents(server).values())


def test_a_hub_goes_on_where_it_was(postgres):
    """The next plan is empty in each: nothing is read anew that changes anything, nothing is written."""
    with fresh(5, 3) as before, World(5, 0, schemas=postgres) as after:
        before.settle()
        before.store.copy_into(after.store)
        after.choke, after.remotes, after.people, after.witness = (
            before.choke,
            before.remotes,
            before.people,
            before.witness,
        )
        writes = after.writes()
        after.runs(2)
        assert (after.writes(), after.trouble, after.report.exit_code) == (writes, [], 0)
        after.edits(after.item("A1"), "A", title="Another title")
        after.settle()
        assert after.shown(after.item("A1"), "title") == ["Another title"] * 3


def test_what_is_thought_over_is_a_file_also_of_a_server(lived, on_server, tmp_path):
    server = on_server.open()
    lived.copy_into(server)
    twin = server.copy(tmp_path / "twin.db")
    assert contents(twin) == contents(lived)
    twin.close()

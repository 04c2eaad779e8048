"""Work is found without a look at what rests: by a table that the database keeps, and by indexes."""

import random

import pytest

from pmhub.engine.state import Counterpart, Item
from pmhub.model.exchange import Observation
from pmhub.model.kinds import Kind
from pmhub.model.records import Ticket, values
from pmhub.model.refs import Ref
from pmhub.store import Store, schema
from pmhub.store.items import Bound

REMOTE = "memory:A"
UNBOUND = """SELECT remote, kind, thing FROM observation o WHERE NOT EXISTS (
  SELECT 1 FROM counterpart c WHERE c.remote = o.remote AND c.kind = o.kind AND c.thing = o.thing)"""


def observed(number, title="A title"):
    return Observation(Ref(Kind.TICKET, str(number)), Ticket(title=title), 1, 1, "ann", {})


def bind(store, number, thing):
    item = f"{number:016x}@0a0b0c"
    if store.items.get(item) is None:
        store.items.add(Item(item, Kind.TICKET, {"title": "A title"}, {}), "backlog", REMOTE)
    store.items.bind(Bound(Counterpart(item, REMOTE, thing or ""), Kind.TICKET, thing))


def unbound(store):
    return sorted(tuple(row) for row in store.database.rows("SELECT remote, kind, thing FROM unbound"))


def step(store, rng):
    """Any of the ways in which things come, are claimed, are let go and are forgotten."""
    number = rng.randrange(8)
    thing, item = str(number), f"{rng.randrange(8):016x}@0a0b0c"
    move = rng.randrange(5)
    if move == 0:
        store.observations.put(REMOTE, "here", observed(number, f"Title {rng.random()}"), 1)
    elif (
        move == 1
        and store.items.item_of((REMOTE, Kind.TICKET, thing)) is None
        and not store.items.bound_on(item, REMOTE)
    ):
        bind(store, int(item[:16], 16), thing)
    elif move == 2:
        store.links.empty(item, REMOTE)
    elif move == 3:
        store.links.forget(item, REMOTE)
    else:
        store.links.forget_thing((REMOTE, Kind.TICKET, thing))


@pytest.mark.parametrize("seed", range(10))
def test_what_no_item_claims_is_known_whatever_happened_to_it(store, seed):
    rng = random.Random(seed)
    for _ in range(60):
        with store.transaction():
            step(store, rng)
        assert unbound(store) == sorted(tuple(row) for row in store.database.rows(UNBOUND))


def test_an_older_database_learns_what_no_item_claims(place, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
        old = place.open()
        with old.transaction():
            old.observations.put(REMOTE, "here", observed(1), 1)
            old.observations.put(REMOTE, "here", observed(2), 1)
            old.items.add(Item("1", Kind.TICKET, {}, {}), "backlog", REMOTE)
            old.database.write(
                "INSERT INTO counterpart (item, remote, kind, thing, local, agreed) VALUES ('1', ?, 'ticket', '1', '{}', '{}')",
                [REMOTE],
            )
        old.close()
    assert unbound(place.open()) == [(REMOTE, "ticket", "2")]


def test_only_what_is_not_as_it_was_agreed_on_may_have_moved(store):
    agreed = values(observed(1).record)
    with store.transaction():
        for number, title in (("1", "A title"), ("2", "Another"), ("3", "A title")):
            item = f"{int(number):016x}@0a0b0c"
            store.items.add(Item(item, Kind.TICKET, agreed, {}, closed=number == "3"), "backlog", REMOTE)
            store.items.bind(Bound(Counterpart(item, REMOTE, number, agreed, agreed), Kind.TICKET, number))
            store.observations.put(REMOTE, "here", observed(int(number), title), 1)
    assert [item[15] for item in store.items.moved(["backlog"])] == ["2", "3"], (
        "an edit; and a close that may be taken back"
    )
    assert len(store.items.todo(["backlog"])) == 3
    assert store.items.moved(["other"]) == []


@pytest.fixture
def file_store(on_file):
    return on_file.open()


def asked_by(store, question):
    """How SQLite would answer each statement that a question sends."""
    sent = []
    store.database.connection.set_trace_callback(sent.append)
    question()
    store.database.connection.set_trace_callback(None)
    plans = [store.database.rows(f"EXPLAIN QUERY PLAN {sql}") for sql in sent if sql.startswith(("SELECT", "INSERT"))]
    return [row["detail"] for plan in plans for row in plan]


@pytest.mark.parametrize(
    "question",
    [
        lambda store: store.observations.strays(REMOTE),
        lambda store: store.items.any_missing(REMOTE, Kind.TICKET),
        lambda store: store.items.todo(["backlog"]),
        lambda store: store.items.moved(["backlog"]),
        lambda store: store.items.places(["backlog"]),
        lambda store: store.items.count("backlog", Kind.TICKET),
        lambda store: store.items.container_of(REMOTE, Kind.COMMENT, "1"),
        lambda store: store.observations.of_released_tickets(),
    ],
    ids=["unbound things", "missing", "to do", "moved", "places", "count", "container", "released"],
)
def test_what_a_run_at_rest_asks_walks_through_no_table_of_things(file_store, question):
    steps = asked_by(file_store, lambda: question(file_store))
    assert steps
    walks = [one for one in steps if one.startswith("SCAN") and one.split()[1] != "t" and "item_released" not in one]
    assert walks == []
    assert not [
        one
        for one in steps
        if one.endswith(("counterpart_2 (remote=?)", "observation_1 (remote=?)"))
        or (one.endswith("PRIMARY KEY (remote=?)") and " u " not in one)
    ]


def test_who_waits_for_a_thing_is_found_by_its_name(file_store):
    store = file_store
    with store.transaction():
        bind(store, 1, "1")

    def question():
        with store.transaction():
            bind(store, 2, "2")

    touched = [one for one in asked_by(store, question) if one.startswith(("SCAN o", "SEARCH o"))]
    assert touched == ["SEARCH o USING INDEX observation_parent (remote=? AND parent=?)"]


def test_a_file_is_looked_through_unless_it_stands_as_the_last_run_left_it(tmp_path):
    looked = []

    def opened():
        store = Store(tmp_path / "pmhub.db", durable=False)
        store.check = lambda: looked.append(1)
        store.check_unless_untouched()
        return store

    def left(store):
        with store.transaction():
            store.meta.put("a", str(len(looked)))
        store.checkpoint()
        store.close()

    left(opened())
    assert len(looked) == 1, "a new file"
    left(opened())
    assert len(looked) == 1, "untouched"
    other = Store(tmp_path / "pmhub.db", durable=False)
    with other.transaction():
        other.meta.put("b", "1")
    other.close()
    left(opened())
    assert len(looked) == 2, "somebody else wrote"
    for _ in range(60):
        left(opened())
    assert len(looked) == 3, "once in a while"


def steps_of(store, ask):
    """How much SQLite works for an answer, in its own steps."""
    taken = []
    store.database.connection.set_progress_handler(lambda: taken.append(1), 100)
    ask()
    store.database.connection.set_progress_handler(None, 0)
    return len(taken)


def test_things_that_an_import_made_at_one_moment_cost_a_look_each(on_file):
    store, looks = on_file.open(), []
    for made in (range(200), range(200, 800)):
        with store.transaction():
            for number in made:
                store.observations.put(REMOTE, "here", observed(number), 1)
        looks.append(steps_of(store, lambda: store.moves.suspects(REMOTE, 10)))
    assert 0 < looks[1] < 6 * looks[0], "four times as many things"

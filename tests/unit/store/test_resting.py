"""An item of which nobody needs to know more than that it rests."""

import pytest

from pmhub.engine.state import Counterpart, Item, Stamp
from pmhub.model.kinds import Kind
from pmhub.store.items import Bound

HERE, THERE = "memory:A", "memory:B"
SAYS = {"title": "A title", "labels": ("a", "b"), "links": (), "iteration": None}
STAMPS = {"title": Stamp(HERE, 1), "labels": Stamp(HERE, 1), "links": Stamp(THERE, 2, sure=True)}


def put(store, id_, record, agreed, **places):
    store.items.add(Item(id_, Kind.TICKET, record, STAMPS), "backlog", HERE)
    for remote, local in {HERE: record, **places}.items():
        store.items.bind(Bound(Counterpart(id_, remote, f"{id_}1", local, agreed), Kind.TICKET, f"{id_}1"))


@pytest.mark.parametrize(
    ("name", "record", "there"),
    [
        ("edited", {**SAYS, "title": "Another"}, SAYS),
        ("linked", {**SAYS, "links": ("blocked_by:x",)}, {**SAYS, "links": ("blocked_by:x",)}),
        ("in an iteration", {**SAYS, "iteration": "Sprint 1"}, {**SAYS, "iteration": "Sprint 1"}),
    ],
)
def test_what_moved_or_names_what_comes_and_goes_does_not_rest(store, name, record, there):
    with store.transaction():
        put(store, "quiet", SAYS, SAYS, **{THERE: SAYS})
        put(store, "alone", SAYS, {})
        put(store, "other", record, SAYS, **{THERE: there})
    found = {one.id: one.remotes for one in store.items.resting(["quiet", "alone", "other", "unknown"])}
    assert found == {"quiet": {HERE, THERE}, "alone": {HERE}}, name


def test_items_are_born_with_what_they_say_and_who_said_it(store):
    item = Item("one", Kind.TICKET, SAYS, STAMPS)
    bound = Bound(Counterpart("one", HERE, "1", SAYS, SAYS), Kind.TICKET, "1")
    with store.transaction():
        store.items.bear_all([(item, "backlog", HERE)], [bound])
    assert store.items.get("one") == item
    assert store.items.bound("one") == [bound]
    assert store.items.todo(["backlog"]) == ["one"]

"""Links: who is looked at again when the other end comes or goes, and what people can ask."""

from pmhub.engine.state import Counterpart, Item
from pmhub.model.exchange import Observation
from pmhub.model.kinds import Kind
from pmhub.model.links import BLOCKED_BY, RELATES, link
from pmhub.model.records import Ticket
from pmhub.model.refs import Ref
from pmhub.store.items import Bound

REMOTE = "memory:A"


def item(id_, *links):
    return Item(id_, Kind.TICKET, {"title": id_, "links": links}, {})


def bind(store, id_, thing):
    store.items.bind(Bound(Counterpart(id_, REMOTE, thing), Kind.TICKET, thing))


def see(store, thing, *links):
    store.observations.put(REMOTE, "here", Observation(Ref(Kind.TICKET, thing), Ticket(links=links), 1, 1, "a", {}), 1)


def put_aside(store):
    with store.transaction():
        store.items.done(store.items.todo(["backlog"]))


def test_an_item_is_looked_at_when_the_other_end_of_its_link_comes_and_when_it_goes(store):
    with store.transaction():
        store.items.add(item("one", link(BLOCKED_BY, "two")), "backlog", REMOTE)
        store.items.add(item("two"), "backlog", REMOTE)
    put_aside(store)
    with store.transaction():
        bind(store, "two", "2")
    assert store.items.todo(["backlog"]) == ["one", "two"]
    put_aside(store)
    with store.transaction():
        store.items.set_gone("two", REMOTE)
    assert store.items.todo(["backlog"]) == ["one", "two"]


def test_an_item_is_looked_at_when_what_its_thing_names_becomes_an_item(store):
    with store.transaction():
        for number in ("one", "two"):
            store.items.add(item(number), "backlog", REMOTE)
        bind(store, "one", "1")
        see(store, "1", link(RELATES, "ticket:2"), link(BLOCKED_BY, "ticket:2"))
    put_aside(store)
    with store.transaction():
        bind(store, "two", "2")
    assert "one" in store.items.todo(["backlog"])


def test_a_link_that_was_taken_off_is_asked_for_no_more(store):
    def asked():
        return [tuple(row) for row in store.database.rows("SELECT * FROM v_link")]

    with store.transaction():
        store.items.add(item("one", link(BLOCKED_BY, "two")), "backlog", REMOTE)
    assert asked() == [("one", BLOCKED_BY, "two")]
    with store.transaction():
        store.items.put(item("one", link(RELATES, "two")))
    assert asked() == [("one", RELATES, "two")]
    with store.transaction():
        store.items.put(item("one"))
    assert asked() == []

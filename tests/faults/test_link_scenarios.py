"""Links between tickets: carried both ways where both ends are there, left alone where one is not."""

from __future__ import annotations

import pytest

from pmhub.model.kinds import Kind
from pmhub.model.links import BLOCKED_BY, DUPLICATES, RELATES, link, target_of
from pmhub.testing.oracles import Expected, violations
from pmhub.testing.server import POISON
from pmhub.testing.world import World, fresh

OWN_VALUES = Expected(values=False)


@pytest.fixture
def world():
    with fresh() as world:
        yield world


def to(world: World, name: str, other: str, relation: str = BLOCKED_BY) -> str:
    """A link to `other` as that remote writes it."""
    return link(relation, f"ticket:{world.thing(world.item(other), name)}")


def links(world: World, one: str) -> list:
    return world.shown(world.item(one), "links")


def says(world: World, name: str, one: str, *members: str) -> None:
    world.remotes[name].person_edits(world.thing(world.item(one), name), links=tuple(sorted(members)))


@pytest.mark.parametrize("name", "ABC")
def test_a_link_goes_to_every_remote_and_from_any_it_can_be_taken_off(world, name) -> None:
    says(world, "A", "A1", to(world, "A", "B2"))
    world.settle()
    assert links(world, "A1") == [(to(world, each, "B2"),) for each in "ABC"]
    says(world, name, "A1")
    world.settle()
    assert links(world, "A1") == [(), (), ()]
    assert violations(world) == []


def test_a_relation_that_a_remote_has_not_is_not_missed_there(world) -> None:
    says(world, "A", "A1", to(world, "A", "B2", RELATES), to(world, "A", "C3", DUPLICATES))
    world.settle()
    says(world, "B", "A1", to(world, "B", "A4"))
    world.settle()
    for each in "AC":
        wanted = {to(world, each, "B2", RELATES), to(world, each, "C3", DUPLICATES), to(world, each, "A4")}
        assert set(world.value(world.item("A1"), each, "links")) == wanted
    assert world.value(world.item("A1"), "B", "links") == (to(world, "B", "A4"),)
    assert violations(world) == []


def test_two_links_made_at_once_are_both_kept_and_one_taken_off_meanwhile_is_not_put_back(world) -> None:
    says(world, "A", "A1", to(world, "A", "B2"))
    world.settle()
    says(world, "A", "A1", to(world, "A", "B2"), to(world, "A", "C3"))
    says(world, "B", "A1", to(world, "B", "B2"), to(world, "B", "A4"))
    says(world, "C", "A1")
    world.settle()
    assert [set(each) for each in links(world, "A1")] == [{to(world, n, "C3"), to(world, n, "A4")} for n in "ABC"]
    assert violations(world) == []


def test_what_links_to_strangers_stays_as_it_is(world) -> None:
    """Also when another link beside it comes and goes."""
    strange = link(RELATES, "ticket:A99")
    says(world, "A", "A1", strange)
    world.settle()
    assert world.record(world.item("A1"))["links"] == ()
    says(world, "B", "A1", to(world, "B", "B2"))
    world.settle()
    assert set(world.value(world.item("A1"), "A", "links")) == {strange, to(world, "A", "B2")}
    says(world, "C", "A1")
    world.settle()
    assert links(world, "A1") == [(strange,), (), ()]
    assert violations(world, OWN_VALUES) == []


def test_a_link_waits_until_the_other_end_is_there(world) -> None:
    """It cannot be made on the others at first: they have no such words."""
    world.people.made[Kind.TICKET] += 1
    refused = world.remotes["A"].person_creates(Kind.TICKET, {"title": POISON, "status": "todo"})
    says(world, "A", "A1", link(BLOCKED_BY, f"ticket:{refused}"))
    world.settle()
    assert links(world, "A1") == [(link(BLOCKED_BY, f"ticket:{refused}"),), (), ()]
    says(world, "B", "A1", to(world, "B", "B2"))
    world.settle()
    assert len(world.value(world.item("A1"), "A", "links")) == 2, "B cannot see it, and so does not take it off"
    world.remotes["A"].person_edits(refused, title="accepted")
    world.settle()
    for each in "ABC":
        assert set(world.value(world.item("A1"), each, "links")) == {to(world, each, refused), to(world, each, "B2")}
    assert violations(world, OWN_VALUES) == []


def test_a_deleted_ticket_takes_its_links_along_only_where_it_was(world) -> None:
    says(world, "A", "A1", to(world, "A", "B2"))
    world.settle()
    there = world.thing(world.item("B2"), "A")
    world.remotes["A"].person_deletes(there)
    world.settle()
    says(world, "A", "A1")
    world.settle()
    assert links(world, "A1") == [(), (to(world, "B", "B2"),), (to(world, "C", "B2"),)]
    assert target_of(world.record(world.item("A1"))["links"][0]) == world.item("B2")


def test_links_in_a_circle_delay_nothing(world) -> None:
    says(world, "A", "A1", to(world, "A", "B2"))
    says(world, "B", "B2", to(world, "B", "A1"))
    world.settle()
    assert links(world, "A1") == [(to(world, each, "B2"),) for each in "ABC"]
    assert links(world, "B2") == [(to(world, each, "A1"),) for each in "ABC"]
    assert violations(world) == []


def test_a_lost_database_finds_the_links_again_and_takes_none_off(world) -> None:
    says(world, "A", "A1", to(world, "A", "B2"))
    says(world, "C", "C3", to(world, "C", "A1", RELATES))
    world.settle()
    before = [links(world, each) for each in ("A1", "B2", "C3")]
    world.restore(None)
    world.settle()
    assert [links(world, each) for each in ("A1", "B2", "C3")] == before
    assert [line for run in world.idle for line in run if "links" in line] == []
    assert violations(world) == []

"""Who wins, and when nobody may."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from quiet_sync import Hub, item, side

from pmhub.engine.absorb import absorb, contested
from pmhub.engine.merge import wins
from pmhub.engine.state import Counterpart, Policy, Stamp, View

RANKS = {"A": 0, "B": 1, "C": 2}
STAMPS = st.builds(Stamp, st.sampled_from([*"ABC", "hub"]), st.integers(0, 3), st.booleans(), st.just(True))
RECORD = {
    "title": "title!",
    "body": "**head**\nmiddle\ntail",
    "status": "todo",
    "priority": "high",
    "labels": ("a",),
    "estimate": 3.0,
}


@given(STAMPS, STAMPS)
def test_of_two_values_exactly_one_is_newest_unless_nothing_tells_them_apart(one, other) -> None:
    same = (one.remote, one.at, one.by_us) == (other.remote, other.at, other.by_us)
    found = wins(Policy(), one, other, RANKS), wins(Policy(), other, one, RANKS)
    assert found.count(True) == (0 if same else 1)


@given(st.lists(STAMPS, min_size=3, max_size=3))
def test_newest_is_one_total_order(stamps) -> None:
    one, two, three = stamps
    if wins(Policy(), one, two, RANKS) and wins(Policy(), two, three, RANKS):
        assert wins(Policy(), one, three, RANKS)


def test_what_only_we_wrote_never_beats_a_person() -> None:
    ours, person = Stamp("B", 99, by_us=True, sure=True), Stamp("A", 1, sure=True)
    assert wins(Policy(), ours, person, RANKS)
    assert not wins(Policy(), person, ours, RANKS)


def test_the_named_side_wins_against_any_time() -> None:
    named, other = Stamp("A", 1, sure=True), Stamp("C", 99, sure=True)
    assert wins(Policy("A"), other, named, RANKS)
    assert not wins(Policy("A"), named, other, RANKS)


def test_between_two_others_a_named_side_leaves_it_to_the_time() -> None:
    assert wins(Policy("A"), Stamp("B", 1), Stamp("C", 2), RANKS)


def test_equal_times_go_to_the_endpoint_listed_first() -> None:
    assert wins(Policy(), Stamp("C", 5), Stamp("A", 5), RANKS)
    assert not wins(Policy(), Stamp("A", 5), Stamp("C", 5), RANKS)


def test_a_finer_word_than_a_coarse_remote_told_is_no_clash() -> None:
    for order in ("AC", "CA"):
        hub = Hub.agreed_on(RECORD)
        for at, name in enumerate(order):
            hub.edit(name, status="review" if name == "A" else "doing")
            hub.take_in({name: 10 + at}, "ABC")
        assert hub.item.record["status"] == "review"
        assert hub.clashes == []


def test_a_held_field_is_undone_on_every_mover_in_every_order() -> None:
    for order in permutations("ABC"):
        hub = Hub.agreed_on(RECORD)
        hub.edit("A", estimate=5.0)
        hub.edit("C", estimate=8.0)
        before = dict(hub.counterparts)
        hub.take_in({"A": 10, "C": 20}, "".join(order))
        assert hub.item.record["estimate"] == 3.0
        assert hub.counterparts == before
        assert sorted((c.remote, c.value) for c in hub.clashes) == [("A", 5.0), ("C", 8.0), ("hub", 3.0)]
        assert hub.plan() == {}


def test_a_field_that_only_arrives_from_one_side_is_put_back_on_the_others() -> None:
    hub, one_way = Hub.agreed_on(RECORD), {"priority": Policy(source="A")}
    hub.edit("C", priority="mine")
    views = [View(hub.sides[n], hub.counterparts[n], hub.seen[n], 10) for n in "ABC"]
    result = absorb(hub.item, views, {}, (), one_way)
    hub.item, hub.counterparts = result.item, dict(result.counterparts)
    assert [(c.kind, c.remote, c.value) for c in result.clashes] == [("one-way", "C", "mine")]
    assert hub.plan() == {"C": {"priority": "high"}}


def test_what_nobody_ever_agreed_on_is_not_cleared_by_emptiness() -> None:
    unknown = Counterpart("item", "A", "A1")
    view = View(side("A"), unknown, {"estimate": None}, 10)
    result = absorb(item(estimate=3.0), [view], {}, (), {})
    assert result.item.record["estimate"] == 3.0
    assert result.clashes == ()


def test_a_line_that_a_remote_only_weakened_is_no_edit_of_ours_also_while_its_text_is_behind() -> None:
    weak = replace(side("B"), fit=lambda fields: {n: v.replace("**", "*") for n, v in fields.items()})
    known = Counterpart("item", "B", "B1", local={"body": "**head**\nmiddle"}, agreed={"body": "*head*\nmiddle"})
    ours = item(body="**head**\nmiddle\nof C")
    for seen in ("*head*\nmiddle\nof B", "new\nmiddle\nof B"):  # the second before anything is pushed
        result = absorb(ours, [View(weak, known, {"body": seen}, -1)], {}, (), {})
        assert result.clashes == ()
        ours, known = result.item, result.counterparts["B"]
    assert str(ours.record["body"]).splitlines() == ["new", "middle", "of C", "of B"]


def test_where_the_item_has_no_opinion_an_empty_field_that_is_new_makes_none() -> None:
    """Else what other copies hold would be emptied."""
    unknown = Counterpart("item", "A", "A1")
    result = absorb(item(), [View(side("A"), unknown, {"estimate": None}, 10)], {}, (), {})
    assert "estimate" not in result.item.record
    assert result.counterparts["A"].agreed == {"estimate": None}


def test_only_where_two_moved_apart_is_a_change_log_asked() -> None:
    hub = Hub.agreed_on(RECORD)
    hub.edit("A", title="of A", priority="same")
    hub.edit("B", title="of B", priority="same")
    hub.edit("C", status="done")
    views = [View(hub.sides[n], hub.counterparts[n], hub.seen[n], 10) for n in "ABC"]
    asked = contested(hub.item, views, ())
    assert sorted(asked) == [("A", "priority"), ("A", "title"), ("B", "priority"), ("B", "title")]
    assert contested(hub.item, views, {"title", "priority"}) == []


def test_who_agrees_is_asked_too_where_another_brings_news() -> None:
    """Taken in too late, by the time of something else on that thing, it would undo what came after it."""
    hub = Hub.agreed_on({**RECORD, "title": "old"})
    hub.item = replace(hub.item, record={**hub.item.record, "title": "same"})
    hub.counterparts["B"] = replace(hub.counterparts["B"], local={**hub.counterparts["B"].local, "title": "same"})
    hub.edit("A", title="same")
    hub.edit("B", title="newer")
    views = [View(hub.sides[n], hub.counterparts[n], hub.seen[n], 10) for n in "ABC"]
    assert sorted(contested(hub.item, views, ())) == [("A", "title"), ("B", "title")]


def test_a_value_that_a_remote_has_no_word_for_is_not_taken_for_agreed() -> None:
    """Once it has the word, it must be told."""
    speechless = replace(side("A"), fit=lambda fields: {n: v for n, v in fields.items() if v != "secret"})
    told = Counterpart("item", "A", "A1", {"priority": None}, {"priority": None})
    view = View(speechless, told, {"priority": None}, 10)
    after = absorb(item(priority="secret"), [view], {}, (), {})
    assert after.counterparts["A"].local["priority"] is None

"""Whatever people did before it, a sync comes to rest, at the same record whatever the order, and then writes nothing."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from quiet_sync import Hub

from pmhub.engine.canon import equal
from pmhub.testing.dialects import DIALECTS

WORDS = st.sampled_from(["", "alpha", "beta", "**gamma**", "delta!", "two  spaces"])
RECORDS = st.fixed_dictionaries(
    {
        "title": WORDS | st.none(),
        "body": st.lists(WORDS, max_size=4).map("\n".join) | st.none(),
        "status": st.sampled_from(["idea", "todo", "doing", "review", "done"]),
        "priority": st.sampled_from(["high", "low", None]),
        "labels": st.sets(st.sampled_from("abcd")).map(lambda s: tuple(sorted(s))),
        "estimate": st.sampled_from([None, 1.0, 2.0]),
    }
)
EDITS = st.lists(st.tuples(st.sampled_from("ABC"), RECORDS, st.sets(st.sampled_from(list("tbspl")))), max_size=3)
TIMES = st.permutations([10, 20, 30])
FIELD = {"t": "title", "b": "body", "s": "status", "p": "priority", "l": "labels"}


def _edited(record, edits) -> Hub:
    hub = Hub.agreed_on(record)
    for name, values, fields in edits:
        chosen = {FIELD[f]: values[FIELD[f]] for f in sorted(fields)}
        hub.edit(name, **_as_that_remote_shows(name, chosen))
    return hub


def _as_that_remote_shows(name, values):
    return {field: DIALECTS[name].stored(field, value) for field, value in values.items()}


@settings(deadline=None, max_examples=300)
@given(RECORDS, EDITS, TIMES)
def test_it_comes_to_rest_in_two_rounds_and_then_plans_nothing(record, edits, times) -> None:
    hub = _edited(record, edits)
    assert hub.settle(dict(zip("ABC", times, strict=True))) <= 2
    assert hub.plan() == {}


@settings(deadline=None, max_examples=300)
@given(RECORDS, EDITS, TIMES)
def test_at_rest_every_remote_shows_as_much_of_the_item_as_it_can(record, edits, times) -> None:
    hub = _edited(record, edits)
    hub.settle(dict(zip("ABC", times, strict=True)))
    for name, side in hub.sides.items():
        for field, value in hub.seen[name].items():
            if field not in hub.held:
                assert equal(side.spec(field), DIALECTS[name].stored(field, hub.item.record[field]), value), (
                    name,
                    field,
                )


@settings(deadline=None, max_examples=200)
@given(RECORDS, EDITS, TIMES)
def test_the_order_in_which_remotes_are_looked_at_does_not_matter(record, edits, times) -> None:
    results = set()
    for order in permutations("ABC"):
        hub = _edited(record, edits)
        hub.settle(dict(zip("ABC", times, strict=True)), "".join(order))
        results.add(tuple(hub.item.record.items()))
    assert len(results) == 1, results


@settings(deadline=None, max_examples=200)
@given(RECORDS, RECORDS)
def test_what_a_person_writes_here_reaches_every_remote_in_one_round(record, other) -> None:
    hub = Hub.agreed_on(record)
    hub.edit_here(10, **other)
    assert hub.settle({}) <= 1
    assert hub.clashes == []


@settings(deadline=None, max_examples=200)
@given(RECORDS)
def test_what_all_agree_on_is_left_alone(record) -> None:
    hub = Hub.agreed_on(record)
    assert hub.settle({}) == 0
    assert hub.clashes == []

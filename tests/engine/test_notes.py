"""What notes tell, to whom, under which heading; and what they keep to themselves."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmhub.engine.notes.compose import LeftOut, compose
from pmhub.engine.notes.entries import Entry, PullRequest, ReleaseFacts, entry_of
from pmhub.engine.notes.loose_ends import loose_ends
from pmhub.engine.notes.rules import Audience, GroupBy, Rules
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Category

PUBLIC, MEMBERS, RESTRICTED = Visibility.PUBLIC, Visibility.MEMBERS, Visibility.RESTRICTED
OPEN, OUT = ReleaseFacts(version="2.0"), ReleaseFacts(version="2.0", status="released", date="2024-05-01")
INTERNAL = Rules(audience=Audience.INTERNAL)
NAMES = st.sampled_from(("api", "Payments", "internal", "search"))


def entry(number=1, type_="story", **more) -> Entry:
    values = {"title": f"Title {number}", "visibility": PUBLIC, "type": type_, **more}
    return Entry(item=f"item{number}", key=f"SHOP-{number}", **values)


def merged(number, **more) -> PullRequest:
    return PullRequest(key=f"example/shop#{number}", title=f"Change {number}", **{"visibility": PUBLIC, **more})


def shape(notes) -> dict[str, list[str]]:
    return {group.heading: [each.key for each in group.entries] for group in notes.groups}


ENTRIES = st.lists(
    st.builds(
        entry,
        st.integers(1, 60),
        st.sampled_from(("story", "Bug", "task", "Spike", "")),
        visibility=st.sampled_from(Visibility),
        labels=st.lists(NAMES, max_size=2, unique=True).map(tuple),
        components=st.lists(NAMES, max_size=2, unique=True).map(tuple),
        status_category=st.sampled_from(Category),
        pull_requests=st.lists(
            st.builds(merged, st.integers(1, 9), visibility=st.sampled_from(Visibility), merged=st.booleans()),
            max_size=2,
            unique_by=lambda each: each.key,
        ).map(tuple),
    ),
    max_size=12,
    unique_by=lambda entry: entry.item,
)
RULES = st.builds(
    Rules,
    audience=st.sampled_from(Audience),
    group_by=st.sampled_from(GroupBy),
    titles=st.sampled_from(({}, {"api": "The interface", "bug": "Repairs"})),
    order=st.sampled_from(((), ("payments", "bug"))),
)
FACTS = st.sampled_from((OPEN, OUT))


@settings(deadline=None, max_examples=200)
@given(FACTS, ENTRIES, RULES, st.sampled_from(Visibility))
def test_nothing_is_told_where_more_people_can_see_it_than_may(facts, entries, rules, shown_to) -> None:
    told = [each for group in compose(facts, entries, rules, shown_to).groups for each in group.entries]
    assert all(each.visibility >= shown_to for each in told)
    assert all(pr.visibility >= shown_to and pr.merged for each in told for pr in each.pull_requests)


@settings(deadline=None)
@given(FACTS, ENTRIES, RULES, st.sampled_from(Visibility))
def test_what_may_not_be_seen_changes_nothing_a_reader_gets(facts, entries, rules, shown_to) -> None:
    seen = [
        replace(each, pull_requests=tuple(pr for pr in each.pull_requests if pr.visibility >= shown_to))
        for each in entries
        if each.visibility >= shown_to
    ]
    with_hidden, without = (compose(facts, some, rules, shown_to) for some in (entries, seen))
    assert replace(with_hidden, left_out={}) == replace(without, left_out={})


@settings(deadline=None)
@given(FACTS, ENTRIES, RULES, st.sampled_from(Visibility), st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(facts, entries, rules, shown_to, chance) -> None:
    notes = compose(facts, entries, rules, shown_to)
    turned = [
        replace(
            each, labels=each.labels[::-1], components=each.components[::-1], pull_requests=each.pull_requests[::-1]
        )
        for each in entries
    ]
    chance.shuffle(turned)
    again = compose(facts, turned, rules, shown_to)
    assert again == notes
    assert list(again.counts) == list(notes.counts)


@settings(deadline=None)
@given(FACTS, ENTRIES, RULES, st.sampled_from(Visibility))
def test_every_entry_is_told_once_or_counted_as_left_out(facts, entries, rules, shown_to) -> None:
    notes = compose(facts, entries, rules, shown_to)
    told = [each.item for group in notes.groups for each in group.entries]
    left_out = sum(count for reason, count in notes.left_out.items() if reason is not LeftOut.PULL_REQUEST)
    assert len(told) == len(set(told)) == sum(notes.counts.values()) == len(entries) - left_out


def test_the_summary_counts_by_type_however_the_notes_are_grouped() -> None:
    entries = [entry(1), entry(2, "Feature"), entry(3, "bug"), entry(4, "task"), entry(5, "", components=("api",))]
    for by in GroupBy:
        notes = compose(OUT, entries, Rules(group_by=by), PUBLIC)
        assert notes.summary == "2 features, 1 fix, 2 other changes."
        assert dict(notes.counts) == {"Features": 2, "Fixes": 1, "Other changes": 2}


def test_a_heading_without_a_known_singular_is_counted_behind_a_colon() -> None:
    rules = Rules(titles={"story": "Neuerungen", "Bug": "Korrekturen"}, other="Sonstiges")
    notes = compose(OUT, [entry(1), entry(2, "bug"), entry(3, "spike"), entry(4, "task")], rules, PUBLIC)
    assert notes.summary == "Korrekturen: 1, Neuerungen: 1, spike: 1, Sonstiges: 1."


def test_a_release_without_anything_to_tell_says_so() -> None:
    notes = compose(OUT, [entry(visibility=MEMBERS)], Rules(), PUBLIC)
    assert (notes.summary, notes.groups, dict(notes.counts)) == ("No changes.", (), {})
    assert notes.left_out == {LeftOut.VISIBILITY: 1}


def test_what_is_labelled_internal_is_left_out_for_customers_in_any_case_of_letters() -> None:
    entries = [entry(1, labels=("Internal",)), entry(2, labels=("internals",))]
    assert shape(compose(OUT, entries, Rules(), PUBLIC)) == {"Features": ["SHOP-2"]}
    for audience in (Audience.INTERNAL, Audience.DEVELOPER):
        assert shape(compose(OUT, entries, Rules(audience=audience), PUBLIC)) == {"Features": ["SHOP-1", "SHOP-2"]}


def test_labels_and_types_that_a_rule_names_are_left_out_and_counted() -> None:
    entries = [entry(1, labels=("infra",)), entry(2, "Chore"), entry(3, labels=("internal",)), entry(4)]
    rules = Rules(leave_out_labels=["Infra"], leave_out_types=["chore"])
    notes = compose(OUT, entries, rules, PUBLIC)
    assert shape(notes) == {"Features": ["SHOP-3", "SHOP-4"]}
    assert notes.left_out == {LeftOut.LABEL: 1, LeftOut.TYPE: 1}


def test_what_is_not_done_is_told_as_planned_in_internal_notes_of_what_is_to_come_only() -> None:
    entries = [entry(1), entry(2, "bug", status_category=Category.DOING)]
    assert shape(compose(OPEN, entries, INTERNAL, MEMBERS)) == {"Features": ["SHOP-1"], "Planned": ["SHOP-2"]}
    assert compose(OPEN, entries, INTERNAL, MEMBERS).summary == "1 feature, 1 planned."
    for facts, rules in ((OUT, INTERNAL), (OPEN, Rules()), (OPEN, Rules(audience=Audience.DEVELOPER))):
        notes = compose(facts, entries, rules, MEMBERS)
        assert shape(notes) == {"Features": ["SHOP-1"]}
        assert notes.left_out == {LeftOut.NOT_DONE: 1}


def test_groups_stand_in_the_order_of_the_rules_then_by_name_then_what_belongs_to_none() -> None:
    entries = [
        entry(1, components=("zoo",)),
        entry(2, components=("api", "search")),
        entry(3),
        entry(4, components=("payments",)),
        entry(5, status_category=Category.TODO),
    ]
    rules = Rules(audience=Audience.INTERNAL, group_by=GroupBy.COMPONENT, titles={"API": "Interface"}, order=["Search"])
    groups = shape(compose(OPEN, entries, rules, MEMBERS))
    assert list(groups) == ["search", "payments", "zoo", "Other changes", "Planned"]
    assert groups["search"] == ["SHOP-2"]


def test_once_some_labels_have_a_heading_no_other_label_makes_one() -> None:
    entries = [entry(1, labels=("backlog", "ux")), entry(2, labels=("backlog",)), entry(3)]
    rules = Rules(group_by=GroupBy.LABEL, titles={"UX": "Looks"})
    assert shape(compose(OUT, entries, rules, PUBLIC)) == {"Looks": ["SHOP-1"], "Other changes": ["SHOP-2", "SHOP-3"]}
    assert list(shape(compose(OUT, entries, Rules(group_by=GroupBy.LABEL), PUBLIC))) == ["backlog", "Other changes"]


def test_names_that_differ_in_case_only_share_a_heading() -> None:
    entries = [entry(1, "spike"), entry(2, "Spike"), entry(3, "SPIKE ")]
    for order in permutations(entries):
        assert list(shape(compose(OUT, order, Rules(), PUBLIC))) == ["SPIKE"]


def test_entries_stand_as_people_count_their_keys() -> None:
    notes = compose(OUT, [entry(100), entry(9), entry(12)], Rules(), PUBLIC)
    assert shape(notes) == {"Features": ["SHOP-9", "SHOP-12", "SHOP-100"]}


def test_a_pull_request_that_fewer_may_see_is_left_out_of_an_entry_that_is_told() -> None:
    one = entry(pull_requests=(merged(10), merged(9), merged(8, visibility=RESTRICTED), merged(7, merged=False)))
    notes = compose(OUT, [one], Rules(audience=Audience.DEVELOPER), PUBLIC)
    told = notes.groups[0].entries[0].pull_requests
    assert [each.key for each in told] == ["example/shop#9", "example/shop#10"]
    assert notes.left_out == {LeftOut.PULL_REQUEST: 1}


def test_a_pull_request_without_a_ticket_can_be_told_like_one() -> None:
    alone = merged(7, releases=("2.0",), labels=("internal",), visibility=MEMBERS)
    told = entry_of(alone)
    assert (told.key, told.releases, told.visibility, told.is_done) == ("example/shop#7", ("2.0",), MEMBERS, True)
    assert not entry_of(replace(alone, merged=False)).is_done
    assert compose(OUT, [told], Rules(), MEMBERS).left_out == {LeftOut.LABEL: 1}


@pytest.mark.parametrize("text", ["a\nb", "a\r\n\tb", " a \u2028 b ", "a\x00 b\x1b", "\u202ea b", "a\x85b"])
def test_a_title_is_one_line_without_controls(text) -> None:
    notes = compose(OUT, [entry(title=text)], Rules(), PUBLIC)
    assert notes.groups[0].entries[0].title == "a b"


def test_a_title_of_nothing_is_called_untitled() -> None:
    assert compose(OUT, [entry(title=" \x00 ")], Rules(), PUBLIC).groups[0].entries[0].title == "Untitled"


def test_loose_ends_are_merged_work_without_a_ticket_and_done_tickets_without_merged_work() -> None:
    known, alone, unmerged = merged(1), merged(2, visibility=RESTRICTED), merged(3, merged=False)
    entries = [
        entry(1, pull_requests=(known,)),
        entry(2),
        entry(3, status_category=Category.DOING),
        entry(4, pull_requests=(unmerged,)),
    ]
    found = loose_ends(reversed(entries), [alone, unmerged, merged(4, merged=False), known, alone])
    assert found.pull_requests == (alone,)
    assert [each.key for each in found.entries] == ["SHOP-2", "SHOP-4"]

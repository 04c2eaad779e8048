"""Which of the things that nobody has paired are one: what is certain, what is listed, and that nothing is guessed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pmhub.engine.match import DAY, Loose, Sign, propose
from pmhub.engine.titles import is_near, plain

MONTH = 30 * DAY


def loose(item, title="", at=0, within=None, **points):
    """An item `a1` stands on the remote `a`."""
    return Loose(item, frozenset(item[:1]), title, at, {name: Sign[sign] for name, sign in points.items()}, within)


def matched(*things, window=MONTH):
    return [(match.items, match.by) for match in propose(things, window).matches]


def doubted(*things, window=MONTH):
    return [doubt.items for doubt in propose(things, window).doubts]


def test_the_same_title_is_one_whatever_its_case_and_signs() -> None:
    assert matched(loose("a1", "Pay in one step."), loose("b1", "pay in  ONE step")) == [(("a1", "b1"), "title")]


def test_a_sign_that_makes_another_word_counts() -> None:
    assert matched(loose("a1", "Support C"), loose("b1", "Support C++")) == []


def test_what_has_no_words_is_matched_with_nothing() -> None:
    assert matched(loose("a1", "…"), loose("b1", "!")) == []


def test_three_remotes_are_one_item() -> None:
    things = [loose(item, "Pay in one step") for item in ("a1", "b1", "c1")]
    assert matched(*things) == [(("a1", "b1", "c1"), "title")]


def test_a_title_that_two_of_one_remote_have_is_a_question() -> None:
    things = [loose(item, "Fix a typo") for item in ("a1", "a2", "b1")]
    assert matched(*things) == []
    assert doubted(*things) == [("a1", "a2", "b1")]


def test_a_title_that_only_one_remote_has_twice_is_none() -> None:
    assert doubted(loose("a1", "Fix a typo"), loose("a2", "Fix a typo")) == []


def test_a_link_settles_what_titles_leave_open() -> None:
    things = [loose("a1", "Fix a typo"), loose("a2", "Fix a typo"), loose("b1", "Fix a typo", a2="LINE")]
    assert matched(*things) == [(("a2", "b1"), "link")]


def test_a_key_says_more_than_a_title() -> None:
    things = [loose("a1", "Pay"), loose("a2", "Basket"), loose("b1", "Pay", a2="TRACE")]
    assert matched(*things) == [(("a2", "b1"), "key")]


def test_our_mark_says_more_than_a_key() -> None:
    things = [loose("a1", b1="MARK"), loose("a2"), loose("b1", a2="TRACE")]
    assert matched(*things) == [(("a1", "b1"), "mark")]


def test_what_lists_several_is_none_of_them() -> None:
    things = [loose("a1", "Pay"), loose("a2", "Basket"), loose("b1", "Shop", a1="LINE", a2="LINE")]
    assert matched(*things) == doubted(*things) == []


def test_two_that_claim_one_are_a_question() -> None:
    things = [loose("a1"), loose("b1", a1="TRACE"), loose("b2", a1="TRACE")]
    assert matched(*things) == []
    assert doubted(*things) == [("a1", "b1", "b2")]


def test_a_link_between_titles_that_have_nothing_in_common_is_a_question() -> None:
    things = [loose("a1", "Pay in one step"), loose("b1", "Dull fog", a1="LINE")]
    assert matched(*things) == []
    assert doubted(*things) == [("a1", "b1")]


def test_a_mention_counts_beside_the_same_title_only() -> None:
    twins = [loose("a1", "Fix a typo"), loose("a2", "Fix a typo")]
    assert matched(*twins, loose("b1", "Fix a typo", a1="MENTION")) == [(("a1", "b1"), "link and title")]
    assert matched(loose("a1", "Pay"), loose("b1", "Basket", a1="MENTION")) == []


def test_things_of_one_title_made_far_apart_are_a_question() -> None:
    things = [loose("a1", "Update the dependencies"), loose("b1", "Update the dependencies", at=MONTH + DAY)]
    assert matched(*things) == []
    assert doubted(*things) == [("a1", "b1")]
    assert matched(*things, window=0) == [(("a1", "b1"), "title")]


def test_nearly_the_same_title_is_a_question() -> None:
    things = [loose("a1", "Coupon is refused twice"), loose("b1", "Coupons is refused twice")]
    assert matched(*things) == []
    assert doubted(*things) == [("a1", "b1")]


def test_another_number_or_another_word_is_another_thing() -> None:
    assert not is_near("release 1 2 notes", "release 1 3 notes")
    assert not is_near("weekly report alpha", "weekly report beta")
    assert is_near("check out is slow for guests", "checkout is slow for guests")


def test_the_same_words_on_one_thing_are_paired_in_order() -> None:
    things = [loose(item, "+1", at, within="x") for item, at in (("a1", 1), ("a2", 2), ("b1", 3), ("b2", 4), ("b3", 5))]
    assert matched(*things) == [(("a1", "b1"), "title"), (("a2", "b2"), "title")]
    assert doubted(*things) == []


def test_the_same_words_on_different_things_are_not_the_same() -> None:
    assert matched(loose("a1", "+1", within="x"), loose("b1", "+1", within="y")) == []


words = st.sampled_from(["pay", "basket", "slow", "typo", "1", "2"])
titles = st.lists(words, min_size=1, max_size=3).map(" ".join)
signs = st.sampled_from(list(Sign))


@st.composite
def backlogs(draw):
    items = [f"{remote}{number}" for remote in "abc" for number in range(draw(st.integers(0, 4)))]
    found = []
    for item in items:
        points = draw(st.dictionaries(st.sampled_from(items), signs, max_size=2))
        at = draw(st.integers(0, 3)) * MONTH
        found.append(Loose(item, frozenset(item[:1]), draw(titles), at, points))
    return found


@settings(max_examples=300)
@given(backlogs(), st.randoms())
def test_whatever_there_is_no_thing_is_in_two_pairs_and_none_has_two_of_one_remote(backlog, random) -> None:
    found = propose(backlog, MONTH)
    paired = [item for match in found.matches for item in match.items]
    assert len(paired) == len(set(paired))
    assert all(len({item[:1] for item in match.items}) == len(match.items) for match in found.matches)
    assert not set(paired) & {item for doubt in found.doubts for item in doubt.items}
    shuffled = list(backlog)
    random.shuffle(shuffled)
    assert propose(shuffled, MONTH) == found


@settings(max_examples=200)
@given(backlogs())
def test_a_title_alone_pairs_only_what_is_unique_on_each_side(backlog) -> None:
    by_item = {one.item: one for one in backlog}
    for match in propose(backlog, MONTH).matches:
        if match.by == "title":
            assert len({plain(by_item[item].title) for item in match.items}) == 1

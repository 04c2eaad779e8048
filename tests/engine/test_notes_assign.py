"""Which release tells of an item: exactly one, and the same one in whatever order things are listed."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmhub.engine.notes.assign import assign
from pmhub.engine.notes.entries import Entry, ReleaseFacts
from pmhub.engine.notes.order import natural
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Category

VERSIONS = ("summer", "0.9", "1.0-rc1", "1.0", "1.9", "1.10", "v2.0")
RELEASES = st.lists(
    st.builds(
        ReleaseFacts,
        version=st.sampled_from(VERSIONS),
        status=st.sampled_from(("planned", "draft", "released", "archived")),
        date=st.sampled_from((None, "", "2024-02-01", "2024-03-01")),
    ),
    unique_by=lambda release: release.version,
)


def entry(item="1", releases=(), category=Category.DONE) -> Entry:
    return Entry(
        item=item,
        key=f"SHOP-{item}",
        title=f"Title {item}",
        visibility=Visibility.PUBLIC,
        releases=tuple(releases),
        status_category=category,
    )


ENTRIES = st.lists(
    st.builds(
        entry,
        st.integers(1, 300).map(str),
        st.lists(st.sampled_from((*VERSIONS, "unknown")), unique=True),
        st.sampled_from(Category),
    ),
    max_size=20,
    unique_by=lambda entry: entry.item,
)


@settings(deadline=None, max_examples=300)
@given(ENTRIES, RELEASES)
def test_every_item_that_names_a_known_release_is_in_exactly_one(entries, releases) -> None:
    told = assign(entries, releases)
    versions = {release.version for release in releases}
    places = [(version, each.item) for version, members in told.items() for each in members]
    assert set(told) == versions
    assert sorted(item for _, item in places) == sorted(e.item for e in entries if versions & set(e.releases))
    assert all(version in each.releases for version, members in told.items() for each in members)


@settings(deadline=None)
@given(ENTRIES, RELEASES, st.randoms(use_true_random=False))
def test_the_order_of_entries_and_releases_does_not_matter(entries, releases, chance) -> None:
    told = assign(entries, releases)
    chance.shuffle(entries)
    chance.shuffle(releases)
    assert list(assign(entries, releases).items()) == list(told.items())


@settings(deadline=None)
@given(ENTRIES, RELEASES)
def test_no_release_an_entry_names_stands_before_its_own(entries, releases) -> None:
    facts = {release.version: release for release in releases}
    for version, members in assign(entries, releases).items():
        own = facts[version]
        for each in members:
            others = [facts[name] for name in each.releases if name in facts and name != version]
            if not each.is_done and not own.is_out:
                others = [other for other in others if not other.is_out]
            assert all(before(own, other) for other in others)


def before(one: ReleaseFacts, other: ReleaseFacts) -> bool:
    if one.is_out != other.is_out:
        return one.is_out
    if (one.date or "") != (other.date or ""):
        return bool(one.date) and (not other.date or one.date < other.date)
    return VERSIONS.index(one.version) < VERSIONS.index(other.version)


def released(version, date=None) -> ReleaseFacts:
    return ReleaseFacts(version=version, status="released", date=date)


@pytest.mark.parametrize(
    ("releases", "home"),
    [
        ((ReleaseFacts(version="1.0", date="2024-01-01"), released("2.0", "2024-06-01")), "2.0"),
        ((released("1.0", "2024-06-01"), released("2.0", "2024-01-01")), "2.0"),
        ((released("1.0"), released("2.0", "2024-01-01")), "2.0"),
        ((released("1.10"), released("1.9")), "1.9"),
        ((ReleaseFacts(version="1.0", status="archived"), ReleaseFacts(version="0.1")), "1.0"),
    ],
)
def test_out_comes_before_not_out_then_the_date_then_the_version(releases, home) -> None:
    one = entry(releases=[release.version for release in releases])
    for order in permutations(releases):
        assert [version for version, members in assign([one], order).items() if members] == [home]


def test_what_is_not_done_waits_for_a_release_that_is_still_to_come() -> None:
    releases = [released("1.0"), ReleaseFacts(version="1.1"), ReleaseFacts(version="1.2")]
    late = entry(releases=["1.0", "1.1", "1.2"], category=Category.DOING)
    assert assign([late], releases)["1.1"] == (late,)
    lost = entry(releases=["1.0"], category=Category.TODO)
    assert assign([lost], releases)["1.0"] == (lost,)


def test_a_release_that_nobody_knows_takes_nothing() -> None:
    assert assign([entry(releases=["9.9"]), entry("2")], [ReleaseFacts(version="1.0")]) == {"1.0": ()}


@pytest.mark.parametrize(
    "ordered",
    [
        ("1.9", "1.10", "2"),
        ("1.0-alpha", "1.0-rc1", "1.0-rc2", "1.0-rc10", "1.0", "1.0.1"),
        ("v1.2", "1.3", "v1.4"),
        ("SHOP-2", "SHOP-12", "SHOP-100"),
        ("1.02", "1.3"),
        ("1." + "9" * 5000, "1.1" + "0" * 5000),
    ],
)
def test_versions_and_keys_stand_as_people_count(ordered) -> None:
    for order in permutations(ordered) if len(ordered) < 5 else [ordered[::-1]]:
        assert tuple(sorted(order, key=natural)) == ordered

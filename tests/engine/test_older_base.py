"""After an older database came back: what was passed on since the backup."""

from __future__ import annotations

from pmhub.engine.older_base import caught_up
from pmhub.engine.state import Counterpart, Item, Side, View
from pmhub.engine.verify import Entry
from pmhub.model.kinds import Kind
from pmhub.model.records import ABSENT


def agreed_after(ours, theirs, *, known="one", there="two", item="one"):
    """What is agreed on B, by what the logs of B and A tell. Entries: (at, old, new, by us)."""
    base = {"title": known}
    views = [
        View(
            Side(remote, Kind.TICKET, frozenset(base), dict),
            Counterpart("x", remote, "1", local=base, agreed=base),
            {"title": there},
            9,
        )
        for remote in "ab"
    ]
    logs = {
        (remote, "title"): [Entry("title", old, new, by_us=by_us, at=at) for at, old, new, by_us in entries]
        for remote, entries in (("b", ours), ("a", theirs))
    }
    _, (_, found) = caught_up(Item("x", Kind.TICKET, {"title": item}, {}), views, logs)
    assert found.counterpart.local == found.counterpart.agreed
    return found.counterpart.agreed["title"]


EDITED = [(3, "one", "two", False)]
PASSED_ON = [(5, "one", "two", True)]


def test_what_we_passed_on_and_forgot_is_agreed() -> None:
    assert agreed_after(PASSED_ON, EDITED) == "two"


def test_also_where_a_person_has_gone_on_from_it() -> None:
    assert agreed_after([*PASSED_ON, (7, "two", "three", False)], EDITED, there="three") == "two"


def test_what_nobody_else_had_before_may_be_a_persons_who_uses_our_account() -> None:
    assert agreed_after(PASSED_ON, []) == "one"
    assert agreed_after(PASSED_ON, [(6, "one", "two", False)]) == "one"


def test_what_we_wrote_before_it_was_agreed_otherwise_is_long_known() -> None:
    assert agreed_after([*PASSED_ON, (7, "two", "one", False)], EDITED, there="one") == "one"


def test_a_log_that_does_not_tell_values_changes_nothing() -> None:
    assert agreed_after([(5, ABSENT, ABSENT, True)], EDITED) == "one"


def test_an_item_that_moved_by_itself_is_merged_from_what_it_knows() -> None:
    assert agreed_after(PASSED_ON, EDITED, item="other") == "one"

"""Links: a set of which each remote holds a part, the one whose other ends it has; and things that another id stands for."""

from __future__ import annotations

import pytest

from pmhub.engine.absorb import absorb
from pmhub.engine.lost_base import Past, last_as_ours, last_in_step
from pmhub.engine.moved import rebased
from pmhub.engine.plan import change, outgoing
from pmhub.engine.state import Counterpart, Item, Side, Stamp, View
from pmhub.model.exchange import SetChange
from pmhub.model.kinds import Kind

HERE, ELSEWHERE = "blocked_by:here", "blocked_by:elsewhere"
NOTHING: tuple[str, ...] = ()


def of_part(fields):
    """A remote that has `here` and not `elsewhere`."""
    return (
        {**fields, "links": tuple(one for one in fields["links"] if one == HERE)} if "links" in fields else dict(fields)
    )


SIDE = Side("remote", Kind.TICKET, frozenset({"title", "labels", "parent", "links"}), of_part)


def item(*links):
    return Item("item", Kind.TICKET, {"links": links}, {"links": Stamp("remote", 1, sure=True)})


def at(local, agreed):
    return Counterpart("item", "remote", "1", local={"links": local}, agreed={"links": agreed})


@pytest.mark.parametrize(
    ("local", "agreed", "written"),
    [(NOTHING, NOTHING, {"links": (HERE,)}), ((HERE,), (HERE,), {}), ((HERE,), NOTHING, {})],
)
def test_only_the_part_that_a_remote_can_hold_is_written_there(local, agreed, written) -> None:
    out = outgoing(item(HERE, ELSEWHERE), SIDE, at(local, agreed), ())
    assert dict(out.write) == written


def test_a_link_whose_other_end_comes_later_is_written_then() -> None:
    """What was agreed on before is only the part that could be."""
    before = outgoing(item(ELSEWHERE), SIDE, at(NOTHING, NOTHING), ()).counterpart
    whole = Side("remote", Kind.TICKET, SIDE.holds, dict)
    assert dict(outgoing(item(ELSEWHERE), whole, before, ()).write) == {"links": (ELSEWHERE,)}


def test_what_a_remote_cannot_hold_is_not_taken_off_by_its_edit() -> None:
    view = View(SIDE, at((HERE,), (HERE,)), {"links": NOTHING}, 5)
    found = absorb(item(HERE, ELSEWHERE), [view], {}, (), {})
    assert found.item.record["links"] == (ELSEWHERE,)
    assert found.counterparts["remote"].local["links"] == NOTHING


def test_links_travel_by_what_is_added_and_removed() -> None:
    assert change(SIDE, "links", (HERE, ELSEWHERE), ("blocked_by:other",)) == SetChange((HERE,), ("blocked_by:other",))


def test_the_base_of_a_copy_whose_other_ends_are_not_found_again_yet_is_the_part_that_is() -> None:
    """Else the link would be thought delivered."""
    source, copy = Past({"links": (ELSEWHERE,)}, [], 0), Past({"links": NOTHING}, [], 0)
    assert last_in_step(SIDE, source, copy) == ({"links": NOTHING}, {"links": NOTHING})
    assert last_as_ours(SIDE, {"links": (ELSEWHERE,)}, copy) == ({"links": NOTHING}, {"links": NOTHING})


def test_where_nothing_tells_what_was_agreed_on_two_sets_of_links_grow_together() -> None:
    source, copy = Past({"links": (HERE,)}, [], 0), Past({"links": NOTHING}, [], 0)
    assert last_in_step(SIDE, source, copy) == ({}, {})


def test_what_a_move_left_behind_was_taken_off_by_nobody() -> None:
    whole = {"title": "Same", "labels": ("kept", "lost"), "parent": "goal", "links": (HERE,)}
    before = Counterpart("item", "remote", "1", local=whole, agreed=whole)
    after = rebased(SIDE, before, "2", {"title": "Same", "labels": ("kept",), "parent": None, "links": NOTHING})
    assert (after.ref, after.agreed) == ("2", {"title": "Same", "parent": None})
    assert after.local == {"title": "Same", "parent": "goal"}

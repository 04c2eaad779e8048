"""What blocks an issue: read without a request of its own at rest, written one at a time, left alone where there is no such thing."""

from __future__ import annotations

import pytest
from github_connector import REPO, fetched, observations, scope, target

from pmhub.sdk import BLOCKED_BY, RELATES, Kind, Refused, SetChange, Ticket, link


def blocked_by(*others):
    return tuple(sorted(link(BLOCKED_BY, f"ticket:{one.node_id}") for one in others))


@pytest.fixture
def issues(simulator):
    return [simulator.user_create_issue(REPO, title) for title in ("One", "Two", "Three")]


def links_of(hub, cursor=None):
    return {one.ref.key[-1]: one.record.links for one in observations(fetched(hub, cursor=cursor))}


def test_a_list_tells_what_blocks_what_with_one_more_request_for_those_that_are_blocked(rig, hub, simulator, issues):
    _, two, three = issues
    simulator.user_block(REPO, 1, 2)
    simulator.user_block(REPO, 1, 3)
    simulator.user_block(REPO, 2, 3)
    assert links_of(hub) == {"1": blocked_by(two, three), "2": blocked_by(three), "3": ()}
    assert [line.split()[0] for line in rig.asked()] == ["GET", "POST"]
    assert rig.violations() == []


def test_where_nothing_is_blocked_nothing_more_is_asked(rig, hub, issues):
    [page] = fetched(hub)
    rig.asked()
    assert fetched(rig.run(), cursor=page.cursor)[0].not_modified
    assert len(rig.asked()) == 1
    assert {one.record.links for one in page.observations} == {()}


def test_a_direct_read_tells_it_alike_for_one_and_for_many(rig, hub, simulator, issues):
    simulator.user_block(REPO, 1, 2)
    seen = {one.ref.key[-1]: one for one in observations(fetched(hub))}
    [alone] = hub.read([target(seen["1"])])
    together = list(hub.read([target(seen["1"]), target(seen["3"])]))
    assert [alone.record.links, *(one.record.links for one in together)] == [blocked_by(issues[1])] * 2 + [()]
    assert hub.normalise(Kind.TICKET, scope(), together[0].native) == together[0]


def test_a_link_is_added_and_removed_and_a_link_to_a_stranger_stays(rig, hub, simulator, issues):
    one, two, three = issues
    simulator.add_repo("example/other", private=True)
    strange = simulator.user_create_issue("example/other", "Elsewhere")
    simulator.user_block(REPO, 1, 1, by_in="example/other")
    simulator.user_block(REPO, 1, 2)
    [over] = [each for each in observations(fetched(hub)) if each.ref.id == one.node_id]
    rig.asked()
    change = SetChange(blocked_by(three), blocked_by(two))
    after = hub.update(target(over), over, {"links": change})
    assert after.record.links == blocked_by(strange, three)
    assert rig.asked() == [
        "POST /graphql 200",
        "POST /issues/1/dependencies/blocked_by 201",
        f"DELETE /issues/1/dependencies/blocked_by/{two.id} 200",
        "GET /issues/1 200",
    ]
    assert set(simulator.issue(REPO, 1).blocked_by) == {strange.id, three.id}
    assert rig.violations() == []


def test_another_edit_of_a_blocked_issue_asks_nothing_more(rig, hub, simulator, issues):
    simulator.user_block(REPO, 1, 2)
    [over] = [each for each in observations(fetched(hub)) if each.ref.id == issues[0].node_id]
    rig.asked()
    after = hub.update(target(over), over, {"title": "Another"})
    assert after.record.links == blocked_by(issues[1])
    assert rig.asked() == ["PATCH /issues/1 200"]


def test_a_link_that_is_off_already_is_no_failure_and_one_to_nowhere_is_refused_by_field(hub, simulator, issues):
    simulator.user_block(REPO, 1, 2)
    [over] = [each for each in observations(fetched(hub)) if each.ref.id == issues[0].node_id]
    simulator.user_block(REPO, 1, 2, off=True)
    assert hub.update(target(over), over, {"links": SetChange((), blocked_by(issues[1]))}).record.links == ()
    simulator.user_delete_issue(REPO, 3)
    with pytest.raises(Refused) as caught:
        hub.update(target(over), over, {"links": SetChange(blocked_by(issues[2]), ())})
    assert caught.value.field == "links"


def test_github_holds_what_blocks_an_issue_and_tells_that_it_holds_no_more(hub):
    blocks, relates = link(BLOCKED_BY, "ticket:I_1"), link(RELATES, "ticket:I_1")
    fitted = hub.fit(scope(), Ticket(links=(blocks, relates)))
    assert fitted.record == Ticket(links=(blocks,))
    assert "links" in fitted.lost

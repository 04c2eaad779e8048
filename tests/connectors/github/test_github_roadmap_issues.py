"""Issues as roadmap items: of a type or a label, apart from the tickets, with sub-issues below them."""

from __future__ import annotations

import pytest
from github_connector import MARKER, PEOPLE, REPO, created, draft, fetched, observations, scope, target

from pmhub.sdk import (
    ABSENT,
    Kind,
    Refused,
    RoadmapItem,
    SetChange,
    Stream,
    Ticket,
    Tombstone,
    Vocabulary,
    Words,
)
from pmhub_github import mapping
from pmhub_github.settings import GitHubScope

EPICS = scope(as_="issue", labels=("epic",))
FEATURES = scope(as_="issue", types=("Feature", "Epic"))
TICKETS = scope(without_labels=("Epic",), without_types=("feature",))


def listed(hub, of=EPICS, cursor=None):
    return fetched(hub, Kind.ROADMAP_ITEM, of, cursor)


def epic(simulator, title="Checkout", **fields):
    return simulator.user_create_issue(REPO, title, "Why", labels=["epic", "red"], **fields)


def test_an_issue_of_the_label_reads_as_a_roadmap_item(rig, simulator):
    one = epic(simulator, assignees=["octocat"])
    simulator.user_create_issue(REPO, "A ticket")
    [seen] = observations(listed(rig.run()))
    assert seen.record == RoadmapItem(
        title="Checkout", body="Why", status="planned", owner="Ann", labels=("red",), parent=None
    )
    assert (seen.ref.kind, seen.ref.id, seen.ref.key) == (Kind.ROADMAP_ITEM, one.node_id, f"{REPO}#1")


def test_an_issue_is_a_ticket_or_a_roadmap_item(rig, simulator):
    epic(simulator)
    simulator.user_create_issue(REPO, "A feature", type="Feature")
    simulator.user_create_issue(REPO, "A ticket", type="Bug")
    hub = rig.run()
    assert [one.record.title for one in observations(fetched(hub, of=TICKETS))] == ["A ticket"]
    assert [one.record.title for one in observations(listed(hub, FEATURES))] == ["A feature"]
    assert [ref.key for ref in hub.sweep(Stream(Kind.TICKET, TICKETS))] == [f"{REPO}#3"]
    assert [ref.kind for ref in hub.sweep(Stream(Kind.ROADMAP_ITEM, FEATURES))] == [Kind.ROADMAP_ITEM]


def test_roadmap_items_and_tickets_share_their_requests(rig, simulator):
    epic(simulator)
    simulator.user_create_issue(REPO, "A ticket")
    streams = [Stream(Kind.ROADMAP_ITEM, EPICS), Stream(Kind.TICKET, TICKETS)]
    pages = list(rig.run().fetch(streams))
    assert rig.asked() == ["GET /issues 200"]
    assert [[one.record.title for one in page.observations] for page in pages] == [["Checkout"], ["A ticket"]]
    again = [Stream(page.stream.kind, page.stream.scope, page.cursor) for page in pages]
    assert all(page.not_modified for page in rig.run().fetch(again))
    assert rig.asked() == ["GET /issues 304"]


def test_list_rest_and_graphql_tell_the_same(rig, simulator):
    parent, child = epic(simulator, "Shop"), epic(simulator, "Checkout", assignees=["octocat"])
    simulator.user_add_sub_issue(REPO, parent.number, child.number)
    seen = {one.ref.id: one for one in observations(listed(rig.run()))}
    assert seen[child.node_id].record.parent == f"roadmap_item:{parent.node_id}"
    for one in seen.values():
        assert list(rig.run().read([target(one, EPICS)])) == [one]
    assert {one.ref.id: one for one in rig.run().read([target(one, EPICS) for one in seen.values()])} == seen
    assert rig.run().normalise(Kind.ROADMAP_ITEM, EPICS, seen[child.node_id].native) == seen[child.node_id]


def test_a_deleted_one_is_a_tombstone(rig, simulator):
    epic(simulator)
    [seen] = observations(listed(rig.run()))
    simulator.user_delete_issue(REPO, 1)
    assert list(rig.run().read([target(seen, EPICS)])) == [Tombstone(seen.ref)]


def test_a_roadmap_item_is_made_whole_in_one_request(rig, hub, simulator):
    record = RoadmapItem(title="Checkout", body="Why", owner="Ann", labels=("red",), target="2026-11-30")
    seen = created(hub, record, scope(as_="issue", types=("Feature",), labels=("epic",)))
    assert rig.asked() == ["GET /issue-types 200", "POST /issues 201"]
    issue = simulator.issue(REPO, 1)
    assert (issue.body, issue.type, issue.assignees) == (f"Why\n\n<!-- {MARKER} -->", "Feature", ["octocat"])
    assert simulator.label_names(REPO, 1) == ["epic", "red"]
    assert seen.record == RoadmapItem(
        title="Checkout", body="Why", status="planned", owner="Ann", labels=("red",), parent=None
    )
    assert (seen.ref.kind, seen.marker) == (Kind.ROADMAP_ITEM, MARKER)


def test_a_type_that_the_organisation_lacks_is_refused_as_the_issue_would_be_out_of_scope(rig, hub):
    [answer] = hub.create([draft(RoadmapItem(title="Checkout"), scope(as_="issue", types=("Epic",)))])
    assert isinstance(answer, Refused)
    assert (answer.field, rig.asked()) == ("type", ["GET /issue-types 200"])


def test_why_an_issue_is_closed_tells_shipped_from_dropped(hub, simulator):
    epic(simulator)
    [seen] = observations(listed(hub))
    dropped = hub.update(target(seen, EPICS), seen, {"status": "dropped"})
    assert (dropped.record.status, simulator.issue(REPO, 1).state_reason) == ("dropped", "not_planned")
    assert hub.update(target(seen, EPICS), dropped, {"status": "idea"}).record.status == "planned"


def test_fields_change_each_by_its_call(rig, hub, simulator):
    epic(simulator, assignees=["octocat"])
    [seen] = observations(listed(hub))
    rig.asked()
    changes = {"title": "Till", "body": "Because", "owner": "Hub", "labels": SetChange(("blue",), ("red", "epic"))}
    after = hub.update(target(seen, EPICS), seen, changes)
    assert after.record == RoadmapItem(
        title="Till", body="Because", status="planned", owner="Hub", labels=("blue",), parent=None
    )
    assert simulator.label_names(REPO, 1) == ["epic", "blue"]
    assert rig.asked() == [
        "POST /issues/1/labels 200",
        "DELETE /issues/1/labels/red 200",
        "DELETE /issues/1/assignees 200",
        "POST /issues/1/assignees 201",
        "PATCH /issues/1 200",
    ]


def test_nobody_can_tell_which_of_several_owns_it_and_none_of_them_is_taken_off(hub, simulator):
    epic(simulator, assignees=["octocat", "pmhub-bot"])
    [seen] = observations(listed(hub))
    assert seen.record.owner is ABSENT
    hub.update(target(seen, EPICS), seen, {"owner": None})
    assert simulator.issue(REPO, 1).assignees == ["octocat", "pmhub-bot"]


def test_a_roadmap_item_stands_below_another(hub):
    one, other = (created(hub, RoadmapItem(title=title), EPICS) for title in ("Shop", "Checkout"))
    named = f"roadmap_item:{one.ref.id}"
    below = hub.update(target(other, EPICS), other, {"parent": named})
    assert below.record.parent == named
    assert hub.update(target(other, EPICS), below, {"parent": None}).record.parent is None


def test_a_ticket_stands_below_a_roadmap_item(hub, simulator):
    above, ticket = created(hub, RoadmapItem(title="Checkout"), EPICS), created(hub, Ticket(title="A title"), TICKETS)
    named = f"roadmap_item:{above.ref.id}"
    assert mapping.fit(TICKETS, Ticket(parent=named)).record.parent == named
    after = hub.update(target(ticket, TICKETS), ticket, {"parent": named})
    assert simulator.issue(REPO, 2).parent == simulator.issue(REPO, 1).id
    assert after.record.parent == f"ticket:{above.ref.id}"
    assert hub.update(target(ticket, TICKETS), after, {"parent": None}).record.parent is None


def test_a_ticket_below_an_issue_is_not_born_there(rig, hub):
    above = created(hub, RoadmapItem(title="Checkout"), EPICS)
    rig.asked()
    [answer] = hub.create([draft(Ticket(title="A title", parent=f"roadmap_item:{above.ref.id}"), TICKETS)])
    assert isinstance(answer, Refused)
    assert (answer.field, rig.asked()) == ("parent", [])
    assert hub.later(Kind.TICKET, TICKETS) == {"status", "parent", "links"}
    assert hub.later(Kind.TICKET, scope()) == {"status", "parent:ticket", "links"}
    assert hub.later(Kind.ROADMAP_ITEM, scope()) == frozenset()


def family_of(simulator, children):
    """An issue with so many sub-issues, and one that is to follow."""
    parent = simulator.user_create_issue(REPO, "Parent", labels=["epic"])
    for number in range(children):
        child = simulator.user_create_issue(REPO, f"Child {number}")
        simulator.user_add_sub_issue(REPO, parent.number, child.number)
    return parent


def test_the_hundred_and_first_child_is_refused_by_field(hub, simulator):
    parent = family_of(simulator, 100)
    ticket = created(hub, Ticket(title="One more"), TICKETS)
    with pytest.raises(Refused) as caught:
        hub.update(target(ticket, TICKETS), ticket, {"parent": f"roadmap_item:{parent.node_id}"})
    assert (caught.value.field, "100" in caught.value.hint) == ("parent", True)


def test_the_ninth_level_is_refused_by_field(hub, simulator):
    above = [created(hub, RoadmapItem(title=f"Level {level}"), EPICS) for level in range(9)]
    for level in range(1, 8):
        simulator.user_add_sub_issue(REPO, level, level + 1)
    with pytest.raises(Refused) as caught:
        hub.update(target(above[8], EPICS), above[8], {"parent": f"roadmap_item:{above[7].ref.id}"})
    assert caught.value.field == "parent"


def test_the_children_of_a_large_family_tell_their_parent_without_a_request_each(rig, simulator):
    parent = family_of(simulator, 100)
    rig.asked()
    seen = observations(fetched(rig.run(), of=TICKETS))
    assert {one.record.parent for one in seen} == {f"ticket:{parent.node_id}"}
    assert rig.asked() == ["GET /issues 200"] * 3


def test_a_ticket_is_made_with_a_type_of_its_scope(rig, hub, simulator):
    of = scope(types=("Task", "Bug"))
    assert created(hub, Ticket(title="Ours", type="bug"), of).record.type == "bug"
    assert created(hub, Ticket(title="Other", type="feature"), of).record.type == "task"
    assert mapping.fit(of, Ticket(type="feature")).record.type is ABSENT
    simulator.user_create_issue(REPO, "A feature", type="Feature")
    assert {one.record.title for one in observations(fetched(rig.run(), of=of))} == {"Ours", "Other"}


def test_the_words_of_the_configuration_win():
    of = scope(
        Vocabulary(words={"status": Words({"open": "now", "completed": "out"})}, people=PEOPLE),
        as_="issue",
        labels=("epic",),
    )
    assert mapping.fit(of, RoadmapItem(status="out")).record.status == "out"
    assert mapping.fit(of, RoadmapItem(status="dropped")).record.status == "out"


def test_what_an_issue_cannot_hold_is_absent_and_said():
    record = RoadmapItem(
        title="T", owner="Nobody", start="2026-01-01", target="2026-02-01", horizon="now", objective="O"
    )
    fitted = mapping.fit(EPICS, record)
    assert fitted.record == RoadmapItem(title="T")
    assert fitted.lost.keys() == {"owner", "start", "target", "horizon", "objective"}


def test_issues_as_roadmap_items_need_a_type_or_a_label():
    with pytest.raises(ValueError, match="types or labels"):
        GitHubScope(REPO, as_="issue")

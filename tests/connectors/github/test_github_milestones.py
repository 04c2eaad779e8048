"""Milestones as roadmap items: what is read, how often it is asked for, what is written, and what is refused."""

from __future__ import annotations

import os
import time

import pytest
from github_connector import MARKER, PEOPLE, REPO, created, draft, fetched, observations, scope, target

from pmhub.sdk import (
    ABSENT,
    Ambiguous,
    Cursor,
    Denied,
    Gone,
    Kind,
    Ref,
    Refused,
    RoadmapItem,
    Stream,
    Target,
    Ticket,
    Tombstone,
    Unavailable,
    Vocabulary,
    Words,
)
from pmhub_github import mapping, milestone_mapping
from pmhub_github.simulator import Fault

TABLE = Vocabulary(words={"status": Words({"open": "now", "closed": "done"}, {"later": "now"})}, people=PEOPLE)


def listed(hub, of=None, cursor=None):
    return fetched(hub, Kind.ROADMAP_ITEM, of, cursor)


def only(hub):
    [seen] = observations(listed(hub))
    return seen


def test_a_milestone_reads_as_a_roadmap_item(rig, simulator):
    simulator.user_create_milestone(REPO, "Autumn", description="Cold\r\n\r\nand wet", due_on="2026-11-30T08:00:00Z")
    seen = only(rig.run())
    assert seen.record == RoadmapItem(title="Autumn", body="Cold\n\nand wet", status="planned", target="2026-11-30")
    assert (seen.ref.key, seen.author, seen.marker) == (f"{REPO}/milestone/1", "octocat", None)
    assert seen.ref.url == f"https://github.com/{REPO}/milestone/1"


def test_the_ticket_in_a_milestone_names_it_as_its_parent(rig, simulator):
    milestone = simulator.user_create_milestone(REPO, "Autumn")
    simulator.user_create_issue(REPO, "A title", milestone=milestone.number)
    hub = rig.run()
    [ticket] = observations(fetched(hub))
    assert ticket.record.parent == f"roadmap_item:{only(hub).ref.id}"


def test_at_rest_milestones_cost_one_free_request(rig, simulator):
    simulator.user_create_milestone(REPO, "Autumn")
    [page] = listed(rig.run())
    assert page.complete
    rig.asked()
    [again] = listed(rig.run(), cursor=page.cursor)
    assert rig.asked() == ["GET /milestones 304"]
    assert (again.not_modified, again.observations, again.cursor) == (True, (), page.cursor)


def test_so_do_more_of_them_than_a_page_holds(rig, simulator):
    for number in range(130):
        simulator.user_create_milestone(REPO, f"Milestone {number}")
    [page] = listed(rig.run())
    assert len(page.observations) == 130
    rig.asked()
    listed(rig.run(), cursor=page.cursor)
    assert rig.asked() == ["GET /milestones 304"] * 2


def test_a_list_read_for_another_stream_is_not_taken_for_seen(rig, simulator, clock):
    simulator.user_create_milestone(REPO, "Autumn")
    mine = listed(rig.run())[-1].cursor
    clock.seconds += 60
    simulator.user_edit_milestone(REPO, 1, title="Winter")
    listed(rig.run())
    [page] = listed(rig.run(), cursor=mine)
    assert ([one.record.title for one in page.observations], page.complete) == (["Winter"], False)
    assert page.cursor.since > mine.since


def test_work_inside_a_milestone_is_no_news_of_it(rig, simulator, clock):
    milestone = simulator.user_create_milestone(REPO, "Autumn")
    simulator.user_create_issue(REPO, "A title", milestone=milestone.number)
    cursor = listed(rig.run())[-1].cursor
    clock.seconds += 60
    simulator.user_close(REPO, 1)
    rig.asked()
    [page] = listed(rig.run(), cursor=cursor)
    assert rig.asked() == ["GET /milestones 200"]
    assert page.not_modified


def test_a_sweep_lists_what_is_there_now(rig, simulator):
    for title in ("Autumn", "Winter"):
        simulator.user_create_milestone(REPO, title)
    hub = rig.run()
    seen = observations(listed(hub))
    simulator.user_delete_milestone(REPO, 1)
    assert list(hub.sweep(Stream(Kind.ROADMAP_ITEM, scope()))) == [one.ref for one in seen if one.ref.key[-1] == "2"]


def test_one_is_read_by_its_number_and_several_by_their_list(rig, simulator):
    for title in ("Autumn", "Winter", "Spring"):
        simulator.user_create_milestone(REPO, title)
    seen = observations(listed(rig.run()))
    rig.asked()
    assert list(rig.run().read([target(seen[1])])) == [seen[1]]
    assert list(rig.run().read([target(one) for one in seen])) == seen
    assert rig.asked() == ["GET /milestones/2 200", "GET /milestones 304"]


def test_a_deleted_one_is_a_tombstone_and_one_out_of_sight_is_not(rig, simulator):
    for title in ("Autumn", "Winter"):
        simulator.user_create_milestone(REPO, title)
    seen = observations(listed(rig.run()))
    simulator.user_delete_milestone(REPO, 1)
    assert list(rig.run().read([target(seen[0])])) == [Tombstone(seen[0].ref)]
    assert list(rig.run().read([target(one) for one in seen])) == [Tombstone(seen[0].ref), seen[1]]
    simulator.repo(REPO).permissions["pmhub-bot"] = "none"
    for targets in ([target(seen[1])], [target(one) for one in seen]):
        with pytest.raises(Denied, match=REPO):
            list(rig.run().read(targets))


def test_milestones_go_with_the_issues_that_are_switched_off(rig, simulator):
    simulator.user_create_milestone(REPO, "Autumn")
    seen = only(rig.run())
    simulator.disable_issues(REPO)
    stranger = Target(scope(), Ref(Kind.ROADMAP_ITEM, "MI_gone", f"{REPO}/milestone/9"))
    with pytest.raises(Denied, match="switched off"):
        list(rig.run().read([stranger]))
    assert list(rig.run().read([target(seen)])) == [seen]


def test_a_milestone_is_made_whole_in_one_request(rig, hub, simulator):
    record = RoadmapItem(title="Autumn", body="Ask @octocat", target="2026-11-30", horizon="now", labels=("red",))
    seen = created(hub, record)
    assert rig.asked() == ["POST /milestones 201"]
    milestone = simulator.milestones(REPO)[1]
    assert milestone.description == f"Ask @\u2060octocat\n\n<!-- {MARKER} -->"
    assert seen.record == RoadmapItem(title="Autumn", body="Ask @octocat", status="planned", target="2026-11-30")
    assert (seen.marker, seen.author) == (MARKER, "pmhub-bot")
    assert list(rig.run().read([target(seen)])) == [seen]


def test_one_without_a_date_is_made_without_saying_so(rig, hub):
    created(hub, RoadmapItem(title="Autumn", target=None))
    assert "due_on" not in rig.simulator.requests[-1].request_body


def test_tickets_follow_a_new_milestone_without_asking_for_its_number(rig, hub, simulator):
    listed(hub)
    parent = f"roadmap_item:{created(hub, RoadmapItem(title='Autumn')).ref.id}"
    rig.asked()
    tickets = [created(hub, Ticket(title=f"Ticket {number}", parent=parent)) for number in range(3)]
    assert rig.asked() == ["POST /issues 201"] * 3
    assert [one.record.parent for one in tickets] == [parent] * 3
    free = hub.update(target(tickets[0]), tickets[0], {"parent": None})
    hub.update(target(free), free, {"parent": parent})
    assert rig.asked() == ["PATCH /issues/1 200"] * 2
    assert simulator.issue(REPO, 1).milestone == 1


def test_a_run_of_tickets_alone_lists_the_milestones_once(rig, simulator):
    milestone = simulator.user_create_milestone(REPO, "Autumn")
    parent = f"roadmap_item:{only(rig.run()).ref.id}"
    rig.asked()
    hub = rig.run()
    for number in range(3):
        created(hub, Ticket(title=f"Ticket {number}", parent=parent))
    assert rig.asked() == ["GET /milestones 304", *["POST /issues 201"] * 3]
    assert simulator.issue(REPO, 3).milestone == milestone.number


def test_a_parent_that_is_no_milestone_is_refused_by_field_and_asked_for_twice_at_most(rig, hub):
    for number in range(3):
        [answer] = hub.create([draft(Ticket(title=f"Ticket {number}", parent="roadmap_item:MI_gone"))])
        assert isinstance(answer, Refused)
        assert answer.field == "parent"
    assert rig.asked() == ["GET /milestones 200", "GET /milestones 304"]


def test_a_milestone_deleted_meanwhile_is_a_refused_parent(rig, hub, simulator):
    listed(hub)
    seen = created(hub, RoadmapItem(title="Autumn"))
    simulator.user_delete_milestone(REPO, 1)
    [answer] = hub.create([draft(Ticket(title="A title", parent=f"roadmap_item:{seen.ref.id}"))])
    assert isinstance(answer, Refused)
    assert answer.field == "parent"


def test_the_second_milestone_of_a_title_is_refused_not_adopted(hub, simulator):
    simulator.user_create_milestone(REPO, "Autumn", state="closed")
    [answer] = hub.create([draft(RoadmapItem(title="Autumn"))])
    assert isinstance(answer, Refused)
    assert (answer.field, bool(answer.hint)) == ("title", True)
    assert len(simulator.milestones(REPO)) == 1


def test_a_title_that_another_milestone_has_is_refused_at_a_change_too(hub, simulator):
    seen = created(hub, RoadmapItem(title="Autumn"))
    simulator.user_create_milestone(REPO, "Winter")
    with pytest.raises(Refused) as caught:
        hub.update(target(seen), seen, {"title": "Winter"})
    assert caught.value.field == "title"


def test_no_title_is_refused_before_anything_is_sent(rig, hub):
    [answer] = hub.create([draft(RoadmapItem(title=" "))])
    assert isinstance(answer, Refused)
    assert (answer.field, rig.asked()) == ("title", [])


def test_an_answer_that_never_comes_is_ambiguous_and_found_by_its_marker(rig, hub, simulator):
    simulator.fault(Fault("drop_after", "POST", "/milestones$"))
    with pytest.raises(Ambiguous):
        hub.create([draft(RoadmapItem(title="Autumn"))])
    assert only(rig.run()).marker == MARKER


def test_only_what_changes_is_sent_and_the_marker_stays(rig, hub, simulator):
    seen = created(hub, RoadmapItem(title="Autumn", body="Text", target="2026-11-30"))
    after = hub.update(target(seen), seen, {"body": "New", "status": "shipped"})
    assert simulator.requests[-1].request_body == {"description": f"New\n\n<!-- {MARKER} -->", "state": "closed"}
    assert after.record == RoadmapItem(title="Autumn", body="New", status="shipped", target="2026-11-30")
    last = hub.update(target(after), after, {"title": "Winter", "target": None, "status": "in_progress"})
    assert last.record == RoadmapItem(title="Winter", body="New", status="planned", target=None)


def test_a_persons_milestone_gets_no_marker(hub, simulator):
    simulator.user_create_milestone(REPO, "Autumn", description="Theirs")
    hub.update(target(only(hub)), only(hub), {"body": "Ours"})
    assert simulator.milestones(REPO)[1].description == "Ours"


def test_nothing_to_write_is_not_written(rig, hub):
    seen = created(hub, RoadmapItem(title="Autumn"))
    rig.asked()
    assert hub.update(target(seen), seen, {"horizon": "now"}) is None
    assert rig.asked() == []


def test_a_milestone_that_is_gone_is_gone_and_one_that_may_not_be_changed_is_denied(hub, simulator):
    seen = created(hub, RoadmapItem(title="Autumn"))
    simulator.repo(REPO).permissions["pmhub-bot"] = "read"
    with pytest.raises(Denied, match="may not change milestones"):
        hub.update(target(seen), seen, {"title": "Winter"})
    with pytest.raises(Denied, match="may not change milestones"):
        hub.create([draft(RoadmapItem(title="Spring"))])
    simulator.repo(REPO).permissions["pmhub-bot"] = "write"
    simulator.user_delete_milestone(REPO, 1)
    with pytest.raises(Gone):
        hub.update(target(seen), seen, {"title": "Winter"})


def test_a_list_that_cannot_be_read_gives_no_page(rig, simulator):
    simulator.fault(Fault("status", path="/milestones$", times=4, status=502))
    with pytest.raises(Unavailable):
        listed(rig.run())


# dates


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


DAYS = ("2026-01-01", "2026-03-08", "2026-03-09", "2026-07-15", "2026-11-01", "2026-11-02", "2026-12-31", "2028-02-29")


@pytest.mark.parametrize("day", DAYS)
def test_a_day_stays_that_day_wherever_we_run(zone, hub, simulator, day):
    seen = created(hub, RoadmapItem(title=f"Due {day}", target=day))
    assert os.environ["TZ"] == zone
    assert seen.record.target == day
    assert simulator.milestones(REPO)[1].due_on[:13] in {f"{day}T07", f"{day}T08"}
    again = hub.update(target(seen), seen, {"target": "2026-07-01"})
    assert (again.record.target, hub.update(target(again), again, {"target": day}).record.target) == ("2026-07-01", day)


@pytest.mark.parametrize(
    ("due_on", "day"),
    [
        ("2026-11-30T08:00:00Z", "2026-11-30"),
        ("2026-07-01T07:00:00Z", "2026-07-01"),
        ("2020-09-24T06:59:00Z", "2020-09-23"),
        ("2020-09-24T07:01:00Z", "2020-09-24"),
        ("2012-10-09T23:39:01Z", "2012-10-09"),
        ("2026-01-01T00:00:00Z", "2025-12-31"),
        (None, None),
    ],
)
def test_a_due_date_is_the_day_that_github_shows(zone, due_on, day):
    assert milestone_mapping.day(due_on) == day


@pytest.mark.parametrize("given", ["2026-11-14T07:30:00Z", "2026-06-14T06:30:00Z", "2026-06-14T23:30:00Z"])
def test_what_a_person_sent_at_another_hour_reads_as_the_day_github_made_of_it(rig, simulator, given):
    made = simulator.user_create_milestone(REPO, "Autumn", due_on=given)
    assert only(rig.run()).record.target == made.due_on[:10]


# words


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("idea", "planned"),
        ("planned", "planned"),
        ("in_progress", "planned"),
        ("shipped", "shipped"),
        ("dropped", "shipped"),
    ],
)
def test_five_words_fit_into_open_and_closed(word, shown):
    assert mapping.fit(scope(), RoadmapItem(status=word)).record == RoadmapItem(status=shown)


@pytest.mark.parametrize(("word", "shown"), [("now", "now"), ("later", "now"), ("done", "done"), ("shipped", "done")])
def test_the_words_of_the_configuration_win(word, shown):
    assert mapping.fit(scope(TABLE), RoadmapItem(status=word)).record == RoadmapItem(status=shown)


def test_what_a_milestone_cannot_hold_is_absent_and_said():
    record = RoadmapItem(
        title="x" * 300, owner="Ann", start="2026-01-01", horizon="now", parent="roadmap_item:MI_1", target=""
    )
    fitted = mapping.fit(scope(), record)
    assert len(fitted.record.title) == 255
    assert (fitted.record.owner, fitted.record.parent, fitted.record.target) == (ABSENT, ABSENT, None)
    assert fitted.lost.keys() == {"title", "owner", "start", "horizon", "parent"}


def test_what_was_stored_reads_again_the_same(rig, simulator):
    simulator.user_create_milestone(
        REPO, "Autumn", description=f"x\n\n<!-- {MARKER} -->", due_on="2026-11-30T08:00:00Z"
    )
    seen = only(rig.run())
    assert rig.run().normalise(Kind.ROADMAP_ITEM, scope(), seen.native) == seen
    [raw] = next(one.response_body for one in simulator.requests if one.path.endswith("/milestones"))
    assert rig.run().normalise(Kind.ROADMAP_ITEM, scope(), raw).record == seen.record


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"{REPO}/milestone/3", f"{REPO}/milestone/3"),
        (f"https://github.com/{REPO}/milestone/3", f"{REPO}/milestone/3"),
        (f"https://github.com/{REPO}/milestone/3?closed=1", f"{REPO}/milestone/3"),
        (f"https://github.com/{REPO}/milestones", None),
    ],
)
def test_a_milestone_is_named_by_its_address(rig, text, key):
    assert rig.run().parse_key(text) == key


def test_an_empty_list_is_a_list(rig):
    [page] = listed(rig.run())
    assert (page.observations, page.complete) == ((), True)
    [again] = listed(rig.run(), cursor=Cursor(page.cursor.since, page.cursor.state))
    assert again.not_modified

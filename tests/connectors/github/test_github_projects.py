"""A roadmap of issues whose dates, horizon and columns are in a GitHub Project: read whole, joined, written item by item."""

from __future__ import annotations

from dataclasses import replace

import pytest
from github_connector import PEOPLE, REPO, Rig, created, fetched, observations, scope, target

from pmhub.sdk import (
    ABSENT,
    Ambiguous,
    Category,
    Denied,
    Kind,
    Refused,
    RoadmapItem,
    Stream,
    Tombstone,
    Vocabulary,
    Words,
)
from pmhub_github import mapping
from pmhub_github.settings import GitHubScope
from pmhub_github.simulator import Fault

PROJECT = "example/1"
ITEMS = "/orgs/example/projectsV2/1/items"
GOALS = scope(as_="issue", labels=("epic",), project=PROJECT)
TICKETS = scope(without_labels=("epic",))
A_WHILE = 1200


@pytest.fixture
def board(simulator):
    """A project as GitHub makes it, with dates and a horizon added."""
    found = simulator.projects.add("example")
    simulator.projects.add_field(found, "Start date", "date")
    simulator.projects.add_field(found, "Target date", "date")
    simulator.projects.add_field(found, "Horizon", "single_select", ["Now", "Next", "Later"])
    return found


@pytest.fixture
def rig(simulator, github_server, board):
    found = Rig(simulator, github_server.url)
    yield found
    assert found.violations() == []
    found.close()


@pytest.fixture
def hub(rig):
    found = rig.run()
    found.check([GOALS])
    rig.asked()
    return found


def goal(simulator, board, title="Checkout", **values):
    """An issue on the board."""
    issue = simulator.user_create_issue(REPO, title, "Why", labels=["epic"])
    simulator.projects.put(board, REPO, issue.number, **values)
    return issue


def listed(hub, cursor=None, of=GOALS):
    return fetched(hub, Kind.ROADMAP_ITEM, of, cursor)


def read_one(hub, of=GOALS):
    [seen] = observations(listed(hub, of=of))
    return seen


def again(rig, pages, of=GOALS):
    """The next run's pages, from where these ended."""
    return listed(rig.run(), pages[-1].cursor, of)


# Reading.


def test_the_fields_of_a_project_are_read_with_the_issue(hub, simulator, board):
    goal(simulator, board, Start_date="2026-11-02", Target_date="2026-12-24", Horizon="Now", Status="In Progress")
    seen = read_one(hub)
    assert seen.record == RoadmapItem(
        title="Checkout",
        body="Why",
        status="in_progress",
        horizon="now",
        start="2026-11-02",
        target="2026-12-24",
        owner=None,
        labels=(),
        parent=None,
    )
    assert seen.originals == {"status": "In Progress", "horizon": "Now"}
    assert hub.normalise(Kind.ROADMAP_ITEM, GOALS, seen.native) == seen


def test_an_issue_outside_the_project_has_no_opinion_on_what_only_the_project_holds(hub, simulator, board):
    simulator.user_create_issue(REPO, "Checkout", labels=["epic"])
    record = read_one(hub).record
    assert (record.status, record.start, record.target, record.horizon) == ("planned", ABSENT, ABSENT, ABSENT)


def test_an_empty_field_is_empty(hub, simulator, board):
    goal(simulator, board)
    record = read_one(hub).record
    assert (record.status, record.start, record.target, record.horizon) == ("planned", None, None, None)


def test_what_the_project_has_no_field_for_is_absent_and_never_an_error(rig, simulator, board):
    simulator.projects.drop_field(board, "Start date")
    simulator.projects.drop_field(board, "Horizon")
    simulator.projects.add_field(board, "Horizon", "text")
    goal(simulator, board, Target_date="2026-12-24")
    hub = rig.run()
    hub.check([GOALS])
    seen = read_one(hub)
    assert (seen.record.start, seen.record.target, seen.record.horizon) == (ABSENT, "2026-12-24", ABSENT)
    fitted = hub.fit(GOALS, RoadmapItem(title="T", start="2026-01-01", target="2026-02-01", horizon="now"))
    assert fitted.record == RoadmapItem(title="T", target="2026-02-01")
    assert fitted.lost.keys() == {"start", "horizon"}
    hub.update(target(seen, GOALS), seen, {"start": "2026-01-01", "target": "2027-01-01"})
    assert simulator.projects.shown(board, REPO, 1) == {"Target date": "2027-01-01"}


def test_fields_go_by_the_names_of_the_configuration(rig, simulator, board):
    simulator.projects.add_field(board, "Begin", "date")
    goal(simulator, board, Begin="2026-11-02", Start_date="2020-01-01")
    of = scope(as_="issue", labels=("epic",), project=PROJECT, start_field="begin")
    assert read_one(rig.run(), of).record.start == "2026-11-02"


def test_an_iteration_is_read_as_the_horizon_and_never_written(rig, simulator, board):
    simulator.projects.add_field(board, "Sprint", "iteration", ["Sprint 1", "Sprint 2"])
    goal(simulator, board, Sprint="Sprint 2")
    of = scope(as_="issue", labels=("epic",), project=PROJECT, horizon_field="Sprint")
    hub = rig.run()
    hub.check([of])
    assert read_one(hub, of).record.horizon == "sprint 2"
    assert hub.fit(of, RoadmapItem(horizon="sprint 1")).lost == {"horizon": "an iteration is only read"}
    assert hub.fit(of, RoadmapItem(horizon="sprint 1")).record.horizon is ABSENT


def test_a_change_in_the_project_alone_is_seen_though_the_issue_did_not_move(rig, simulator, board, clock):
    goal(simulator, board, "Guest orders")
    clock.seconds += A_WHILE
    issue = goal(simulator, board, Target_date="2026-12-24")
    pages = listed(rig.run())
    clock.seconds += A_WHILE
    simulator.projects.put(board, REPO, issue.number, Target_date="2027-01-15")
    rig.asked()
    pages = again(rig, pages)
    [seen] = observations(pages)
    assert (seen.record.target, seen.updated_at) == ("2027-01-15", int(clock.seconds) * 1000)
    assert rig.asked() == [f"GET {ITEMS} 200", "GET /issues 304", "POST /graphql 200"]
    assert all(page.not_modified for page in again(rig, pages))


def test_a_field_that_the_project_gets_later_is_read_of_every_item(rig, simulator, board, clock):
    goal(simulator, board)
    goal(simulator, board, "Guest orders")
    clock.seconds += A_WHILE
    goal(simulator, board, "Gifts")
    simulator.projects.add_field(board, "Due", "date")
    of = scope(as_="issue", labels=("epic",), project=PROJECT, target_field="Due")
    pages = listed(rig.run(), of=GOALS)
    assert len(observations(again(rig, pages, of))) == 3


def test_at_rest_a_project_costs_one_free_request_a_hundred_items(rig, simulator, board, clock):
    for number in range(101):
        goal(simulator, board, f"Goal {number}")
    hub = rig.run()
    hub.check([GOALS])
    pages = listed(hub)
    clock.seconds += A_WHILE
    rig.asked()
    hub = rig.run()
    hub.check([GOALS])
    assert [page.not_modified for page in listed(hub, pages[-1].cursor)] == [True]
    assert rig.asked() == [f"GET {ITEMS} 304", f"GET {ITEMS} 304", "GET /issues 304"]


def test_tickets_of_the_repository_share_the_list_of_issues(rig, simulator, board):
    goal(simulator, board)
    simulator.user_create_issue(REPO, "A ticket")
    hub = rig.run()
    hub.check([GOALS])
    rig.asked()
    pages = list(hub.fetch([Stream(Kind.ROADMAP_ITEM, GOALS), Stream(Kind.TICKET, TICKETS)]))
    assert [[one.record.title for one in page.observations] for page in pages] == [["Checkout"], ["A ticket"]]
    assert rig.asked() == [f"GET {ITEMS} 200", "GET /issues 200"]
    assert all(page.complete for page in pages)


def test_two_repositories_share_one_list_of_the_project(rig, simulator, board):
    simulator.add_repo("example/api", private=True)
    other = scope(repo="example/api", as_="issue", labels=("epic",), project=PROJECT)
    goal(simulator, board, Horizon="Now")
    elsewhere = simulator.user_create_issue("example/api", "Elsewhere", labels=["epic"])
    simulator.projects.put(board, "example/api", elsewhere.number, Horizon="Next")
    hub = rig.run()
    hub.check([GOALS, other])
    rig.asked()
    pages = list(hub.fetch([Stream(Kind.ROADMAP_ITEM, GOALS), Stream(Kind.ROADMAP_ITEM, other)]))
    assert [one.record.horizon for one in observations(pages)] == ["now", "next"]
    assert [line for line in rig.asked() if "/items" in line] == [f"GET {ITEMS} 200"]


def test_drafts_are_left_out_and_counted_and_other_repositories_are_not_ours(rig, simulator, board, clock):
    simulator.add_repo("example/api", private=True)
    pages = listed(rig.run())
    other = simulator.user_create_issue("example/api", "Elsewhere", labels=["epic"])
    simulator.projects.put(board, "example/api", other.number, Horizon="Now")
    simulator.projects.add_draft(board, "An idea")
    simulator.user_create_issue(REPO, "A ticket")
    simulator.projects.put(board, REPO, 1)
    clock.seconds += A_WHILE
    pages = again(rig, pages)
    assert observations(pages) == []
    assert pages[-1].left_out == {"drafts of a project": 1}


def test_the_fields_are_looked_up_once_a_day(rig, simulator, board):
    rig.run().check([GOALS])
    assert rig.asked() == ["GET /orgs/example/projectsV2/1/fields 200"]
    rig.run().check([GOALS])
    assert rig.asked() == []


def test_a_person_s_project_is_found_too(rig, simulator, board):
    mine = simulator.projects.add("octocat", user_owned=True)
    simulator.projects.add_field(mine, "Target date", "date")
    goal(simulator, mine, Target_date="2026-12-24")
    of = scope(as_="issue", labels=("epic",), project="octocat/1")
    hub = rig.run()
    hub.check([of])
    seen = read_one(hub, of)
    assert seen.record.target == "2026-12-24"
    assert hub.update(target(seen, of), seen, {"target": None}).record.target is None


def test_a_project_that_cannot_be_seen_is_named(rig, board):
    with pytest.raises(Denied, match="example/77") as caught:
        rig.run().check([scope(as_="issue", labels=("epic",), project="example/77")])
    assert "token" in caught.value.hint


def test_list_direct_read_and_bulk_read_tell_the_same(rig, simulator, board):
    goal(simulator, board, Target_date="2026-12-24", Status="Done")
    goal(simulator, board, "Guest orders", Horizon="Later")
    simulator.user_create_issue(REPO, "Outside", labels=["epic"])
    seen = {one.ref.id: one for one in observations(listed(rig.run()))}
    for one in seen.values():
        assert list(rig.run().read([target(one, GOALS)])) == [one]
    assert {one.ref.id: one for one in rig.run().read([target(one, GOALS) for one in seen.values()])} == seen


def test_a_direct_read_sees_what_the_list_of_this_run_is_too_old_for(rig, simulator, board):
    issue = goal(simulator, board, Target_date="2026-12-24")
    hub = rig.run()
    seen = read_one(hub)
    simulator.projects.put(board, REPO, issue.number, Target_date="2027-01-15")
    assert [one.record.target for one in hub.read([target(seen, GOALS)])] == ["2027-01-15"]
    simulator.projects.take_out(board, simulator.projects.item(board, REPO, issue.number))
    assert [one.record.target for one in hub.read([target(seen, GOALS)])] == [ABSENT]
    simulator.projects.put(board, REPO, issue.number, Target_date="2027-02-01")
    assert [one.record.target for one in hub.read([target(seen, GOALS)])] == ["2027-02-01"]
    simulator.user_delete_issue(REPO, issue.number)
    assert list(hub.read([target(seen, GOALS)])) == [Tombstone(seen.ref)]


# Status.


def status_of(simulator, board, rig, **fields):
    simulator.user_edit_issue(REPO, 1, **fields)
    return read_one(rig.run()).record.status


def test_a_closed_issue_speaks_for_itself_whatever_its_column(rig, simulator, board):
    goal(simulator, board, Status="In Progress")
    assert status_of(simulator, board, rig, state="closed", state_reason="completed") == "shipped"
    assert status_of(simulator, board, rig, state="open") == "in_progress"
    assert status_of(simulator, board, rig, state="closed", state_reason="not_planned") == "dropped"


def test_an_open_issue_goes_by_its_column_also_where_that_is_done(rig, simulator, board):
    goal(simulator, board, Status="Done")
    assert read_one(rig.run()).record.status == "shipped"


def test_a_column_nobody_knows_says_nothing(rig, simulator, board):
    board.field_named("Status").options[0].name = "Parking lot"
    goal(simulator, board, Status="Parking lot")
    assert read_one(rig.run()).record.status is ABSENT


@pytest.mark.parametrize(
    ("ours", "column", "state"),
    [("in_progress", "In Progress", "open"), ("shipped", "Done", "closed"), ("dropped", "Done", "closed")],
)
def test_column_and_state_are_kept_in_step(rig, hub, simulator, board, ours, column, state):
    goal(simulator, board, Status="Todo")
    seen = read_one(hub)
    assert hub.fit(GOALS, RoadmapItem(status=ours)).record.status == ours
    after = hub.update(target(seen, GOALS), seen, {"status": ours})
    assert (after.record.status, simulator.issue(REPO, 1).state) == (ours, state)
    assert simulator.projects.shown(board, REPO, 1) == {"Status": column}
    back = hub.update(target(seen, GOALS), after, {"status": "planned"})
    assert (back.record.status, simulator.issue(REPO, 1).state) == ("planned", "open")
    assert simulator.projects.shown(board, REPO, 1) == {"Status": "Todo"}


def test_a_status_without_a_column_goes_to_one_that_means_as_much(rig, hub, simulator, board):
    assert hub.fit(GOALS, RoadmapItem(status="idea")).record.status == "planned"
    board.field_named("Status").options.pop(1)
    rig.memory.held.clear()
    hub = rig.run()
    hub.check([GOALS])
    fitted = hub.fit(GOALS, RoadmapItem(status="in_progress"))
    assert (fitted.record.status, fitted.lost.keys()) == (ABSENT, {"status"})


def test_the_words_of_the_configuration_name_columns(rig, simulator, board):
    words = Words({"Todo": "committed", "In Progress": "building", "Done": "live"}, {"idea": "committed"})
    categories = {"live": Category.DONE, "building": Category.DOING, "committed": Category.TODO}
    of = replace(GOALS, vocabulary=Vocabulary(words={"status": words}, categories=categories, people=PEOPLE))
    goal(simulator, board, Status="In Progress")
    hub = rig.run()
    hub.check([of])
    seen = read_one(hub, of)
    assert seen.record.status == "building"
    after = hub.update(target(seen, of), seen, {"status": "live"})
    assert (after.record.status, simulator.issue(REPO, 1).state) == ("live", "closed")
    assert hub.fit(of, RoadmapItem(status="live")).record.status == "live"
    assert hub.fit(of, RoadmapItem(status="idea")).record.status == "committed"


def test_words_for_states_alone_leave_the_columns_out(rig, simulator, board):
    words = Vocabulary(words={"status": Words({"open": "running", "closed": "over"})})
    of = replace(GOALS, vocabulary=words)
    goal(simulator, board, Status="In Progress")
    hub = rig.run()
    seen = read_one(hub, of)
    assert seen.record.status == hub.fit(of, RoadmapItem(status="running")).record.status == "running"
    after = hub.update(target(seen, of), seen, {"status": "over"})
    assert (after.record.status, simulator.projects.shown(board, REPO, 1)) == ("over", {"Status": "In Progress"})


# Writing.


def test_several_fields_are_set_in_one_request_and_read_back(rig, hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    rig.asked()
    changes = {"start": "2026-11-02", "target": "2026-12-24", "horizon": "next", "status": "in_progress"}
    after = hub.update(target(seen, GOALS), seen, changes)
    assert {name: getattr(after.record, name) for name in changes} == changes
    item = simulator.projects.item(board, REPO, 1).id
    assert rig.asked() == [f"PATCH {ITEMS}/{item} 200", f"GET {ITEMS}/{item} 200"]
    assert list(rig.run().read([target(seen, GOALS)])) == [after]


def test_issue_and_item_change_together(rig, hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    rig.asked()
    after = hub.update(target(seen, GOALS), seen, {"title": "Till", "target": "2026-12-24"})
    assert (after.record.title, after.record.target) == ("Till", "2026-12-24")
    item = simulator.projects.item(board, REPO, 1).id
    assert rig.asked() == ["PATCH /issues/1 200", f"PATCH {ITEMS}/{item} 200", f"GET {ITEMS}/{item} 200"]


def test_what_concerns_the_issue_alone_leaves_the_project_alone(rig, hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    rig.asked()
    hub.update(target(seen, GOALS), seen, {"title": "Till"})
    assert rig.asked() == ["PATCH /issues/1 200"]


def test_an_issue_comes_into_the_project_with_its_first_field(rig, hub, simulator, board):
    simulator.user_create_issue(REPO, "Checkout", labels=["epic"])
    seen = read_one(hub)
    rig.asked()
    after = hub.update(target(seen, GOALS), seen, {"target": "2026-12-24"})
    assert (after.record.target, after.record.start) == ("2026-12-24", None)
    item = simulator.projects.item(board, REPO, 1).id
    assert rig.asked() == [f"POST {ITEMS} 201", f"PATCH {ITEMS}/{item} 200", f"GET {ITEMS}/{item} 200"]


def test_a_new_item_is_put_into_the_project_and_its_fields_follow(rig, hub, simulator, board):
    listed(hub)
    seen = created(hub, RoadmapItem(title="Checkout", target="2026-12-24", status="planned"), GOALS)
    assert (seen.record.target, seen.record.status) == (None, "planned")
    assert simulator.projects.item(board, REPO, 1) is not None
    assert hub.later(Kind.ROADMAP_ITEM, GOALS) == {"status", "parent", "start", "target", "horizon"}
    assert hub.later(Kind.ROADMAP_ITEM, scope(as_="issue", labels=("epic",))) == {"status", "parent"}


def test_an_issue_that_could_not_be_put_into_the_project_is_made_all_the_same(hub, simulator, board):
    listed(hub)
    board.permissions = {"pmhub-bot": "read"}
    seen = created(hub, RoadmapItem(title="Checkout"), GOALS)
    assert (seen.record.title, seen.record.target) == ("Checkout", ABSENT)
    with pytest.raises(Denied) as caught:
        hub.update(target(seen, GOALS), seen, {"target": "2026-12-24"})
    assert "write access" in caught.value.hint


def test_no_trouble_with_the_project_hides_that_an_issue_was_made(rig, hub, simulator, board):
    del simulator.world.projects["example", 1]
    assert created(hub, RoadmapItem(title="Checkout"), GOALS).record.title == "Checkout"
    assert [line for line in rig.asked() if line.startswith("POST")] == ["POST /issues 201"]


def test_no_trouble_with_the_project_hides_that_an_issue_was_changed(rig, hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    rig.asked()
    other = rig.run()
    del simulator.world.projects["example", 1]
    with pytest.raises(Denied):
        other.update(target(seen, GOALS), seen, {"title": "Till"})
    assert simulator.issue(REPO, 1).title == "Checkout"


def test_a_horizon_without_an_option_is_refused_by_field_before_anything_is_written(rig, hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    rig.asked()
    with pytest.raises(Refused) as caught:
        hub.update(target(seen, GOALS), seen, {"title": "Till", "horizon": "someday"})
    assert (caught.value.field, "someday" in caught.value.message) == ("horizon", True)
    assert rig.asked() == ["GET /orgs/example/projectsV2/1/fields 200"]


def test_an_option_made_meanwhile_is_found(hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    more = simulator.projects.add_field(board, "Spare", "single_select", ["Someday"])
    board.field_named("Horizon").options += more.options
    assert hub.update(target(seen, GOALS), seen, {"horizon": "someday"}).record.horizon == "someday"


def test_an_item_taken_out_meanwhile_may_pass_later(hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    simulator.projects.take_out(board, simulator.projects.item(board, REPO, 1))
    with pytest.raises(Refused) as caught:
        hub.update(target(seen, GOALS), seen, {"target": "2026-12-24"})
    assert not caught.value.lasting


def test_half_a_change_is_ambiguous(hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    board.permissions = {"pmhub-bot": "read"}
    with pytest.raises(Ambiguous):
        hub.update(target(seen, GOALS), seen, {"title": "Till", "target": "2026-12-24"})


def test_a_write_that_cannot_be_read_back_is_ambiguous(hub, simulator, board):
    goal(simulator, board)
    seen = read_one(hub)
    item = simulator.projects.item(board, REPO, 1).id
    simulator.fault(Fault("status", method="GET", path=f"{ITEMS}/{item}", status=502, times=99))
    with pytest.raises(Ambiguous):
        hub.update(target(seen, GOALS), seen, {"target": "2026-12-24"})


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_day_is_the_same_day_everywhere(hub, simulator, board, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    goal(simulator, board, Target_date="2026-12-24")
    seen = read_one(hub)
    assert seen.record.target == "2026-12-24"
    assert hub.update(target(seen, GOALS), seen, {"start": "2026-11-01"}).record.start == "2026-11-01"


def test_fit_needs_no_request_before_the_project_was_looked_at(rig, board):
    hub = rig.run()
    record = RoadmapItem(title="T", start="2026-01-01", target="2026-02-01", horizon="now", status="in_progress")
    assert hub.fit(GOALS, record).record == record
    assert rig.asked() == []


def test_without_a_project_nothing_of_it_is_asked(rig, simulator):
    of = scope(as_="issue", labels=("epic",))
    simulator.user_create_issue(REPO, "Checkout", labels=["epic"])
    hub = rig.run()
    hub.check([of])
    assert read_one(hub, of).record.start is ABSENT
    assert not [line for line in rig.asked() if "projects" in line]
    assert mapping.fit(of, RoadmapItem(start="2026-01-01")).lost.keys() == {"start"}


@pytest.mark.parametrize("project", ["example", "5", "example/five", "example/0", "a/b/5"])
def test_a_project_is_named_by_owner_and_number(project):
    with pytest.raises(ValueError, match="owner/number"):
        GitHubScope(REPO, as_="issue", labels=("epic",), project=project)

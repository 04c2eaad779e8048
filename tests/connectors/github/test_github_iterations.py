"""A ticket's iteration in a GitHub project or an issue field, and its estimate in time: read, written, no opinion where unknown."""

from __future__ import annotations

import pytest
from github_connector import PEOPLE, REPO, Rig, created, fetched, observations, scope, target

from pmhub.sdk import ABSENT, Kind, Refused, Ticket, Vocabulary
from pmhub_github.connector import GitHub
from pmhub_github.settings import GitHubScope

PLANNED = scope(project="example/1")
ITEMS = "GET /orgs/example/projectsV2/1/items"


@pytest.fixture
def board(simulator):
    found = simulator.projects.add("example")
    simulator.projects.add_field(found, "Iteration", "iteration", ["Sprint 7", "Sprint 8"])
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
    found.check([PLANNED])
    rig.asked()
    return found


def issue(simulator, board=None, **values):
    made = simulator.user_create_issue(REPO, "Pay")
    if board is not None:
        simulator.projects.put(board, REPO, made.number, **values)
    return made


def read_one(hub, of=PLANNED):
    [seen] = observations(fetched(hub, of=of))
    return seen


def test_the_iteration_of_a_ticket_is_read_with_it(hub, simulator, board):
    issue(simulator, board, Iteration="Sprint 7")
    seen = read_one(hub)
    assert seen.record.iteration == "Sprint 7"
    assert hub.normalise(Kind.TICKET, PLANNED, seen.native) == seen


def test_a_ticket_outside_the_project_has_no_opinion_and_one_in_none_is_planned_for_none(hub, simulator, board):
    issue(simulator)
    assert read_one(hub).record.iteration is ABSENT
    simulator.projects.put(board, REPO, 1)
    hub.fetch([])
    assert read_one(hub).record.iteration is None


def test_a_new_ticket_comes_into_the_project_with_its_first_iteration(hub, simulator, board, rig):
    made = created(hub, Ticket(title="Pay", iteration="Sprint 8"), PLANNED)
    assert "iteration" in hub.later(Kind.TICKET, PLANNED)
    assert simulator.projects.item(board, REPO, 1) is None
    seen = hub.update(target(made, PLANNED), made, {"iteration": "Sprint 8"})
    assert seen.record.iteration == "Sprint 8"
    assert simulator.projects.shown(board, REPO, 1) == {"Iteration": "Sprint 8"}


def test_an_iteration_is_changed_and_taken_away_beside_other_fields(hub, simulator, board):
    issue(simulator, board, Iteration="Sprint 7")
    seen = hub.update(target(over := read_one(hub), PLANNED), over, {"iteration": "sprint 8", "title": "Paid"})
    assert (seen.record.iteration, seen.record.title) == ("Sprint 8", "Paid")
    seen = hub.update(target(seen, PLANNED), seen, {"iteration": None})
    assert seen.record.iteration is None
    assert simulator.projects.shown(board, REPO, 1) == {}


def test_nothing_comes_into_the_project_to_be_planned_for_nothing(hub, simulator, board):
    issue(simulator)
    hub.update(target(over := read_one(hub), PLANNED), over, {"iteration": None})
    assert simulator.projects.item(board, REPO, 1) is None


def test_an_iteration_that_the_project_lacks_is_no_opinion(hub):
    fitted = hub.fit(PLANNED, Ticket(title="Pay", iteration="Sprint 9"))
    assert fitted.record == Ticket(title="Pay")
    assert fitted.lost == {"iteration": "the project has no such iteration, or it is over"}
    assert hub.fit(PLANNED, Ticket(iteration="sprint 7")).record.iteration == "Sprint 7"
    assert hub.fit(PLANNED, Ticket(iteration=None)).record.iteration is None


def test_one_that_is_gone_meanwhile_is_refused_by_its_field(hub, simulator, board):
    issue(simulator, board)
    over = read_one(hub)
    with pytest.raises(Refused) as refused:
        hub.update(target(over, PLANNED), over, {"iteration": "Sprint 9"})
    assert (refused.value.field, refused.value.lasting) == ("iteration", False)


def test_at_rest_the_project_costs_one_conditional_list(hub, simulator, board, rig):
    issue(simulator, board, Iteration="Sprint 7")
    pages = fetched(hub, of=PLANNED)
    rig.asked()
    again = rig.run()
    again.check([PLANNED])
    fetched(again, of=PLANNED, cursor=pages[-1].cursor)
    assert [one.split("?")[0].split(" 304")[0] for one in rig.asked()] == [ITEMS, "GET /issues"]


def test_comments_of_a_planned_ticket_stand_in_no_project(hub, simulator, board, rig):
    issue(simulator, board)
    simulator.user_comment(REPO, 1, "Said")
    [said] = observations(fetched(hub, Kind.COMMENT, PLANNED))
    rig.asked()
    [seen] = hub.read([target(said, PLANNED)])
    assert seen == said
    assert not [one for one in rig.asked() if "projectsV2" in one]


def test_a_project_beside_a_roadmap_of_milestones_is_named_as_a_mistake():
    held = GitHubScope(REPO, project="example/1")
    assert any("as = " in told for told in GitHub.misfits([(Kind.ROADMAP_ITEM, held)]))
    assert GitHub.misfits([(Kind.TICKET, held)]) == ()


# in issue fields


def test_issue_fields_hold_the_iteration_and_the_estimate_in_hours(simulator, rig):
    field = simulator.add_issue_field
    field("example", "Sprint", "single_select", ["Sprint 7", "Sprint 8"])
    field("example", "Effort in hours", "number")
    named = {"iteration": "field:Sprint", "time_estimate": "Effort in hours"}
    of = scope(Vocabulary(people=PEOPLE, fields=named))
    hub = rig.run()
    hub.check([of])
    made = created(hub, Ticket(title="Pay", iteration="sprint 7", time_estimate=4_800), of)
    assert (made.record.iteration, made.record.time_estimate) == ("Sprint 7", 4_800)
    seen = hub.update(target(made, of), made, {"iteration": None, "time_estimate": 5_400})
    assert (seen.record.iteration, seen.record.time_estimate) == (None, 5_400)
    assert hub.fit(of, Ticket(iteration="Sprint 9")).record.iteration is ABSENT

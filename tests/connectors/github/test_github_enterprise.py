"""An Enterprise Server: its API elsewhere, what it lacks found out once, held no more and told once, its limits off."""

from __future__ import annotations

import logging

import pytest
from github_connector import REPO, Flavour, Rig, created, fetched, observations, scope, target

from pmhub.sdk import ABSENT, BLOCKED_BY, Denied, Kind, Refused, RoadmapItem, Ticket, Unavailable
from pmhub_github.queries import PARENTS
from pmhub_github.simulator import Fault, GitHubSimulator, serve

OLD, NEW = (3, 14), (3, 19)
TEAM = "example/shop"


@pytest.fixture
def old(clock):
    yield from rig_of(GitHubSimulator(clock, OLD))


@pytest.fixture
def new(clock):
    yield from rig_of(GitHubSimulator(clock, NEW))


def rig_of(simulator):
    simulator.add_repo(REPO, private=True)
    simulator.token("fake-token-pmhub-bot", login="pmhub-bot")
    with serve(simulator) as server:
        found = Rig(simulator, server.url, Flavour.ENTERPRISE)
        yield found
        found.close()
    assert found.violations() == []


def checked(rig, *scopes):
    hub = rig.run()
    hub.check(scopes or [scope()])
    rig.asked()
    return hub


def test_its_api_is_below_a_path_and_graphql_is_not_below_rest(old):
    old.simulator.user_create_issue(REPO, "A title")
    hub = checked(old)
    [one] = observations(fetched(hub))
    [again] = hub.read([target(one)])
    list(hub.read([target(one), target(one)]))
    assert again == one
    assert {one.full_path.split("/")[2] for one in old.simulator.requests} == {"v3", "graphql"}


def test_what_it_lacks_is_found_out_once_a_day_and_told_once(old, caplog):
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        old.run().check([scope()])
    assert [one.template for one in old.simulator.requests].count("/graphql") == 1
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 4
    assert all(text.startswith("GitHub Enterprise Server 3.14.0 has no ") for text in told)


def test_github_itself_is_never_asked_what_it_lacks(rig):
    rig.run().check([scope()])
    assert {one.template for one in rig.simulator.requests} == {"/user", "/repos/{owner}/{repo}"}


def test_what_it_cannot_hold_is_absent_and_no_error(old):
    hub, record = checked(old), Ticket(title="A title", type="bug", parent="ticket:I_1", labels=("red",))
    fitted = hub.fit(scope(), record)
    assert (fitted.record.type, fitted.record.parent) == (ABSENT, ABSENT)
    assert fitted.lost.keys() == {"type", "parent"}
    seen = created(hub, fitted.record)
    assert (seen.record.type, seen.record.labels) == (ABSENT, ("red",))


def test_a_milestone_is_a_parent_there_too(old):
    old.simulator.user_create_milestone(REPO, "Autumn")
    old.simulator.user_create_issue(REPO, "A title", milestone=1)
    [one] = observations(fetched(checked(old)))
    assert one.record.parent.startswith(f"{Kind.ROADMAP_ITEM}:")


def test_where_milestones_are_releases_a_parent_is_no_opinion(old):
    old.simulator.user_create_issue(REPO, "A title")
    place = scope(milestones="release")
    [one] = observations(fetched(checked(old, place), of=place))
    assert one.record.parent is ABSENT


def test_a_newer_one_holds_them(new):
    hub = checked(new)
    parent = created(hub, Ticket(title="Above"))
    child = created(hub, Ticket(title="Below", type="bug"))
    after = hub.update(target(child), child, {"parent": f"{Kind.TICKET}:{parent.ref.id}"})
    assert (after.record.parent, after.native["type"]) == (f"{Kind.TICKET}:{parent.ref.id}", {"name": "Bug"})


def test_what_graphql_knows_and_rest_does_not_is_found_out_by_404(new):
    hub = checked(new)
    parent, child = created(hub, Ticket(title="Above")), created(hub, Ticket(title="Below"))
    new.simulator.world.enterprise = (3, 17)
    with pytest.raises(Refused, match="no sub-issues") as caught:
        hub.update(target(child), child, {"parent": f"{Kind.TICKET}:{parent.ref.id}"})
    assert not caught.value.lasting
    assert PARENTS in new.run()._wire.server.lacks()


def test_types_to_choose_issues_by_are_told_where_there_are_none(old):
    with pytest.raises(Denied, match="no issue types") as caught:
        old.run().check([scope(types=("Bug",))])
    assert "labels" in caught.value.hint


def test_a_project_that_it_does_not_show_holds_nothing(old, caplog):
    caplog.set_level(logging.WARNING)
    place = scope(as_="issue", labels=("roadmap",), project="example/5")
    old.simulator.user_create_issue(REPO, "A goal", labels=["roadmap"])
    hub = checked(old, place)
    [one] = observations(fetched(hub, Kind.ROADMAP_ITEM, place))
    assert (one.record.start, one.record.horizon) == (ABSENT, ABSENT)
    record = RoadmapItem(title="A goal", status="in_progress", start="2026-12-01")
    assert hub.fit(place, record).record == RoadmapItem(title="A goal", status="planned")
    after = hub.update(target(one, place), one, {"title": "Another goal"})
    assert after.record.title == "Another goal"
    made = created(hub, RoadmapItem(title="One more"), place)
    assert made.record.title == "One more"
    assert "no REST API for projects" in caplog.text
    old.run().check([place])
    assert len([one for one in old.simulator.requests if one.path.endswith("/projectsV2")]) == 2


def test_its_limits_are_off_so_new_content_has_no_budget(old):
    hub = checked(old)
    old.memory.held["content-budget"] = [old.now()] * 500
    assert created(hub, Ticket(title="A title")).record.title == "A title"


def test_a_limit_that_somebody_set_is_obeyed(old):
    hub = checked(old)
    old.simulator.secondary_limit(retry_after=5)
    assert created(hub, Ticket(title="A title")).record.title == "A title"


def test_its_own_addresses_are_read(old):
    old.simulator.user_create_issue(REPO, "A title")
    hub = checked(old)
    [one] = observations(fetched(hub))
    assert one.ref.url == f"{old.simulator.world.web}/{REPO}/issues/1"
    assert one.ref.key == f"{REPO}#1"


def test_the_address_of_its_pages_is_not_that_of_its_api(old):
    old.url = old.url.removesuffix("/api/v3")
    page = {"status": 200, "body": "<html>Sign in</html>", "times": 9}
    old.simulator.fault(Fault("status", path="^/", **page))
    with pytest.raises(Unavailable) as caught:
        old.run().check([scope()])
    assert "https://HOST/api/v3" in caught.value.hint
    old.wait_for_reads_ahead()
    old.simulator.requests.clear()


def test_what_blocks_an_issue_is_told_by_a_server_that_has_dependencies_and_no_opinion_of_another(old, new):
    link = f"{BLOCKED_BY}:ticket:I_1"
    for rig, held in ((old, ABSENT), (new, (link,))):
        hub = checked(rig)
        for title in ("One", "Two"):
            rig.simulator.user_create_issue(REPO, title)
        rig.simulator.user_block(REPO, 1, 2)
        [one] = [each for each in observations(fetched(hub)) if each.ref.key.endswith("#1")]
        assert (one.record.links is ABSENT) is (held is ABSENT)
        assert hub.fit(scope(), Ticket(links=(link,))).record.links == held

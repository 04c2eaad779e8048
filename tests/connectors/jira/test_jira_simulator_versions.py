"""Versions of the simulated site: what is refused, what an edit leaves alone, and levels above epics."""

from __future__ import annotations

import pytest
from jira_site import new_issue, open_site


@pytest.fixture
def site():
    with open_site() as opened:
        yield opened


def make(site, status=201, **facts):
    return site.post("version", {"projectId": site.simulator.project("SHOP").id, **facts}, status)


def test_version_names_are_unique_in_a_project(site):
    project_id = site.simulator.project("SHOP").id
    made = site.post("version", {"name": "1.0", "projectId": project_id}, 201)
    assert "name" in site.post("version", {"name": "1.0", "projectId": project_id}, 400)["errors"]
    other = site.post("version", {"name": "2.0", "projectId": project_id}, 201)
    site.put(f"version/{other['id']}", {"name": "1.0"}, 400)
    changed = site.put(f"version/{made['id']}", {"released": True, "releaseDate": "2026-11-22"}, 200)
    assert (changed["name"], changed["released"], changed["releaseDate"]) == ("1.0", True, "2026-11-22")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "a"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": "B", "description": "é" * 8_200}, "description"),
        ({"name": "B", "startDate": "2026-12-02", "releaseDate": "2026-12-01"}, "startDate"),
    ],
)
def test_what_no_version_can_be_is_refused_by_field(site, facts, field):
    make(site, name="A")
    assert list(make(site, 400, **facts)["errors"]) == [field]
    assert [each["name"] for each in site.get("project/SHOP/versions")] == ["A"]


def test_a_new_version_is_not_released_whatever_is_said(site):
    assert make(site, name="1.0", released=True)["released"] is False


def test_dates_can_be_taken_away_where_the_site_allows_it(site):
    made = make(site, name="1.0", releaseDate="2026-12-01")
    site.simulator.keeps_version_dates = True
    assert site.put(f"version/{made['id']}", {"releaseDate": None}, 200)["releaseDate"] == "2026-12-01"
    site.simulator.keeps_version_dates = False
    assert "releaseDate" not in site.put(f"version/{made['id']}", {"releaseDate": None}, 200)


def test_an_edit_of_a_version_leaves_its_issues_alone_and_its_end_takes_it_from_them(site):
    site.simulator.add_version("SHOP", "1.0")
    site.simulator.user_create_issue("SHOP", "T", fixVersions=[{"name": "1.0"}])
    before = site.simulator.issue("SHOP-1")
    site.clock.pass_time(60)
    site.simulator.user_edit_version("SHOP", "1.0", name="1.1")
    assert site.simulator.issue("SHOP-1") == before
    assert site.get("issue/SHOP-1")["fields"]["fixVersions"][0]["name"] == "1.1"
    site.simulator.user_delete_version("SHOP", "1.1")
    assert site.simulator.issue("SHOP-1").version_ids == ()
    assert site.get("project/SHOP/versions") == []


def test_each_level_stands_below_the_next(site):
    site.simulator.add_project("PLAN", types=("Initiative", "Epic", "Story"))
    top = site.simulator.user_create_issue("PLAN", "Goal", type="Initiative")
    middle = site.simulator.user_create_issue("PLAN", "Epic", type="Epic", parent={"key": top.key})
    for kind, parent, status in (("Story", middle, 201), ("Story", top, 400), ("Initiative", middle, 400)):
        body = new_issue("Below", type=kind, project={"key": "PLAN"}, parent={"key": parent.key})
        site.post("issue", body, status)

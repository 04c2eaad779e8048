"""What is read and placed many at once comes out as if each had come alone."""

import sqlite3
from dataclasses import replace
from threading import Event

import pytest
from stage import REPO, open_stage

from pmhub.model.kinds import Kind
from pmhub.sync.run import look

LONG = 20.0
TITLE = "json_extract(record, '$.title')"


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as found:
        yield found


def rows(stage, sql):
    with sqlite3.connect(stage.workspace.database) as db:
        return db.execute(sql).fetchall()


class Repeating:
    """A connector whose vendor shows each thing twice on one page, the second time with a newer title."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def fetch(self, streams):
        for page in self.inner.fetch(streams):
            newer = [
                replace(one, updated_at=one.updated_at + 1000, record=replace(one.record, title="Newer"))
                for one in page.observations
            ]
            yield replace(page, observations=(*page.observations, *newer))


def test_children_are_born_below_parents_of_the_same_page(stage):
    above, below = (stage.github.user_create_issue(REPO, title) for title in ("Above", "Below"))
    stage.github.user_add_sub_issue(REPO, above.number, below.number)
    stage.sync()
    [(parent,)] = rows(stage, f"SELECT id FROM item WHERE {TITLE} = 'Above'")
    assert rows(stage, f"SELECT parent FROM item WHERE {TITLE} = 'Below'") == [(parent,)]


def test_items_are_numbered_in_the_order_in_which_their_things_were_made(stage):
    for number in range(7):
        stage.clock.advance(60)
        stage.github.user_create_issue(REPO, f"Issue {number}")
    stage.sync()
    assert rows(stage, f"SELECT {TITLE} FROM item ORDER BY seq") == [(f"Issue {number}",) for number in range(7)]


def test_of_a_thing_that_comes_twice_on_one_page_the_newer_state_stays(stage):
    stage.github.user_create_issue(REPO, "Older")
    with stage.hub() as hub:
        for remote in hub.remotes.values():
            remote.connector = Repeating(remote.connector) if remote.id.startswith("github:") else remote.connector
        look(hub)
        [github] = [remote for remote in hub.remotes if remote.startswith("github:")]
        [seen] = hub.store.observations.all(github, Kind.TICKET, REPO)
        assert (seen.record["title"], hub.report.seen) == ("Newer", 2)


class Heard(list):
    """Exchanges; `issues` once one asked for a list of them."""

    def __init__(self):
        super().__init__()
        self.issues = Event()

    def append(self, one):
        super().append(one)
        if one.path.endswith("/issues"):
            self.issues.set()


class Patient(Repeating):
    """A connector that takes nothing in before its neighbour was asked."""

    def __init__(self, inner, neighbour):
        super().__init__(inner)
        self.neighbour, self.waited = neighbour, None

    def fetch(self, streams):
        self.waited = self.neighbour.wait(LONG)
        yield from self.inner.fetch(streams)


def test_the_second_service_is_asked_before_the_first_is_taken_in(stage):
    stage.github.requests = heard = Heard()
    with stage.hub() as hub:
        first, _ = hub.remotes.values()
        first.connector = Patient(first.connector, heard.issues)
        look(hub)
        assert first.connector.waited
    assert len([one for one in heard if one.path.endswith("/issues")]) == 1

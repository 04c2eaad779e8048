"""Roadmap, releases and tickets of two repositories kept in step by the hub itself, over real sockets."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from connectors.github.github_spec import request_violations

from pmhub.config import Connection, Endpoint, Sync, Workspace
from pmhub.config.workspace import NotesRules
from pmhub.engine.notes.rules import Rules
from pmhub.sdk import Kind, Scope, Secret, Vocabulary
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.run import run
from pmhub_github.connector import GitHub
from pmhub_github.settings import GitHubScope, GitHubSettings
from pmhub_github.simulator import Fault, GitHubSimulator, serve

REPO = "example/shop"
KINDS = {"roadmap": Kind.ROADMAP_ITEM, "releases": Kind.RELEASE, "backlog": Kind.TICKET}
AT_REST = ["/user", "", "/milestones", "/releases", "/issues", "/issues/comments", "/pulls"]


@dataclass
class Pair:
    folder: Path
    stack: ExitStack = field(repr=False)
    ahead: float = 0.0

    def __post_init__(self):
        self.sides = [GitHubSimulator(clock=lambda: time.time() + self.ahead) for _ in range(2)]
        self.one, self.other = self.sides
        connections = {f"github{place}": self.connection(side) for place, side in enumerate(self.sides)}
        scope = Scope(REPO, GitHubScope(REPO), Vocabulary())
        places = tuple(Endpoint(name, scope) for name in connections)
        syncs = {name: Sync(name, kind, places, comments=kind is Kind.TICKET) for name, kind in KINDS.items()}
        syncs["releases"] = replace(syncs["releases"], notes=NotesRules("customer", None, Rules()))
        files = (self.folder / "pmhub.toml", self.folder, self.folder / "pmhub.db")
        self.workspace = Workspace(*files, connections, syncs, fingerprint="1")

    def connection(self, side):
        side.add_repo(REPO, private=True)
        side.token("fake-token", login="pmhub-bot")
        url = self.stack.enter_context(serve(side)).url
        settings = GitHubSettings(Secret({"env": "X"}, "fake-token"), url=url, write_interval=0)
        return Connection(url, GitHub, settings)

    def sync(self):
        self.ahead += 1200
        for side in self.sides:
            side.requests.clear()
        store = Store(self.workspace.database, durable=False)
        options = Options(clock=lambda: int((time.time() + self.ahead) * 1000), sleep=self.wait)
        try:
            with assembled(self.workspace, store, options) as hub:
                return run(hub)
        finally:
            store.close()

    def wait(self, seconds):
        self.ahead += seconds

    def settle(self):
        for _ in range(4):
            report = self.sync()
        assert self.writes() == []
        assert (report.exit_code, report.stopped) == (0, "")

    def writes(self):
        every = [one for side in self.sides for one in side.requests]
        return [f"{one.method} {one.path}" for one in every if one.method != "GET" and one.path != "/graphql"]


@pytest.fixture
def pair(tmp_path):
    with ExitStack() as stack:
        found = Pair(tmp_path, stack)
        found.one.user_create_milestone(REPO, "Autumn", description="Cold", due_on="2026-11-30T08:00:00Z")
        for number in range(3):
            found.one.user_create_issue(REPO, f"Ticket {number}", milestone=1)
        found.one.user_create_release(REPO, "v1.0", draft=True, body="Thanks, all!")
        found.settle()
        yield found
        assert [line for side in found.sides for line in request_violations(side.requests)] == []


def only(found):
    [one] = found.values()
    return one


def test_the_roadmap_and_its_tickets_arrive_in_one_request_each(pair):
    milestone = only(pair.other.milestones(REPO))
    assert (milestone.title, milestone.due_on) == ("Autumn", "2026-11-30T08:00:00Z")
    assert [issue.milestone for issue in pair.other.issues(REPO).values()] == [milestone.number] * 3
    assert (only(pair.other.releases(REPO)).tag, only(pair.other.releases(REPO)).draft) == ("v1.0", True)


def test_at_rest_all_of_it_is_free(pair):
    pair.sync()
    for side in pair.sides:
        assert sorted(one.path.removeprefix(f"/repos/{REPO}") for one in side.requests) == sorted(AT_REST)
        assert {one.status for one in side.requests} == {304}


def test_edits_of_both_sides_meet(pair):
    pair.one.user_edit_milestone(REPO, 1, title="Winter")
    pair.other.user_edit_milestone(REPO, 1, due_on="2026-12-24T08:00:00Z")
    pair.settle()
    for side in pair.sides:
        milestone = only(side.milestones(REPO))
        assert (milestone.title, milestone.due_on, milestone.state) == ("Winter", "2026-12-24T08:00:00Z", "open")
    pair.other.user_edit_milestone(REPO, 1, state="closed")
    pair.settle()
    assert only(pair.one.milestones(REPO)).state == "closed"


def test_a_release_goes_out_on_both_sides_once_its_tag_is_there(pair):
    for side in pair.sides:
        side.user_push_tag(REPO, "v1.0")
    pair.other.user_edit_release(REPO, only(pair.other.releases(REPO)).id, draft=False)
    pair.settle()
    release = only(pair.one.releases(REPO))
    assert (release.tag, release.draft, release.body) == ("v1.0", False, "Thanks, all!")


def test_composed_notes_stand_in_the_fence_and_nothing_around_it_moves(pair):
    for number in (1, 2):
        pair.one.user_edit_issue(REPO, number, labels=["release/1.0"])
        pair.one.user_close(REPO, number)
    pair.settle()
    bodies = [only(side.releases(REPO)).body for side in pair.sides]
    assert bodies[0].startswith("Thanks, all!\n\n<!-- pmhub:begin -->\n")
    assert all("Ticket 1" in body.partition("<!-- pmhub:end -->")[0] for body in bodies)
    pair.one.user_edit_release(REPO, only(pair.one.releases(REPO)).id, body=f"Hi\r\n\r\n{bodies[0]}\r\n\r\nBye")
    pair.one.user_edit_issue(REPO, 2, title="Told better")
    pair.settle()
    body = only(pair.one.releases(REPO)).body
    assert body == f"Hi\r\n\r\n{bodies[0].replace('Ticket 1', 'Told better')}\r\n\r\nBye"


def test_a_renamed_draft_is_the_same_release(pair):
    pair.one.user_edit_release(REPO, only(pair.one.releases(REPO)).id, tag_name="v1.1")
    pair.settle()
    assert (only(pair.other.releases(REPO)).tag, only(pair.other.releases(REPO)).name) == ("v1.1", "1.1")


@pytest.mark.parametrize(("kind", "path"), [("drop_after", "/milestones$"), ("status_after", "/releases$")])
def test_a_lost_answer_makes_no_second_one(pair, kind, path):
    pair.other.fault(Fault(kind, "POST", path))
    pair.one.user_create_milestone(REPO, "Spring")
    pair.one.user_create_release(REPO, "v2.0", draft=True)
    pair.settle()
    assert [one.title for one in pair.other.milestones(REPO).values()] == ["Autumn", "Spring"]
    assert [one.tag for one in pair.other.releases(REPO).values()] == ["v1.0", "v2.0"]


def test_the_same_version_on_both_sides_is_one_release_and_the_same_title_is_no_one_milestone(pair):
    for side in pair.sides:
        side.user_create_release(REPO, "v3.0", draft=True)
        side.user_create_milestone(REPO, "Spring")
    for _ in range(4):
        report = pair.sync()
    for side in pair.sides:
        assert sorted(one.tag for one in side.releases(REPO).values()) == ["v1.0", "v3.0"]
        assert sorted(one.title for one in side.milestones(REPO).values()) == ["Autumn", "Spring"]
    assert report.exit_code != 0

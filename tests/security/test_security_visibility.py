"""Nothing arrives where more people can read it than where it was written, unless a rule names that flow."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from itertools import product

import pytest
from functional.flavours import read, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage import PROJECT, REPO, open_stage

from pmhub.config.workspace import Flow
from pmhub.engine.flow import may_flow
from pmhub.model.exchange import Container, Identity
from pmhub.model.kinds import Kind
from pmhub.model.visibility import Visibility
from pmhub.sdk import Context, Scope
from pmhub.sync.edit import edit
from pmhub.sync.lanes import Remote
from pmhub.sync.report import GUARD, OK
from pmhub.testing.memory import MemoryConnector, MemorySettings
from pmhub.testing.people import DEEDS
from pmhub.testing.world import World, _Forgetful, _no_sleep, _no_transport
from pmhub_github import mapping
from pmhub_github.repositories import Repositories
from pmhub_github.settings import GitHubScope

PUBLIC, MEMBERS, RESTRICTED = Visibility.PUBLIC, Visibility.MEMBERS, Visibility.RESTRICTED
TOKEN = re.compile(r"tok[0-9]+")
NAMES = "ABC"
FLOWS = [pair for pair in product(NAMES, NAMES) if pair[0] != pair[1]]


class Seeing(MemoryConnector):
    """A memory remote that tells who can see a thing: its container's people, or few."""

    def __init__(self, settings, context, place):
        super().__init__(settings, context)
        self.place = place

    def check(self, scopes):
        found = super().check(scopes)
        told = {key: Container(key, key, self.place.level) for key in found.containers}
        return Identity(found.account, found.name, found.site, found.clock_offset, told)

    def normalise(self, kind, scope, native):
        return replace(super().normalise(kind, scope, native), visibility=self.place.own_level(native["id"]))


class Place:
    def __init__(self, remote, level, salt):
        self.remote, self.level, self.salt = remote, level, salt

    def own_level(self, thing):
        is_restricted = zlib.crc32(f"{self.salt}{thing}".encode()) % 4 == 0
        return RESTRICTED if is_restricted else self.level

    def true_level(self, thing):
        on = self.remote.things[thing].shown.on
        return min(self.own_level(thing), self.own_level(on)) if on else self.own_level(thing)


class Town(World):
    """A world whose places differ in who can read them. `sources`: token → (remote, who could read it there)."""

    def __init__(self, seed, levels, flows):
        self.places, self.flows, self.sources = {}, flows, {}
        self.levels, self.salt = dict(zip(NAMES, levels, strict=True)), str(seed)
        super().__init__(seed, 4, NAMES)
        self.people.deeds = DEEDS
        self.people.wipe = 0.0
        self.remember()

    def make_remote(self, name):
        remote = super().make_remote(name)
        self.places[name] = Place(remote, self.levels[name], self.salt)
        return remote

    def _connected(self, remote):
        context = Context(_no_transport, self.choke.clock, _no_sleep, _Forgetful())
        return Remote(remote.id, remote.name, Seeing(MemorySettings(remote), context, self.places[remote.name]))

    def hub(self):
        hub = super().hub()
        pairs = frozenset((f"memory:{source}", f"memory:{target}") for source, target in self.flows)
        hub.lanes = tuple(replace(lane, flows=pairs) for lane in hub.lanes)
        hub.allow_public = True
        return hub

    def standing(self):
        """(token, remote, thing) of everything that can be read anywhere."""
        for name, remote in self.remotes.items():
            for id_, held in remote.things.items():
                for token in TOKEN.findall(" ".join(str(value) for value in held.fields.values())):
                    yield token, name, id_

    def remember(self):
        for token, name, thing in self.standing():
            self.sources.setdefault(token, (name, self.places[name].true_level(thing)))

    def within_reach(self, source, level):
        """The remotes that a text may come to, by rules or by who can read it, also over others."""
        reached, waiting = {source}, [(source, level)]
        while waiting:
            at, seen = waiting.pop()
            for other in NAMES:
                if other not in reached and (may_flow(self.levels[other], seen, (at, other), self.flows)):
                    reached.add(other)
                    waiting.append((other, self.levels[other]))
        return reached

    def leaks(self):
        return [
            (t, self.sources[t], name, thing)
            for t, name, thing in self.standing()
            if name not in self.within_reach(*self.sources[t])
        ]


LIVES = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
LEVELS = st.tuples(*[st.sampled_from(list(Visibility))] * 3)


def live(seed, levels, flows, runs=4, deeds=5):
    with Town(seed, levels, flows) as town:
        arrived = 0
        for _ in range(runs):
            town.runs(1)
            assert town.leaks() == []
            arrived += sum(name != town.sources[token][0] for token, name, _ in town.standing())
            for _ in range(deeds):
                town.act()
                town.remember()
        town.runs(3)
        assert town.leaks() == []
        assert town.trouble == []
        return arrived


@settings(LIVES, max_examples=25)
@given(seed=st.integers(0, 10_000), levels=LEVELS, flows=st.frozensets(st.sampled_from(FLOWS), max_size=2))
def test_nothing_arrives_at_a_more_public_place_than_its_source(seed, levels, flows):
    live(seed, levels, flows)


@pytest.mark.soak
@settings(LIVES, max_examples=2_000)
@given(seed=st.integers(0, 1_000_000), levels=LEVELS, flows=st.frozensets(st.sampled_from(FLOWS), max_size=3))
def test_nothing_arrives_at_a_more_public_place_in_two_thousand_lives(seed, levels, flows):
    live(seed, levels, flows, runs=6, deeds=8)


def test_what_may_travel_does():
    assert live(1, (MEMBERS, MEMBERS, MEMBERS), frozenset()) > 0
    assert live(1, (PUBLIC, MEMBERS, RESTRICTED), frozenset()) > 0
    assert live(1, (RESTRICTED, RESTRICTED, PUBLIC), frozenset({("A", "C")})) > 0


# The same over sockets, a sentence each.


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        yield stage


def with_flow(stage, source="jira", target="github"):
    stage.workspace = replace(stage.workspace, flows=(Flow("backlog", source, target),))


def make_public(stage, *, private=False):
    stage.github.repo(REPO).private = private
    stage.rest()


def restrict(stage, key):
    stage.jira.user_edit_issue(key, security={"name": "Internal"})
    stage.rest()


def on_github(stage):
    issues, comments = stage.github.issues(REPO).values(), stage.github.comments(REPO).values()
    return "\n".join([*(f"{issue.title}\n{issue.body}" for issue in issues), *(comment.body for comment in comments)])


def settle(stage, runs=3, **more):
    for _ in range(runs):
        report = stage.sync(**more)
        stage.rest()
    return report


def test_an_issue_with_a_security_level_never_leaves(stage):
    key = stage.jira.user_create_issue(PROJECT, "unannounced", written("secret")).key
    stage.jira.user_comment(key, written("secret too"))
    restrict(stage, key)
    assert stage.sync().lost
    settle(stage)
    assert on_github(stage) == ""
    stage.jira.user_comment(key, written("secret again"))
    settle(stage)
    assert on_github(stage) == ""


def test_a_restricted_comment_never_leaves(stage):
    key = stage.jira.user_create_issue(PROJECT, "open", written("text")).key
    stage.jira.user_comment(key, written("for few"), visibility={"type": "role", "value": "Administrators"})
    stage.jira.user_comment(key, written("for all"))
    settle(stage)
    assert "for all" in on_github(stage)
    assert "for few" not in on_github(stage)


def test_what_is_said_after_a_ticket_was_restricted_stays_there(stage):
    key = stage.jira.user_create_issue(PROJECT, "open", written("one\n\ntwo\n\nthree")).key
    stage.jira.user_comment(key, written("early"))
    settle(stage)
    restrict(stage, key)
    settle(stage)
    stage.jira.user_edit_issue(key, summary="secret title", description=written("secret one\n\ntwo\n\nthree"))
    stage.jira.user_comment(key, written("secret comment"))
    (early,) = [c for c in stage.jira.comments(key) if "early" in read(c.body)]
    stage.jira.user_edit_comment(key, early.id, written("early, now secret"))
    settle(stage)
    assert "early" in on_github(stage)
    assert "secret" not in on_github(stage)


def test_lines_of_a_restricted_ticket_do_not_travel_with_anothers_edit(stage):
    key = stage.jira.user_create_issue(PROJECT, "open", written("one\n\ntwo\n\nthree")).key
    settle(stage)
    restrict(stage, key)
    settle(stage)
    stage.jira.user_edit_issue(key, description=written("secret one\n\ntwo\n\nthree"))
    (issue,) = stage.github.issues(REPO).values()
    stage.github.user_edit_issue(REPO, issue.number, body=issue.body.replace("three", "three, said in public"))
    settle(stage)
    assert "said in public" in read(stage.jira.issue(key).description)
    assert "secret" not in on_github(stage)


def test_a_person_at_the_hub_does_not_carry_a_restricted_value_out(stage):
    key = stage.jira.user_create_issue(PROJECT, "open", written("text")).key
    settle(stage)
    restrict(stage, key)
    settle(stage)
    with stage.hub() as hub:
        (item,) = hub.store.items.ids(Kind.TICKET)
        edit(hub, item, "title", "secret by hand")
    settle(stage)
    assert "secret" not in on_github(stage)


def test_a_members_text_does_not_go_into_a_public_repository_without_a_rule(stage):
    make_public(stage)
    stage.jira.user_create_issue(PROJECT, "internal", written("internal"))
    report = settle(stage, allow_public=True)
    assert (on_github(stage), report.exit_code) == ("", OK)
    assert set(report.lost.values()) <= {"not written: the target is more public than the source"}


def test_the_first_write_into_a_public_repository_needs_a_persons_word(stage):
    make_public(stage)
    with_flow(stage)
    stage.jira.user_create_issue(PROJECT, "announced")
    report = settle(stage)
    assert report.exit_code == GUARD
    assert "--allow-public" in report.stopped
    assert on_github(stage) == ""
    assert settle(stage, allow_public=True).exit_code == OK
    assert "announced" in on_github(stage)
    stage.jira.user_create_issue(PROJECT, "announced later")
    assert settle(stage).exit_code == OK
    assert "announced later" in on_github(stage)


@pytest.mark.parametrize("told", [None, MEMBERS, RESTRICTED])
def test_a_repository_that_turns_public_stops_the_run_whatever_is_configured(stage, told):
    with_flow(stage)
    places = stage.workspace.syncs["backlog"].endpoints
    places = tuple(
        replace(p, scope=replace(p.scope, visibility=told)) if p.connection == "github" and told else p for p in places
    )
    stage.workspace = replace(
        stage.workspace, syncs={"backlog": replace(stage.workspace.syncs["backlog"], endpoints=places)}
    )
    key = stage.jira.user_create_issue(PROJECT, "open").key
    settle(stage)
    make_public(stage)
    stage.jira.user_edit_issue(key, summary="written before anybody knew")
    assert settle(stage).exit_code == GUARD
    assert "before anybody knew" not in on_github(stage)


def test_after_a_repository_turned_public_a_yes_does_not_open_what_no_rule_names(stage):
    key = stage.jira.user_create_issue(PROJECT, "open").key
    settle(stage)
    make_public(stage)
    stage.jira.user_edit_issue(key, summary="internal news")
    settle(stage, allow_public=True)
    assert "internal news" not in on_github(stage)


def test_a_yes_ends_when_the_repository_turns_private_again(stage):
    with_flow(stage)
    make_public(stage)
    key = stage.jira.user_create_issue(PROJECT, "announced").key
    assert settle(stage, allow_public=True).exit_code == OK
    make_public(stage, private=True)
    stage.jira.user_edit_issue(key, summary="among us")
    assert settle(stage).exit_code == OK
    assert "among us" in on_github(stage)
    make_public(stage)
    stage.jira.user_edit_issue(key, summary="public again")
    assert settle(stage).exit_code == GUARD
    assert "public again" not in on_github(stage)


def test_public_text_reaches_members_without_any_rule(stage):
    make_public(stage)
    stage.github.user_create_issue(REPO, "seen by all", "text")
    assert settle(stage).exit_code == OK
    assert [issue.summary for issue in stage.jira.issues(PROJECT)] == ["seen by all"]


def test_a_visibility_of_an_unknown_word_is_restricted_to_read_and_public_to_write():
    scope = Scope(REPO, GitHubScope(repo=REPO))
    assert mapping.visibility(scope, {"visibility": "secret-new-word"}) is RESTRICTED
    assert mapping.visibility(scope, {}) is RESTRICTED
    repositories = Repositories(None)
    repositories._repos[REPO] = {"node_id": "R", "visibility": "secret-new-word", "archived": True}
    assert repositories.container(scope).visibility is PUBLIC

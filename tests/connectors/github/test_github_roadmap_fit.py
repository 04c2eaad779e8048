"""What `fit` promises of roadmap items and releases is what comes back: written to the simulator and read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from connectors.github.github_spec import request_violations
from github_connector import PEOPLE, REPO, Rig, created, scope, target
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_github_connector_fit import LABELS, NAMES, TEXTS, Clock, absent_or

from pmhub.model.markdown import text_key
from pmhub.sdk import ABSENT, Record, Release, RoadmapItem, Scope, SetChange, Vocabulary, Words, values
from pmhub_github.simulator import GitHubSimulator, serve

WORDS = Vocabulary(words={"status": Words({"open": "now", "closed": "done"}, {"later": "now"})}, people=PEOPLE)
PROJECT = {"as_": "issue", "labels": ("epic",), "project": "example/1"}
ROADMAPS = [
    scope(),
    scope(WORDS),
    scope(as_="issue", labels=("epic",), types=("Feature",)),
    scope(**PROJECT),
    scope(WORDS, **PROJECT),
    scope(**PROJECT, start_field="Due", target_field="Start date", horizon_field="none"),
]
RELEASES = [scope(), scope(tag="{version}-final", missing_tag="create")]
A_WHILE = 60
NUMBERS = count(1)

TITLES = (TEXTS | st.text(min_size=1, max_size=300)).map(lambda text: f"x{text}")
DAYS = st.dates(date(2001, 1, 1), date(2090, 1, 1)).map(date.isoformat)
ITEMS = st.builds(
    RoadmapItem,
    title=TITLES,
    body=absent_or(st.none() | TEXTS),
    status=absent_or(st.sampled_from(["idea", "planned", "in_progress", "shipped", "dropped", "now", "later", "done"])),
    horizon=absent_or(st.none() | st.sampled_from(["now", "Later"])),
    owner=absent_or(st.none() | NAMES),
    start=absent_or(st.none() | DAYS),
    target=absent_or(st.none() | DAYS),
    labels=absent_or(st.sets(LABELS).map(sorted).map(tuple)),
)
VERSIONS = st.sampled_from(["1.0", "2026.10-rc.1", "Release 3", " 4 ", "5/6", "é", "7..8", "9.lock", ""])
PUBLISHED = st.builds(
    Release,
    version=VERSIONS,
    status=absent_or(st.sampled_from(["planned", "draft", "released", "archived"])),
    date=absent_or(st.just("2026-01-01")),
    prerelease=absent_or(st.sampled_from([None, True, False])),
    notes=absent_or(st.none() | TEXTS),
)

many = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    simulator = GitHubSimulator(Clock())
    simulator.add_repo(REPO, permissions={"pmhub-bot": "write", "octocat": "write", "reader": "triage"})
    simulator.token("fake-token-pmhub-bot", login="pmhub-bot")
    for login in ("octocat", "reader"):
        simulator.add_user(login)
    board = simulator.projects.add("example")
    for name in ("Start date", "Target date"):
        simulator.projects.add_field(board, name, "date")
    simulator.projects.add_field(board, "Horizon", "single_select", ["Now", "Next", "Later"])
    with serve(simulator) as server:
        found = Rig(simulator, server.url)
        yield found
        found.close()


@pytest.fixture(scope="module")
def hub(rig):
    found = rig.run()
    found.check(ROADMAPS)
    return found


def shown(record: Record) -> dict[str, object]:
    """Comparable: texts by what they say."""
    texts = ("body", "notes")
    return {name: text_key(str(value or "")) if name in texts else value for name, value in values(record).items()}


def promised(hub, of: Scope, record: Record) -> dict[str, object]:
    return shown(hub.fit(of, record).record)


def unique(hub, of: Scope, item: RoadmapItem) -> RoadmapItem:
    """No milestone of a repository has a second one's title."""
    return replace(item, title=f"{next(NUMBERS)} {item.title}")


@many
@given(of=st.sampled_from(ROADMAPS), item=ITEMS)
def test_what_is_created_comes_back_as_fitted(rig, hub, of, item):
    hub.context.sleep(A_WHILE)
    item = unique(hub, of, item)
    first = created(hub, replace(item, status=ABSENT), of)
    names = {"status", *hub.later(first.ref.kind, of)}
    if changes := {name: value for name, value in values(item).items() if name in names}:
        first = hub.update(target(first, of), first, changes)
    [read] = hub.read([target(first, of)])
    want = promised(hub, of, item)
    assert {name: shown(read.record)[name] for name in want} == want
    assert hub.normalise(read.ref.kind, of, read.native) == read
    assert request_violations(rig.simulator.requests[-4:]) == []


@many
@given(of=st.sampled_from(ROADMAPS), item=ITEMS, other=ITEMS)
def test_what_is_updated_comes_back_as_fitted(hub, of, item, other):
    hub.context.sleep(A_WHILE)
    before = created(hub, replace(unique(hub, of, item), status=ABSENT), of)
    wanted = dict(values(hub.fit(of, unique(hub, of, other)).record))
    changes = {name: value for name, value in wanted.items() if name != "labels"}
    if "labels" in wanted:
        held, labels = set(before.record.labels), set(wanted["labels"])
        changes["labels"] = SetChange(tuple(sorted(labels - held)), tuple(sorted(held - labels)))
    after = hub.update(target(before, of), before, changes) or before
    want = shown(RoadmapItem(**wanted))
    assert {name: shown(after.record).get(name) for name in changes} == {name: want[name] for name in changes}
    assert after.marker == before.marker


@many
@given(of=st.sampled_from(RELEASES), release=PUBLISHED, other=TEXTS)
def test_a_release_comes_back_as_fitted_and_so_does_what_a_person_wrote(rig, hub, of, release, other):
    hub.context.sleep(A_WHILE)
    for number in list(rig.simulator.releases(REPO)):
        rig.simulator.user_delete_release(REPO, number)
    want = promised(hub, of, release)
    if "version" not in want:
        return
    first = created(hub, replace(release, status=ABSENT), of)
    rig.simulator.user_push_tag(REPO, rig.simulator.releases(REPO)[int(first.ref.id)].tag)
    if isinstance(release.status, str):
        first = hub.update(target(first, of), first, {"status": release.status}) or first
    assert {name: shown(first.record)[name] for name in want} == want
    rig.simulator.user_edit_release(REPO, int(first.ref.id), body=f"{other}\r\n\r\n{first.native['body']}")
    [read] = hub.read([target(first, of)])
    after = hub.update(target(read, of), read, {"notes": "Others"})
    assert after.record.notes == "Others"
    assert after.native["body"].startswith(f"{other}\r\n\r\n")


@many
@given(of=st.sampled_from(ROADMAPS), record=ITEMS | PUBLISHED)
def test_fitting_twice_changes_nothing_more(hub, of, record):
    fitted = hub.fit(of, record).record
    assert shown(hub.fit(of, fitted).record) == shown(fitted)


def test_texts_that_are_too_long_come_back_as_fitted(hub):
    long = "Ask @a about #1.\n\n" * 4000
    of, item, release = scope(), RoadmapItem(title="Long", body=long), Release(version="99", notes=long)
    assert shown(created(hub, item, of).record)["body"] == promised(hub, of, item)["body"]
    assert shown(created(hub, release, of).record)["notes"] == promised(hub, of, release)["notes"]

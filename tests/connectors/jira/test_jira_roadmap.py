"""Epics and what stands above them as roadmap items: read, written and told apart from tickets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jira_connection import MARKER, PEOPLE, Connection, connect, scope, shop

from pmhub.sdk import (
    ABSENT,
    Category,
    Created,
    Cursor,
    Draft,
    Kind,
    Observation,
    Refused,
    RoadmapItem,
    Scope,
    SetChange,
    Stream,
    Target,
    Ticket,
    Tombstone,
    Vocabulary,
    Words,
    marker,
)
from pmhub_jira.simulator import DEAD_END_WORKFLOW, text_adf
from pmhub_jira.simulator.fields import HORIZON, OBJECTIVE, OUTCOME, START_DATE
from pmhub_jira.simulator.values import EPIC_NAME

NATIVES = {"start": START_DATE, "horizon": HORIZON, "objective": OBJECTIVE}
RICH = Vocabulary(people=PEOPLE, fields=NATIVES)


def roadmap(vocabulary: Vocabulary = RICH, **settings: Any) -> Scope:
    return scope(vocabulary=vocabulary, **settings)


def stream(kind: Kind = Kind.ROADMAP_ITEM, at: Scope | None = None, since: int | None = None) -> Stream:
    return Stream(kind, at or roadmap(), None if since is None else Cursor(since))


def update(jira: Connection, key: str, **changes: Any) -> Observation:
    ref = jira.epic(key)
    jira.connector.update(Target(roadmap(), ref), jira.seen(ref, roadmap()), changes)
    return jira.seen(ref, roadmap())


@pytest.fixture
def jira() -> Iterator[Connection]:
    with connect() as connection:
        connection.simulator.add_project("PLAN", types=("Initiative", "Epic", "Story"))
        yield connection


# reading


def test_an_epic_is_a_roadmap_item_in_our_words(jira: Connection) -> None:
    natives = {START_DATE: "2026-11-01", HORIZON: {"value": "Next"}, OBJECTIVE: "Sell more", "duedate": "2026-12-24"}
    epic = jira.simulator.user_create_issue(
        "SHOP", "Fast checkout", text_adf("Why"), type="Epic", labels=["a␣b"], assignee={"accountId": "ann"}, **natives
    )
    jira.simulator.user_transition(epic.key, "In Progress")
    [seen] = jira.fetch(stream())[Kind.ROADMAP_ITEM, "SHOP"]
    assert seen.record == RoadmapItem(
        title="Fast checkout",
        body="Why",
        status="in_progress",
        horizon="next",
        objective="Sell more",
        owner="Ann Lee",
        start="2026-11-01",
        target="2026-12-24",
        labels=("a b",),
        parent=None,
    )
    assert (seen.ref, seen.ref.key) == (jira.epic(epic.key), epic.key)
    assert seen.originals["status"] == "In Progress"
    assert jira.connector.normalise(Kind.ROADMAP_ITEM, roadmap(), seen.native) == seen


@pytest.mark.parametrize(
    ("native", "word"),
    [("To Do", "planned"), ("In Progress", "in_progress"), ("In Review", "in_progress"), ("Done", "shipped")],
)
def test_statuses_read_by_category_where_nothing_is_configured(jira: Connection, native: str, word: str) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    if native != "To Do":
        jira.simulator.user_transition(epic.key, native)
    assert jira.seen(jira.epic(epic.key)).record.status == word


def test_configured_words_win(jira: Connection) -> None:
    words = {"status": Words({"To Do": "idea", "In Progress": "now"}), "horizon": Words({"Now": "h1", "Later": "h2"})}
    mine = roadmap(replace(RICH, words=words, categories={"idea": Category.TODO, "now": Category.DOING}))
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic", **{HORIZON: {"value": "Later"}})
    seen = jira.seen(jira.epic(epic.key), mine)
    assert (seen.record.status, seen.record.horizon) == ("idea", "h2")
    jira.connector.update(Target(mine, seen.ref), seen, {"status": "now", "horizon": "h1"})
    assert jira.simulator.status_name(epic.key) == "In Progress"
    assert jira.seen(seen.ref, mine).record.horizon == "h1"


def test_fields_that_nobody_named_are_absent(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic", **{START_DATE: "2026-11-01"})
    bare = jira.seen(jira.epic(epic.key), roadmap(Vocabulary())).record
    assert (bare.start, bare.horizon, bare.objective) == (ABSENT, ABSENT, ABSENT)
    named = jira.seen(jira.epic(epic.key), roadmap()).record
    assert (named.start, named.horizon, named.objective, named.target, named.owner) == (
        "2026-11-01",
        None,
        None,
        None,
        None,
    )


def test_a_person_nobody_knows_is_no_opinion_on_the_owner(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic", assignee={"accountId": "admin"})
    assert jira.seen(jira.epic(epic.key)).record.owner is ABSENT


def test_levels_above_are_roadmap_items_and_parents_of_epics(jira: Connection) -> None:
    goal = jira.simulator.user_create_issue("PLAN", "Goal", type="Initiative")
    epic = jira.simulator.user_create_issue("PLAN", "Epic", type="Epic", parent={"key": goal.key})
    jira.simulator.user_create_issue("PLAN", "Story", parent={"key": epic.key})
    found = jira.fetch(stream(at=roadmap(project="PLAN")))[Kind.ROADMAP_ITEM, "PLAN"]
    assert {each.record.title: each.record.parent for each in found} == {
        "Goal": None,
        "Epic": f"roadmap_item:{goal.id}",
    }


def test_a_scope_may_name_the_types_of_its_roadmap(jira: Connection) -> None:
    for kind in ("Initiative", "Epic", "Story"):
        jira.simulator.user_create_issue("PLAN", kind, type=kind)
    goals = stream(at=roadmap(project="PLAN", types=("initiative",)))
    assert [each.record.title for each in jira.fetch(goals)[Kind.ROADMAP_ITEM, "PLAN"]] == ["Initiative"]
    assert [ref.kind for ref in jira.connector.sweep(goals)] == [Kind.ROADMAP_ITEM]
    everything = {ref.id for ref in jira.connector.sweep(stream(at=roadmap(project="PLAN")))}
    assert everything == {jira.epic(key).id for key in ("PLAN-1", "PLAN-2")}


def test_tickets_comments_and_roadmap_items_ride_in_one_search(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    story = jira.simulator.user_create_issue("SHOP", "Small", parent={"key": epic.key})
    jira.simulator.user_comment(story.key, text_adf("hi"))
    jira.simulator.user_comment(epic.key, text_adf("said on an epic"))
    now = jira.simulator.now()
    kinds = (Kind.TICKET, Kind.COMMENT, Kind.ROADMAP_ITEM)
    streams = [stream(kind, shop() if kind is not Kind.ROADMAP_ITEM else roadmap(), now) for kind in kinds]
    streams.append(stream(at=roadmap(project="PLAN"), since=now))
    pages = list(jira.connector.fetch(streams))
    found = {kind: [o for page in pages if page.stream.kind is kind for o in page.observations] for kind in kinds}
    assert [each.ref.key for each in found[Kind.TICKET] + found[Kind.ROADMAP_ITEM]] == [story.key, epic.key]
    assert [each.record.body for each in found[Kind.COMMENT]] == ["hi"]
    assert [page.left_out for page in pages if page.cursor] == [{}] * 4
    assert jira.requests().count("POST search/jql") == 1


def test_what_another_kind_takes_is_not_left_out_and_what_none_takes_is(jira: Connection) -> None:
    jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    jira.simulator.user_create_issue("SHOP", "Small")
    alone = [page.left_out for page in jira.connector.fetch([stream()]) if page.cursor]
    assert alone == [{"issues of other types": 1}]


def test_a_story_that_becomes_an_epic_changes_its_scope_and_is_no_deletion(jira: Connection) -> None:
    made = jira.create(Ticket(title="Grown"), marker=MARKER)
    key = made.ref.key
    assert jira.seen(made.ref).marker == MARKER
    jira.simulator.user_edit_issue(key, issuetype={"name": "Epic"})
    found = jira.fetch(stream(Kind.TICKET, shop()), stream())
    assert found[Kind.TICKET, "SHOP"] == []
    [epic] = found[Kind.ROADMAP_ITEM, "SHOP"]
    assert (epic.ref, epic.marker) == (jira.epic(key), None)
    assert list(jira.connector.sweep(stream(Kind.TICKET, shop()))) == []
    assert [ref.kind for ref in jira.connector.sweep(stream())] == [Kind.ROADMAP_ITEM]
    as_before = jira.seen(made.ref)
    assert (as_before.ref.kind, as_before.record.title, as_before.marker) == (Kind.TICKET, "Grown", MARKER)


def test_a_ticket_whose_type_leaves_its_scope_is_no_deletion_either(jira: Connection) -> None:
    bugs = scope(types=("Bug",))
    bug = jira.simulator.user_create_issue("SHOP", "Wrong", type="Bug")
    jira.simulator.user_edit_issue(bug.key, issuetype={"name": "Task"})
    assert list(jira.connector.sweep(stream(Kind.TICKET, bugs))) == []
    assert not isinstance(jira.read(jira.ticket(bug.key), bugs), Tombstone)


def test_one_issue_is_read_as_both_kinds_in_one_request(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    targets = [Target(shop(), jira.ticket(epic.key)), Target(roadmap(), jira.epic(epic.key))]
    jira.requests()
    assert [each.ref.kind for each in jira.connector.read(targets)] == [Kind.TICKET, Kind.ROADMAP_ITEM]
    jira.simulator.user_edit_issue(epic.key, duedate="2026-12-24")
    told = {(each.ref.kind, each.field) for each in jira.connector.history(targets, 0)}
    assert told == {(Kind.TICKET, "due"), (Kind.ROADMAP_ITEM, "target")}
    assert jira.requests() == ["POST issue/bulkfetch", "POST changelog/bulkfetch"]


def test_a_deleted_epic_is_a_tombstone(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Gone", type="Epic")
    ref = jira.epic(epic.key)
    jira.simulator.user_delete_issue(epic.key)
    assert jira.read(ref) == Tombstone(ref)


def test_history_is_in_our_words(jira: Connection) -> None:
    goal = jira.simulator.user_create_issue("PLAN", "Goal", type="Initiative")
    epic = jira.simulator.user_create_issue("PLAN", "Before", type="Epic")
    natives = {START_DATE: "2026-11-01", HORIZON: {"value": "Later"}, OBJECTIVE: "Sell", "duedate": "2026-12-24"}
    changes = {
        "summary": "After",
        "assignee": {"accountId": "ann"},
        "parent": {"key": goal.key},
        "issuetype": {"name": "Epic"},
    }
    jira.simulator.user_edit_issue(epic.key, user="ann", **natives, **changes)
    jira.simulator.user_transition(epic.key, "Done")
    target = Target(roadmap(project="PLAN"), jira.epic(epic.key))
    told = {each.field: (each.old, each.new) for each in jira.connector.history([target], 0)}
    assert told == {
        "title": ("Before", "After"),
        "owner": (None, "Ann Lee"),
        "target": (None, "2026-12-24"),
        "start": (None, "2026-11-01"),
        "horizon": (None, "later"),
        "objective": (ABSENT, ABSENT),
        "parent": (None, f"roadmap_item:{goal.id}"),
        "status": ("planned", "shipped"),
    }


# writing


def test_many_are_made_in_one_call_with_their_markers_inside(jira: Connection) -> None:
    markers = [marker(f"{number:016x}@abcdef") for number in range(30)]
    drafts = [Draft(roadmap(), RoadmapItem(title=f"R{n}", target="2026-12-24"), m) for n, m in enumerate(markers)]
    made = jira.connector.create(drafts)
    asked = ["GET issue/createmeta/SHOP/issuetypes", "GET issue/createmeta/SHOP/issuetypes/10100"]
    assert jira.requests() == [*asked, "POST issue/bulk"]
    refs = [each.ref for each in made if isinstance(each, Created)]
    assert {ref.kind for ref in refs} == {Kind.ROADMAP_ITEM}
    found = list(jira.connector.read([Target(roadmap(), ref) for ref in refs]))
    assert [each.marker for each in found if isinstance(each, Observation)] == markers
    assert {jira.simulator.state.types[issue.type_id].name for issue in jira.simulator.issues("SHOP")} == {"Epic"}


def test_an_adopted_epic_is_marked_as_such(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Theirs", type="Epic")
    jira.connector.mark(Target(roadmap(), jira.epic(epic.key)), MARKER)
    assert jira.seen(jira.epic(epic.key)).marker == MARKER
    assert jira.seen(jira.ticket(epic.key)).marker is None


def test_a_new_one_holds_all_that_was_said(jira: Connection) -> None:
    goal = jira.simulator.user_create_issue("PLAN", "Goal", type="Initiative")
    wanted = RoadmapItem(
        title="Big", body="**Why**", status="shipped", horizon="now", objective="Sell", owner="Ann Lee",
        start="2026-11-01", target="2026-12-24", labels=("good first",), parent=f"roadmap_item:{goal.id}",
    )  # fmt: skip
    here = roadmap(project="PLAN")
    made = jira.create(wanted, here)
    seen = jira.seen(made.ref, here)
    assert seen.record == replace(wanted, status="planned")
    assert "status" in jira.connector.capabilities.later[Kind.ROADMAP_ITEM]
    assert jira.connector.fit(here, wanted).record == wanted
    jira.connector.update(Target(here, made.ref), seen, {"status": "shipped"})
    assert jira.seen(made.ref, here).record == wanted


def test_the_type_of_a_new_one_is_the_first_configured_that_exists_else_the_lowest(jira: Connection) -> None:
    for types, expected in (((), "Epic"), (("Theme", "Initiative", "Epic"), "Initiative"), (("epic",), "Epic")):
        made = jira.create(RoadmapItem(title="Big"), roadmap(project="PLAN", types=types))
        issue = jira.simulator.issue(made.ref.key)
        assert jira.simulator.state.types[issue.type_id].name == expected


def test_a_new_one_stands_one_level_below_its_parent(jira: Connection) -> None:
    goal = jira.simulator.user_create_issue("PLAN", "Goal", type="Initiative")
    for types in ((), ("Initiative", "Epic")):
        here = roadmap(project="PLAN", types=types)
        made = jira.create(RoadmapItem(title="Big", parent=f"roadmap_item:{goal.id}"), here)
        assert jira.seen(made.ref, here).record.parent == f"roadmap_item:{goal.id}"
    assert [each for each in jira.requests() if each.startswith("GET issue/1")] == [f"GET issue/{goal.id}"]


def test_an_epic_is_named_where_its_project_wants_it_named(jira: Connection) -> None:
    jira.simulator.want_epic_names("PLAN")
    here = roadmap(project="PLAN")
    made = [jira.create(RoadmapItem(title=title), here) for title in ("Big", "Bigger")]
    assert [jira.simulator.issue(each.ref.key).custom[EPIC_NAME] for each in made] == ["Big", "Bigger"]
    assert isinstance(jira.create(RoadmapItem(title="Goal"), roadmap(project="PLAN", types=("Initiative",))), Created)


def test_a_project_without_epics_refuses_with_a_hint(jira: Connection) -> None:
    jira.simulator.add_project("FLAT", types=("Task",))
    refused = jira.create(RoadmapItem(title="Big"), roadmap(project="FLAT"))
    assert isinstance(refused, Refused)
    assert "configuration" in refused.hint


def test_edits_are_written_field_by_field_and_answered_whole(jira: Connection) -> None:
    goal = jira.simulator.user_create_issue("PLAN", "Goal", type="Initiative")
    epic = jira.simulator.user_create_issue("PLAN", "Big", type="Epic", labels=["old"], assignee={"accountId": "bot"})
    here, ref = roadmap(project="PLAN"), jira.epic(epic.key)
    over = jira.seen(ref, here)
    changes = {
        "title": "Bigger", "owner": "Ann Lee", "start": "2026-11-01", "target": "2026-12-24", "horizon": "later",
        "objective": "Sell", "labels": SetChange(("new one",), ("old",)), "parent": f"roadmap_item:{goal.id}",
    }  # fmt: skip
    jira.requests()
    answered = jira.connector.update(Target(here, ref), over, changes)
    assert jira.requests() == ["GET field", f"PUT issue/{epic.id}"]
    assert answered == jira.seen(ref, here)
    assert answered.record == RoadmapItem(
        title="Bigger", body="", status="planned", horizon="later", objective="Sell", owner="Ann Lee",
        start="2026-11-01", target="2026-12-24", labels=("new one",), parent=f"roadmap_item:{goal.id}",
    )  # fmt: skip
    emptied = dict.fromkeys(("owner", "start", "target", "horizon", "objective", "parent"))
    jira.connector.update(Target(here, ref), answered, emptied)
    assert jira.seen(ref, here).record == RoadmapItem(
        title="Bigger", body="", status="planned", horizon=None, objective=None, owner=None,
        start=None, target=None, labels=("new one",), parent=None,
    )  # fmt: skip


def test_an_objective_may_stand_in_a_field_of_several_lines(jira: Connection) -> None:
    here = roadmap(replace(RICH, fields={"objective": OUTCOME}))
    made = jira.create(RoadmapItem(title="Big", objective="Sell *more*"), here)
    assert jira.seen(made.ref, here).record.objective == "Sell *more*"
    assert jira.simulator.issue(made.ref.key).custom[OUTCOME]["type"] == "doc"


def test_a_status_takes_the_transition_there(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    assert update(jira, epic.key, status="in_progress").record.status == "in_progress"
    assert update(jira, epic.key, status="dropped").record.status == "shipped"
    assert jira.connector.fit(roadmap(), RoadmapItem(status="dropped")).record.status == "shipped"


def test_a_status_the_workflow_cannot_reach_is_refused_before_anything_is_written(jira: Connection) -> None:
    jira.simulator.add_project("SLOW", workflow=DEAD_END_WORKFLOW)
    begun = jira.simulator.user_create_issue("SLOW", "Begun", type="Epic")
    jira.simulator.user_transition(begun.key, "In Progress")
    epic = jira.simulator.user_create_issue("SLOW", "Big", type="Epic")
    here, ref = roadmap(project="SLOW"), jira.epic(epic.key)
    with pytest.raises(Refused) as caught:
        jira.connector.update(Target(here, ref), jira.seen(ref, here), {"status": "shipped", "title": "X"})
    assert caught.value.field == "status"
    assert jira.simulator.issue(epic.key).summary == "Big"


@pytest.mark.parametrize(
    ("field", "native", "value"),
    [("target", "duedate", "2026-12-24"), ("owner", "assignee", "Ann Lee"), ("horizon", HORIZON, "now")],
)
def test_a_field_off_the_screens_is_refused_by_our_name(jira: Connection, field: str, native: str, value: str) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    jira.simulator.hide_field("SHOP", native)
    with pytest.raises(Refused) as caught:
        update(jira, epic.key, **{field: value})
    assert caught.value.field == field
    refused = jira.create(RoadmapItem(title="New", **{field: value}), roadmap())
    assert (type(refused), refused.field) == (Refused, field)


def test_a_parent_of_the_wrong_level_is_refused_by_name(jira: Connection) -> None:
    other = jira.simulator.user_create_issue("SHOP", "Another", type="Epic")
    refused = jira.create(RoadmapItem(title="Big", parent=f"roadmap_item:{other.id}"), roadmap())
    assert (type(refused), refused.field) == (Refused, "parent")


def test_what_cannot_be_held_is_absent_and_said(jira: Connection) -> None:
    given = RoadmapItem(
        title="T", owner="Nobody", horizon="someday", parent="ticket:1", start="soon", target="2026-12-24"
    )
    fitted = jira.connector.fit(roadmap(), given)
    assert fitted.record == RoadmapItem(title="T", target="2026-12-24")
    assert set(fitted.lost) == {"owner", "horizon", "parent", "start"}
    unnamed = jira.connector.fit(roadmap(Vocabulary()), RoadmapItem(start="2026-11-01", horizon="now", objective="x"))
    assert (unnamed.record, unnamed.lost) == (RoadmapItem(), {})


# days


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles"])
def _elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("account_zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_days_stay_the_same_days_everywhere(jira: Connection, account_zone: str) -> None:
    bot = jira.simulator.state.users["bot"]
    jira.simulator.state.users["bot"] = replace(bot, time_zone=account_zone)
    made = jira.create(RoadmapItem(title="Big", start="2026-02-28", target="2026-12-31"), roadmap())
    issue = jira.simulator.issue(made.ref.key)
    assert (issue.custom[START_DATE], issue.due) == ("2026-02-28", "2026-12-31")
    seen = jira.seen(made.ref, roadmap()).record
    assert (seen.start, seen.target) == ("2026-02-28", "2026-12-31")
    assert update(jira, made.ref.key, target="2027-01-01").record.target == "2027-01-01"
    told = [each for each in jira.connector.history([Target(roadmap(), made.ref)], 0) if each.field == "target"]
    assert [(each.old, each.new) for each in told] == [("2026-12-31", "2027-01-01")]

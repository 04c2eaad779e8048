"""What is read of everything at once says the same as what is asked one by one."""

from __future__ import annotations

import random

import pytest
from insight_workspace import filled, opened
from invented import DAY, NOW

from pmhub.engine.gate import Signal
from pmhub.engine.results import state
from pmhub.errors import UserError
from pmhub.insight.freshness import freshness
from pmhub.insight.past import moment_of
from pmhub.insight.picture import picture_of
from pmhub.insight.progress import goals, rollup_of
from pmhub.insight.readiness import readiness
from pmhub.model.kinds import Kind
from pmhub.model.results import Case, Outcome
from pmhub.sync.standing import standing


def test_tests_stand_as_the_show_command_says(sixty):
    with opened(sixty) as found:
        picture = picture_of(found.workspace, found.hub)
        told = {
            row.id: state(latest.outcome for latest in picture.tests.get(row.id, ())) for row in picture.of(Kind.TICKET)
        }
        assert told == {item: standing(found.hub, item).state for item in told}
        assert len(set(told.values())) > 1, "the tickets are too much alike to tell"


def test_a_roadmap_item_has_the_state_of_all_below_it(sixty):
    with opened(sixty) as found:
        picture = picture_of(found.workspace, found.hub)
        rolled = {goal.item: goal.rollup.state for goal in goals(picture)}
        assert rolled == {item: standing(found.hub, item).state for item in rolled}


def test_a_run_as_a_whole_counts_by_its_latest(tmp_path):
    with filled(tmp_path) as made:
        made.add(Kind.TICKET, key="SHOP-1", title="Pay", status="todo")
        for number, outcome in ((1, Outcome.FAILED), (2, Outcome.PASSED)):
            run = made.test_run(number, days=9 - number, cases={"a": Case(suite="shop", name="a", outcome=outcome)})
            made.store.results.mention(run, "SHOP-1", None, "branch")
    with opened(tmp_path) as found:
        picture = picture_of(found.workspace, found.hub)
        [(item, [latest])] = picture.tests.items()
        assert (latest.test, latest.outcome) == (None, Outcome.PASSED)
        assert len(picture.latest) == 1
        then = NOW - 8 * DAY
        [(_, [latest])] = picture_of(found.workspace, found.hub, then).tests.items()
        assert latest.outcome is Outcome.FAILED
        assert standing(found.hub, item).state == "OK"


def test_what_waits_for_something_open_is_told_with_what_it_waits_for(tmp_path):
    with filled(tmp_path) as made:
        goal = made.add(Kind.ROADMAP_ITEM, key="SHOP-1", title="A cart", status="in_progress")
        waited_for = made.add(Kind.TICKET, key="SHOP-2", title="Prices", status="doing")
        done = made.add(Kind.TICKET, key="SHOP-3", title="Colours", status="done")
        links = (f"blocked_by:{waited_for}", f"blocked_by:{done}", f"relates:{waited_for}", "blocked_by:gone")
        release = made.add(Kind.RELEASE, key="SHOP@1.0", version="1.0", status="planned", notes="")
        waiting = made.add(
            Kind.TICKET, key="SHOP-4", title="Pay", status="todo", parent=goal, links=links, releases=("1.0",)
        )
    with opened(tmp_path) as found:
        picture = picture_of(found.workspace, found.hub)
        assert [(each.item, each.by) for each in rollup_of(picture, goal).blocked] == [(waiting, waited_for)]
        told = readiness(picture, found.store, picture.items[release], freshness(picture, found.store))
        blocked = [(each.name, each.what) for each in told.findings if each.signal is Signal.BLOCKED]
        assert blocked == [("SHOP-4", "waits for SHOP-2")]


def test_of_two_names_of_a_ticket_the_later_run_has_the_word(tmp_path):
    with filled(tmp_path) as made:
        item = made.add(Kind.TICKET, key="SHOP-1", title="Pay", status="todo")
        made.also_on_code(item, "example/shop#1")
        for number, key, outcome in ((1, "example/shop#1", Outcome.FAILED), (2, "SHOP-1", Outcome.PASSED)):
            run = made.test_run(number, days=9 - number, cases={"a": Case(suite="shop", name="a", outcome=outcome)})
            made.store.results.mention(run, key, None, "branch")
    with opened(tmp_path) as found:
        picture = picture_of(found.workspace, found.hub)
        assert [latest.outcome for latest in picture.tests[item]] == [Outcome.PASSED]
        assert standing(found.hub, item).state == "OK"
        assert picture.name(item) == "SHOP-1 = example/shop#1"


def test_the_past_is_what_it_was(tmp_path):
    """Random edits, and a copy of all values after each: as of that moment the journal gives the same copy back."""
    chance = random.Random(7)
    copies: dict[int, dict[str, dict]] = {}
    with filled(tmp_path) as made:
        items = [made.add(Kind.TICKET, title=f"Ticket {n}", status="todo", age=70) for n in range(5)]
        for step in range(40):
            field = chance.choice(("title", "status", "estimate", "labels"))
            value = chance.choice(
                {"title": ("A", "B"), "status": ("todo", "done"), "estimate": (1.0, None), "labels": (("x",), ())}[
                    field
                ]
            )
            item = chance.choice(items)
            if made.store.items.get(item).record.get(field) != value:
                made.set(item, field, value, days=50 - step)
            copies[NOW - (50 - step) * DAY] = {id_: dict(made.store.items.get(id_).record) for id_ in items}
    with opened(tmp_path) as found:
        for at, copy in copies.items():
            picture = picture_of(found.workspace, found.hub, at)
            told = {id_: {k: v for k, v in row.record.items() if v is not None} for id_, row in picture.items.items()}
            assert told == {id_: {k: v for k, v in record.items() if v is not None} for id_, record in copy.items()}


def test_a_field_that_was_learned_later_was_absent(tmp_path):
    with filled(tmp_path) as made:
        item = made.add(Kind.TICKET, title="Pay", age=30)
        made.set(item, "due", "2026-06-01", days=3, result="learned")
    with opened(tmp_path) as found:
        assert "due" not in picture_of(found.workspace, found.hub, NOW - 10 * DAY).items[item].record
        assert "due" in picture_of(found.workspace, found.hub, NOW - DAY).items[item].record


def test_what_was_deleted_is_no_work_that_was_done(tmp_path):
    with filled(tmp_path) as made:
        goal = made.add(Kind.ROADMAP_ITEM, title="Goal", status="planned")
        made.add(Kind.TICKET, title="Pay", status="todo", parent=goal)
        made.close(made.add(Kind.TICKET, title="Deleted", status="done", parent=goal))
    with opened(tmp_path) as found:
        [told] = goals(picture_of(found.workspace, found.hub))
        assert (told.rollup.items.done, told.rollup.items.total) == (0, 1)


def test_what_did_not_exist_yet_was_not_there(tmp_path):
    with filled(tmp_path) as made:
        made.add(Kind.TICKET, title="Old", age=30)
        made.add(Kind.TICKET, title="New", age=3)
    with opened(tmp_path) as found:
        picture = picture_of(found.workspace, found.hub, NOW - 10 * DAY)
        assert [picture.title(item) for item in picture.items] == ["Old"]


def test_a_day_ends_at_its_last_moment_and_no_later_than_now(tmp_path):
    with filled(tmp_path):
        pass
    with opened(tmp_path) as found:
        assert moment_of("2026-05-01", found.store, NOW) == 1_777_679_999_999
        assert moment_of("2026-05-01T12:00", found.store, NOW) == 1_777_636_800_000
        assert moment_of("2026-05-28", found.store, NOW) == NOW
        with pytest.raises(UserError, match="is no date"):
            moment_of("tomorrow", found.store, NOW)


def test_a_goal_without_a_horizon_stands_where_its_work_is(tmp_path):
    with filled(tmp_path) as made:
        for name, status in (("now", "doing"), ("next", "todo"), ("later", None)):
            goal = made.add(Kind.ROADMAP_ITEM, title=name, status="planned")
            if status:
                made.add(Kind.TICKET, title="A ticket", status=status, parent=goal)
        made.add(Kind.ROADMAP_ITEM, title="dropped", status="dropped")
        made.add(Kind.ROADMAP_ITEM, title="done", status="shipped", horizon="now")
    with opened(tmp_path) as found:
        told = {goal.title: goal.horizon for goal in goals(picture_of(found.workspace, found.hub))}
        assert told == {"now": "now", "next": "next", "later": "later", "done": "done"}


def test_goals_in_a_ring_are_told_each_once(tmp_path):
    with filled(tmp_path) as made:
        one = made.add(Kind.ROADMAP_ITEM, title="one", status="planned")
        other = made.add(Kind.ROADMAP_ITEM, title="other", status="planned", parent=one)
        made.set(one, "parent", other, days=1)
    with opened(tmp_path) as found:
        assert sorted(goal.title for goal in goals(picture_of(found.workspace, found.hub))) == ["one", "other"]

"""What a roll-up tells of a goal, case by case."""

from __future__ import annotations

from pmhub.engine.rollup import Forest, Node, Share, Slip, TestFact, roll_up
from pmhub.model.ci import State
from pmhub.model.results import Outcome
from pmhub.model.vocabulary import Category

DONE, DOING = Category.DONE, Category.DOING
TODAY = "2026-05-01"


def node(id_, parent=None, category=Category.TODO, **more):
    return Node(id=id_, parents=(parent,) if parent else (), category=category, **more)


def rolled(*nodes, goal="goal"):
    return roll_up(Forest(nodes), next(each for each in nodes if each.id == goal), TODAY)


def test_all_levels_count_and_what_is_between_does_not():
    found = rolled(
        node("goal"),
        node("sub-goal", "goal"),
        node("story", "sub-goal", DOING),
        node("task 1", "story", DONE),
        node("task 2", "story"),
        node("bug", "goal", DONE),
    )
    assert found.leaves == ("bug", "task 1", "task 2")
    assert found.items == Share(done=2, doing=0, todo=1)


def test_a_goal_without_anything_below_it_counts_nothing():
    found = rolled(node("goal", category=DONE))
    assert (found.leaves, found.items.total, found.points, found.state) == ((), 0, None, State.UNCOVERED)


def test_a_piece_of_work_below_two_goals_counts_once_for_what_is_above_both():
    found = rolled(node("goal"), node("a", "goal"), node("b", "goal"), Node(id="shared", parents=("a", "b")))
    assert found.leaves == ("shared",)


def test_a_ring_of_items_is_counted_and_ends():
    found = rolled(node("goal"), Node(id="a", parents=("goal", "b")), node("b", "a", DONE))
    assert set(found.leaves) == {"a", "b"}


def test_a_goal_below_itself_is_no_part_of_its_own_progress():
    found = rolled(node("goal", "task"), node("task", "goal", DONE))
    assert found.leaves == ("task",)


def test_what_hangs_below_a_dropped_goal_is_dropped_with_it():
    found = rolled(
        node("goal"), node("dropped", "goal", DONE, dropped=True), node("task", "dropped"), node("x", "goal")
    )
    assert found.leaves == ("x",)


def test_points_are_earned_by_what_was_estimated_not_by_its_parts():
    found = rolled(
        node("goal"), node("story", "goal", DOING, estimate=5), node("part", "story", DONE), node("other", "goal", DONE)
    )
    assert found.points == Share(done=0, doing=5, todo=0)
    assert found.unestimated == ("other",)


def test_where_the_parts_are_estimated_the_whole_is_not_counted_again():
    found = rolled(node("goal"), node("story", "goal", estimate=8), node("part", "story", DONE, estimate=3))
    assert found.points == Share(done=3, doing=0, todo=0)


def test_tests_are_told_by_environment_and_one_bad_one_is_enough():
    passed, failed = TestFact("pay", "linux", Outcome.PASSED), TestFact("pay", "mac", Outcome.FAILED)
    found = rolled(node("goal"), node("a", "goal", tests=(passed, failed)), node("b", "goal"))
    assert found.state is State.NOK
    assert found.environments == {"linux": State.OK, "mac": State.NOK}
    assert found.uncovered == ("b",)


def test_a_test_of_a_story_covers_its_parts():
    found = rolled(
        node("goal"),
        node("story", "goal", tests=(TestFact("t", "", Outcome.PASSED),)),
        node("part", "story"),
    )
    assert found.uncovered == ()


def test_a_goal_slips_by_today_or_by_what_is_wanted_later_than_it():
    assert rolled(node("goal", target="2026-04-28")).slip == Slip(3)
    late = node("task", "goal", target="2026-06-01")
    assert rolled(node("goal", target="2026-05-30"), late).slip == Slip(2, "task")
    assert rolled(node("goal", target="2026-05-01"), node("task", "goal", DONE, target="2026-06-01")).slip is None


def test_what_is_done_has_not_slipped():
    assert rolled(node("goal", category=DONE, target="2020-01-01")).slip is None


def test_a_date_that_is_none_is_no_date():
    assert rolled(node("goal", target="soon"), node("a", "goal", target="2026-13-45")).slip is None


def test_what_is_blocked_by_open_work_is_named_with_it():
    found = rolled(
        node("goal"),
        node("a", "goal", blocked_by=("b", "c", "gone")),
        node("b"),
        node("c", category=DONE),
        node("d", "goal", DONE, blocked_by=("b",)),
    )
    assert [(each.item, each.by) for each in found.blocked] == [("a", "b")]


def test_a_chain_of_many_levels_is_no_matter_of_recursion():
    depth = 20_000
    chain = [node("goal"), *(node(str(n), str(n - 1) if n else "goal") for n in range(depth))]
    assert rolled(*chain).leaves == (str(depth - 1),)

"""What several syncs have in common stands once: a sync's own word wins, field by field."""

from __future__ import annotations

from pmhub.config.problems import Problems
from pmhub.config.templates import expanded


def filled(sync, template, name="scrum"):
    problems = Problems("pmhub.toml", "")
    table = expanded({"backlog": sync}, {name: template}, problems)["backlog"]
    return table, [problem.what for problem in problems.found]


def test_a_sync_takes_over_what_it_does_not_say_itself() -> None:
    table, problems = filled({"template": "scrum", "comments": True}, {"kind": "ticket", "comments": False})
    assert (table["kind"], table["comments"], problems) == ("ticket", True, [])


def test_fields_are_taken_over_one_by_one() -> None:
    own, shared = {"title": False}, {"title": {"from": "a"}, "body": {"conflict": "hold"}}
    table, _ = filled({"template": "scrum", "fields": own}, {"fields": shared})
    assert table["fields"] == {"title": False, "body": {"conflict": "hold"}}


def test_a_template_that_is_not_there_is_told_with_what_was_meant() -> None:
    _, problems = filled({"template": "scum"}, {})
    assert problems == ["there is no template called `scum`"]


def test_where_a_sync_runs_is_its_own() -> None:
    table, problems = filled({"template": "scrum"}, {"endpoints": []})
    assert "endpoints" not in table
    assert problems == ["belongs to one sync"]


def test_a_template_that_nobody_uses_changes_nothing() -> None:
    assert filled({"kind": "ticket"}, {"comments": False}) == ({"kind": "ticket"}, [])

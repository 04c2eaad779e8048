"""repair: what is wrong is found from what was last read, shown, and mended without deleting anything."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace
from functional.flavours import BOT, written

from pmhub.model.kinds import Kind
from pmhub.store import Store


@pytest.fixture
def hub(tmp_path):
    """Four tickets, each on both sides; those of the one side are all our copies."""
    with cli_workspace(tmp_path) as workspace:
        for number in range(1, 5):
            workspace.jira.user_create_issue(PROJECT, f"Issue {number}")
        workspace.sync()
        yield workspace


@contextmanager
def store(hub):
    opened = Store(hub.database)
    try:
        yield opened
    finally:
        opened.close()


def copy_of(hub, number):
    """What an interrupted world may have left: a second copy with the marker of the first, by our own account."""
    first = hub.github.issue(REPO, number)
    return hub.github.user_create_issue(REPO, first.title, first.body, user=BOT).number


def sync(hub):
    done = hub.run("sync")
    hub.rest()
    return done


def repair(hub):
    done = hub.run("repair", "--yes")
    hub.rest()
    return done


def test_nothing_is_found_where_nothing_is_wrong(hub):
    assert hub.run("repair").out == "nothing found\n"
    hub.github.requests.clear()
    hub.jira.requests.clear()
    assert repair(hub).out == "0 mended, 0 left\n"
    assert hub.writes == []


def test_a_double_of_ours_is_shown_first_and_then_closed(hub):
    number = copy_of(hub, 1)
    assert sync(hub).code == 6
    shown = hub.run("repair")
    assert f"double on github: example/shop#{number}  Issue 1" in shown.out
    assert "1 of them for `pmhub repair --yes`" in shown.out
    assert hub.github.issue(REPO, number).state == "open"
    done = repair(hub)
    assert "1 mended, 0 left" in done.out
    assert hub.github.issue(REPO, number).state == "closed"
    assert hub.github.issue(REPO, 1).state == "open"
    assert hub.run("repair").out == "nothing found\n"
    assert sync(hub).code == 0


@pytest.mark.parametrize("policy", ["ignore", "notice"])
def test_a_double_stays_open_where_the_deletion_policy_closes_nothing(hub, policy):
    hub.write(fields=f'deleted = "{policy}"')
    number = copy_of(hub, 1)
    sync(hub)
    assert "0 mended, 1 left" in repair(hub).out
    assert hub.github.issue(REPO, number).state == "open"


def test_many_doubles_are_a_matter_for_the_guard(hub):
    numbers = [copy_of(hub, 1) for _ in range(3)]
    sync(hub)
    done = repair(hub)
    assert done.code == 8
    assert {hub.github.issue(REPO, number).state for number in numbers} == {"open"}


def test_a_thing_of_ours_that_no_item_claims_becomes_one(hub):
    body = hub.github.issue(REPO, 1).body
    with store(hub) as opened:
        (item, *_) = opened.items.ids(Kind.TICKET)
    unknown = f"{'0' * 16}@{item.partition('@')[2]}"
    hub.github.user_create_issue(REPO, "Nobody's", body.replace(item, unknown), user=BOT)
    sync(hub)
    assert "orphan on github: example/shop#5" in hub.run("repair").out
    assert "1 mended, 0 left" in repair(hub).out
    assert hub.run("show", "example/shop#5").code == 0


def test_what_is_missing_is_looked_for_again_and_then_closed_elsewhere(hub):
    hub.github.user_delete_issue(REPO, 2)
    hub.run("sync", "--deep")
    hub.rest()
    assert "missing on github: example/shop#2" in hub.run("repair").out
    assert "1 mended, 0 left" in repair(hub).out
    sync(hub)
    assert hub.jira.status_name("SHOP-2") == "Done"


def test_a_parent_that_is_no_item_is_forgotten_and_nothing_is_written_for_it(hub):
    with store(hub) as opened, opened.transaction():
        item = opened.items.get(opened.items.ids(Kind.TICKET)[0])
        opened.items.put(replace(item, record={**item.record, "parent": f"{'0' * 16}@000000"}))
    assert "dead parent: SHOP-1 = example/shop#1" in hub.run("repair").out
    assert "1 mended, 0 left" in repair(hub).out
    hub.github.requests.clear()
    hub.jira.requests.clear()
    assert sync(hub).code == 0
    assert hub.writes == []


def test_our_comment_that_stands_twice_is_named_for_a_person(hub):
    hub.jira.user_comment("SHOP-1", written("A word."))
    sync(hub)
    (ours,) = hub.github.comments(REPO).values()
    text = ours.body.split("<!--")[0]
    hub.github.user_comment(REPO, 1, text, user=BOT)
    sync(hub)
    shown = hub.run("repair").out
    assert shown.count("doubled comment on github") == 1
    assert "by hand: delete it by hand" in shown


def test_a_person_may_say_the_same_twice(hub):
    for _ in range(2):
        hub.jira.user_comment("SHOP-1", written("+1"))
    sync(hub)
    assert len(hub.github.comments(REPO)) == 2
    assert hub.run("repair").out == "nothing found\n"


def test_what_another_tool_left_is_named_and_not_touched(hub):
    text = "A text.\n\nThis issue is synchronized with this [card](https://tool.example.com/1) by a tool."
    hub.github.user_create_issue(REPO, "From elsewhere", text)
    sync(hub)
    assert "leftover on github: example/shop#5" in hub.run("repair").out
    repair(hub)
    assert hub.github.issue(REPO, 5).body == text


def test_findings_in_json_say_what_can_be_mended(hub):
    copy_of(hub, 1)
    sync(hub)
    (row,) = hub.run("repair", "--format", "json").json["findings"]
    assert (row["found"], row["connection"], row["mends"]) == ("double", "github", True)

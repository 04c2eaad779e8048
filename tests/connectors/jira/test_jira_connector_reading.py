"""Reading Jira over a socket: one search for everything, direct reads, change logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from jira_connection import MARKER, VOCABULARY, Connection, connect, scope, shop, stream

from pmhub.sdk import ABSENT, Comment, Denied, Draft, Kind, Refused, Stale, Stream, Target, Tombstone
from pmhub.sdk import Visibility as Seen
from pmhub_jira.simulator import Fault, text_adf


@pytest.fixture
def jira() -> Iterator[Connection]:
    with connect() as connection:
        yield connection


def add_projects(jira: Connection) -> None:
    for key in ("APP", "OPS"):
        jira.simulator.add_project(key)


def test_check_tells_who_we_are_and_which_containers_are_there(jira: Connection) -> None:
    found = jira.connector.check([shop()])
    assert (found.account, found.name) == ("bot", "Sync Bot")
    container = found.containers["SHOP"]
    assert container.id == str(jira.simulator.project("SHOP").id)
    assert container.writable
    assert sorted(jira.requests()) == ["GET mypermissions", "GET myself", "GET project/SHOP"]
    jira.connector.check([shop()])
    assert jira.requests() == ["GET myself"]


def test_a_project_where_we_may_only_look_is_not_writable(jira: Connection) -> None:
    jira.simulator.deny("bot", "EDIT_ISSUES", "SHOP")
    assert not jira.connector.check([shop()]).containers["SHOP"].writable


def test_an_unknown_project_is_denied_by_name(jira: Connection) -> None:
    with pytest.raises(Denied, match="no project NOPE can be seen") as caught:
        jira.connector.check([shop(), scope("NOPE")])
    assert "Check the key" in caught.value.hint


def test_a_bad_token_is_denied(jira: Connection) -> None:
    jira.simulator.revoke("bot@example.com", "fake-token")
    with pytest.raises(Denied, match="401"):
        jira.connector.check([shop()])


def test_at_rest_three_projects_with_comments_cost_two_requests(jira: Connection) -> None:
    add_projects(jira)
    for key in ("SHOP", "APP", "OPS"):
        issue = jira.simulator.user_create_issue(key, "Something")
        jira.simulator.user_comment(issue.key, text_adf("hello"))
    kinds = (Kind.TICKET, Kind.COMMENT)
    scopes = [scope(key) for key in ("SHOP", "APP", "OPS")]
    streams = [Stream(kind, each) for each in scopes for kind in kinds]
    jira.connector.check(scopes)
    cursors = {(p.stream.kind, p.stream.scope.key): p.cursor for p in jira.connector.fetch(streams) if p.cursor}
    jira.requests()
    jira.connector.check(scopes)
    again = [Stream(kind, each, cursors[kind, each.key]) for each in scopes for kind in kinds]
    seen = [each for page in jira.connector.fetch(again) for each in page.observations]
    assert len(seen) == 6  # the overlap shows them again
    assert jira.requests() == ["GET myself", "POST search/jql"]


def test_a_stream_goes_on_from_its_cursor(jira: Connection) -> None:
    jira.simulator.user_create_issue("SHOP", "Old")
    jira.site.clock.pass_time(3600)
    jira.simulator.user_create_issue("SHOP", "New")
    pages = list(jira.connector.fetch([stream()]))
    cursor = pages[-1].cursor
    assert cursor is not None
    assert {each.record.title for page in pages for each in page.observations} == {"Old", "New"}
    found = jira.fetch(Stream(Kind.TICKET, shop(), cursor))
    assert [each.record.title for each in found[Kind.TICKET, "SHOP"]] == ["New"]


def test_the_cursor_of_changes_comes_only_with_the_last_page(jira: Connection) -> None:
    since = jira.simulator.now()
    for number in range(230):
        jira.simulator.user_create_issue("SHOP", f"Ticket {number}")
    pages = list(jira.connector.fetch([stream(since=since)]))
    assert [page.cursor is None for page in pages] == [True] * (len(pages) - 1) + [False]
    assert all(len(page.observations) <= 100 for page in pages)
    assert sum(len(page.observations) for page in pages) == 230
    assert jira.requests() == ["POST search/jql"] * 3


@pytest.mark.parametrize("count", [0, 3, 130])
def test_a_first_read_that_took_one_answer_showed_all_there_is(jira: Connection, count: int) -> None:
    """Of more the index may have changed between two of them."""
    for number in range(count):
        jira.simulator.user_create_issue("SHOP", f"Ticket {number}")
    *before, last = jira.connector.fetch([stream()])
    assert last.complete is (count <= 100)
    assert not any(page.complete for page in before)
    later = list(jira.connector.fetch([Stream(Kind.TICKET, shop(), last.cursor)]))
    assert not any(page.complete for page in later)


def over_hours(jira: Connection, count: int) -> None:
    """A ticket a minute."""
    for number in range(count):
        jira.site.clock.pass_time(60)
        jira.simulator.user_create_issue("SHOP", f"Ticket {number}")


def one_run(jira: Connection, begun: Sequence[Stream]) -> tuple[list[str], list[Stream]]:
    """What a run without time reads, and the streams as the next one has them: it ends at the first page where it may."""
    cursors, titles = {each.kind: each.cursor for each in begun}, []
    for page in jira.connector.fetch(begun):
        titles += [each.record.title for each in page.observations if each.ref.kind is Kind.TICKET]
        cursors[page.stream.kind] = page.cursor or cursors[page.stream.kind]
        if page.more and page.cursor:
            break
    return titles, [Stream(kind, shop(), cursor) for kind, cursor in cursors.items()]


def test_what_ends_before_everything_is_read_goes_on_from_there(jira: Connection) -> None:
    over_hours(jira, 330)
    streams, seen, runs = [stream(), Stream(Kind.COMMENT, shop())], [], 0
    while any(each.cursor is None or "next" in each.cursor.state for each in streams):
        titles, streams = one_run(jira, streams)
        seen, runs = seen + titles, runs + 1
    assert set(seen) == {f"Ticket {number}" for number in range(330)}
    assert runs == 4
    assert len(jira.requests()) <= 2 * runs + 1
    assert len(seen) <= 330 + 101 * runs


def test_what_is_edited_behind_a_reading_of_everything_comes_afterwards(jira: Connection) -> None:
    over_hours(jira, 220)
    _, streams = one_run(jira, [stream()])
    jira.simulator.user_edit_issue("SHOP-1", summary="Behind")
    jira.site.clock.pass_time(24 * 3600)
    jira.simulator.user_create_issue("SHOP", "Late")
    while streams[0].cursor and "next" in streams[0].cursor.state:
        titles, streams = one_run(jira, streams)
        assert "Behind" not in titles
    assert "Behind" in one_run(jira, streams)[0]


def test_epics_are_left_out_and_counted(jira: Connection) -> None:
    jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    jira.simulator.user_create_issue("SHOP", "Small", type="Bug")
    pages = list(jira.connector.fetch([stream()]))
    assert [each.record.title for page in pages for each in page.observations] == ["Small"]
    assert pages[-1].left_out == {"issues of other types": 1}


def test_a_scope_may_name_its_types(jira: Connection) -> None:
    for kind in ("Bug", "Story", "Task"):
        jira.simulator.user_create_issue("SHOP", kind, type=kind)
    bugs = Stream(Kind.TICKET, scope(types=("bug",)))
    assert [each.record.type for each in jira.fetch(bugs)[Kind.TICKET, "SHOP"]] == ["bug"]
    assert len(list(jira.connector.sweep(bugs))) == 1


def test_a_comment_says_what_it_is_on_and_who_said_it(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Broken")
    comment = jira.simulator.user_comment(issue.key, text_adf("It still is"), user="ann")
    [seen] = jira.fetch(stream(Kind.COMMENT))[Kind.COMMENT, "SHOP"]
    assert seen.record == Comment(body="It still is", author="Ann Lee")
    assert (seen.on, seen.author, seen.marker) == (str(issue.id), "ann", None)
    assert seen.ref.key == f"{issue.key}#{comment.id}"
    assert seen.visibility is Seen.MEMBERS


def test_comments_beyond_the_embedded_ones_are_fetched(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Much said")
    for number in range(45):
        jira.simulator.user_comment(issue.key, text_adf(f"Comment {number}"))
    found = jira.fetch(stream(Kind.COMMENT))[Kind.COMMENT, "SHOP"]
    assert len({each.ref.id for each in found}) == 45
    assert jira.requests() == ["POST search/jql", f"GET issue/{issue.id}/comment", "GET myself"]


def test_comments_for_few_are_restricted(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Secret", security={"name": "Staff"})
    jira.simulator.user_comment(issue.key, text_adf("x"))
    [ticket] = jira.fetch(stream())[Kind.TICKET, "SHOP"]
    [comment] = jira.fetch(stream(Kind.COMMENT))[Kind.COMMENT, "SHOP"]
    assert ticket.visibility is comment.visibility is Seen.RESTRICTED
    assert jira.read(comment.ref).visibility is Seen.RESTRICTED


def test_our_own_comment_is_known_by_its_mark_even_when_its_answer_was_lost(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Broken")
    jira.connector.check([shop()])
    made = jira.connector.create([Draft(shop(), Comment(body="Mine", author="Ann"), MARKER, jira.ticket(issue.key))])[0]
    jira.memory.held.clear()
    jira.requests()
    [seen] = jira.fetch(stream(Kind.COMMENT))[Kind.COMMENT, "SHOP"]
    assert (seen.marker, seen.record) == (MARKER, Comment(body="Mine", author="Ann"))
    assert seen.ref == made.ref
    assert jira.requests() == ["POST search/jql", "POST comment/list"]
    jira.fetch(stream(Kind.COMMENT))
    assert jira.requests() == ["POST search/jql"]


def test_one_unknown_project_does_not_delay_the_others(jira: Connection) -> None:
    jira.simulator.user_create_issue("SHOP", "Alive")
    pages = jira.connector.fetch([stream(project="GONE"), stream(project="SHOP")])
    assert next(pages).observations[0].record.title == "Alive"
    cursor = next(pages).cursor
    assert cursor is not None
    assert cursor.since == jira.simulator.now()
    with pytest.raises(Refused, match="GONE cannot be searched") as caught:
        next(pages)
    assert "Check that the project exists" in caught.value.hint


def test_a_search_that_goes_round_in_circles_is_stopped(jira: Connection) -> None:
    body = {"issues": [], "isLast": False, "nextPageToken": "again"}
    jira.simulator.fault(Fault("status", path="search/jql", times=9, status=200, body=body))
    with pytest.raises(Stale):
        list(jira.connector.fetch([stream()]))


def test_a_sweep_lists_ids_in_one_request_of_thousands(jira: Connection) -> None:
    made = {str(jira.simulator.user_create_issue("SHOP", f"T{n}").id) for n in range(250)}
    jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    list(jira.connector.sweep(stream()))
    jira.requests()
    assert {ref.id for ref in jira.connector.sweep(stream())} == made
    assert jira.requests() == ["POST search/jql"]


def test_a_sweep_of_comments_lists_them_all(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Talk")
    made = {str(jira.simulator.user_comment(issue.key, text_adf(str(n))).id) for n in range(25)}
    assert {ref.id for ref in jira.connector.sweep(stream(Kind.COMMENT))} == made


def test_direct_reads_do_not_wait_for_the_index(jira: Connection) -> None:
    jira.simulator.index_lag = 3600
    issue = jira.simulator.user_create_issue("SHOP", "Fresh")
    assert jira.fetch(stream())[Kind.TICKET, "SHOP"] == []
    assert jira.read(jira.ticket(issue.key)).record.title == "Fresh"


def test_what_is_gone_is_a_tombstone_and_what_moved_is_found_by_its_id(jira: Connection) -> None:
    jira.simulator.add_project("APP")
    gone = jira.ticket(jira.simulator.user_create_issue("SHOP", "Gone").key)
    moved = jira.ticket(jira.simulator.user_create_issue("SHOP", "Moved").key)
    jira.simulator.user_delete_issue(gone.key)
    jira.simulator.user_move_issue(moved.key, "APP")
    first, second = jira.connector.read([Target(shop(), gone), Target(shop(), moved)])
    assert isinstance(first, Tombstone)
    assert not isinstance(second, Tombstone)
    assert second.ref.key == "APP-1"
    assert jira.requests() == ["POST issue/bulkfetch"]


def test_a_site_that_fetches_a_hundred_at_most_is_read_in_hundreds(jira: Connection) -> None:
    jira.simulator.wide_bulkfetch = False
    targets = [Target(shop(), jira.ticket(jira.simulator.user_create_issue("SHOP", f"T{n}").key)) for n in range(150)]
    assert len(list(jira.connector.read(targets))) == 150
    assert jira.requests() == ["POST issue/bulkfetch"] * 3


def test_a_deleted_comment_is_a_tombstone(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Talk")
    jira.simulator.user_comment(issue.key, text_adf("stays"))
    away = jira.simulator.user_comment(issue.key, text_adf("goes"))
    refs = [each.ref for each in jira.fetch(stream(Kind.COMMENT))[Kind.COMMENT, "SHOP"]]
    jira.simulator.user_delete_comment(issue.key, away.id)
    jira.requests()
    found = list(jira.connector.read([Target(shop(), ref) for ref in refs]))
    assert [isinstance(each, Tombstone) for each in found] == [False, True]
    assert jira.requests() == ["POST comment/list", "POST issue/bulkfetch"]


def test_history_is_in_our_words(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    issue = jira.simulator.user_create_issue("SHOP", "Before", labels=["b"])
    edits = {"summary": "After", "labels": ["a␣b", "c"], "duedate": "2026-12-24", "assignee": {"accountId": "ann"}}
    jira.site.clock.pass_time(1)
    jira.simulator.user_edit_issue(issue.key, user="ann", customfield_10016=5, fixVersions=[{"name": "1.0"}], **edits)
    jira.site.clock.pass_time(1)
    jira.simulator.user_transition(issue.key, "In Review", user="ann")
    found = {each.field: each for each in jira.connector.history([Target(shop(), jira.ticket(issue.key))], 0)}
    assert (found["title"].old, found["title"].new, found["title"].actor) == ("Before", "After", "ann")
    assert (found["labels"].old, found["labels"].new) == (("b",), ("a b", "c"))
    assert (found["due"].old, found["due"].new) == (None, "2026-12-24")
    assert (found["assignees"].old, found["assignees"].new) == ((), ("Ann Lee",))
    assert (found["estimate"].old, found["estimate"].new) == (None, 5.0)
    assert (found["status"].old, found["status"].new) == ("todo", "doing")
    assert (found["releases"].old, found["releases"].new) == (ABSENT, ABSENT)
    assert found["status"].at - found["title"].at == 1000


def test_history_starts_where_it_is_asked_to_and_costs_one_request_for_many(jira: Connection) -> None:
    targets = []
    for number in range(120):
        issue = jira.simulator.user_create_issue("SHOP", f"T{number}")
        jira.simulator.user_edit_issue(issue.key, summary="old")
        targets.append(Target(shop(), jira.ticket(issue.key)))
    jira.site.clock.pass_time(60)
    since = jira.simulator.now()
    jira.simulator.user_edit_issue(targets[0].ref.key, summary="new")
    jira.requests()
    assert [each.new for each in jira.connector.history(targets, since)] == ["new"]
    assert jira.requests() == ["POST changelog/bulkfetch"]


def test_an_observation_can_be_made_again_from_what_is_kept(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Kept", text_adf("body"), assignee={"accountId": "ann"})
    jira.simulator.user_comment(issue.key, text_adf("hi"))
    for kind in (Kind.TICKET, Kind.COMMENT):
        [seen] = jira.fetch(stream(kind))[kind, "SHOP"]
        assert jira.connector.normalise(kind, shop(), seen.native) == seen
        assert "avatarUrls" not in str(seen.native)


def test_the_estimate_is_read_only_where_a_field_is_named_for_it(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Sized", customfield_10016=3)
    bare = scope(vocabulary=type(VOCABULARY)())
    assert jira.read(jira.ticket(issue.key)).record.estimate == 3.0
    assert jira.read(jira.ticket(issue.key), bare).record.estimate is ABSENT


def test_parents_are_told_apart_by_their_level(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    story = jira.simulator.user_create_issue("SHOP", "Small", parent={"key": epic.key})
    step = jira.simulator.user_create_issue("SHOP", "Step", type="Sub-task", parent={"key": story.key})
    assert jira.read(jira.ticket(story.key)).record.parent == f"roadmap_item:{epic.id}"
    assert jira.read(jira.ticket(step.key)).record.parent == f"ticket:{story.id}"


@pytest.mark.parametrize(
    ("text", "key"),
    [("SHOP-12", "SHOP-12"), (" SHOP-12 ", "SHOP-12"), ("shop-12", None), ("SHOP", None), ("example/shop#7", None)],
)
def test_keys_are_recognised(jira: Connection, text: str, key: str | None) -> None:
    assert jira.connector.parse_key(text) == key


def test_addresses_of_this_site_are_recognised(jira: Connection) -> None:
    base = jira.site.server.url
    assert jira.connector.parse_key(f"{base}/browse/SHOP-12?focusedCommentId=1") == "SHOP-12"
    assert jira.connector.parse_key("https://other.example.com/browse/SHOP-12") is None


def test_an_empty_project_gives_a_cursor_that_starts_at_the_beginning(jira: Connection) -> None:
    [page] = jira.connector.fetch([stream()])
    assert page.cursor is not None
    assert page.cursor.since == 0
    assert page.observations == ()

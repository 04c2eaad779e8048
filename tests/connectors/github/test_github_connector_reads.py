"""Reading through the connector: lists, cursors, sweeps, direct reads, and how few requests they take."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from github_connector import REPO, fetched, observations, scope, target

from pmhub.sdk import (
    Cursor,
    Denied,
    Kind,
    Limited,
    Observation,
    Ref,
    Stream,
    Target,
    Tombstone,
    Unavailable,
    Visibility,
)
from pmhub_github.simulator import Fault


def issue(simulator, title="A title", body=None, **fields):
    return simulator.user_create_issue(REPO, title, body, **fields)


def test_check_says_who_we_are_and_what_we_may_do(rig, simulator):
    simulator.clock_skew = 90
    identity = rig.run().check([scope()])
    assert (identity.account, identity.site) == (rig.login, urlsplit(rig.url).netloc)
    assert 88_000 < identity.clock_offset <= 90_000
    container = identity.containers[REPO]
    assert container.writable
    assert container.visibility is Visibility.MEMBERS


def test_a_reader_may_not_write(rig):
    assert not rig.run("fake-token-reader").check([scope()]).containers[REPO].writable


def test_an_archived_repository_is_not_writable(rig, simulator):
    simulator.archive(REPO)
    assert not rig.run().check([scope()]).containers[REPO].writable


def test_a_bad_token_is_named(rig):
    with pytest.raises(Denied, match="does not accept the token"):
        rig.run("fake-token-wrong").check([scope()])


def test_a_repository_that_cannot_be_seen_is_named(rig):
    with pytest.raises(Denied, match="example/shop") as caught:
        rig.run("fake-token-stranger").check([scope()])
    assert "example/shop" in caught.value.hint


def test_a_renamed_repository_is_named_with_its_new_name(rig, simulator):
    simulator.rename_repo(REPO, "example/store")
    with pytest.raises(Denied, match="example/store"):
        rig.run().check([scope()])


def test_issues_switched_off_are_an_outage_and_no_deletion(rig, simulator):
    one = issue(simulator)
    [seen] = observations(fetched(rig.run()))
    simulator.disable_issues(REPO)
    with pytest.raises(Denied, match="switched off"):
        list(rig.run().read([target(seen)]))
    with pytest.raises(Denied, match="switched off"):
        fetched(rig.run())
    assert one.number == 1


def test_a_first_read_gives_everything_and_a_cursor(rig, simulator, clock):
    for number in range(3):
        issue(simulator, f"Issue {number}")
        clock.seconds += 10
    pages = fetched(rig.run())
    assert [one.record.title for one in observations(pages)] == ["Issue 2", "Issue 1", "Issue 0"]
    assert pages[-1].complete
    assert pages[-1].cursor.since == observations(pages)[0].updated_at
    assert [page.cursor for page in pages[:-1]] == [None] * (len(pages) - 1)


def test_idle_costs_one_conditional_request_a_stream(rig, simulator):
    one = issue(simulator)
    simulator.user_comment(REPO, one.number, "Hello")
    streams = [Stream(Kind.TICKET, scope()), Stream(Kind.COMMENT, scope())]
    cursors = {page.stream.kind: page.cursor for page in rig.run().fetch(streams) if page.cursor}
    rig.asked()
    again = [Stream(stream.kind, stream.scope, cursors[stream.kind]) for stream in streams]
    pages = list(rig.run().fetch(again))
    assert sorted(rig.asked()) == ["GET /issues 304", "GET /issues/comments 304"]
    assert all(page.not_modified and page.observations == () for page in pages)
    assert {page.stream.kind: page.cursor for page in pages} == cursors


def test_a_change_comes_with_the_request_that_asks_for_it(rig, simulator, clock):
    for number in range(5):
        issue(simulator, f"Issue {number}")
        clock.seconds += 600
    cursor = fetched(rig.run())[-1].cursor
    rig.asked()
    simulator.user_edit_issue(REPO, 2, title="Renamed")
    pages = fetched(rig.run(), cursor=cursor)
    assert rig.asked() == ["GET /issues 200"]
    assert [one.record.title for one in observations(pages)] == ["Renamed", "Issue 4"]
    assert pages[-1].cursor.since > cursor.since
    assert not pages[-1].complete


def test_what_was_long_quiet_when_it_was_read_is_not_read_again(rig, simulator, clock):
    for number in range(101):
        issue(simulator, f"Issue {number}")
    clock.seconds += 3600
    cursor = fetched(rig.run())[-1].cursor
    rig.asked()
    clock.seconds += 3600
    issue(simulator, "New")
    assert [one.record.title for one in observations(fetched(rig.run(), cursor=cursor))] == ["New"]
    assert rig.asked() == ["GET /issues 200"]


def test_what_was_read_for_another_stream_is_not_taken_for_seen(rig, simulator, clock):
    issue(simulator)
    mine = fetched(rig.run())[-1].cursor
    clock.seconds += 3600
    simulator.user_edit_issue(REPO, 1, title="Renamed")
    fetched(rig.run(), of=scope(labels=("other",)), cursor=mine)
    rig.asked()
    pages = fetched(rig.run(), cursor=mine)
    assert rig.asked() == ["GET /issues 304"]
    assert [one.record.title for one in observations(pages)] == ["Renamed"]


def test_a_change_in_the_second_of_the_cursor_is_seen(rig, simulator):
    issue(simulator)
    cursor = fetched(rig.run())[-1].cursor
    simulator.user_edit_issue(REPO, 1, title="Same second")
    assert [one.record.title for one in observations(fetched(rig.run(), cursor=cursor))] == ["Same second"]


def test_a_long_list_is_walked_to_its_end(rig, simulator, clock):
    for number in range(250):
        issue(simulator, f"Issue {number}")
        clock.seconds += 1
    pages = fetched(rig.run())
    asked = rig.asked()
    assert len({one.ref.id for one in observations(pages)}) == 250
    assert pages[-1].complete
    assert asked == ["GET /issues 200"] * 4


def test_what_moves_while_a_long_list_is_walked_is_not_missed(rig, simulator, clock):
    for number in range(150):
        issue(simulator, f"Issue {number}")
        clock.seconds += 1
    walk = rig.run().fetch([Stream(Kind.TICKET, scope())])
    first = next(walk)
    clock.seconds += 3600
    simulator.user_edit_issue(REPO, 1, title="Moved to the front")
    issue(simulator, "Made meanwhile")
    pages = [first, *walk]
    assert len({one.ref.id for one in observations(pages)}) >= 150
    assert pages[-1].complete
    later = [one.record.title for one in observations(fetched(rig.run(), cursor=pages[-1].cursor))]
    assert {"Moved to the front", "Made meanwhile"} <= set(later)


def test_not_even_when_more_moves_than_a_page_holds(rig, simulator, clock):
    for number in range(220):
        issue(simulator, f"Issue {number}")
        clock.seconds += 1
    walk = rig.run().fetch([Stream(Kind.TICKET, scope())])
    pages = [next(walk)]
    for number in range(1, 111):
        simulator.user_edit_issue(REPO, number, title=f"Moved {number}")
    pages += walk
    assert len({one.ref.id for one in observations(pages)}) == 220
    assert pages[-1].complete
    assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]


def test_a_long_list_goes_on_where_a_run_was_cut_short_and_what_moved_since_is_not_missed(rig, simulator, clock):
    for number in range(520):
        issue(simulator, f"Issue {number}")
        clock.seconds += 1
    begun = [next(walk) for walk in [rig.run().fetch([Stream(Kind.TICKET, scope())])] for _ in range(3)]
    rig.wait_for_reads_ahead()
    clock.seconds += 3600
    simulator.user_edit_issue(REPO, 1, title="Edited between")
    rig.asked()
    rest = fetched(rig.run(), cursor=begun[-1].cursor)
    assert len(rig.asked()) == 1 + 3, "the first page, and by creation those behind the third"
    assert len({one.ref.id for one in observations([*begun, *rest])}) == 520
    assert rest[-1].complete
    later = fetched(rig.run(), cursor=rest[-1].cursor)
    assert "Edited between" in [one.record.title for one in observations(later)]


def test_streams_of_one_repository_share_their_requests(rig, simulator):
    simulator.user_create_issue(REPO, "Marked", labels=["backlog"])
    issue(simulator, "Bare")
    streams = [Stream(Kind.TICKET, scope(labels=("Backlog",))), Stream(Kind.TICKET, scope())]
    pages = list(rig.run().fetch(streams))
    assert rig.asked() == ["GET /issues 200"]
    assert [[one.record.title for one in page.observations] for page in pages] == [["Marked"], ["Bare", "Marked"]]
    assert all(page.complete for page in pages)


def test_pull_requests_and_bots_are_left_out_and_counted_but_never_ourselves(rig, simulator):
    simulator.user_create_pull(REPO, "A change")
    simulator.add_user("dependabot[bot]").kind = "Bot"
    simulator.user_create_issue(REPO, "Bump", user="dependabot[bot]")
    simulator.user_create_issue(REPO, "Ours", user=rig.login)
    [page] = fetched(rig.run())
    assert [one.record.title for one in page.observations] == ["Ours"]
    assert page.left_out == {"pull requests": 1, "written by bots": 1}
    [page] = fetched(rig.run(), of=scope(pull_requests=True, bots=True))
    assert len(page.observations) == 3


def test_comments_name_their_issue_without_another_request(rig, simulator):
    one = issue(simulator)
    simulator.user_comment(REPO, one.number, "Hello")
    pull = simulator.user_create_pull(REPO, "A change")
    simulator.user_comment(REPO, pull.number, "Nice")
    hub = rig.run()
    pages = list(hub.fetch([Stream(Kind.COMMENT, scope()), Stream(Kind.TICKET, scope())]))
    assert sorted(rig.asked()) == ["GET /issues 200", "GET /issues/comments 200"]
    [comment] = [one for one in observations(pages) if one.ref.kind is Kind.COMMENT]
    assert (comment.on, comment.record.body, comment.record.author) == (one.node_id, "Hello", "Ann")
    assert comment.ref.key.startswith(f"{REPO}#1 (comment ")


def test_issues_unknown_to_the_run_are_looked_up_in_one_request_and_remembered(rig, simulator):
    for number in range(1, 4):
        issue(simulator)
        simulator.user_comment(REPO, number, "Hello")
    first = observations(fetched(rig.run(), Kind.COMMENT))
    assert rig.asked() == ["GET /issues/comments 200", "POST /graphql 200"]
    assert {one.on for one in first} == {one.node_id for one in simulator.issues(REPO).values()}
    rig.validators._held.clear()
    assert {one.on for one in observations(fetched(rig.run(), Kind.COMMENT))} == {one.on for one in first}
    assert rig.asked() == ["GET /issues/comments 200"]


def test_a_parent_is_named_by_its_node_id_whoever_tells(rig, simulator):
    parent, child = issue(simulator, "Parent"), issue(simulator, "Child")
    simulator.user_add_sub_issue(REPO, parent.number, child.number)
    hub = rig.run()
    by_list = {one.ref.id: one for one in observations(fetched(hub))}[child.node_id]
    [by_rest] = rig.run().read([target(by_list)])
    by_query, _ = rig.run().read([target(by_list), target(by_list)])
    assert by_list.record.parent == f"ticket:{parent.node_id}"
    assert by_list == by_rest == by_query


def test_rest_and_graphql_tell_the_same(rig, simulator):
    milestone = simulator.user_create_milestone(REPO, "Summer")
    one = issue(simulator, "Title", "Body\r\ntext", labels=["a", "b"], assignees=["octocat", "pmhub-bot"], type="Bug")
    simulator.user_edit_issue(REPO, one.number, milestone=milestone.number)
    simulator.user_close(REPO, one.number, reason="not_planned")
    issue(simulator, "Bare")
    listed = {one.ref.id: one for one in observations(fetched(rig.run()))}
    read = {one.ref.id: one for one in rig.run().read([target(one) for one in listed.values()])}
    assert read == listed
    assert read[one.node_id].record.parent == f"roadmap_item:{listed[one.node_id].native['milestone']['node_id']}"


def test_fifty_tickets_are_read_in_one_request(rig, simulator):
    for number in range(50):
        issue(simulator, f"Issue {number}")
    seen = observations(fetched(rig.run()))
    rig.asked()
    assert len(list(rig.run().read([target(one) for one in seen]))) == 50
    assert rig.asked() == ["POST /graphql 200"]


def test_deleted_things_are_tombstones(rig, simulator):
    for number in (1, 2, 3):
        issue(simulator)
        simulator.user_comment(REPO, number, "Hello")
    hub = rig.run()
    tickets, comments = observations(fetched(hub)), observations(fetched(hub, Kind.COMMENT))
    simulator.user_delete_issue(REPO, 1)
    answers = list(rig.run().read([target(one) for one in [*tickets, *comments]]))
    gone = {one.ref for one in answers if isinstance(one, Tombstone)}
    assert {ref.key for ref in gone if ref.kind is Kind.TICKET} == {f"{REPO}#1"}
    assert len([one for one in answers if isinstance(one, Observation)]) == 4
    for one in tickets:
        [answer] = rig.run().read([target(one)])
        assert isinstance(answer, Tombstone) == (one.ref in gone)


def test_a_repository_out_of_sight_is_an_outage_and_no_deletion(rig, simulator):
    issue(simulator)
    issue(simulator)
    seen = observations(fetched(rig.run()))
    simulator.repo(REPO).permissions[rig.login] = "none"
    for targets in ([target(seen[0])], [target(one) for one in seen]):
        with pytest.raises(Denied, match=REPO):
            list(rig.run().read(targets))


def test_a_sweep_gives_every_id_of_the_scope(rig, simulator):
    for number in range(120):
        issue(simulator, f"Issue {number}", labels=["backlog"] if number % 2 else [])
    simulator.user_create_pull(REPO, "A change")
    simulator.user_comment(REPO, 1, "Hello")
    hub = rig.run()
    assert len(set(hub.sweep(Stream(Kind.TICKET, scope())))) == 120
    assert len(set(hub.sweep(Stream(Kind.TICKET, scope(labels=("backlog",)))))) == 60
    [comment] = hub.sweep(Stream(Kind.COMMENT, scope()))
    assert comment.id == next(iter(simulator.comments(REPO).values())).node_id


def test_partial_answers_are_no_deletions(rig, simulator):
    one, other = issue(simulator), issue(simulator)
    refs = [Target(scope(), Ref(Kind.TICKET, it.node_id, f"{REPO}#{it.number}")) for it in (one, other)]
    broken = {"data": {"nodes": [None, None]}, "errors": [{"type": "SERVICE_UNAVAILABLE", "message": "Try later"}]}
    simulator.fault(Fault("status", path="/graphql$", times=1, status=200, body=broken))
    with pytest.raises(Unavailable, match="Try later"):
        list(rig.run().read(refs))


def test_a_query_found_too_heavy_is_halved(rig, simulator):
    made = [issue(simulator) for _ in range(4)]
    refs = [Target(scope(), Ref(Kind.TICKET, it.node_id, f"{REPO}#{it.number}")) for it in made]
    heavy = {"data": None, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Too heavy"}]}
    simulator.fault(Fault("status", path="/graphql$", times=1, status=200, body=heavy))
    assert len(list(rig.run().read(refs))) == 4
    assert rig.asked() == ["POST /graphql 200"] * 3


def test_a_limit_says_when_to_come_back(rig, simulator, clock):
    rig.run().check([scope()])
    simulator.rate_limit(remaining=0, reset=int(clock.seconds) + 1800)
    with pytest.raises(Limited) as caught:
        fetched(rig.run())
    assert caught.value.retry_at >= int(clock.seconds * 1000) + 1_700_000


def test_an_interrupted_walk_leaves_the_cursor_alone(rig, simulator, clock):
    for number in range(150):
        issue(simulator, f"Issue {number}")
        clock.seconds += 1
    simulator.fault(Fault("status", path="/issues$", nth=2, times=4, status=502))
    seen = []
    with pytest.raises(Unavailable):
        seen.extend(rig.run().fetch([Stream(Kind.TICKET, scope())]))
    assert all(page.cursor is None for page in seen)
    assert len(observations(fetched(rig.run()))) == 150


def test_an_empty_repository_is_complete(rig):
    [page] = fetched(rig.run())
    assert (page.observations, page.complete, page.cursor.since) == ((), True, 0)
    [again] = fetched(rig.run(), cursor=Cursor(page.cursor.since, page.cursor.state))
    assert again.not_modified


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("example/shop#7", "example/shop#7"),
        ("https://github.com/example/shop/issues/7", "example/shop#7"),
        ("https://github.com/example/shop/issues/7#issuecomment-9", "example/shop#7"),
        ("SHOP-12", None),
        ("https://example.com/", None),
    ],
)
def test_keys_are_read_from_what_people_type(rig, text, key):
    assert rig.run().parse_key(text) == key

"""What a Data Center does otherwise than Cloud, and that it is read and written all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jira_connection import MARKER, PEOPLE, Connection, connect, scope, shop, stream
from jira_operations import listed
from jira_site import START

from pmhub.sdk import (
    ABSENT,
    Announcement,
    Comment,
    Created,
    Cursor,
    Denied,
    Draft,
    FieldChange,
    Kind,
    Observation,
    Ref,
    Refused,
    RoadmapItem,
    State,
    Stream,
    Target,
    Ticket,
    Tombstone,
    Vocabulary,
)
from pmhub_jira import data_center
from pmhub_jira.simulator import Fault, TokenBucket
from pmhub_jira.simulator.fields import ESTIMATE
from pmhub_jira.simulator.routes import SERVER_OPERATIONS
from pmhub_jira.simulator.server_shapes import EPIC_LINK

UNUSED = {
    "search",
    "issue/<issue>/editmeta",
    "priority",
    "resolution",
}


@pytest.fixture
def jira() -> Iterator[Connection]:
    with connect(data_center=True) as connection:
        yield connection


def issues(jira: Connection, count: int) -> list[str]:
    return [jira.simulator.user_create_issue("SHOP", f"Issue {number}").key for number in range(count)]


def titles(jira: Connection, *streams: Any) -> list[str]:
    found = jira.fetch(*(streams or (stream(),)))
    return [each.record.title for each in found[Kind.TICKET, "SHOP"]]


# which flavour it is


def test_the_site_is_asked_once_what_it_is(jira: Connection) -> None:
    jira.memory.held.clear()
    jira.connector.check([])
    exchanges = [(each.path, each.status) for each in jira.simulator.requests]
    assert exchanges[:2] == [("/rest/api/3/serverInfo", 404), ("/rest/api/2/serverInfo", 200)]
    jira.simulator.requests.clear()
    again = type(jira.connector)(jira.connector.settings, jira.connector.context)
    again.check([])
    assert jira.requests() == ["GET myself"]


def test_a_cloud_site_is_known_by_its_own_word() -> None:
    with connect() as jira:
        jira.memory.held.clear()
        jira.connector.check([])
        assert jira.requests() == ["GET serverInfo", "GET myself"]


def test_a_personal_access_token_goes_as_it_is(jira: Connection) -> None:
    assert jira.connector.check([shop()]).account == "bot"
    answered = jira.simulator.requests[0].response_headers
    assert answered["X-AUSERNAME"] == "bot"


def test_a_token_that_was_taken_back_is_denied(jira: Connection) -> None:
    jira.simulator.revoke("", "fake-personal-access-token")
    with pytest.raises(Denied):
        jira.connector.check([shop()])


# reading


def test_a_site_that_gives_fewer_than_asked_is_read_whole(jira: Connection) -> None:
    issues(jira, 10)
    jira.simulator.most_found = 3
    assert sorted(titles(jira)) == [f"Issue {number}" for number in range(10)]


def walk(jira: Connection, meanwhile: Callable[[], Any], *streams: Any) -> tuple[list[str], Cursor]:
    """The titles read, three at a time, and where to go on from; `meanwhile` happens after the first three."""
    jira.simulator.most_found = 3
    found: list[str] = []
    for page in jira.connector.fetch(streams or [stream()]):
        found += [each.record.title for each in page.observations if isinstance(each, Observation)]
        if len(found) == 3:
            meanwhile()
    assert page.cursor
    return found, page.cursor


def test_what_leaves_while_pages_are_read_hides_no_other(jira: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_center, "STEP_BACK", 2)
    keys = issues(jira, 10)
    found, _ = walk(jira, lambda: [jira.simulator.user_delete_issue(key) for key in keys[-3:]])
    assert sorted(found) == [f"Issue {number}" for number in range(10)]


def test_what_is_edited_while_all_is_read_by_creation_stays_where_it_is(jira: Connection) -> None:
    keys = issues(jira, 10)

    def edited() -> None:
        jira.site.clock.pass_time(1)
        jira.simulator.user_edit_issue(keys[0], summary="Moved")

    found, cursor = walk(jira, edited)
    assert sorted(found) == [*(f"Issue {number}" for number in range(1, 10)), "Moved"]
    assert "Moved" in walk(jira, lambda: None, Stream(Kind.TICKET, shop(), cursor))[0]


def test_no_time_zone_and_no_minute_hides_a_change(jira: Connection) -> None:
    jira.simulator.state.users["bot"] = jira.simulator.add_user("Bot", account_id="bot", time_zone="Asia/Kolkata")
    (key,) = issues(jira, 1)
    since = jira.simulator.now()
    jira.site.clock.pass_time(3_600 * 30)
    assert titles(jira, stream(since=since)) == ["Issue 0"]
    (asked,) = (each.request_json["jql"] for each in jira.simulator.requests if each.path.endswith("/search"))
    assert asked == 'project in ("SHOP") AND updated >= -1806m ORDER BY updated DESC'
    assert key == "SHOP-1"


def test_every_issue_is_asked_for_our_mark_once(jira: Connection) -> None:
    issues(jira, 2)
    jira.create(Ticket(title="Ours"))
    jira.memory.held = {name: value for name, value in jira.memory.held.items() if not name.startswith("mark")}
    jira.requests()
    found = jira.fetch(stream())[Kind.TICKET, "SHOP"]
    assert {each.record.title: each.marker for each in found} == {"Issue 0": None, "Issue 1": None, "Ours": MARKER}
    assert sorted(jira.requests()) == sorted(["POST search", *(f"GET issue/{one.ref.id}" for one in found)])
    assert [each.marker for each in jira.fetch(stream())[Kind.TICKET, "SHOP"]] == [each.marker for each in found]
    assert jira.requests() == ["POST search"]


def test_an_epic_that_may_not_be_seen_is_no_opinion(jira: Connection) -> None:
    jira.simulator.add_project("PLAN")
    epic = jira.simulator.user_create_issue("PLAN", "Hidden", type="Epic")
    jira.simulator.user_create_issue("SHOP", "Story", **{EPIC_LINK: epic.key})
    jira.simulator.deny("bot", "BROWSE_PROJECTS", "PLAN")
    (found,) = jira.fetch(stream())[Kind.TICKET, "SHOP"]
    assert found.record.parent == f"roadmap_item:{epic.key}"


def test_epics_are_asked_for_once(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Epic", type="Epic")
    for number in range(3):
        jira.simulator.user_create_issue("SHOP", f"Story {number}", **{EPIC_LINK: epic.key})
    jira.connector.check([])
    jira.requests()
    found = jira.fetch(stream())[Kind.TICKET, "SHOP"]
    assert {each.record.parent for each in found} == {f"roadmap_item:{epic.id}"}
    assert jira.requests().count(f"GET issue/{epic.key}") == 1


def test_a_sub_task_is_below_its_ticket(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    here = scope(types=("Sub-task",))
    made = jira.create(Ticket(title="Part", type="sub-task", parent=f"ticket:{jira.ticket(key).id}"), here)
    assert isinstance(made, Created), made
    assert jira.seen(made.ref, here).record.parent == f"ticket:{jira.ticket(key).id}"


def test_what_is_gone_is_a_tombstone(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    ref = jira.ticket(key)
    comment = jira.simulator.user_comment(key, "Said")
    talk = Ref(Kind.COMMENT, str(comment.id), f"{key}#{comment.id}")
    jira.simulator.user_delete_issue(key)
    assert [jira.read(each) for each in (ref, talk)] == [Tombstone(ref), Tombstone(talk)]


# the change log


def changes(jira: Connection, ref: Ref, vocabulary: Vocabulary) -> list[FieldChange]:
    return list(jira.connector.history([Target(scope(vocabulary=vocabulary), ref)], 0))


def test_the_change_log_names_custom_fields_as_people_do(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    epic = jira.simulator.user_create_issue("SHOP", "Epic", type="Epic")
    jira.simulator.user_edit_issue(key, user="ann", **{ESTIMATE: 5, EPIC_LINK: epic.key, "assignee": {"name": "ann"}})
    told = changes(jira, jira.ticket(key), Vocabulary(people=PEOPLE, fields={"estimate": ESTIMATE}))
    assert {each.field: (each.old, each.new) for each in told} == {
        "assignees": ((), ABSENT),
        "estimate": (None, 5.0),
        "parent": (None, ABSENT),
    }
    assert {(each.actor, each.at) for each in told} == {("ann", round(START * 1000))}


def test_what_was_made_is_read_back_together_with_its_change_log(jira: Connection) -> None:
    made = jira.create(Ticket(title="T"))
    jira.simulator.user_edit_issue(made.ref.key, summary="Faster")
    jira.simulator.requests.clear()
    seen = jira.read(made.ref)
    assert (seen.record.title, [each.new for each in changes(jira, made.ref, Vocabulary())]) == ("Faster", ["Faster"])
    assert jira.requests() == [f"GET issue/{made.ref.id}"]
    assert "changelog" not in seen.native


def test_a_change_log_that_was_read_with_an_issue_is_used_once_and_of_the_last_read(jira: Connection) -> None:
    made = jira.create(Ticket(title="T"))
    for title in ("A", "B"):
        jira.simulator.user_edit_issue(made.ref.key, summary=title)
        jira.read(made.ref)
    assert [each.new for each in changes(jira, made.ref, Vocabulary())] == ["A", "B"]
    jira.simulator.user_edit_issue(made.ref.key, summary="C")
    assert [each.new for each in changes(jira, made.ref, Vocabulary())] == ["A", "B", "C"]


def test_a_change_log_that_was_read_before_a_write_is_not_believed_after_it(jira: Connection) -> None:
    made = jira.create(Ticket(title="T"))
    for title in ("Ours", "Ours again"):
        jira.connector.update(Target(shop(), made.ref), jira.seen(made.ref), {"title": title})
    assert [each.new for each in changes(jira, made.ref, Vocabulary())] == ["Ours", "Ours again"]


def test_what_was_edited_is_read_back_together_with_its_change_log(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    over = jira.seen(jira.ticket(key))
    jira.connector.update(Target(shop(), over.ref), over, {"title": "Ours"})
    jira.simulator.requests.clear()
    assert jira.read(over.ref).record.title == "Ours"
    assert [each.new for each in changes(jira, over.ref, Vocabulary())] == ["Ours"]
    assert jira.requests() == [f"GET issue/{over.ref.id}"]


# writing


def test_a_body_is_wiki_markup_and_a_person_a_name(jira: Connection) -> None:
    made = jira.create(Ticket(title="T", body="**bold** and `code`", assignees=("Ann Lee",)))
    issue = jira.simulator.issue(made.ref.key)
    assert (issue.description, issue.assignee) == ("*bold* and {{code}}", "ann")


def test_an_epic_gets_its_name_and_nothing_above_it(jira: Connection) -> None:
    jira.simulator.want_epic_names("SHOP")
    fitted = jira.connector.fit(shop(), RoadmapItem(title="Big", parent="roadmap_item:1"))
    assert fitted.record.parent is ABSENT
    assert fitted.lost["parent"] == "nothing stands above an epic in a Data Center"
    made = jira.create(RoadmapItem(title="Big"))
    assert jira.simulator.issue(made.ref.key).custom["customfield_10011"] == "Big"


def test_an_epic_that_moved_is_linked_by_its_key_of_today(jira: Connection) -> None:
    jira.simulator.add_project("PLAN")
    epic = jira.simulator.user_create_issue("SHOP", "Epic", type="Epic")
    jira.simulator.user_move_issue(epic.key, "PLAN")
    made = jira.create(Ticket(title="Story", parent=f"roadmap_item:{epic.id}"))
    assert jira.simulator.issue(made.ref.key).parent_id == epic.id


def test_a_ticket_of_an_epic_that_is_gone_is_refused_alone(jira: Connection) -> None:
    drafts = [
        Draft(shop(), Ticket(title="A", parent="roadmap_item:99"), MARKER),
        Draft(shop(), Ticket(title="B"), MARKER),
    ]
    refused, made = jira.connector.create(drafts)
    assert isinstance(refused, Refused)
    assert isinstance(made, Created)


def test_a_comment_on_what_was_just_made_can_be_read_again(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    on = Ref(Kind.TICKET, jira.ticket(key).id)
    [made] = jira.connector.create([Draft(shop(), Comment(body="Said", author="Zoe"), MARKER, on)])
    assert isinstance(made, Created), made
    found = jira.read(Ref(Kind.COMMENT, made.ref.id))
    assert (found.record.body, found.marker, found.ref.key) == ("Said", MARKER, f"{key}#{made.ref.id}")


def test_how_tests_stand_is_shown(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    told = Announcement("ci", State.OK, "CI", "3 of 3 pass", "https://ci.example.com/1", jira.ticket(key))
    jira.connector.announce(shop(), told)
    jira.connector.announce(shop(), told)
    number = jira.ticket(key).id
    path = f"issue/{number}"
    asked = [f"GET {path}/remotelink", f"POST {path}/remotelink", f"GET {path}/properties/pmhub.ci"]
    again = [f"GET {path}/remotelink", f"GET {path}/properties/pmhub.ci"]
    assert jira.requests() == [*asked, f"PUT {path}/properties/pmhub.ci", *again]


# limits


def test_an_empty_bucket_is_waited_for(jira: Connection) -> None:
    issues(jira, 1)
    jira.simulator.bucket = TokenBucket(size=1, fill=1, interval=2)
    for _ in range(4):
        assert titles(jira) == ["Issue 0"]
    assert 4 <= sum(jira.naps) <= 12


def test_what_is_forbidden_is_no_limit_though_limits_are_told(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    jira.simulator.bucket = TokenBucket()
    over = jira.seen(jira.ticket(key))
    jira.simulator.deny("bot", "EDIT_ISSUES")
    with pytest.raises(Refused):
        jira.connector.update(Target(shop(), over.ref), over, {"title": "No"})


def test_a_lost_answer_to_an_edit_is_ambiguous_and_not_repeated(jira: Connection) -> None:
    (key,) = issues(jira, 1)
    over = jira.seen(jira.ticket(key))
    jira.simulator.fault(Fault("drop_after", "PUT"))
    with pytest.raises(Exception, match="PUT"):
        jira.connector.update(Target(shop(), over.ref), over, {"title": "Perhaps"})
    assert [each.method for each in jira.simulator.requests].count("PUT") == 1


# what is used


def test_every_operation_the_simulator_serves_is_listed_with_its_source() -> None:
    served = {(method, path) for method, path in SERVER_OPERATIONS if path not in UNUSED}
    known = {(method, _shape(path.removeprefix("/rest/api/2/"))) for method, path in listed()}
    extra = {one for one in ((method, _shape(path)) for method, path in served) if one not in known}
    assert {path for _, path in extra} <= {"issue", "issue/{}", "issue/{}/comment/{}", "issue/{}/properties", "issue/{}/properties/{}", "issue/{}/remotelink", "project/{}/components"}  # fmt: skip


def _shape(path: str) -> str:
    """Without the names of its variables."""
    return "/".join("{}" if part.startswith(("{", "<")) else part for part in path.split("/"))

"""Writing to Jira over a socket: creates with their marker inside, edits of what changed, transitions, comments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jira_connection import MARKER, PEOPLE, Connection, connect, scope, shop, stream

from pmhub.model.markdown import text_key
from pmhub.sdk import (
    Ambiguous,
    Category,
    Comment,
    Created,
    Draft,
    Gone,
    Kind,
    Limited,
    Observation,
    Refused,
    Scope,
    SetChange,
    Target,
    Ticket,
    Tombstone,
    Vocabulary,
    Words,
)
from pmhub_jira.settings import JiraScope
from pmhub_jira.simulator import DEAD_END_WORKFLOW, RESTRICTED_WORKFLOW, Fault, text_adf

FULL = Ticket(
    title="Ship it",
    body="With **care**",
    type="bug",
    priority="high",
    assignees=("Ann Lee",),
    labels=("good first issue", "plain"),
    due="2026-12-24",
    estimate=3.0,
    releases=("2.0",),
)


@pytest.fixture
def jira() -> Iterator[Connection]:
    with connect() as connection:
        yield connection


def seen(jira: Connection, title: str = "There", in_scope: Scope | None = None, **fields: object) -> Observation:
    issue = jira.simulator.user_create_issue("SHOP", title, **fields)
    found = jira.read(jira.ticket(issue.key), in_scope)
    jira.requests()
    assert isinstance(found, Observation)
    return found


def update(jira: Connection, over: Observation, in_scope: Scope | None = None, **changes: object) -> Observation | None:
    found = jira.connector.update(Target(in_scope or shop(), over.ref), over, changes)  # type: ignore[arg-type]
    assert found is None or isinstance(found, Observation)
    return found


def drafts(count: int) -> list[Draft]:
    return [Draft(shop(), Ticket(title=f"Ticket {n}"), f"pmhub:{n:016x}@abcdef") for n in range(count)]


# creating


def test_a_whole_ticket_comes_back_as_fit_said_with_its_marker(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "2.0")
    made = jira.create(FULL)
    assert isinstance(made, Created)
    found = jira.read(made.ref)
    assert found.marker == MARKER
    assert found.author == "bot"
    fitted = jira.connector.fit(shop(), FULL).record
    for name in ("title", "type", "priority", "assignees", "labels", "due", "estimate", "releases"):
        assert getattr(found.record, name) == getattr(fitted, name), name
    assert text_key(found.record.body) == text_key("With **care**")


def test_a_hundred_and_twenty_creates_are_three_calls_and_one_to_read_back(jira: Connection) -> None:
    jira.create(Ticket(title="Warm"))
    jira.requests()
    everything = drafts(120)
    made = [one for start in range(0, 120, 50) for one in jira.connector.create(everything[start : start + 50])]
    refs = [one.ref for one in made if isinstance(one, Created)]
    back = list(jira.connector.read([Target(shop(), ref) for ref in refs]))
    assert [one.marker for one in back if isinstance(one, Observation)] == [draft.marker for draft in everything]
    assert jira.requests() == ["POST issue/bulk"] * 3 + ["POST issue/bulkfetch"]


def test_what_is_refused_stands_in_its_own_place(jira: Connection) -> None:
    batch = drafts(4)
    batch[1] = Draft(shop(), Ticket(title="  "), MARKER)
    batch[2] = Draft(shop(), Ticket(title="Broken", components=("Nowhere",)), MARKER)
    first, untitled, broken, last = jira.connector.create(batch)
    assert isinstance(first, Created)
    assert isinstance(last, Created)
    assert jira.read(last.ref).record.title == "Ticket 3"
    assert isinstance(untitled, Refused)
    assert untitled.field == "title"
    assert isinstance(broken, Refused)
    assert broken.field == "components"
    assert "Nowhere" in broken.message


def test_when_all_are_refused_each_is_told_why(jira: Connection) -> None:
    jira.simulator.hide_field("SHOP", "duedate")
    found = jira.connector.create([Draft(shop(), Ticket(title="A", due="2026-01-01"), MARKER)] * 2)
    assert [one.field for one in found if isinstance(one, Refused)] == ["due", "due"]
    assert "screens" in found[0].hint  # type: ignore[union-attr]


def test_a_call_refused_as_a_whole_is_sent_in_halves_until_the_culprit_stands_alone(jira: Connection) -> None:
    jira.create(Ticket(title="Warm"))
    for _ in range(2):  # the whole, and then its first half
        jira.simulator.fault(
            Fault("status", "POST", "issue/bulk", status=400, body={"errorMessages": ["INVALID_INPUT"]})
        )
    jira.simulator.faults[1].nth = 2
    jira.simulator.requests.clear()
    found = jira.connector.create(drafts(2))
    assert [type(one) for one in found] == [Refused, Created]
    assert jira.requests() == ["POST issue/bulk"] * 3


def test_a_connection_that_drops_after_the_create_leaves_it_unknown(jira: Connection) -> None:
    jira.simulator.fault(Fault("drop_after", "POST", "issue/bulk"))
    with pytest.raises(Ambiguous):
        jira.connector.create(drafts(2))
    assert [issue.summary for issue in jira.simulator.issues("SHOP")] == ["Ticket 0", "Ticket 1"]
    found = jira.fetch(stream())[Kind.TICKET, "SHOP"]
    assert {one.marker for one in found} == {draft.marker for draft in drafts(2)}


@pytest.mark.parametrize("kind", ["truncate", "status", "status_after"])
def test_a_broken_answer_to_a_create_is_ambiguous_and_never_sent_again(jira: Connection, kind: str) -> None:
    jira.simulator.fault(Fault(kind, "POST", "issue/bulk"))  # type: ignore[arg-type]
    with pytest.raises(Ambiguous):
        jira.connector.create(drafts(1))
    assert jira.requests().count("POST issue/bulk") == 1


def test_a_limit_on_a_create_is_waited_for(jira: Connection) -> None:
    jira.simulator.limit(method="POST", path="issue/bulk", retry_after=2)
    assert isinstance(jira.connector.create(drafts(1))[0], Created)
    assert sum(jira.naps) >= 2


def test_a_long_limit_is_handed_up(jira: Connection) -> None:
    jira.simulator.limit(method="POST", path="issue/bulk", retry_after=3600)
    with pytest.raises(Limited):
        jira.connector.create(drafts(1))


def test_a_ticket_of_a_type_the_project_lacks_becomes_a_task(jira: Connection) -> None:
    assert jira.read(jira.create(Ticket(title="Odd", type="initiative")).ref).record.type == "task"
    jira.simulator.add_project("APP", types=("Epic", "Story"))
    app = scope("APP")
    assert jira.read(jira.create(Ticket(title="Odd", type="bug"), app).ref, app).record.type == "story"


def test_a_release_that_is_missing_is_made_once(jira: Connection) -> None:
    jira.connector.create([Draft(shop(), Ticket(title=f"T{n}", releases=("9.9",)), MARKER) for n in range(3)])
    assert jira.requests().count("POST version") == 1
    assert {issue.version_ids for issue in jira.simulator.issues("SHOP")} != {()}


def test_a_release_that_may_not_be_made_is_refused_by_name(jira: Connection) -> None:
    jira.simulator.deny("bot", "ADMINISTER_PROJECTS", "SHOP")
    refused = jira.create(Ticket(title="T", releases=("9.9",)))
    assert isinstance(refused, Refused)
    assert refused.field == "releases"
    assert "9.9" in refused.hint


def test_a_child_is_created_under_its_epic(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    made = jira.create(Ticket(title="Small", parent=f"roadmap_item:{epic.id}"))
    assert jira.read(made.ref).record.parent == f"roadmap_item:{epic.id}"


def test_a_sub_task_is_created_under_its_ticket_where_the_scope_names_its_type(jira: Connection) -> None:
    story = jira.simulator.user_create_issue("SHOP", "Story")
    wide = scope(types=("Story", "Sub-task"))
    made = jira.create(Ticket(title="Step", type="sub-task", parent=f"ticket:{story.id}"), wide)
    assert jira.read(made.ref, wide).record.parent == f"ticket:{story.id}"
    assert jira.create(Ticket(title="Step", type="story", parent=f"ticket:{story.id}"), wide).field == "parent"
    assert jira.create(Ticket(title="Step", type="sub-task"), wide).field == "parent"


# changing


def test_an_edit_sends_only_what_changed_and_is_answered_with_the_whole(jira: Connection) -> None:
    made = jira.create(FULL)
    over = jira.read(made.ref)
    jira.requests()
    jira.site.clock.pass_time(5)
    now = update(jira, over, title="Shipped", due=None, assignees=SetChange(remove=("Ann Lee",)))
    [exchange] = jira.simulator.requests
    assert exchange.request_json == {"fields": {"summary": "Shipped", "duedate": None, "assignee": None}}
    assert jira.requests() == [f"PUT issue/{made.ref.id}"]
    assert now == jira.read(made.ref)
    assert now is not None
    assert now.marker == MARKER


def test_sets_are_changed_by_what_is_added_and_removed(jira: Connection) -> None:
    over = seen(jira, labels=["a", "b"])
    jira.simulator.user_edit_issue(over.ref.key, labels=["a", "b", "theirs"])
    now = update(jira, over, labels=SetChange(add=("new one",), remove=("a",)), releases=SetChange(add=("3.0",)))
    assert now is not None
    assert now.record.labels == ("b", "new one", "theirs")
    assert now.record.releases == ("3.0",)


def test_a_body_that_says_the_same_is_not_written(jira: Connection) -> None:
    panel = {"type": "panel", "attrs": {"panelType": "info"}, "content": text_adf("kept")["content"]}
    over = seen(jira, description_adf={"type": "doc", "version": 1, "content": [panel]})
    assert update(jira, over, body=over.record.body) == over
    assert jira.requests() == []
    assert jira.simulator.issue(over.ref.key).description["content"] == [panel]


def test_a_body_can_be_emptied(jira: Connection) -> None:
    now = update(jira, seen(jira, description_adf=text_adf("old")), body="")
    assert now is not None
    assert now.record.body == ""


def test_a_parent_can_be_taken_away(jira: Connection) -> None:
    epic = jira.simulator.user_create_issue("SHOP", "Big", type="Epic")
    over = seen(jira, parent={"key": epic.key})
    payload = {"update": {"parent": [{"set": {"none": True}}]}}
    now = update(jira, over, parent=None)
    assert jira.simulator.requests[-1].request_json == payload
    assert now is not None
    assert now.record.parent is None


def test_a_refused_field_is_named_in_our_words(jira: Connection) -> None:
    jira.simulator.hide_field("SHOP", "customfield_10016")
    over = seen(jira)
    with pytest.raises(Refused) as caught:
        update(jira, over, estimate=3.0)
    assert caught.value.field == "estimate"


def test_an_edit_we_may_not_make_is_refused_and_not_denied(jira: Connection) -> None:
    over = seen(jira)
    jira.simulator.deny("bot", "EDIT_ISSUES", "SHOP")
    with pytest.raises(Refused, match="permission"):
        update(jira, over, title="No")


def test_an_edit_of_what_is_gone_says_so(jira: Connection) -> None:
    over = seen(jira)
    jira.simulator.user_delete_issue(over.ref.key)
    with pytest.raises(Gone):
        update(jira, over, title="No")


def test_a_status_is_reached_by_a_transition_that_is_looked_up_once(jira: Connection) -> None:
    one, two = seen(jira, "One"), seen(jira, "Two")
    assert update(jira, one, status="doing") is None
    assert update(jira, two, status="doing") is None
    assert jira.simulator.status_name(one.ref.key) == "In Progress"
    transitions = [f"POST issue/{each.ref.id}/transitions" for each in (one, two)]
    assert jira.requests() == [f"GET issue/{one.ref.id}/transitions", *transitions]


def test_fields_go_before_the_transition(jira: Connection) -> None:
    over = seen(jira)
    assert update(jira, over, status="done", title="Finished") is None
    assert [each.split()[0] for each in jira.requests()] == ["GET", "PUT", "POST"]
    found = jira.read(over.ref).record
    assert (found.title, found.status) == ("Finished", "done")


def test_a_status_it_has_already_is_not_written(jira: Connection) -> None:
    over = seen(jira)
    assert update(jira, over, status="todo") == over
    assert jira.requests() == []


def test_a_word_of_ours_chooses_its_status(jira: Connection) -> None:
    words = Words({"To Do": "todo", "In Progress": "doing", "In Review": "review", "Done": "done"})
    rich = Scope(
        "SHOP",
        JiraScope("SHOP"),
        Vocabulary({"status": words}, {"review": Category.DOING}, PEOPLE),
    )
    over = seen(jira, in_scope=rich)
    update(jira, over, rich, status="review")
    assert jira.simulator.status_name(over.ref.key) == "In Review"
    assert jira.read(over.ref, rich).record.status == "review"


def test_a_workflow_that_changed_is_asked_again(jira: Connection) -> None:
    over = seen(jira)
    update(jira, over, status="doing")
    other = seen(jira, "Other")
    jira.simulator.project("SHOP").workflow = RESTRICTED_WORKFLOW
    assert update(jira, other, status="doing") is None
    assert jira.simulator.status_name(other.ref.key) == "In Progress"
    assert [each.split()[0] for each in jira.requests()] == ["POST", "GET", "POST"]


def test_a_status_out_of_reach_is_refused_with_what_is_possible(jira: Connection) -> None:
    jira.simulator.project("SHOP").workflow = DEAD_END_WORKFLOW
    jira.simulator.user_transition(jira.simulator.user_create_issue("SHOP", "Begun").key, "In Progress")
    over = seen(jira)
    with pytest.raises(Refused, match="from `To Do` to `done`; available: Start work → In Progress") as caught:
        update(jira, over, status="done", title="Not this either")
    assert caught.value.field == "status"
    assert jira.read(over.ref) == over


def test_a_transition_that_demands_a_field_is_refused(jira: Connection) -> None:
    workflow = jira.simulator.project("SHOP").workflow.requiring("duedate", on="Done")
    jira.simulator.project("SHOP").workflow = workflow
    over = seen(jira)
    with pytest.raises(Refused, match="`Done` from `To Do` to `done` asks for duedate") as caught:
        update(jira, over, status="done")
    assert caught.value.field == "status"
    assert "transition_fields = { duedate" in caught.value.hint
    assert jira.read(over.ref) == over


def test_a_dropped_answer_to_an_edit_is_ambiguous(jira: Connection) -> None:
    over = seen(jira)
    jira.simulator.fault(Fault("drop_after", "PUT"))
    with pytest.raises(Ambiguous):
        update(jira, over, title="Perhaps")


# comments


def comment_on(jira: Connection, body: str, author: str = "Ann") -> Observation:
    issue = jira.simulator.user_create_issue("SHOP", "Talk")
    draft = Draft(shop(), Comment(body=body, author=author), MARKER, jira.ticket(issue.key))
    made = jira.connector.create([draft])[0]
    assert isinstance(made, Created)
    assert made.observation is not None
    return made.observation


def test_a_mirrored_comment_names_its_author_and_reads_without_that_line(jira: Connection) -> None:
    found = comment_on(jira, "All *good*")
    assert found.record == Comment(body="All *good*", author="Ann")
    assert (found.marker, found.author) == (MARKER, "bot")
    [native] = jira.simulator.comments("SHOP-1")
    assert [node["content"][0]["text"] for node in native.body["content"]] == ["Ann", "All "]
    again = jira.read(found.ref)
    assert (again.record, again.marker, again.on, again.ref.key) == (found.record, MARKER, found.on, found.ref.key)


def test_a_line_that_looks_like_an_authors_stays_where_a_person_wrote_it(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Talk")
    jira.simulator.user_comment(issue.key, text_adf("Ann wrote:\n\nthis"), user="ann")
    [found] = jira.fetch(stream(Kind.COMMENT))[Kind.COMMENT, "SHOP"]
    assert found.record.body == "Ann wrote:\n\nthis"


def test_an_edited_comment_keeps_its_author_line_and_marker(jira: Connection) -> None:
    over = comment_on(jira, "First")
    now = jira.connector.update(Target(shop(), over.ref), over, {"body": "Second"})
    assert now is not None
    assert (now.record, now.marker) == (Comment(body="Second", author="Ann"), MARKER)
    [native] = jira.simulator.comments("SHOP-1")
    assert native.body["content"][0]["content"][0]["text"] == "Ann"
    assert jira.read(over.ref).record == now.record


def test_a_comment_whose_answer_was_lost_is_found_with_its_marker(jira: Connection) -> None:
    jira.simulator.fault(Fault("drop_after", "POST", "/comment$"))
    with pytest.raises(Ambiguous):
        comment_on(jira, "Lost")
    [found] = jira.fetch(stream(Kind.COMMENT))[Kind.COMMENT, "SHOP"]
    assert (found.marker, found.record.body) == (MARKER, "Lost")


def test_a_refused_comment_is_an_answer(jira: Connection) -> None:
    issue = jira.simulator.user_create_issue("SHOP", "Quiet")
    jira.simulator.deny("bot", "ADD_COMMENTS", "SHOP")
    draft = Draft(shop(), Comment(body="x"), MARKER, jira.ticket(issue.key))
    [refused] = jira.connector.create([draft])
    assert isinstance(refused, Refused)


# marking


def test_an_adopted_ticket_is_marked_where_nobody_sees_it(jira: Connection) -> None:
    over = seen(jira)
    jira.connector.mark(Target(shop(), over.ref), MARKER)
    found = jira.read(over.ref)
    assert found.marker == MARKER
    assert (found.record, found.updated_at) == (over.record, over.updated_at)


def test_a_deleted_ticket_is_a_tombstone(jira: Connection) -> None:
    ref = seen(jira).ref
    jira.simulator.user_delete_issue(ref.key)
    assert isinstance(jira.read(ref), Tombstone)

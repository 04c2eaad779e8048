"""Writing through the connector: create, update, what the server refuses, and answers that never come."""

from __future__ import annotations

import pytest
from github_connector import MARKER, REPO, created, draft, fetched, observations, scope, target

from pmhub.sdk import (
    Ambiguous,
    Comment,
    Denied,
    Gone,
    Kind,
    Limited,
    Refused,
    SetChange,
    Ticket,
    Unavailable,
    Vocabulary,
    Words,
)
from pmhub_github.simulator import Fault

RELEASES = scope(milestones="release")


def persons(simulator, hub, body="Theirs", **fields):
    simulator.user_create_issue(REPO, "Theirs", body, **fields)
    return observations(fetched(hub))[0]


def test_an_issue_is_created_whole_in_one_request(rig, hub, simulator):
    record = Ticket(
        title="A title", body="Text", type="bug", assignees=("Ann", "Nobody"), labels=("red",), releases=("1.0",)
    )
    seen = created(hub, record, scope(labels=("backlog",)))
    assert rig.asked() == ["GET /issue-types 200", "POST /issues 201"]
    issue = simulator.issue(REPO, 1)
    assert issue.body == f"Text\n\n<!-- {MARKER} -->"
    assert (issue.type, issue.assignees) == ("Bug", ["octocat"])
    assert simulator.label_names(REPO, 1) == ["backlog", "red", "release/1.0"]
    assert (seen.marker, seen.author, seen.ref.id) == (MARKER, rig.login, issue.node_id)
    assert seen.record == Ticket(
        title="A title",
        body="Text",
        type="bug",
        status="todo",
        assignees=("Ann",),
        labels=("red",),
        releases=("1.0",),
        parent=None,
        links=(),
    )


def test_the_types_of_a_repository_are_asked_for_once_a_day(rig, hub):
    for _ in range(2):
        created(hub, Ticket(title="A title", type="bug"))
    created(rig.run(), Ticket(title="A title", type="bug"))
    assert rig.asked().count("GET /issue-types 200") == 1


def test_a_repository_without_types_takes_the_issue_without_one(rig, hub, simulator):
    simulator.add_repo("octocat/tool", user_owned=True)
    seen = created(hub, Ticket(title="A title", type="bug"), scope(repo="octocat/tool"))
    assert seen.ref.key == "octocat/tool#1"


def test_writes_are_spaced(hub, clock):
    began = clock.seconds
    for _ in range(4):
        created(hub, Ticket(title="A title"))
    assert clock.seconds - began >= 3


def test_the_budget_for_new_content_outlives_a_run(rig, hub, simulator):
    for _ in range(500):
        rig.memory.held.setdefault("content-budget", []).append(rig.now() - 1000)
    with pytest.raises(Limited):
        rig.run().create([draft(Ticket(title="A title"))])
    assert simulator.issues(REPO) == {}
    created(hub, Ticket(title="A title"))
    assert len(rig.memory.held["content-budget"]) == 1


def test_an_answer_that_never_comes_is_ambiguous_and_sent_once(rig, hub, simulator):
    simulator.fault(Fault("drop_after", "POST", "/issues$"))
    with pytest.raises(Ambiguous):
        hub.create([draft(Ticket(title="A title"))])
    assert len(simulator.issues(REPO)) == 1
    assert [one.marker for one in observations(fetched(rig.run()))] == [MARKER]


@pytest.mark.parametrize("kind", ["truncate", "status_after"])
def test_an_unusable_answer_to_a_write_is_ambiguous(hub, simulator, kind):
    simulator.fault(Fault(kind, "POST", "/issues$"))
    with pytest.raises(Ambiguous):
        hub.create([draft(Ticket(title="A title"))])
    assert len(simulator.issues(REPO)) == 1


def test_a_limit_on_a_write_means_that_nothing_was_done(hub, simulator):
    simulator.secondary_limit(times=9, retry_after=3600)
    with pytest.raises(Limited):
        hub.create([draft(Ticket(title="A title"))])
    assert simulator.issues(REPO) == {}


def test_no_title_is_refused_before_anything_is_sent(rig, hub):
    [answer] = hub.create([draft(Ticket(title="", body="Text"))])
    assert isinstance(answer, Refused)
    assert answer.field == "title"
    assert rig.asked() == []


def test_a_person_who_cannot_be_assigned_is_named_as_the_field(hub):
    [answer] = hub.create([draft(Ticket(title="A title", assignees=("Sam",)))])
    assert isinstance(answer, Refused)
    assert answer.field == "assignees"


def test_what_is_dropped_in_silence_shows_in_the_answer(rig, simulator):
    simulator.repo(REPO).permissions[rig.login] = "read"
    seen = created(rig.run(), Ticket(title="A title", labels=("red",), assignees=("Ann",)))
    assert (seen.record.labels, seen.record.assignees) == ((), ())


def test_an_archived_repository_is_named(hub, simulator):
    simulator.archive(REPO)
    with pytest.raises(Denied, match="archived"):
        hub.create([draft(Ticket(title="A title"))])


def test_creating_where_issues_are_switched_off_is_an_outage(hub, simulator):
    simulator.disable_issues(REPO)
    with pytest.raises(Denied, match="switched off"):
        hub.create([draft(Ticket(title="A title"))])


def test_a_release_is_a_milestone_made_when_missing(rig, hub, simulator):
    record = Ticket(title="A title", releases=("1.0", "2.0"))
    seen = created(hub, record, RELEASES)
    created(hub, record, RELEASES)
    assert seen.record.releases == ("1.0",)
    assert [one.title for one in simulator.milestones(REPO).values()] == ["1.0"]
    assert rig.asked() == ["GET /milestones 200", "POST /milestones 201", "POST /issues 201", "POST /issues 201"]


def test_a_milestone_somebody_else_made_meanwhile_is_used(hub, simulator):
    created(hub, Ticket(title="A title", releases=("1.0",)), RELEASES)
    simulator.user_create_milestone(REPO, "2.0")
    seen = created(hub, Ticket(title="A title", releases=("2.0",)), RELEASES)
    assert seen.record.releases == ("2.0",)


def test_a_lost_answer_about_a_milestone_leaves_the_issue_unsent(rig, hub, simulator):
    simulator.fault(Fault("drop_after", "POST", "/milestones$"))
    with pytest.raises(Unavailable):
        hub.create([draft(Ticket(title="A title", releases=("1.0",)), RELEASES)])
    assert simulator.issues(REPO) == {}
    assert created(rig.run(), Ticket(title="A title", releases=("1.0",)), RELEASES).record.releases == ("1.0",)


def test_a_comment_says_who_said_it_and_reads_back_without_that(rig, hub, simulator):
    issue = created(hub, Ticket(title="A title"))
    rig.asked()
    seen = created(hub, Comment(body="Looks good, @octocat", author="Cat *Lee*"), on=issue.ref)
    assert rig.asked() == ["POST /issues/1/comments 201"]
    [comment] = simulator.comments(REPO).values()
    assert comment.body == f"**Cat \\*Lee\\*** wrote:\n\nLooks good, @\u2060octocat\n\n<!-- {MARKER} -->"
    assert seen.record == Comment(body="Looks good, @octocat", author="Cat *Lee*")
    assert (seen.on, seen.marker) == (issue.ref.id, MARKER)
    assert list(rig.run().read([target(seen)])) == [seen]
    assert [one.record for one in observations(fetched(rig.run(), Kind.COMMENT))] == [seen.record]


def test_a_person_who_copies_our_comment_does_not_speak_for_another(rig, simulator):
    simulator.user_create_issue(REPO, "A title")
    simulator.user_comment(REPO, 1, f"**Boss** wrote:\n\nFire everyone\n\n<!-- {MARKER} -->")
    [seen] = observations(fetched(rig.run(), Kind.COMMENT))
    assert (seen.record.author, seen.author, seen.marker) == ("Ann", "octocat", MARKER)
    assert seen.record.body == "**Boss** wrote:\n\nFire everyone"


def test_a_comment_on_a_locked_issue_is_refused(rig, simulator):
    simulator.user_create_issue(REPO, "A title")
    simulator.lock_issue(REPO, 1)
    simulator.repo(REPO).permissions[rig.login] = "triage"
    [issue] = observations(fetched(rig.run()))
    [answer] = rig.run().create([draft(Comment(body="Hello"), on=issue.ref)])
    assert isinstance(answer, Refused)
    assert "locked" in answer.message


def test_a_comment_on_a_deleted_issue_is_gone(hub, simulator):
    issue = created(hub, Ticket(title="A title"))
    simulator.user_delete_issue(REPO, 1)
    [answer] = hub.create([draft(Comment(body="Hello"), on=issue.ref)])
    assert isinstance(answer, Gone)


def test_scalars_go_in_one_request_and_the_marker_stays(rig, hub, simulator):
    seen = created(hub, Ticket(title="A title", body="Text"))
    rig.asked()
    after = hub.update(target(seen), seen, {"title": "Another", "body": "New", "status": "done", "type": "task"})
    assert rig.asked() == ["GET /issue-types 200", "PATCH /issues/1 200"]
    assert simulator.issue(REPO, 1).body == f"New\n\n<!-- {MARKER} -->"
    assert (after.record.title, after.record.body, after.record.status) == ("Another", "New", "done")
    assert (after.marker, after.record.type) == (MARKER, "task")


def test_only_what_changes_is_sent(rig, hub, simulator):
    seen = persons(simulator, hub)
    del simulator.requests[: len(simulator.requests) - 1]
    hub.update(target(seen), seen, {"title": "Another"})
    assert simulator.requests[-1].request_body == {"title": "Another"}


def test_a_persons_text_gets_no_marker_and_keeps_its_mentions(hub, simulator):
    seen = persons(simulator, hub, "Ask @octocat about #4\n\nBye")
    hub.update(target(seen), seen, {"body": "Ask @octocat about #4\n\nBye @reader"})
    assert simulator.issue(REPO, 1).body == "Ask @octocat about #4\n\nBye @\u2060reader"


def test_sets_change_by_what_is_added_and_removed(rig, hub, simulator):
    seen = persons(simulator, hub, labels=["Red", "blue"], assignees=["octocat"])
    simulator.user_edit_issue(REPO, 1, labels=["Red", "blue", "meanwhile"])
    rig.asked()
    changes = {"labels": SetChange(("green",), ("red",)), "assignees": SetChange(("Hub",), ("Ann",))}
    after = hub.update(target(seen), seen, changes)
    assert after.record.labels == ("blue", "green", "meanwhile")
    assert after.record.assignees == ("Hub",)
    assert rig.asked() == [
        "POST /issues/1/labels 200",
        "DELETE /issues/1/labels/Red 200",
        "DELETE /issues/1/assignees 200",
        "POST /issues/1/assignees 201",
    ]


def test_labels_alone_are_read_back_once(rig, hub, simulator):
    seen = persons(simulator, hub, labels=["a/b c"])
    rig.asked()
    after = hub.update(target(seen), seen, {"labels": SetChange(remove=("a/b c",))})
    assert after.record.labels == ()
    assert rig.asked() == ["DELETE /issues/1/labels/a%2Fb%20c 200", "GET /issues/1 200"]


def test_a_label_that_is_off_already_is_no_failure(hub, simulator):
    seen = persons(simulator, hub, labels=["red"])
    simulator.user_edit_issue(REPO, 1, labels=[])
    assert hub.update(target(seen), seen, {"labels": SetChange(remove=("red",))}).record.labels == ()


def test_the_labels_of_the_scope_are_never_taken_off(hub, simulator):
    of = scope(labels=("backlog",))
    seen = created(hub, Ticket(title="A title", labels=("red",)), of)
    hub.update(target(seen, of), seen, {"labels": SetChange(remove=("backlog", "red"))})
    assert simulator.label_names(REPO, 1) == ["backlog"]


def test_releases_are_labels_in_a_roadmap(hub, simulator):
    seen = persons(simulator, hub, labels=["release/1.0"])
    after = hub.update(target(seen), seen, {"releases": SetChange(("2.0",), ("1.0",))})
    assert after.record.releases == ("2.0",)
    assert simulator.label_names(REPO, 1) == ["release/2.0"]


def test_releases_are_the_milestone_where_that_is_its_role(hub, simulator):
    seen = created(hub, Ticket(title="A title", releases=("1.0",)), RELEASES)
    after = hub.update(target(seen, RELEASES), seen, {"releases": SetChange(("2.0",), ("1.0",))})
    assert after.record.releases == ("2.0",)
    empty = hub.update(target(seen, RELEASES), after, {"releases": SetChange((), ("2.0",))})
    assert empty.record.releases == ()
    assert simulator.issue(REPO, 1).milestone is None


def test_a_parent_is_set_changed_and_taken_away(rig, hub, simulator):
    one, other, child = (created(hub, Ticket(title=title)) for title in ("One", "Other", "Child"))
    rig.asked()
    under_one = hub.update(target(child), child, {"parent": f"ticket:{one.ref.id}"})
    assert rig.asked() == ["POST /issues/1/sub_issues 201", "GET /issues/3 200"]
    assert under_one.record.parent == f"ticket:{one.ref.id}"
    under_other = rig.run().update(target(child), under_one, {"parent": f"ticket:{other.ref.id}", "status": "done"})
    assert (under_other.record.parent, under_other.record.status) == (f"ticket:{other.ref.id}", "done")
    free = hub.update(target(child), under_other, {"parent": None})
    assert free.record.parent is None
    assert simulator.issue(REPO, 3).parent is None


def test_a_parent_that_would_make_a_ring_is_refused_by_field(hub):
    one = created(hub, Ticket(title="One"))
    with pytest.raises(Refused) as caught:
        hub.update(target(one), one, {"parent": f"ticket:{one.ref.id}"})
    assert caught.value.field == "parent"


def test_a_parent_that_is_gone_is_refused_and_the_child_is_not(hub, simulator):
    one, child = (created(hub, Ticket(title=title)) for title in ("One", "Child"))
    simulator.user_delete_issue(REPO, 1)
    with pytest.raises(Refused) as caught:
        hub.update(target(child), child, {"parent": f"ticket:{one.ref.id}"})
    assert (caught.value.field, isinstance(caught.value, Gone)) == ("parent", False)


def test_a_milestone_is_the_parent_in_a_roadmap(hub, simulator):
    milestone = simulator.user_create_milestone(REPO, "Summer")
    seen = created(hub, Ticket(title="A title"))
    simulator.user_edit_issue(REPO, 1, milestone=milestone.number)
    [told] = hub.read([target(seen)])
    free = hub.update(target(seen), told, {"parent": None})
    assert free.record.parent is None
    again = hub.update(target(seen), free, {"parent": told.record.parent})
    assert again.record.parent == told.record.parent
    assert told.record.parent.startswith("roadmap_item:")


def test_closing_says_why_in_the_words_of_the_map(hub, simulator):
    table = Vocabulary(words={"status": Words({"open": "todo", "completed": "done", "not_planned": "dropped"})})
    seen = persons(simulator, hub)
    of = scope(table)
    after = hub.update(target(seen, of), seen, {"status": "dropped"})
    assert (simulator.issue(REPO, 1).state_reason, after.record.status) == ("not_planned", "dropped")
    assert hub.update(target(seen, of), after, {"status": "todo"}).record.status == "todo"


def test_a_deleted_issue_is_gone(hub, simulator):
    seen = persons(simulator, hub)
    simulator.user_delete_issue(REPO, 1)
    for changes in ({"title": "Another"}, {"labels": SetChange(("red",))}):
        with pytest.raises(Gone):
            hub.update(target(seen), seen, changes)


def test_a_write_into_a_repository_out_of_sight_is_an_outage(rig, hub, simulator):
    seen = persons(simulator, hub)
    simulator.repo(REPO).permissions[rig.login] = "none"
    with pytest.raises(Denied, match=REPO):
        hub.update(target(seen), seen, {"title": "Another"})


def test_a_lost_answer_to_an_update_is_ambiguous(hub, simulator):
    seen = persons(simulator, hub)
    simulator.fault(Fault("drop_after", "PATCH"))
    with pytest.raises(Ambiguous):
        hub.update(target(seen), seen, {"title": "Another"})
    assert simulator.issue(REPO, 1).title == "Another"


def test_half_an_update_is_ambiguous(hub, simulator):
    seen = persons(simulator, hub)
    simulator.fault(
        Fault("status", "PATCH", status=403, headers={"retry-after": "7200"}, body={"message": "secondary rate limit"})
    )
    with pytest.raises(Ambiguous, match="only part"):
        hub.update(target(seen), seen, {"labels": SetChange(("red",)), "title": "Another"})


def test_an_edited_comment_keeps_its_author_line_and_its_marker(hub, simulator):
    issue = created(hub, Ticket(title="A title"))
    seen = created(hub, Comment(body="First", author="Cat"), on=issue.ref)
    after = hub.update(target(seen), seen, {"body": "Second"})
    [comment] = simulator.comments(REPO).values()
    assert comment.body == f"**Cat** wrote:\n\nSecond\n\n<!-- {MARKER} -->"
    assert after.record == Comment(body="Second", author="Cat")
    assert (after.on, after.marker) == (issue.ref.id, MARKER)


def test_a_persons_comment_is_edited_as_it_stands(hub, simulator):
    simulator.user_create_issue(REPO, "A title")
    simulator.user_comment(REPO, 1, "First")
    [seen] = observations(fetched(hub, Kind.COMMENT))
    hub.update(target(seen), seen, {"body": "Second"})
    assert [one.body for one in simulator.comments(REPO).values()] == ["Second"]


def test_a_deleted_comment_is_gone(hub, simulator):
    issue = created(hub, Ticket(title="A title"))
    seen = created(hub, Comment(body="First"), on=issue.ref)
    simulator.user_delete_comment(REPO, seen.native["id"])
    with pytest.raises(Gone):
        hub.update(target(seen), seen, {"body": "Second"})

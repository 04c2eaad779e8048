"""What the connector reads and writes; with PMHUB_REDMINE_URL set, on a real Redmine."""

import time
from dataclasses import replace

import pytest
from pmhub_redmine.connector import Redmine
from pmhub_redmine.settings import RedmineSettings
from pmhub_redmine.simulator import Fault
from redmine_site import REAL

from pmhub.sdk import (
    ABSENT,
    Ambiguous,
    Created,
    Denied,
    Kind,
    People,
    Refused,
    Secret,
    SetChange,
    Stream,
    Target,
    Tombstone,
    Visibility,
    Vocabulary,
    Words,
)

MARKER = "pmhub:0123456789abcdef@012345"
only_simulated = pytest.mark.skipif(bool(REAL), reason="only the simulator fails when it is told to")


def test_an_issue_is_read_with_all_it_says(plain):
    me = str(plain.ann.call("GET", "/users/current.json")["user"]["id"])
    plain.vocabulary = Vocabulary(people=People({me: "ann"}))
    number = plain.ann.create(
        plain.project, "Pay  in one step", "Fewer\r\nclicks.", priority_id=3, due_date="2036-09-30"
    )
    plain.ann.edit(number, status_id=2, assigned_to_id=me)
    (seen,) = plain.seen()
    ticket = seen.record
    assert (seen.ref.id, seen.ref.key) == (str(number), f"{plain.project}#{number}")
    assert (ticket.title, ticket.body) == ("Pay in one step", "Fewer\nclicks.")
    assert (ticket.type, ticket.status, ticket.priority) == ("bug", "doing", "high")
    assert (ticket.assignees, ticket.due, ticket.parent, ticket.labels) == (("ann",), "2036-09-30", None, ABSENT)
    assert (seen.author, seen.marker, seen.visibility) == (me, None, Visibility.MEMBERS)


def test_closed_issues_are_read_too(plain):
    number = plain.ann.create(plain.project, "Old")
    plain.ann.edit(number, status_id=5)
    assert [one.record.status for one in plain.seen()] == ["done"]


def test_an_unknown_assignee_is_no_opinion(plain):
    me = plain.ann.call("GET", "/users/current.json")["user"]["id"]
    plain.ann.create(plain.project, "A", assigned_to_id=me)
    assert plain.seen()[0].record.assignees is ABSENT


def test_only_what_changed_since_is_read_again(plain):
    numbers = [plain.ann.create(plain.project, f"Issue {n}") for n in range(3)]
    found, cursor = plain.fetch()
    assert len(found) == 3
    later = replace(cursor, since=cursor.since + 120_000)
    assert plain.fetch(cursor=later)[0] == {}
    plain.ann.edit(numbers[1], subject="Changed")
    assert "Changed" in [one.record.title for one in plain.fetch(cursor=cursor)[0].values()]


@only_simulated
def test_more_issues_than_fit_in_a_page_and_in_a_second_are_all_found(plain):
    now = time.time() - 3600
    plain.simulator.clock = lambda: now
    for n in range(250):
        plain.simulator.user_create("shop", f"Issue {n}")
    plain.simulator.clock = time.time
    for n in range(30):
        plain.simulator.user_create("shop", f"Later {n}")
    assert len(plain.fetch()[0]) == 280
    assert len(list(plain.connector.sweep(Stream(Kind.TICKET, plain.scope)))) == 280


@only_simulated
def test_an_issue_that_moves_while_pages_are_read_hides_no_other(plain):
    for n in range(150):
        plain.simulator.clock = lambda n=n: 1_700_000_000 + n
        plain.simulator.user_create("shop", f"Issue {n}")
    plain.simulator.clock = lambda: 1_700_001_000
    pages = plain.connector.fetch([Stream(Kind.TICKET, plain.scope)])
    found = {one.ref.id for one in next(pages).observations}
    for number in list(plain.simulator.issues)[:10]:
        plain.simulator.user_edit(number, subject="Moved")
    found |= {one.ref.id for page in pages for one in page.observations}
    assert len(found) == 150


def test_a_new_issue_carries_its_marker_and_nobody_sees_it(site):
    made = site.create(
        title="Pay in one step", body="Fewer clicks, @ann", type="feature", priority="high", due="2020-09-30"
    )
    assert isinstance(made, Created)
    assert made.observation == site.read(made.ref)
    ticket = made.observation.record
    assert (ticket.title, ticket.body, ticket.type, ticket.priority) == (
        "Pay in one step",
        "Fewer clicks, @ann",
        "feature",
        "high",
    )
    assert made.observation.marker == MARKER
    assert made.observation.author == site.connector.check([site.scope]).account
    description = site.ann.issue(made.ref.id)["description"]
    assert description == "Fewer clicks, @\u2060ann" + ("" if site.marker_field else f"\r\n\r\n<!-- {MARKER} -->")


def test_a_changed_description_keeps_the_marker(site):
    made = site.create(title="A", body="one")
    seen = site.update(made.ref, body="two\n\n- x", title="B")
    assert (seen.record.body, seen.record.title, seen.marker) == ("two\n\n- x", "B", MARKER)


def test_a_status_is_written_by_name_and_follows_a_create(site):
    made = site.create(title="A")
    assert made.observation.record.status == "todo"
    assert site.update(made.ref, status="done").record.status == "done"
    assert site.ann.issue(made.ref.id)["status"]["name"] == "Closed"
    site.vocabulary = Vocabulary(words={"status": Words({"Feedback": "waiting"})})
    assert site.update(made.ref, status="waiting").record.status == "waiting"


def test_people_dates_parents_and_versions_travel_and_can_be_cleared(plain):
    me = str(plain.ann.call("GET", "/users/current.json")["user"]["id"])
    plain.vocabulary = Vocabulary(people=People({me: "ann"}))
    plain.create(Kind.RELEASE, version="1.0")
    above, below = plain.create(title="Above"), plain.create(title="Below", item="f" * 16 + "@012345")
    seen = plain.update(
        below.ref,
        assignees=SetChange(add=("ann", "unknown")),
        releases=SetChange(add=("1.0",)),
        parent=f"ticket:{above.ref.id}",
        due="2036-10-01",
    )
    ticket = seen.record
    assert (ticket.assignees, ticket.releases, ticket.due) == (("ann",), ("1.0",), "2036-10-01")
    assert ticket.parent == f"ticket:{above.ref.id}"
    cleared = plain.update(
        below.ref, assignees=SetChange(remove=("ann",)), releases=SetChange(remove=("1.0",)), parent=None, due=None
    ).record
    assert (cleared.assignees, cleared.releases, cleared.due, cleared.parent) == ((), (), None, None)


def test_a_version_that_is_not_there_yet_is_tried_again(plain):
    made = plain.create(title="A")
    with pytest.raises(Refused, match=r"no version '2\.0'") as refused:
        plain.update(made.ref, releases=SetChange(add=("2.0",)))
    assert (refused.value.field, refused.value.lasting) == ("releases", False)


def test_what_redmine_refuses_names_our_field(plain):
    made = plain.create(title="A")
    with pytest.raises(Refused, match="Subject cannot be blank") as refused:
        plain.update(made.ref, title="")
    assert refused.value.field == "title"
    refusal = plain.create(Kind.RELEASE, version="1.0") and plain.create(Kind.RELEASE, version="1.0")
    assert isinstance(refusal, Refused)
    assert refusal.field == "version"


@only_simulated
def test_a_status_that_the_workflow_does_not_allow_is_refused_by_name(plain):
    made = plain.create(title="A")
    plain.simulator.forbidden = {"Closed"}
    with pytest.raises(Refused, match="its workflow does not allow that") as refused:
        plain.update(made.ref, status="done")
    assert refused.value.field == "status"


def test_a_due_date_before_the_start_that_people_set_is_refused_by_name(plain):
    number = plain.ann.create(plain.project, "A", start_date="2036-01-01")
    with pytest.raises(Refused, match="Due date must be greater than start date") as refused:
        plain.update(plain.seen()[0].ref, due="2020-01-01")
    assert refused.value.field == "due"
    assert plain.ann.issue(number)["due_date"] is None


def test_a_version_is_made_read_and_changed(plain):
    made = plain.create(Kind.RELEASE, version="1.0", date="2026-05-01")
    (seen,) = plain.seen(Kind.RELEASE)
    assert (seen.record.version, seen.record.status, seen.record.date) == ("1.0", "planned", "2026-05-01")
    after = plain.update(made.ref, version="1.1", status="released", date=None).record
    assert (after.version, after.status, after.date) == ("1.1", "released", None)


def test_a_note_is_a_comment_with_its_author_above_it(plain):
    issue = plain.create(title="A")
    made = plain.create(Kind.COMMENT, issue.ref, "f" * 16 + "@012345", body="Looks good, @bob", author="Ann E.")
    assert made.observation == plain.read(made.ref)
    assert (made.observation.record.body, made.observation.record.author) == ("Looks good, @bob", "Ann E.")
    assert (made.observation.on, made.observation.marker) == (issue.ref.id, f"pmhub:{'f' * 16}@012345")
    (journal,) = plain.ann.issue(issue.ref.id)["journals"]
    assert journal["notes"].startswith("**Ann E.** wrote:\n\nLooks good, @\u2060bob\n\n<!-- pmhub:")
    changed = plain.update(made.ref, body="Not so good")
    assert (changed.record.body, changed.record.author, changed.marker) == (
        "Not so good",
        "Ann E.",
        made.observation.marker,
    )


def test_what_people_say_is_read_and_changes_of_fields_are_no_comments(plain):
    number = plain.ann.create(plain.project, "A")
    plain.ann.edit(number, subject="B")
    plain.ann.edit(number, notes="What about C?")
    (seen,) = plain.seen(Kind.COMMENT)
    assert (seen.record.body, seen.on, seen.marker) == ("What about C?", str(number), None)
    assert [ref.id for ref in plain.connector.sweep(Stream(Kind.COMMENT, plain.scope))] == [seen.ref.id]


def test_a_private_note_and_a_private_issue_are_restricted(plain):
    number = plain.ann.create(plain.project, "A")
    plain.ann.edit(number, notes="hush", private_notes=True)
    assert plain.seen(Kind.COMMENT)[0].visibility is Visibility.RESTRICTED
    plain.ann.edit(number, is_private=True)
    assert plain.seen()[0].visibility is Visibility.RESTRICTED


def test_journals_tell_who_changed_what(site):
    made = site.create(title="A", body="one")
    site.update(made.ref, title="B")
    site.ann.edit(made.ref.id, status_id=2, description="two", due_date="2036-01-02")
    log = list(site.connector.history([Target(site.scope, made.ref)], 0))
    me = site.connector.check([site.scope]).account
    told = {(change.field, change.old, change.new, change.actor == me) for change in log}
    assert ("title", "A", "B", True) in told
    assert {
        ("status", "todo", "doing", False),
        ("body", "one", "two", False),
        ("due", None, "2036-01-02", False),
    } <= told


def test_a_marker_that_somebody_wiped_is_in_the_log(plain):
    plain.marker_field = 1
    made = plain.create(title="A")
    plain.ann.edit(made.ref.id, custom_fields=[{"id": 1, "value": ""}])
    log = list(plain.connector.history([Target(plain.scope, made.ref)], 0))
    assert ("marker", MARKER, None) in [(change.field, change.old, change.new) for change in log]


def test_what_is_deleted_is_gone_and_a_project_that_is_not_there_is_no_deletion(plain):
    made = plain.create(title="A")
    note = plain.create(Kind.COMMENT, made.ref, body="x", author="Ann")
    release = plain.create(Kind.RELEASE, version="1.0")
    for ref in (made.ref, note.ref, release.ref):
        assert not isinstance(plain.read(ref), Tombstone)
    if plain.simulator:
        plain.simulator.user_delete(int(made.ref.id))
    else:
        plain.bot.call("DELETE", f"/issues/{made.ref.id}.json")
    assert plain.read(made.ref) == Tombstone(made.ref)
    assert plain.read(note.ref) == Tombstone(note.ref)
    plain.project = "none"
    with pytest.raises(Denied, match="no project 'none'"):
        plain.read(made.ref)


@only_simulated
def test_an_issue_that_is_hidden_from_us_is_not_gone_and_in_nobodys_way(plain):
    one, other = plain.create(title="A"), plain.create(title="B", item="f" * 16 + "@012345")
    note = plain.create(Kind.COMMENT, one.ref, body="x", author="Ann")
    plain.simulator.hidden = {int(one.ref.id)}
    targets = [Target(plain.scope, ref) for ref in (one.ref, note.ref, other.ref)]
    assert [found.ref for found in plain.connector.read(targets)] == [other.ref]
    assert list(plain.connector.history(targets[:1], 0)) == []
    with pytest.raises(Refused, match="403"):
        plain.connector.update(targets[0], one.observation, {"status": "done"})


def test_a_wrong_key_is_denied(plain):
    connector = Redmine(RedmineSettings(plain.url, Secret({"env": "K"}, "fake-wrong")), plain.connector.context)
    with pytest.raises(Denied):
        connector.check([plain.scope])


@only_simulated
@pytest.mark.parametrize("kind", ["drop_after", "locked"])
def test_a_write_whose_answer_is_lost_or_500_is_unknown(plain, kind):
    plain.simulator.faults = [Fault("POST", r"/issues\.json", kind=kind)]
    with pytest.raises(Ambiguous):
        plain.create(title="A")
    assert len(plain.simulator.issues) == (1 if kind == "drop_after" else 0)


@only_simulated
def test_a_note_whose_reading_back_fails_is_unknown(plain):
    made = plain.create(title="A")
    plain.simulator.faults = [Fault("GET", r"/issues/\d+\.json", kind="403")]
    with pytest.raises(Ambiguous):
        plain.create(Kind.COMMENT, made.ref, body="x", author="Ann")
    assert len(plain.simulator.issues[int(made.ref.id)]["journals"]) == 1

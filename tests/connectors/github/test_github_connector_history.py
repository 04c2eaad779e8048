"""The change log through the connector: who set which field when, to what, and whether our marker was taken out."""

from __future__ import annotations

from github_connector import MARKER, REPO, created, fetched, observations, scope, target

from pmhub.sdk import ABSENT, Comment, FieldChange, Kind, SetChange, Ticket, Vocabulary, Words


def steps(changes: list[FieldChange]):
    return [(one.field, one.old, one.new, one.actor) for one in changes]


def theirs(simulator, hub, **fields):
    simulator.user_create_issue(REPO, "First", "Text", **fields)
    [seen] = observations(fetched(hub))
    return seen


def test_every_field_tells_who_changed_it_and_from_what_to_what(rig, hub, simulator, clock):
    seen = theirs(simulator, hub, labels=["red"], assignees=["octocat"])
    clock.seconds += 10
    since = rig.now()
    simulator.user_edit_issue(REPO, 1, title="Second")
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, labels=["red", "blue", "green"], user=rig.login)
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, labels=["green"], assignees=["pmhub-bot"])
    clock.seconds += 10
    simulator.user_close(REPO, 1)
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, body="More text")
    clock.seconds += 10
    simulator.user_reopen(REPO, 1)
    rig.asked()
    found = list(hub.history([target(seen)], since))
    assert rig.asked() == ["GET /issues/events 200", "POST /graphql 200"]
    assert steps(found) == [
        ("title", "First", "Second", "octocat"),
        ("labels", ("red",), ("blue", "green", "red"), rig.login),
        ("assignees", ("Ann",), ("Hub",), "octocat"),
        ("labels", ("blue", "green", "red"), ("green",), "octocat"),
        ("status", "todo", "done", "octocat"),
        ("body", "Text", "More text", "octocat"),
        ("status", "done", "todo", "octocat"),
    ]
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert all(one.at >= since - 1000 for one in found)


def test_only_what_happened_since_is_told_with_its_true_value_before(rig, hub, simulator, clock):
    seen = theirs(simulator, hub, labels=["red"])
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, labels=["red", "blue"], body="Second")
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, labels=["red", "blue", "green"], body="Third")
    assert steps(list(hub.history([target(seen)], rig.now() - 5000))) == [
        ("labels", ("blue", "red"), ("blue", "green", "red"), "octocat"),
        ("body", "Second", "Third", "octocat"),
    ]


def test_many_issues_cost_one_page_of_events_and_one_query(rig, hub, simulator, clock):
    for number in range(1, 31):
        simulator.user_create_issue(REPO, f"Issue {number}")
    seen = observations(fetched(hub))
    clock.seconds += 10
    for number in range(1, 31):
        simulator.user_edit_issue(REPO, number, title=f"Renamed {number}")
    rig.asked()
    found = list(hub.history([target(one) for one in seen], rig.now() - 5000))
    assert rig.asked() == ["GET /issues/events 200", "POST /graphql 200"]
    assert {one.ref for one in found} == {one.ref for one in seen}


def test_one_issue_in_a_busy_repository_is_read_by_itself(rig, hub, simulator, clock):
    seen = theirs(simulator, hub, labels=["red"])
    clock.seconds += 10
    since = rig.now()
    simulator.user_edit_issue(REPO, 1, labels=["blue"])
    for number in range(150):
        simulator.user_create_issue(REPO, f"Noise {number}", labels=["noise"])
    rig.asked()
    found = list(hub.history([target(seen)], since))
    assert steps(found) == [("labels", ("red",), ("blue",), "octocat")]
    assert rig.asked() == [
        "GET /issues/events 200",
        "POST /graphql 200",
        "GET /issues/1/events 200",
        "POST /graphql 200",
    ]


def test_our_own_update_stands_under_our_name(rig, hub, clock):
    seen = created(hub, Ticket(title="First", body="Text"))
    clock.seconds += 10
    since = rig.now()
    hub.update(target(seen), seen, {"title": "Second", "body": "More", "labels": SetChange(("red",))})
    assert sorted(steps(list(hub.history([target(seen)], since)))) == [
        ("body", "Text", "More", rig.login),
        ("labels", (), ("red",), rig.login),
        ("title", "First", "Second", rig.login),
    ]


def test_a_marker_that_was_edited_out_is_told(rig, hub, simulator, clock):
    seen = created(hub, Ticket(title="First", body="Text"))
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, body="Text")
    assert steps(list(hub.history([target(seen)], 0)))[-1:] == [("marker", MARKER, None, "octocat")]


def test_words_below_our_marker_are_read_and_the_marker_still_counts(rig, hub, simulator):
    created(hub, Ticket(title="First", body="Text"))
    simulator.user_edit_issue(REPO, 1, body=f"Text\n\n<!-- {MARKER} -->\n\nP.S.")
    [seen] = observations(fetched(rig.run()))
    assert (seen.record.body, seen.marker) == ("Text\n\nP.S.", MARKER)


def test_comments_tell_their_edits(rig, hub, simulator, clock):
    issue = created(hub, Ticket(title="First"))
    ours = created(hub, Comment(body="Text", author="Cat"), on=issue.ref)
    simulator.user_comment(REPO, 1, "Theirs")
    comments = observations(fetched(hub, Kind.COMMENT))
    clock.seconds += 10
    simulator.user_edit_comment(
        REPO, ours.native["id"], simulator.comments(REPO)[ours.native["id"]].body.replace("Text", "More")
    )
    rig.asked()
    found = list(hub.history([target(one) for one in comments], 0))
    assert rig.asked() == ["POST /graphql 200"]
    assert steps(found) == [("body", "Text", "More", "octocat")]
    assert found[0].ref == ours.ref


def test_a_release_is_told_by_its_milestone(rig, hub, simulator, clock):
    of = scope(milestones="release")
    one, other = (simulator.user_create_milestone(REPO, title).number for title in ("1.0", "2.0"))
    seen = theirs(simulator, hub, milestone=one)
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, milestone=other)
    assert steps(list(hub.history([target(seen, of)], rig.now() - 5000))) == [
        ("releases", ("1.0",), ("2.0",), "octocat")
    ]


def test_a_release_is_told_by_its_label(rig, hub, simulator, clock):
    seen = theirs(simulator, hub, labels=["release/1.0"])
    clock.seconds += 10
    simulator.user_edit_issue(REPO, 1, labels=["release/2.0"])
    assert steps(list(hub.history([target(seen)], rig.now() - 5000))) == [("releases", ("1.0",), ("2.0",), "octocat")]


def test_a_status_before_that_the_log_does_not_tell_is_absent(rig, hub, simulator, clock):
    of = scope(Vocabulary(words={"status": Words({"open": "todo", "completed": "done", "not_planned": "dropped"})}))
    seen = theirs(simulator, hub)
    simulator.user_close(REPO, 1, reason="not_planned")
    clock.seconds += 400
    for number in range(120):
        simulator.user_create_issue(REPO, f"Noise {number}", labels=["noise"])
    clock.seconds += 10
    simulator.user_reopen(REPO, 1)
    [change] = hub.history([target(seen, of)], rig.now() - 5000)
    assert (change.old, change.new) == (ABSENT, "todo")


def test_a_deleted_issue_has_no_history(rig, hub, simulator):
    seen = theirs(simulator, hub)
    simulator.user_delete_issue(REPO, 1)
    assert list(hub.history([target(seen)], 0)) == []

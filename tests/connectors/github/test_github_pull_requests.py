"""Pull requests, merged and open: what each is called, who wrote it, which issues it closes, and how cheap that is."""

from __future__ import annotations

import pytest
from github_connector import REPO, scope

from pmhub.sdk import Denied, Visibility
from pmhub_github.pull_requests import closes


def merged(simulator, title="A change", body=None, **fields):
    pull = simulator.user_create_pull(REPO, title, body, **fields)
    return simulator.user_merge_pull(REPO, pull.number)


def read(rig, since=0, **settings):
    return list(rig.run().pull_requests(scope(**settings), since))


def test_a_merged_pull_request_tells_what_notes_need(rig, simulator, clock):
    simulator.user_create_issue(REPO, "Checkout is slow")
    labels = ["bug", "release/1.0"]
    pull = merged(simulator, "Cache prices", "Fixes #1\n\nSee SHOP-7", branch="SHOP-7-cache", labels=labels)
    [one] = read(rig)
    assert (one.key, one.title, one.author) == (f"{REPO}#2", "Cache prices", "Ann")
    assert (one.labels, one.releases, one.closes) == (("bug",), ("1.0",), (f"{REPO}#1",))
    assert (one.branch, one.commit, one.body) == ("SHOP-7-cache", pull.merge_commit, "Fixes #1\n\nSee SHOP-7")
    assert (one.merged_at, one.visibility) == (int(clock.seconds) * 1000, Visibility.MEMBERS)
    assert one.url == f"https://github.com/{REPO}/pull/2"


def test_its_milestone_is_its_release_where_milestones_are(rig, simulator):
    simulator.user_create_milestone(REPO, "1.0")
    merged(simulator, milestone=1)
    assert [one.releases for one in read(rig, milestones="release")] == [("1.0",)]
    assert [one.releases for one in read(rig)] == [()]


def test_what_is_open_or_was_given_up_is_none(rig, simulator):
    simulator.user_create_pull(REPO, "Open")
    simulator.user_close(REPO, simulator.user_create_pull(REPO, "Given up").number)
    assert read(rig) == []


def test_those_of_bots_only_where_asked_for(rig, simulator):
    simulator.add_user("dependabot[bot]").kind = "Bot"
    merged(simulator, "Bump", user="dependabot[bot]")
    assert read(rig) == []
    assert [one.title for one in read(rig, bots=True)] == ["Bump"]


def test_oldest_first_from_a_moment_on(rig, simulator, clock):
    for number in range(3):
        merged(simulator, f"Change {number}")
        clock.seconds += 3600
    since = int(clock.seconds - 2 * 3600) * 1000
    assert [one.title for one in read(rig, since)] == ["Change 1", "Change 2"]


def test_one_that_was_merged_before_and_talked_about_since_is_not_told_again(rig, simulator, clock):
    pull = merged(simulator)
    clock.seconds += 3600
    since = int(clock.seconds) * 1000
    simulator.user_comment(REPO, pull.number, "Nice")
    assert read(rig, since) == []


def test_at_rest_it_costs_one_request_that_is_free(rig, simulator):
    merged(simulator)
    read(rig)
    rig.asked()
    assert len(read(rig)) == 1
    assert rig.asked() == ["GET /pulls 304"]


def test_a_long_history_is_read_only_as_far_as_needed(rig, simulator, clock):
    for number in range(250):
        merged(simulator, f"Change {number}")
        clock.seconds += 60
    assert len(read(rig)) == 250
    rig.asked()
    assert len(read(rig, int(clock.seconds - 3600) * 1000)) == 60
    assert len(rig.asked()) == 1


def test_a_repository_out_of_sight_is_an_outage(rig, simulator):
    simulator.repo(REPO).permissions[rig.login] = "none"
    with pytest.raises(Denied, match=REPO):
        read(rig)


def test_those_that_wait_to_be_merged(rig, simulator):
    simulator.user_create_pull(REPO, "Open", "Fixes #9", branch="SHOP-7-open", labels=["release/1.0"])
    merged(simulator)
    simulator.user_close(REPO, simulator.user_create_pull(REPO, "Given up").number)
    [one] = rig.run().open_pull_requests(scope())
    assert (one.key, one.merged, one.merged_at, one.commit) == (f"{REPO}#1", False, 0, "")
    assert (one.closes, one.branch, one.releases) == ((f"{REPO}#9",), "SHOP-7-open", ("1.0",))


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("Closes #3, fixes #4 and resolved: example/other#5", (f"{REPO}#3", f"{REPO}#4", "example/other#5")),
        ("fixes https://github.com/example/other/issues/9", ("example/other#9",)),
        ("Fixes #3. Fixed #3 again", (f"{REPO}#3",)),
        ("See #3; unfixes #4; prefix #5; `fixes #6`", ()),
        ("```\nfixes #6\n```\nText", ()),
        ("", ()),
    ],
)
def test_what_it_says_it_closes(body, keys):
    assert closes(REPO, body) == keys

"""What exists on both sides is paired before anything is created; what only a person can tell is listed, and held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace
from functional.flavours import written

from pmhub.model.kinds import Kind
from pmhub.store import Store
from pmhub_jira.simulator import Fault
from pmhub_jira.simulator.values import RemoteLink

MATCH = 'new_items = "match"\n'
WORDS = ("Basket", "Coupon", "Invoice", "Address", "Refund", "Search", "Login", "Stock", "Parcel", "Review")
DEEDS = ("loses its place", "shows twice", "is too slow", "needs a tooltip", "ignores the locale")
PLACES = (
    "on phones",
    "in the mail",
    "for guests",
    "after midnight",
    "with two taxes",
    "in the app",
    "at the till",
    "on paper",
    "for partners",
    "in tests",
)


def titles(count):
    every = [f"{word} {deed} {place}" for word in WORDS for deed in DEEDS for place in PLACES]
    return every[:count]


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.write(fields=MATCH)
        yield workspace


def counts(hub):
    return len(hub.github.issues(REPO)), len(hub.jira.issues(PROJECT))


def forget(hub):
    for suffix in (".db", ".db-wal", ".db-shm", ".generation", ".conflicts.jsonl"):
        hub.database.with_suffix(suffix).unlink(missing_ok=True)


def pairs(hub):
    """Jira key → GitHub number, as the hub has it."""
    store, found = Store(hub.database, durable=False), {}
    try:
        for item in store.items.ids(Kind.TICKET):
            keys = [seen.ref.key for seen in store.matching.things(item)]
            numbers = [int(key.partition("#")[2]) for key in keys if "#" in key]
            found |= {key: numbers[0] if numbers else None for key in keys if key.startswith(PROJECT)}
    finally:
        store.close()
    return found


def settled(hub, code=0):
    hub.rest()
    hub.github.requests.clear()
    hub.jira.requests.clear()
    done = hub.run("sync")
    assert done.code == code, done.err
    return hub.writes == []


def test_the_same_title_on_both_sides_is_one_item(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step.")
    hub.github.user_create_issue(REPO, "pay in  one step", "a text")
    done = hub.run("sync")
    assert done.code == 0, done.err
    assert counts(hub) == (1, 1)
    assert "a text" in str(hub.jira.issue("SHOP-1").description)
    assert settled(hub)


def test_what_has_no_partner_is_created_as_ever(hub):
    hub.jira.user_create_issue(PROJECT, "Only here")
    hub.github.user_create_issue(REPO, "Quite another thing")
    hub.sync()
    assert counts(hub) == (2, 2)


def test_match_only_creates_nothing(hub):
    hub.write(fields='new_items = "match-only"\n')
    hub.jira.user_create_issue(PROJECT, "Only here")
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.github.user_create_issue(REPO, "Pay in one step")
    hub.sync()
    assert counts(hub) == (1, 2)
    assert pairs(hub) == {"SHOP-1": None, "SHOP-2": 1}


def test_a_key_in_front_of_the_title_says_more_than_the_title(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.github.user_create_issue(REPO, "[SHOP-1] One-click checkout")
    hub.sync()
    assert counts(hub) == (1, 1)


def test_a_link_on_a_line_of_its_own_is_taken_over(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.github.user_create_issue(REPO, "One step to pay", f"text\n\nTicket: {hub.urls['jira']}/browse/SHOP-1")
    hub.sync()
    assert counts(hub) == (1, 1)


@pytest.mark.parametrize("text", ["see also SHOP-1 about that", "Blocked by SHOP-1", "- SHOP-1\n- SHOP-2"])
def test_a_text_that_speaks_of_another_ticket_is_not_that_ticket(hub, text):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.jira.user_create_issue(PROJECT, "Basket is emptied")
    hub.github.user_create_issue(REPO, "Parcels arrive late", text)
    hub.sync()
    assert counts(hub) == (3, 3)


def test_a_title_that_two_have_is_listed_and_nothing_is_created(hub):
    for _ in range(2):
        hub.jira.user_create_issue(PROJECT, "Fix a typo")
    hub.github.user_create_issue(REPO, "Fix a typo")
    told = hub.run("plan")
    assert "pmhub link" in told.out
    assert hub.run("sync").code == 6
    assert counts(hub) == (1, 2)
    assert settled(hub, code=6)


def test_a_person_says_which_is_which(hub):
    for _ in range(2):
        hub.jira.user_create_issue(PROJECT, "Fix a typo")
    hub.github.user_create_issue(REPO, "Fix a typo")
    hub.run("sync")
    assert hub.run("link", "SHOP-2", "example/shop#1").code == 0
    hub.sync()
    assert pairs(hub) == {"SHOP-1": 2, "SHOP-2": 1}
    assert settled(hub)


def test_a_person_says_that_it_is_nothing_that_exists(hub):
    hub.jira.user_create_issue(PROJECT, "Coupon is refused twice")
    hub.github.user_create_issue(REPO, "Coupons is refused twice")
    assert hub.run("sync").code == 6
    assert hub.run("link", "--alone", "SHOP-1").code == 0
    hub.sync()
    assert counts(hub) == (2, 2)


def test_things_of_one_title_made_far_apart_are_a_persons_matter(hub):
    hub.jira.user_create_issue(PROJECT, "Update the dependencies")
    hub.clock.behind -= 31 * 86_400
    hub.github.user_create_issue(REPO, "Update the dependencies")
    assert hub.run("sync").code == 6
    hub.write(fields=MATCH + "match_days = 0\n")
    hub.sync()
    assert counts(hub) == (1, 1)


def test_comments_that_say_the_same_are_one(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.github.user_create_issue(REPO, "Pay in one step")
    hub.jira.user_comment("SHOP-1", written("Works for me"))
    hub.github.user_comment(REPO, 1, "Works for me")
    hub.github.user_comment(REPO, 1, "Not for me")
    hub.sync()
    assert len(hub.jira.comments("SHOP-1")) == 2
    assert len(hub.github.comments(REPO)) == 2


def test_a_plan_tells_of_pairs_and_writes_nothing(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.github.user_create_issue(REPO, "Pay in one step")
    done = hub.run("plan", "--format", "json")
    assert done.json["matches"] == [{"names": ["example/shop#1", "SHOP-1"], "by": "title"}]
    assert "example/shop#1 = SHOP-1" in hub.run("plan").out
    assert hub.writes == []


@pytest.fixture(scope="module")
def backlog(tmp_path_factory):
    """500 pairs, of which 20 share their titles, two and two, and 10 differ by a slip of the pen; some linked by other tools."""
    with cli_workspace(tmp_path_factory.mktemp("backlog")) as hub:
        hub.write(fields=MATCH)
        expected = {}
        plain = titles(480)
        for position, title in enumerate([*plain, *(f"Tidy up module {n // 2}" for n in range(20))]):
            body = None
            other = title
            if 470 <= position < 480:
                other = title.replace("i", "ii", 1) if "i" in title else title + "s"
            elif position % 25 == 0 and position < 470:
                other, body = f"Copied thing number {position}: {title.split()[0]}", "link"
            issue = hub.jira.user_create_issue(PROJECT, title)
            text = f"{hub.urls['jira']}/browse/{issue.key}" if body else None
            made = hub.github.user_create_issue(REPO, other, text)
            expected[issue.key] = made.number
        done = hub.run("sync", "--max-changes", "0")
        assert done.code == 6, done.err
        yield hub, expected, done


def test_of_500_pairs_470_are_linked_none_wrongly_and_30_listed(backlog):
    hub, expected, _ = backlog
    assert counts(hub) == (500, 500)
    found = pairs(hub)
    linked = {key for key, number in found.items() if number is not None}
    assert len(linked) >= 470
    assert [key for key in linked if found[key] != expected[key]] == []
    listed = {name for doubt in hub.run("plan", "--format", "json").json["doubts"] for name in doubt["names"]}
    assert {key for key in expected if key not in linked} == {name for name in listed if name.startswith(PROJECT)}
    assert len(linked) + 30 == 500


def test_a_lost_database_creates_nothing_anew(backlog):
    hub, _, _ = backlog
    before = pairs(hub)
    forget(hub)
    hub.rest()
    done = hub.run("sync", "--max-changes", "0")
    assert done.code == 6, done.err
    assert counts(hub) == (500, 500)
    assert pairs(hub) == before


def test_what_was_stopped_goes_on(hub):
    """The remote goes away while pairs are marked; what is paired stays paired, and the rest of the marks follow."""
    for title in titles(6):
        hub.jira.user_create_issue(PROJECT, title)
        hub.github.user_create_issue(REPO, title)
    hub.jira.fault(Fault("status", "PUT", r"/properties/", nth=3, times=50, status=503))
    assert hub.run("sync").code == 5
    assert len([key for key, number in pairs(hub).items() if number]) == 6
    hub.jira.faults.clear()
    hub.sync()
    assert all("pmhub" in issue.properties for issue in hub.jira.issues(PROJECT))
    assert counts(hub) == (6, 6)
    assert settled(hub)


def test_a_lost_database_knows_its_pairs_by_their_marks(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.jira.user_create_issue(PROJECT, "Basket is emptied")
    hub.github.user_create_issue(REPO, "Basket is emptied")
    hub.github.user_create_issue(REPO, "Pay in one step")
    hub.sync()
    before = pairs(hub)
    for key in before:
        hub.jira.user_edit_issue(key, summary="Both are called the same now")
    hub.sync()
    forget(hub)
    hub.sync()
    assert pairs(hub) == before == {"SHOP-1": 2, "SHOP-2": 1}
    assert counts(hub) == (2, 2)
    assert settled(hub)


def test_a_mark_that_was_copied_into_a_text_pairs_nothing(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    hub.sync()
    marker = hub.github.issue(REPO, 1).body
    hub.github.user_create_issue(REPO, "Quite another thing", marker)
    forget(hub)
    hub.sync()
    assert counts(hub) == (2, 2)


def test_a_link_that_another_tool_left_beside_the_text_is_taken_over(hub):
    issue = hub.jira.user_create_issue(PROJECT, "Pay in one step")
    made = hub.github.user_create_issue(REPO, "One-click checkout")
    left = {"title": "Pull", "url": f"https://github.com/{REPO}/issues/{made.number}"}
    with hub.jira.lock:
        link = RemoteLink(id=1, global_id="another-tool=1", application=None, relationship=None, object=left)
        hub.jira.state.put(replace(hub.jira.issue(issue.key), remote_links=(link,)))
    hub.sync()
    assert counts(hub) == (1, 1)
    assert settled(hub)
    assert not [x for x in hub.jira.requests if "remotelink" in x.path]

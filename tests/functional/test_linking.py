"""link and unlink: a person says what belongs together; nothing is created twice and nothing is lost."""

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace

ONE_WAY = "new_items = []\n"


@pytest.fixture
def hub(tmp_path):
    """Two tickets that mean the same, each on one side, and no sync creates anything."""
    with cli_workspace(tmp_path) as workspace:
        workspace.write(fields=ONE_WAY)
        workspace.jira.user_create_issue(PROJECT, "Pay in one step", labels=["shop"])
        workspace.github.user_create_issue(REPO, "Pay in one step", "a text", labels=["pay"])
        workspace.github.user_comment(REPO, 1, "said over there")
        workspace.sync()
        assert len(items(workspace)) == 2
        yield workspace


@pytest.fixture
def linked(hub):
    done = hub.run("link", "SHOP-1", "example/shop#1")
    assert done.code == 0, done.err
    hub.write()
    hub.rest()
    return hub


def items(hub):
    shown = [hub.run("show", name, "--format", "json") for name in ("SHOP-1", "example/shop#1")]
    return [each for each in shown if each.code == 0]


def ids(hub):
    return {done.json["id"] for done in items(hub)}


def silent(hub):
    hub.rest()
    hub.github.requests.clear()
    hub.jira.requests.clear()
    done = hub.run("sync")
    assert done.code == 0, done.err
    return hub.writes == []


def counts(hub):
    return len(hub.github.issues(REPO)), len(hub.jira.issues(PROJECT))


def test_two_items_become_one(linked):
    assert len(ids(linked)) == 1
    assert "SHOP-1 = example/shop#1" in linked.run("show", "SHOP-1").out


def test_what_differs_is_merged_by_the_rules_of_the_sync(linked):
    linked.sync()
    assert linked.github.label_names(REPO, 1) == sorted(linked.jira.issue("SHOP-1").labels) == ["pay", "shop"]
    assert "a text" in str(linked.jira.issue("SHOP-1").description)
    assert counts(linked) == (1, 1)
    assert silent(linked)


def test_what_clashes_waits_where_the_rules_say_so(hub):
    hub.github.user_edit_issue(REPO, 1, title="Pay at once")
    hub.sync()
    hub.run("link", "SHOP-1", "example/shop#1")
    hub.write(fields='[syncs.backlog.fields]\ntitle = { conflict = "hold" }')
    assert hub.run("sync").code == 6
    assert (hub.github.issue(REPO, 1).title, hub.jira.issue("SHOP-1").summary) == ("Pay at once", "Pay in one step")


def test_comments_of_both_are_on_the_one(linked):
    linked.sync()
    assert len(linked.jira.comments("SHOP-1")) == 1
    assert silent(linked)


def test_a_link_is_marked_where_nobody_sees_it(hub):
    assert hub.run("link", "example/shop#1", "SHOP-1").code == 0
    (item,) = ids(hub)
    assert hub.jira.issue("SHOP-1").properties["pmhub"]["marker"] == f"pmhub:{item}"


def test_two_things_of_one_remote_cannot_be_one_item(tmp_path):
    with cli_workspace(tmp_path) as hub:
        for number in range(2):
            hub.jira.user_create_issue(PROJECT, f"Issue {number}")
        hub.sync()
        done = hub.run("link", "SHOP-1", "SHOP-2")
        assert done.code == 1
        assert "both are on" in done.err
        assert "pmhub unlink" in done.err


@pytest.fixture
def twins(tmp_path):
    """A ticket with its copy, a comment on both, and another ticket with a copy."""
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        workspace.jira.user_create_issue(PROJECT, "Pay in one click")
        workspace.sync()
        workspace.github.user_comment(REPO, 1, "a word")
        workspace.sync()
        yield workspace


def test_what_was_unlinked_stays_as_it_is_and_is_not_made_again(twins):
    assert twins.run("unlink", "SHOP-1", "github").code == 0
    twins.jira.user_edit_issue("SHOP-1", summary="Changed here")
    twins.github.user_edit_issue(REPO, 1, body="changed there")
    twins.github.user_comment(REPO, 1, "another word")
    twins.rest()
    twins.run("sync", "--deep")
    assert silent(twins)
    assert twins.github.issue(REPO, 1).title == "Pay in one step"
    assert counts(twins) == (2, 2)
    assert len(twins.jira.comments("SHOP-1")) == 1
    assert twins.run("show", "example/shop#1").code == 1


def test_what_was_unlinked_can_be_linked_again(twins):
    twins.run("unlink", "SHOP-1", "github")
    twins.sync()
    assert twins.run("link", "SHOP-1", "example/shop#1").code == 0
    twins.jira.user_edit_issue("SHOP-1", summary="Changed here")
    twins.sync()
    twins.sync()
    assert twins.github.issue(REPO, 1).title == "Changed here"
    assert counts(twins) == (2, 2)
    assert (len(twins.jira.comments("SHOP-1")), len(twins.github.comments(REPO))) == (1, 1)
    assert silent(twins)


def test_a_wrong_copy_is_exchanged_for_the_right_one(twins):
    """SHOP-1 gets the copy that SHOP-2 had, and the other way round."""
    for key in ("SHOP-1", "SHOP-2"):
        assert twins.run("unlink", key, "github").code == 0
    assert twins.run("link", "SHOP-1", "example/shop#2").code == 0
    assert twins.run("link", "example/shop#1", "SHOP-2").code == 0
    twins.sync()
    assert "SHOP-1 = example/shop#2" in twins.run("show", "SHOP-1").out
    assert "SHOP-2 = example/shop#1" in twins.run("show", "SHOP-2").out
    assert counts(twins) == (2, 2)
    twins.sync()
    assert silent(twins)


def test_two_things_that_were_only_seen_so_far_are_one_item_from_the_start(tmp_path):
    with cli_workspace(tmp_path) as hub:
        hub.jira.user_create_issue(PROJECT, "Pay in one step")
        hub.github.user_create_issue(REPO, "Pay in one step", "text")
        hub.run("plan")
        done = hub.run("link", "SHOP-1", "example/shop#1")
        assert done.code == 0, done.err
        hub.sync()
        assert counts(hub) == (1, 1)
        assert silent(hub)


def test_an_item_needs_a_thing_to_stand_for_it(hub):
    done = hub.run("unlink", "SHOP-1", "jira")
    assert done.code == 1
    assert "is nowhere else" in done.err


def test_unlinking_where_there_is_nothing_is_an_error(hub):
    assert "has nothing on github" in hub.run("unlink", "SHOP-1", "github").err
    assert "there is no connection 'nosuch'" in hub.run("unlink", "SHOP-1", "nosuch").err


def test_links_are_in_the_log(twins):
    twins.run("unlink", "SHOP-1", "github")
    twins.run("link", "SHOP-1", "example/shop#1")
    out = twins.run("log", "SHOP-1").out
    assert "unlink example/shop#1 on github" in out
    assert "link example/shop#1 on github" in out


def test_a_link_outlives_the_database(linked):
    """Where a mark is invisible to people, it is believed on what they made."""
    linked.sync()
    linked.github.user_edit_issue(REPO, 1, title="Called something else by now")
    linked.sync()
    for suffix in (".db", ".db-wal", ".db-shm", ".generation"):
        linked.database.with_suffix(suffix).unlink(missing_ok=True)
    linked.sync()
    assert len(ids(linked)) == 1
    assert counts(linked) == (1, 1)
    assert silent(linked)

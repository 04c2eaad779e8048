"""What the configuration says of single fields and endpoints: set once, on a condition, by default, by route, and unmapped words."""

from __future__ import annotations

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace
from functional.flavours import written

WEB = "example/web"
FIELDS = "[syncs.backlog.fields]\n"
ENDPOINT = f'  {{ connection = "github", repo = "{REPO}" }},\n'
STATUS = """\
status = { unmapped = "%s", map = { todo = { jira = "To Do", github = "open" }, done = { jira = "Done", github = "completed" } } }
"""


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        yield workspace


def settled(hub, code=0):
    hub.rest()
    hub.github.requests.clear()
    hub.jira.requests.clear()
    done = hub.run("sync")
    assert done.code == code, done.err
    return hub.writes == []


def shown(hub, name):
    return hub.run("show", name, "--format", "json").json


def test_a_field_that_is_set_once_is_left_alone_from_then_on(hub):
    hub.write(fields=FIELDS + "title = { once = true }")
    hub.jira.user_create_issue(PROJECT, "As it began")
    hub.sync()
    hub.jira.user_edit_issue("SHOP-1", summary="Renamed here")
    hub.github.user_edit_issue(REPO, 1, title="Renamed there", body="this goes on")
    hub.sync()
    assert (hub.jira.issue("SHOP-1").summary, hub.github.issue(REPO, 1).title) == ("Renamed here", "Renamed there")
    assert "this goes on" in str(hub.jira.issue("SHOP-1").description)
    assert settled(hub)


def test_a_field_that_comes_from_one_side_is_put_right_on_the_other(hub):
    hub.write(fields=FIELDS + 'title = { from = "jira" }')
    hub.jira.user_create_issue(PROJECT, "Decided in Jira")
    hub.sync()
    hub.github.user_edit_issue(REPO, 1, title="Changed all the same")
    hub.sync()
    assert hub.github.issue(REPO, 1).title == hub.jira.issue("SHOP-1").summary == "Decided in Jira"
    assert settled(hub)


def test_a_condition_confines_a_field_to_some_items(hub):
    hub.write(fields=FIELDS + "labels = { when = \"type == 'bug'\" }")
    hub.jira.user_create_issue(PROJECT, "A bug", issuetype={"name": "Bug"}, labels=["shop"])
    hub.jira.user_create_issue(PROJECT, "A story", issuetype={"name": "Story"}, labels=["shop"])
    hub.sync()
    labels = {issue.title: hub.github.label_names(REPO, number) for number, issue in hub.github.issues(REPO).items()}
    assert labels == {"A bug": ["shop"], "A story": []}
    assert settled(hub)


def test_a_default_fills_what_the_origin_does_not_say(hub):
    hub.write(fields=FIELDS + 'type = { default = "bug" }\npriority = { default = "high" }')
    hub.github.user_create_issue(REPO, "Nobody said what it is")
    hub.sync()
    issue = hub.jira.issue("SHOP-1")
    assert (hub.jira.state.types[issue.type_id].name, issue.priority_id) == ("Bug", "2")
    assert hub.github.issue(REPO, 1).type is None
    assert settled(hub)


def test_new_items_go_where_their_route_leads(hub):
    hub.github.add_repo(WEB, private=True)
    routed = (
        f'  {{ connection = "github", repo = "{REPO}", route = "\'web\' not in labels" }},\n'
        f'  {{ connection = "github", repo = "{WEB}", route = "\'web\' in labels and type != \'bug\'" }},\n'
    )
    hub.write(replace={ENDPOINT: routed})
    hub.jira.user_create_issue(PROJECT, "Shop", labels=["shop"])
    web = hub.jira.user_create_issue(PROJECT, "Web", issuetype={"name": "Story"}, labels=["web"])
    hub.jira.user_create_issue(PROJECT, "Nowhere", issuetype={"name": "Bug"}, labels=["web"])
    hub.jira.user_comment(web.key, written("said of the web"))
    hub.sync()
    assert [issue.title for issue in hub.github.issues(REPO).values()] == ["Shop"]
    assert [issue.title for issue in hub.github.issues(WEB).values()] == ["Web"]
    assert [one.body for one in hub.github.comments(WEB).values()]
    assert hub.github.comments(REPO) == {}
    assert settled(hub)


@pytest.mark.parametrize(("policy", "code"), [("skip", 0), ("error", 3)])
def test_a_word_that_no_map_has_is_no_opinion(hub, policy, code):
    hub.write(fields=FIELDS + STATUS % policy)
    hub.jira.user_create_issue(PROJECT, "Under way")
    hub.sync()
    hub.jira.user_transition("SHOP-1", "In Progress")
    hub.jira.user_edit_issue("SHOP-1", summary="Still under way")
    done = hub.run("sync")
    assert done.code == code
    assert ("`In Progress` is no word of the map" in done.err) is (policy == "error")
    assert hub.github.issue(REPO, 1).state == "open"
    assert hub.github.issue(REPO, 1).title == "Still under way"
    assert settled(hub, code)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("title = { when = \"colour == 'red'\" }", "`colour` is no field"),
        ('title = { when = "().__class__" }', "may only compare fields"),
        ('title = { when = "9**9**9 == 1" }', "may only compare fields"),
        ('title = { when = "type ==" }', "is no condition"),
        ("status = { once = true }", "only set after a thing was made"),
        ('status = { unmapped = "skip" }', "nothing is mapped here"),
        ('labels = { default = "bug", once = 1 }', "must be true or false"),
    ],
)
def test_a_mistake_is_told_before_anything_runs(hub, fields, told):
    hub.write(fields=FIELDS + fields)
    done = hub.run("config", "check")
    assert done.code == 1
    assert told in done.err

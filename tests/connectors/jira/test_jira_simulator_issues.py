"""Writing issues: create, edit, transition, delete; what Jira refuses; what moves `updated`."""

from __future__ import annotations

import pytest
from jira_site import new_issue, open_site

from pmhub_jira.simulator import OPEN_WORKFLOW, RESTRICTED_WORKFLOW, ApiError, text_adf


@pytest.fixture
def site():
    with open_site() as opened:
        yield opened


@pytest.fixture
def story(site):
    """SHOP-1, and the site; a second has passed since."""
    site.simulator.user_create_issue("SHOP", "A story", text_adf("Hello"))
    site.clock.pass_time(1)
    return site


def updated(site, key="SHOP-1"):
    return site.simulator.issue(key).updated


def test_bulk_create_makes_what_is_valid_and_names_what_is_not(site):
    entries = [new_issue("One"), new_issue(""), new_issue("Three", priority={"name": "Nonsense"}), new_issue("Four")]
    answer = site.post("issue/bulk", {"issueUpdates": entries}, 201)
    assert [set(made) for made in answer["issues"]] == [{"id", "key", "self"}] * 2
    assert [issue.summary for issue in site.simulator.issues("SHOP")] == ["One", "Four"]
    assert [error["failedElementNumber"] for error in answer["errors"]] == [1, 2]
    assert answer["errors"][1]["elementErrors"]["errors"] == {"priority": "The priority selected is invalid."}


def test_bulk_create_is_400_only_when_nothing_was_made(site):
    answer = site.post("issue/bulk", {"issueUpdates": [new_issue("")]}, 400)
    assert (answer["issues"], len(answer["errors"])) == ([], 1)
    site.post("issue/bulk", {"issueUpdates": [new_issue(str(n)) for n in range(51)]}, 400)
    assert site.simulator.issues("SHOP") == []


def test_marker_and_first_transition_travel_in_the_create_itself(site):
    body = new_issue("All at once") | {
        "properties": [{"key": "pmhub", "value": "m1"}],
        "transition": {"id": "41"},
        "update": {"labels": [{"add": "x"}], "comment": [{"add": {"body": text_adf("Hi")}}]},
    }
    site.post("issue/bulk", {"issueUpdates": [body]}, 201)
    issue = site.get("issue/SHOP-1", properties="*all")
    assert issue["properties"] == {"pmhub": "m1"}
    assert issue["fields"]["status"]["statusCategory"]["key"] == "done"
    assert issue["fields"]["labels"] == ["x"]
    assert issue["fields"]["comment"]["total"] == 1


def test_a_create_whose_transition_is_refused_makes_nothing(site):
    site.post("issue", new_issue("Half") | {"transition": {"id": "99"}}, 400)
    assert site.simulator.issues("SHOP") == []
    assert site.post("issue", new_issue("First"), 201)["key"] == "SHOP-1"


@pytest.mark.parametrize(
    ("fields", "culprit"),
    [
        ({"summary": ""}, "summary"),
        ({"summary": "  "}, "summary"),
        ({"summary": "two\nlines"}, "summary"),
        ({"summary": "x" * 256}, "summary"),
        ({"summary": 7}, "summary"),
        ({"description": "plain"}, "description"),
        ({"description": text_adf("x" * 32_768)}, "description"),
        ({"issuetype": {"name": "Nonsense"}}, "issuetype"),
        ({"priority": {"id": "77"}}, "priority"),
        ({"assignee": {"accountId": "nobody"}}, "assignee"),
        ({"labels": ["with space"]}, "labels"),
        ({"fixVersions": [{"name": "9.9"}]}, "fixVersions"),
        ({"components": [{"name": "Nonsense"}]}, "components"),
        ({"duedate": "next week"}, "duedate"),
        ({"customfield_10016": "three"}, "customfield_10016"),
        ({"customfield_99999": 1}, "customfield_99999"),
        ({"status": {"name": "Done"}}, "status"),
        ({"parent": {"key": "SHOP-99"}}, "parent"),
        ({"project": {"key": "NOPE"}}, "project"),
    ],
)
def test_a_refused_field_is_named(site, fields, culprit):
    body = new_issue("Fine")
    body["fields"] |= fields
    answer = site.post("issue", body, 400)
    assert list(answer["errors"]) == [culprit]
    assert site.simulator.issues("SHOP") == []


def paragraph(*content):
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": list(content)}]}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "doc", "content": []},
        {"type": "doc", "version": 1},
        {"type": "doc", "version": 1, "content": [{"type": "text", "text": "inline at the top"}]},
        {"type": "doc", "version": 1, "content": [{"type": "bulletList", "content": []}]},
        {"type": "doc", "version": 1, "content": [{"type": "heading", "attrs": {"level": 7}, "content": []}]},
        paragraph({"type": "text", "text": ""}),
        paragraph({"type": "text", "text": "bell \x07"}),
        paragraph({"type": "blink", "text": "x"}),
        paragraph({"type": "text", "text": "x", "marks": [{"type": "code"}, {"type": "strong"}]}),
        paragraph({"type": "text", "text": "x", "marks": [{"type": "link"}]}),
    ],
)
def test_a_malformed_document_is_invalid_input(site, document):
    answer = site.post("issue", new_issue("Fine", description=document), 400)
    assert answer == {"errorMessages": ["INVALID_INPUT"], "errors": {}}


def test_a_summary_is_trimmed(site):
    site.post("issue", new_issue("  Roomy "), 201)
    assert site.get("issue/SHOP-1")["fields"]["summary"] == "Roomy"


def test_all_wrong_fields_are_named_at_once(story):
    answer = story.put("issue/SHOP-1", {"fields": {"summary": "", "duedate": "x", "labels": ["a b"]}}, 400)
    assert set(answer["errors"]) == {"summary", "duedate", "labels"}


def test_a_field_off_the_screen_cannot_be_written(story):
    story.simulator.hide_field("SHOP", "duedate")
    answer = story.put("issue/SHOP-1", {"fields": {"duedate": "2026-12-01"}}, 400)
    assert "not on the appropriate screen" in answer["errors"]["duedate"]
    assert "duedate" not in story.get("issue/SHOP-1")["fields"]


def test_an_edit_can_bring_the_new_issue_back(story):
    answer = story.put("issue/SHOP-1", {"fields": {"summary": "New"}}, 200, returnIssue="true")
    assert (answer["fields"]["summary"], answer["fields"]["updated"]) == ("New", "2026-11-22T10:00:01.123+0000")
    assert story.put("issue/SHOP-1", {"fields": {"summary": "Newer"}}) is None


def test_sets_change_by_add_and_remove(story):
    story.simulator.add_version("SHOP", "1.0")
    story.simulator.add_version("SHOP", "2.0")
    story.simulator.user_edit_issue("SHOP-1", labels=["b", "a"], fixVersions=[{"name": "1.0"}])
    update = {
        "labels": [{"add": "c"}, {"remove": "a"}, {"remove": "absent"}],
        "fixVersions": [{"add": {"name": "2.0"}}, {"remove": {"name": "1.0"}}],
    }
    fields = story.put("issue/SHOP-1", {"update": update}, 200, returnIssue="true")["fields"]
    assert fields["labels"] == ["b", "c"]
    assert [version["name"] for version in fields["fixVersions"]] == ["2.0"]


def test_a_field_cannot_be_both_set_and_updated(story):
    body = {"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}}
    assert "labels" in story.put("issue/SHOP-1", body, 400)["errors"]


def test_an_edit_ignores_a_transition(story):
    story.put("issue/SHOP-1", {"fields": {"summary": "New"}, "transition": {"id": "41"}})
    assert story.simulator.status_name("SHOP-1") == "To Do"


def test_every_workflow_step_is_open_by_default(story):
    steps = story.get("issue/SHOP-1/transitions")["transitions"]
    assert [step["to"]["name"] for step in steps] == ["To Do", "In Progress", "In Review", "Done"]
    story.post("issue/SHOP-1/transitions", {"transition": {"id": "41"}}, 204)
    fields = story.get("issue/SHOP-1")["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Done", "Done")
    assert fields["resolutiondate"] == fields["updated"]
    story.post("issue/SHOP-1/transitions", {"transition": {"id": "11"}}, 204)
    assert story.get("issue/SHOP-1")["fields"]["resolution"] is None


def test_a_restricted_workflow_offers_only_the_next_steps(site):
    site.simulator.add_project("SLOW", workflow=RESTRICTED_WORKFLOW)
    site.simulator.user_create_issue("SLOW", "Patience")
    assert [step["name"] for step in site.get("issue/SLOW-1/transitions")["transitions"]] == ["Start work"]
    site.post("issue/SLOW-1/transitions", {"transition": {"id": "41"}}, 400)
    with pytest.raises(ApiError):
        site.simulator.user_transition("SLOW-1", "Done")
    for status in ("In Progress", "In Review", "Done"):
        site.simulator.user_transition("SLOW-1", status)
    assert site.simulator.status_name("SLOW-1") == "Done"


def test_a_transition_screen_may_demand_a_field(site):
    site.simulator.add_project("ASK", workflow=OPEN_WORKFLOW.requiring("resolution", on="Done"))
    site.simulator.user_create_issue("ASK", "Why")
    steps = site.get("issue/ASK-1/transitions", expand="transitions.fields")["transitions"]
    assert [step["fields"] for step in steps[:3]] == [{}, {}, {}]
    assert steps[3]["fields"]["resolution"]["required"] is True
    answer = site.post("issue/ASK-1/transitions", {"transition": {"id": "41"}}, 400)
    assert answer["errors"] == {"resolution": "Resolution is required."}
    body = {"transition": {"id": "41"}, "fields": {"resolution": {"name": "Won't Do"}}}
    site.post("issue/ASK-1/transitions", body, 204)
    assert site.get("issue/ASK-1")["fields"]["resolution"]["name"] == "Won't Do"


def test_a_field_that_is_not_on_the_transition_screen_is_refused(story):
    body = {"transition": {"id": "41"}, "fields": {"summary": "x"}}
    assert "summary" in story.post("issue/SHOP-1/transitions", body, 400)["errors"]
    assert story.simulator.status_name("SHOP-1") == "To Do"


@pytest.mark.parametrize(
    "act",
    [
        lambda site: site.put("issue/SHOP-1", {"fields": {"summary": "New"}}),
        lambda site: site.post("issue/SHOP-1/transitions", {"transition": {"id": "21"}}, 204),
        lambda site: site.post("issue/SHOP-1/comment", {"body": text_adf("Hi")}, 201),
    ],
    ids=["edit", "transition", "comment"],
)
def test_edits_transitions_and_comments_move_updated(story, act):
    before = updated(story)
    act(story)
    assert updated(story) == before + 1000


@pytest.mark.parametrize(
    "act",
    [
        lambda site: site.put("issue/SHOP-1", {"fields": {"summary": "A story"}}),
        lambda site: site.put("issue/SHOP-1/properties/pmhub", {"marker": "m1"}, 201),
        lambda site: site.post("issue/SHOP-1/remotelink", {"object": {"url": "https://e.example", "title": "x"}}, 201),
        lambda site: site.put(f"version/{site.simulator.add_version('SHOP', '1').id}", {"name": "2"}, 200),
    ],
    ids=["same value", "property", "remote link", "version"],
)
def test_what_is_not_the_issue_leaves_updated_alone(story, act):
    before = updated(story)
    act(story)
    assert updated(story) == before


def test_an_issue_with_subtasks_is_deleted_only_with_them(story):
    story.simulator.user_create_issue("SHOP", "Part", type="Sub-task", parent={"key": "SHOP-1"})
    assert story.ask("DELETE", "issue/SHOP-1").status_code == 400
    assert story.ask("DELETE", "issue/SHOP-1", deleteSubtasks="true").status_code == 204
    assert story.simulator.issues("SHOP") == []


def test_a_missing_issue_is_404_without_saying_why(site):
    answer = site.ask("GET", "issue/SHOP-1")
    assert answer.status_code == 404
    assert answer.json() == {
        "errorMessages": ["Issue does not exist or you do not have permission to see it."],
        "errors": {},
    }


def test_children_of_an_epic_know_it_and_only_epics_can_be_parents(site):
    epic = site.simulator.user_create_issue("SHOP", "Epic", type="Epic")
    site.post("issue", new_issue("Story", parent={"key": epic.key}), 201)
    site.post("issue", new_issue("Wrong", parent={"key": "SHOP-2"}), 400)
    assert site.get("issue/SHOP-2")["fields"]["parent"]["key"] == "SHOP-1"
    site.put("issue/SHOP-2", {"update": {"parent": [{"set": {"none": True}}]}})
    assert site.get("issue/SHOP-2")["fields"]["parent"] is None


def test_a_remote_link_is_replaced_by_its_global_id_and_forgets_what_is_not_sent(story):
    target = {"url": "https://ci.example/1", "title": "Run 1", "status": {"resolved": False}}
    first = story.post("issue/SHOP-1/remotelink", {"globalId": "g", "relationship": "tested by", "object": target}, 201)
    changed = {"globalId": "g", "object": target | {"title": "Run 2"}}
    assert story.post("issue/SHOP-1/remotelink", changed, 200)["id"] == first["id"]
    (link,) = story.get("issue/SHOP-1/remotelink")
    assert link["object"]["title"] == "Run 2"
    assert "relationship" not in link


def test_a_link_reads_from_both_ends(story):
    story.simulator.user_create_issue("SHOP", "Another")
    update = {"issuelinks": [{"add": {"type": {"name": "Blocks"}, "outwardIssue": {"key": "SHOP-2"}}}]}
    story.put("issue/SHOP-1", {"update": update})
    (here,) = story.get("issue/SHOP-1")["fields"]["issuelinks"]
    (there,) = story.get("issue/SHOP-2")["fields"]["issuelinks"]
    assert (here["type"]["outward"], here["outwardIssue"]["key"]) == ("blocks", "SHOP-2")
    assert (there["type"]["inward"], there["inwardIssue"]["key"]) == ("is blocked by", "SHOP-1")

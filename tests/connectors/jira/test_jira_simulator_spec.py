"""Every operation the simulator serves is held against the vendor's own description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from connectors.jira.jira_spec import check_adf, check_exchange, operation_of
from jira_site import Site, new_issue, open_site

from pmhub_jira.simulator import OPEN_WORKFLOW, text_adf
from pmhub_jira.simulator.routes import OPERATIONS

MISSING = "issue/SHOP-999"
RICH = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Why"}]},
        {"type": "codeBlock", "attrs": {"language": "python"}, "content": [{"type": "text", "text": "pay()"}]},
        {"type": "bulletList", "content": [{"type": "listItem", "content": text_adf("one")["content"]}]},
        {"type": "panel", "attrs": {"panelType": "info"}, "content": text_adf("note")["content"]},
        {"type": "rule"},
    ],
}
OF_THE_PLAN = {
    "customfield_10015": "2026-11-01",
    "customfield_10030": {"value": "Next"},
    "customfield_10031": "Sell more",
    "customfield_10032": text_adf("What changes for people"),
}


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


def use_every_operation(site: Site) -> None:
    use_the_site(site)
    use_issues(site)
    use_attachments(site)
    use_comments(site)
    use_reads_in_bulk(site)


def use_the_site(site: Site) -> None:
    simulator = site.simulator
    simulator.add_component("SHOP", "Cart")
    simulator.add_version("SHOP", "0.9", release="2026-01-01")
    simulator.add_project("PAY", workflow=OPEN_WORKFLOW.requiring("resolution", on="Done"))
    simulator.add_sprint("Sprint 1")
    for path in ("serverInfo", "myself", "field", "priority", "priority/search", "resolution", "issueLinkType",
                 "project/search", "project/SHOP", "project/SHOP/statuses", "project/SHOP/components",
                 "issue/createmeta/SHOP/issuetypes", "issue/createmeta/SHOP/issuetypes/10101"):  # fmt: skip
        site.get(path)
    site.get("mypermissions", permissions="BROWSE_PROJECTS,EDIT_ISSUES,ADMINISTER", projectKey="SHOP")
    site.get("user/search", query="ann")
    site.get("user/assignable/search", project="SHOP", startAt=0, maxResults=1)
    for path in ("mypermissions", "project/NOPE", "project/NOPE/statuses", "issue/createmeta/NOPE/issuetypes",
                 "user/search", "version/1"):  # fmt: skip
        assert site.ask("GET", path).status_code >= 400
    project_id = simulator.project("SHOP").id
    made = site.post("version", {"name": "1.0", "projectId": project_id, "startDate": "2026-11-01"}, 201)
    site.put(f"version/{made['id']}", {"released": True, "releaseDate": "2026-12-01"}, 200)
    site.put(f"version/{made['id']}", {"archived": True, "startDate": None, "description": "Notes"}, 200)
    site.put(f"version/{made['id']}", {"archived": False, "name": "0.9"}, 400)
    site.put("version/1", {"released": True}, 404)
    site.get(f"version/{made['id']}", expand="issuesstatus")
    site.get("project/SHOP/versions")
    site.post("version", {"name": "1.0", "projectId": project_id}, 400)
    site.post("version", {"name": "2.0", "projectId": 1}, 404)


def use_issues(site: Site) -> None:
    epic = site.post("issue", new_issue("An epic", type="Epic", description=RICH, **OF_THE_PLAN), 201)
    body = new_issue(
        "A story",
        description=text_adf("First line\nsecond line\n\nAnother paragraph"),
        labels=["a", "b"],
        parent={"key": epic["key"]},
        fixVersions=[{"name": "1.0"}],
        components=[{"name": "Cart"}],
        priority={"name": "High"},
        assignee={"accountId": "ann"},
        duedate="2026-12-24",
        customfield_10016=3,
        customfield_10020=next(iter(site.simulator.state.sprints)),
        security={"name": "Inner circle"},
    )
    body |= {"properties": [{"key": "pmhub", "value": {"marker": "m1"}}], "transition": {"id": "21"}}
    site.post("issue/bulk", {"issueUpdates": [body, new_issue(""), new_issue("A child", type="Task")]}, 201)
    site.post("issue/bulk", {"issueUpdates": [new_issue("")]}, 400)
    site.post("issue", new_issue(""), 400)
    site.post("issue", new_issue("Part", type="Sub-task", parent={"key": "SHOP-2"}), 201)
    edit = {
        "fields": {"summary": "Changed", "description": None},
        "update": {"labels": [{"add": "c"}, {"remove": "a"}]},
    }
    site.put("issue/SHOP-2", edit)
    site.put("issue/SHOP-2", {"fields": {"summary": "Again", "assignee": None}}, 200, returnIssue="true")
    site.put("issue/SHOP-2", {"fields": {"labels": ["with space"]}}, 400)
    site.put(MISSING, {"fields": {}}, 404)
    site.get("issue/SHOP-2/transitions", expand="transitions.fields")
    site.post("issue/SHOP-2/transitions", {"transition": {"id": "41"}}, 204)
    site.post("issue/SHOP-2/transitions", {"transition": {"id": "99"}}, 400)
    pay = site.simulator.user_create_issue("PAY", "Needs a resolution")
    site.get(f"issue/{pay.key}/transitions", expand="transitions.fields")
    site.get("issue/SHOP-2/editmeta")
    use_properties_and_links(site)
    site.get("issue/SHOP-2", properties="*all", expand="names,schema,changelog,transitions,renderedFields,editmeta")
    site.get("issue/SHOP-2", fields="summary,-summary,status")
    assert site.ask("GET", MISSING).status_code == 404
    assert site.ask("DELETE", "issue/SHOP-3").status_code == 204
    assert site.ask("DELETE", "issue/SHOP-2").status_code == 400


def use_properties_and_links(site: Site) -> None:
    site.put("issue/SHOP-2/properties/ci", {"state": "passed"}, 201)
    site.put("issue/SHOP-2/properties/ci", {"state": "failed"}, 200)
    site.get("issue/SHOP-2/properties/ci")
    site.get("issue/SHOP-2/properties")
    assert site.ask("DELETE", "issue/SHOP-2/properties/ci").status_code == 204
    assert site.ask("GET", "issue/SHOP-2/properties/ci").status_code == 404
    link = {
        "globalId": "g=1&2",
        "object": {"url": "https://example.com", "title": "A run", "status": {"resolved": True}},
    }
    site.post("issue/SHOP-2/remotelink", link, 201)
    site.post("issue/SHOP-2/remotelink", link, 200)
    site.post("issue/SHOP-2/remotelink", {"object": {"url": "", "title": "x"}}, 400)
    site.get("issue/SHOP-2/remotelink")
    site.get("issue/SHOP-2/remotelink", globalId="g=1&2")
    assert site.ask("DELETE", "issue/SHOP-2/remotelink", globalId="g=1&2").status_code == 204
    ends = {"inwardIssue": {"key": "SHOP-2"}, "outwardIssue": {"key": "SHOP-3"}}
    site.post("issueLink", {"type": {"name": "Blocks"}, **ends}, 201)
    (made,) = site.get("issue/SHOP-2")["fields"]["issuelinks"]
    assert made["type"]["outward"], made["outwardIssue"]["key"] == ("blocks", "SHOP-3")
    assert site.ask("DELETE", f"issueLink/{made['id']}").status_code == 204


def use_attachments(site: Site) -> None:
    path, trusted = "/rest/api/3/issue/SHOP-2/attachments", {"X-Atlassian-Token": "no-check"}
    file = {"file": ("a.png", b"fake picture")}
    assert site.client.post(path, files=file, headers=trusted).status_code == 200
    assert site.client.post(path, files=file).status_code == 403
    site.get("issue/SHOP-2", fields="attachment")


def use_comments(site: Site) -> None:
    body = {"body": text_adf("Hello"), "properties": [{"key": "pmhub", "value": {"marker": "c1"}}]}
    made = site.post("issue/SHOP-2/comment", body, 201, expand="properties")
    site.post("issue/SHOP-2/comment", {"body": {"type": "doc", "version": 1, "content": []}}, 400)
    site.put(f"issue/SHOP-2/comment/{made['id']}", {"body": text_adf("Hello again")}, 200)
    site.get(f"issue/SHOP-2/comment/{made['id']}", expand="properties")
    site.get("issue/SHOP-2/comment", orderBy="-created", startAt=0, maxResults=5)
    site.post("comment/list", {"ids": [int(made["id"]), 1]})
    site.put(f"comment/{made['id']}/properties/other", {"marker": "c1"}, 201)
    other = site.post("issue/SHOP-2/comment", body | {"visibility": {"type": "role", "value": "Developers"}}, 201)
    assert site.ask("DELETE", f"issue/SHOP-2/comment/{other['id']}").status_code == 204
    assert site.ask("GET", "issue/SHOP-2/comment/1").status_code == 404


def use_reads_in_bulk(site: Site) -> None:
    query = {
        "jql": "project = SHOP ORDER BY updated DESC",
        "maxResults": 1,
        "fields": ["*all"],
        "properties": ["pmhub"],
    }
    first = site.post("search/jql", query | {"expand": "names,schema,changelog,transitions"})
    site.post("search/jql", query | {"nextPageToken": first["nextPageToken"], "reconcileIssues": [10_001]})
    site.post("search/jql", {"jql": "ORDER BY updated"}, 400)
    site.get("search/jql", jql="project = SHOP", fields="summary,status", reconcileIssues=10_001, maxResults=5)
    site.post("search/approximate-count", {"jql": "project = SHOP"})
    keys = ["SHOP-1", "SHOP-2", "SHOP-999"]
    site.simulator.lists_missing_issues = True
    site.post("issue/bulkfetch", {"issueIdsOrKeys": keys, "properties": ["pmhub"], "expand": ["changelog"]})
    site.post("issue/bulkfetch", {"issueIdsOrKeys": []}, 400)
    site.get("issue/SHOP-2/changelog", startAt=0, maxResults=1)
    site.post("changelog/bulkfetch", {"issueIdsOrKeys": keys, "fieldIds": ["status", "summary"], "maxResults": 1})


def test_every_request_and_answer_is_as_the_vendor_describes_it(site):
    use_every_operation(site)
    problems = [problem for exchange in site.simulator.requests for problem in check(exchange)]
    assert problems == []


def test_no_operation_is_left_out(site):
    use_every_operation(site)
    used = {operation_of(exchange.method, exchange.path) for exchange in site.simulator.requests}
    served = {
        operation_of(method, f"/rest/api/3/{path.replace('<', '').replace('>', '')}") for method, path in OPERATIONS
    }
    assert None not in served, "the vendor describes every operation that is served"
    assert served == used


def test_every_document_in_an_answer_is_valid(site):
    use_every_operation(site)
    documents = [found for exchange in site.simulator.requests for found in documents_in(exchange.response_json)]
    assert RICH in documents
    assert text_adf("Hello again") in documents
    assert [problem for document in documents for problem in check_adf(document)] == []


def test_the_validator_finds_what_is_wrong():
    path = "/rest/api/3/issue/bulkfetch"
    assert check_exchange("POST", path, "", {"issueIdsOrKeys": ["A-1"]}, 200, {"issues": []}) == []
    assert check_exchange("POST", path, "", {"ids": ["A-1"]}, 200, {"issues": []})
    assert check_exchange("POST", path, "", {"issueIdsOrKeys": ["A-1"]}, 200, {"issues": [{"id": 7}]})
    assert check_exchange("POST", path, "", {"issueIdsOrKeys": ["A-1"]}, 418, {})
    assert check_exchange("GET", "/rest/api/3/search", "jql=x", None, 200, {})
    assert check_exchange("GET", "/rest/api/3/search/jql", "maxResults=many", None, 200, {})
    assert check_adf({"type": "doc", "version": 1, "content": [{"type": "text", "text": "no paragraph"}]})


def check(exchange: Any) -> list[str]:
    return check_exchange(
        exchange.method,
        exchange.path,
        exchange.query,
        exchange.request_json,
        exchange.status,
        exchange.response_json,
    )


def documents_in(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if value.get("type") == "doc":
            yield value
        else:
            for child in value.values():
                yield from documents_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from documents_in(child)

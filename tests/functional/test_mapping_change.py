"""A changed mapping is applied from what is stored: no request, and a plan that lists exactly what changes."""

from __future__ import annotations

import json

import pytest
from cli_workspace import PROJECT, cli_workspace

from pmhub.engine.state import Counterpart, Item
from pmhub.model.kinds import Kind
from pmhub.store import Store
from pmhub.store.items import Bound

SOME, MANY, REVIEWED = 1_500, 5_000, 137
AT_REST = 6
"""Requests of a run that finds nothing new."""
BEFORE = """\
[syncs.backlog.fields.status.map]
todo = { jira = ["To Do", "In Review"], github = "open" }
doing = { jira = "In Progress" }
done = { jira = "Done", github = ["completed", "not_planned"] }
"""
AFTER = BEFORE.replace('["To Do", "In Review"]', '"To Do"').replace('"Done",', '["Done", "In Review"],')


@pytest.fixture(params=[SOME, pytest.param(MANY, marks=pytest.mark.soak)])
def hub(request, tmp_path):
    """One pair as a run made it, and all others as if runs had made them, 137 of them in review in Jira."""
    with cli_workspace(tmp_path) as workspace:
        workspace.write(fields=BEFORE)
        workspace.jira.user_create_issue(PROJECT, "The pattern")
        workspace.sync()
        workspace.sync()
        multiply(workspace, request.param)
        yield workspace


def multiply(hub, count):
    store = Store(hub.database, durable=False)
    (pattern,) = store.items.ids(Kind.TICKET)
    item, things = store.items.get(pattern), {seen.remote: seen for seen in store.matching.things(pattern)}
    bounds = {bound.remote: bound.counterpart for bound in store.items.bound(pattern)}
    with store.transaction():
        for number in range(1, count):
            copy = Item(f"{number:016x}@abcdef", Kind.TICKET, item.record, item.stamps)
            store.items.add(copy, "backlog", next(iter(bounds)))
            for remote, seen in things.items():
                native = seen.native.replace(f'"{seen.ref.id}"', f'"{seen.ref.id}-{number}"')
                if number <= REVIEWED and "statusCategory" in native:
                    native = native.replace('"To Do"', '"In Review"')
                observation = seen.observation()
                ref = type(seen.ref)(Kind.TICKET, f"{seen.ref.id}-{number}", f"{seen.ref.key}-{number}")
                again = type(observation)(**{**vars(observation), "ref": ref, "native": json.loads(native)})
                store.observations.put(remote, seen.scope, again, seen.read_at)
                base = bounds[remote]
                store.items.bind(
                    Bound(Counterpart(copy.id, remote, ref.id, base.local, base.agreed), Kind.TICKET, ref.id)
                )
    store.close()


@pytest.mark.flavour("an App asks for its own token and its installation", github=("token", "enterprise"))
def test_a_changed_map_takes_no_request_and_its_plan_lists_what_changes(hub):
    hub.write(fields=AFTER)
    hub.rest()
    hub.github.requests.clear()
    hub.jira.requests.clear()
    done = hub.run("plan", "--format", "json", "--max-changes", "0")
    assert done.code == 0, done.err
    asked = [exchange.path for exchange in (*hub.github.requests, *hub.jira.requests)]
    assert len(asked) <= AT_REST
    assert not [path for path in asked if path.endswith(("/bulkfetch", "/graphql", "/comment/list"))]
    rows = done.json["rows"]
    assert len(rows) == REVIEWED
    assert {(row["connection"], row["op"], tuple(row["after"].items())) for row in rows} == {
        ("github", "update", (("status", "done"),))
    }

"""The engine held against the model that its algorithm was worked out on: the same edits, the same record, the same losers."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest

from pmhub.testing.choke import SECOND
from pmhub.testing.world import fresh

SCRIPTS = 12
TO_MODEL = {"A": {}, "B": {"todo": "open", "done": "closed"}, "C": {"todo": "new", "doing": "active", "done": "closed"}}
IN_MODEL = """
import json, sys
from scen import fresh, item_of, rid
results = []
for bursts in json.load(sys.stdin):
    world = fresh()
    item = item_of(world, "A", "A1")
    for burst in bursts:
        for wait, remote, field, value in burst:
            world.io.now += wait
            world.remotes[remote].user_edit(rid(world, item, remote), **{field: value})
        world.settle(resolve=False)
    rows = [[row["field"], row["kind"], row["value"]] for row in world.db.conflict.values()]
    results.append([world.db.item[item]["record"], rows])
print(json.dumps(results))
"""
START = [
    [1, "A", "title", "Ship it!"],
    [1, "A", "body", "**head**\nmiddle\ntail"],
    [1, "A", "labels", ["a", "b"]],
    [1, "A", "estimate", 3.0],
    [1, "A", "priority", "high"],
]


def _script(seed: int) -> list:
    """Two bursts of edits, each on a few remotes between two runs."""
    chance = random.Random(seed)
    return [START, *([_edit(chance) for _ in range(chance.randrange(2, 5))] for _ in range(2))]


def _edit(chance: random.Random) -> list:
    remote = chance.choice("ABC")
    words = {"A": ["idea", "todo", "doing", "review", "done"], "B": ["todo", "done"], "C": ["todo", "doing", "done"]}
    number = chance.randrange(1000)
    body = ["**head**" if remote != "B" else "*head*", "middle", "tail"]
    body[chance.randrange(1, 3)] = f"line {number}"
    if chance.random() < 0.5:
        body.append(f"more {number}")
    choices = {
        "title": f"title {number}",
        "body": "\n".join(body),
        "labels": sorted(chance.sample(["a", "b", "c", "d"], 2)),
        "status": chance.choice(words[remote]),
        "priority": f"priority {number}",
        "estimate": float(number),
    }
    field = chance.choice([name for name in choices if (remote, name) != ("B", "estimate")])
    return [chance.randrange(5, 60), remote, field, choices[field]]


@pytest.fixture(scope="module")
def scripts() -> list:
    return [_script(seed) for seed in range(SCRIPTS)]


@pytest.fixture(scope="module")
def by_model(scripts, repository) -> list:
    folder = repository.parent / "shared" / "model"
    if not folder.is_dir() and not os.environ.get("CI"):
        pytest.skip("the model is not beside the repository")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.run(
        [sys.executable, "-c", IN_MODEL],
        cwd=folder,
        env=environment,
        input=json.dumps([[[_to_model(edit) for edit in burst] for burst in bursts] for bursts in scripts]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(child.stdout)


def _to_model(edit: list) -> list:
    wait, remote, field, value = edit
    if field == "status":
        value = TO_MODEL[remote].get(value, value)
    return [wait, remote, "owner" if field == "priority" else field, value]


@pytest.mark.parametrize("number", range(SCRIPTS))
def test_the_engine_ends_where_the_model_does(number, scripts, by_model) -> None:
    with fresh() as world:
        item = world.item("A1")
        for burst in scripts[number]:
            for wait, remote, field, value in burst:
                world.wait(wait * SECOND)
                edited = tuple(value) if isinstance(value, list) else value
                world.remotes[remote].person_edits(world.thing(item, remote), **{field: edited})
            world.settle(resolving=False)
        record, rows = by_model[number]
        record["priority"] = record.pop("owner")
        conflicts = [c.clash for c in world.store.conflicts.all()]
        assert {name: _plain(value) for name, value in world.record(item).items() if name in record} == record
        assert _sorted([c.field, c.kind, _plain(c.value)] for c in conflicts) == _sorted(map(_from_model, rows))


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def _from_model(row: list) -> list:
    return ["priority" if row[0] == "owner" else row[0], *row[1:]]


def _sorted(rows) -> list:
    return sorted(rows, key=json.dumps)

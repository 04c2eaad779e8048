"""What the kit says of a connector that takes back too little, or too much."""

from __future__ import annotations

import pytest
from github_bench import REPO, GitHubBench

from pmhub.sdk import Kind
from pmhub.testing.conformance import Unmet
from pmhub.testing.conformance.suite import CHECKS, verdict
from pmhub_github.connector import GitHub

NAMED = {check.name: check for check in CHECKS}


class KeepsAll(GitHub):
    def update(self, target, over, changes):
        return over if changes.get("deleted") else super().update(target, over, changes)


class TakesAway(GitHub):
    def update(self, target, over, changes):
        if not changes.get("deleted"):
            return super().update(target, over, changes)
        path, template = f"/issues/comments/{over.native['id']}", "/issues/comments/{comment_id}"
        self._wire.write("DELETE", REPO, path, template=template)
        return None


@pytest.mark.parametrize(
    ("connector", "name", "told"),
    [
        (KeepsAll, "what_we_made_is_taken_away", "it is still there"),
        (TakesAway, "what_a_person_made_is_not_taken_away", "expected: Refused"),
    ],
)
def test_the_check_names_the_mistake(connector, name, told, monkeypatch):
    assert verdict(NAMED[name], GitHubBench, Kind.COMMENT) is None
    monkeypatch.setattr("github_bench.GitHub", connector)
    found = verdict(NAMED[name], GitHubBench, Kind.COMMENT)
    assert isinstance(found, Unmet)
    assert found.method == "update"
    assert told in str(found)

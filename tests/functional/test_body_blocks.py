"""One block edited on both sides is a conflict of that block: what else was edited travels."""

from __future__ import annotations

from functional.flavours import read, written
from stage import PROJECT, REPO, open_stage

BODY = "first\n\nsecond\n\nthird\n\nfourth"


def test_a_block_that_clashes_goes_to_the_later_edit_and_every_other_block_travels(tmp_path):
    with open_stage(tmp_path) as stage:
        stage.github.user_create_issue(REPO, "T", BODY)
        stage.sync()
        stage.rest()
        (issue,) = stage.jira.issues(PROJECT)
        there = BODY.replace("second", "second, there").replace("fourth", "fourth, there")
        stage.jira.user_edit_issue(issue.key, description=written(there))
        stage.clock.advance(60)
        stage.github.user_edit_issue(
            REPO, 1, body=BODY.replace("first", "first, here").replace("second", "second, here")
        )
        stage.clock.advance(60)
        stage.sync()
        merged = "first, here\n\nsecond, here\n\nthird\n\nfourth, there"
        assert stage.github.issue(REPO, 1).body.partition("\n\n<!--")[0].strip() == merged
        assert read(stage.jira.issues(PROJECT)[0].description) == merged
        with stage.hub() as hub:
            assert [(c.clash.field, c.clash.value) for c in hub.store.conflicts.all()] == [("body", "second, there")]

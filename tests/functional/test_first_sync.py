"""The first sync of many items: it tells how far it is and what is refused, can be cut off anywhere, and goes on from there."""

import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.sync.run import run
from pmhub.sync.steps import Doing
from pmhub_jira.simulator import Fault

COUNT = 300


class Killed(BaseException):
    """As a signal would end it: nothing is tidied up."""


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path, comments=False) as stage:
        yield stage


def fill(stage, count):
    for number in range(count):
        stage.github.user_create_issue(REPO, f"Issue {number}", "Text")


def watched(stage, ends=lambda _: False):
    """One run, and all its steps up to the one where it `ends`."""
    steps = []

    def watch(step):
        steps.append(step)
        if ends(step):
            raise Killed

    with stage.hub() as hub:
        hub.watch = watch
        try:
            return run(hub), steps
        except Killed:
            return None, steps


def told(steps, doing):
    return [(step.done, step.total) for step in steps if step.doing is doing and step.total]


def titles(stage):
    return sorted(issue.summary for issue in stage.jira.issues(PROJECT))


def test_it_is_cut_off_in_the_middle_and_goes_on(stage):
    fill(stage, COUNT)
    half = lambda step: step.doing is Doing.WRITING and step.done >= COUNT // 2  # noqa: E731
    report, steps = watched(stage, half)
    assert report is None
    done, total = told(steps, Doing.WRITING)[-1]
    assert (total, 0 < done < COUNT) == (COUNT, True)
    assert len(titles(stage)) == done
    stage.rest()
    report, steps = watched(stage)
    assert report.exit_code == 0
    assert told(steps, Doing.WRITING)[-1] == (COUNT - done, COUNT - done)
    assert titles(stage) == sorted(f"Issue {number}" for number in range(COUNT))
    stage.rest()
    stage.sync()
    assert stage.writes == []


def test_it_tells_how_much_it_has_read_and_which_item_is_refused(stage):
    fill(stage, few := 150)
    halves = 6  # until the culprit stands alone
    odd = {"errorMessages": ["odd"]}
    stage.jira.fault(Fault("status", "POST", "/issue/bulk$", nth=3, times=halves, status=400, body=odd))
    report, steps = watched(stage)
    read = [step.done for step in steps if step.doing is Doing.READING and step.connection == "github"]
    assert read == sorted(read)
    assert max(read) == few
    last = [step for step in steps if step.doing is Doing.WRITING][-1]
    assert (last.done, last.total, last.refused) == (few, few, 1)
    assert last.last == report.refused[0].where
    assert len(titles(stage)) == few - 1

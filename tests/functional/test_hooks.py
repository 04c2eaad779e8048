"""What a plugin may say in a run, and that one which fails harms nobody."""

import pluggy
import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.sdk import hookimpl, hookspecs


def relay(plugin):
    manager = pluggy.PluginManager("pmhub")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    return manager.hook


class Plugin:
    def __init__(self, verdict=None):
        self.reports, self.verdict = [], verdict

    @hookimpl
    def pmhub_run_finished(self, report):
        self.reports.append(report)

    @hookimpl
    def pmhub_transform_record(self, fields):
        return {"title": fields["title"].removeprefix("[shop] ")} if "title" in fields else None

    @hookimpl
    def pmhub_settle_conflict(self):
        return self.verdict


class Broken:
    @hookimpl
    def pmhub_transform_record(self):
        raise RuntimeError("this plugin is broken")


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path, policies={"title": "hold"}) as stage:
        stage.github.user_create_issue(REPO, "[shop] Checkout is slow", "text")
        yield stage


def test_a_plugin_hears_how_a_run_ended(stage):
    plugin = Plugin()
    report = stage.sync(hooks=relay(plugin))
    assert plugin.reports == [report]


def test_a_transformed_record_arrives_and_settles(stage):
    hooks = relay(Plugin())
    stage.sync(hooks=hooks)
    assert [issue.summary for issue in stage.jira.issues(PROJECT)] == ["Checkout is slow"]
    stage.rest()
    stage.sync(hooks=hooks)
    assert stage.writes == []
    assert stage.github.issue(REPO, 1).title == "[shop] Checkout is slow"


class Days:
    """Titles are in another measure there: a number of days where we have hours."""

    @hookimpl
    def pmhub_transform_record(self, fields, remote):
        title = fields.get("title") or ""
        return {"title": str(int(title) * 8)} if remote.startswith("github") and title.isdecimal() else None


class DaysAndBack(Days):
    @hookimpl
    def pmhub_restore_record(self, fields, remote):
        title = fields.get("title") or ""
        return {"title": str(int(title) // 8)} if remote.startswith("github") and title.isdecimal() else None


@pytest.mark.parametrize(("plugin", "there"), [(Days, "3"), (DaysAndBack, "2")])
def test_a_transformation_goes_one_way_unless_it_has_an_inverse(stage, plugin, there):
    stage.github.user_edit_issue(REPO, 1, title="3")
    hooks = relay(plugin())
    stage.sync(hooks=hooks)
    assert [issue.summary for issue in stage.jira.issues(PROJECT)] == ["24"]
    stage.rest()
    stage.jira.user_edit_issue("SHOP-1", summary="16")
    stage.sync(hooks=hooks)
    assert stage.github.issue(REPO, 1).title == there
    stage.rest()
    stage.sync(hooks=hooks)
    assert stage.writes == []


@pytest.mark.parametrize(("verdict", "held"), [("theirs", 0), ("ours", 0), (None, 1)])
def test_a_plugin_may_settle_what_would_be_held(stage, verdict, held):
    stage.sync()
    stage.rest()
    stage.github.user_edit_issue(REPO, 1, title="From one side")
    stage.jira.user_edit_issue("SHOP-1", summary="From the other")
    report = stage.sync(hooks=relay(Plugin(verdict)))
    assert report.held == held


def test_a_plugin_that_fails_is_passed_over(stage):
    report = stage.sync(hooks=relay(Broken()))
    assert report.exit_code == 0
    assert len(stage.jira.issues(PROJECT)) == 1

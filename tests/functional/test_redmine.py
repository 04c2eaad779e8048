"""A stranger's connector, installed apart, between two of ours: three remotes in one sync, edits everywhere, kills.

With PMHUB_REDMINE_URL set the Redmine is a real one (see plugins/pmhub-redmine/real/start.py), else its simulator.
"""

import importlib
import shutil
import subprocess
import sys
import time
import tomllib
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from clocked import Clock, killed_when, run_once, until

from pmhub.cli.main import run
from pmhub.store import Store
from pmhub.sync.lanes import Pace
from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.richtext import from_adf
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

PLUGIN = Path(__file__).resolve().parents[2] / "plugins/pmhub-redmine"
REPO, PROJECT, COUNT = "example/shop", "SHOP", 6
QUICK = Pace(horizon=2_000, settle=4_000)
"""For a real Redmine, whose time cannot be moved: it is one machine, and shows at once what was written."""
CONFIG = """
version = 1

[connections.redmine]
connector = "redmine"
url = "{redmine}"
key = {{ env = "REDMINE_KEY" }}
marker_field = {marker_field}

[connections.github]
connector = "github"
url = "{github}"
token = {{ env = "GITHUB_TOKEN" }}
write_interval = 0

[connections.jira]
connector = "jira"
url = "{jira}"
user = "bot@example.com"
token = {{ env = "JIRA_TOKEN" }}

[syncs.releases]
kind = "release"
endpoints = [
  {{ connection = "redmine", project = "{project}" }},
  {{ connection = "jira", project = "SHOP" }},
]

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "redmine", project = "{project}" }},
  {{ connection = "github", repo = "example/shop" }},
  {{ connection = "jira", project = "SHOP" }},
]
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """What pip lays down for the plugin's own pyproject: its package, and the metadata that names its entry point."""
    site, project = tmp_path_factory.mktemp("site"), tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    shutil.copytree(PLUGIN / "src/pmhub_redmine", site / "pmhub_redmine")
    info = site / f"pmhub_redmine-{project['version']}.dist-info"
    info.mkdir()
    named = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(named)
    entries = [f"{name} = {module}" for name, module in project["entry-points"]["pmhub"].items()]
    (info / "entry_points.txt").write_text("\n".join(["[pmhub]", *entries]))
    return site


@pytest.mark.skipif(find_spec("hatchling") is None, reason="its build backend is not installed")
def test_its_own_pyproject_makes_a_distribution_of_it(tmp_path):
    pip = ("pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-build-isolation")
    command = [sys.executable, "-m", *pip, "--target", str(tmp_path), str(PLUGIN)]
    subprocess.run(command, check=True, capture_output=True)
    (entries,) = tmp_path.glob("pmhub_redmine-*.dist-info/entry_points.txt")
    assert "redmine = pmhub_redmine.plugin" in entries.read_text()
    assert (tmp_path / "pmhub_redmine/connector.py").is_file()


@pytest.fixture
def redmine_site(installed, monkeypatch):
    """The plugin's own test bench, over the installed package."""
    monkeypatch.syspath_prepend(str(PLUGIN / "tests"))
    monkeypatch.syspath_prepend(str(installed))
    importlib.invalidate_caches()
    return importlib.import_module("redmine_site")


class Hub:
    def __init__(self, folder, clock, redmine, github, jira, urls):
        self.folder, self.clock, self.redmine, self.github, self.jira = folder, clock, redmine, github, jira
        names = {"redmine": redmine.url, "project": redmine.project, "marker_field": redmine.marker_field}
        self.file.write_text(CONFIG.format(**urls, **names))

    @property
    def file(self):
        return self.folder / "pmhub.toml"

    def sync(self):
        self.github.requests.clear()
        self.jira.requests.clear()
        return run_once(self.file, self.clock, pace=None if self.redmine.simulator else QUICK)

    def rest(self, seconds):
        """Let time pass: at once, but not on a real Redmine."""
        if self.redmine.simulator:
            self.clock.advance(seconds)
        else:
            then = time.monotonic() + 5
            until(lambda: time.monotonic() > then)

    def settle(self):
        """Runs until nothing is written any more, on any of the three."""
        for _ in range(5):
            self.rest(1200)
            before = self.stamps()
            report = self.sync()
            assert report.exit_code == 0, report
        assert self.stamps() == before
        assert [f"{x.method} {x.path}" for x in self.github.requests if writes(x)] == []
        assert [f"{x.method} {x.path}" for x in self.jira.requests if writes(x)] == []

    def stamps(self):
        return sorted((issue["id"], issue["updated_on"], issue["subject"]) for issue in self.issues())

    def issues(self):
        return self.redmine.ann.issues(self.redmine.project)

    def titles(self):
        return (
            sorted(issue["subject"] for issue in self.issues()),
            sorted(issue.title for issue in self.github.issues(REPO).values()),
            sorted(issue.summary for issue in self.jira.issues(PROJECT)),
        )

    def comments(self):
        """How many each of the three holds."""
        notes = [j for i in self.issues() for j in self.redmine.ann.issue(i["id"])["journals"] if j["notes"]]
        there = sum(len(self.jira.comments(issue.key)) for issue in self.jira.issues(PROJECT))
        return len(notes), len(self.github.comments(REPO)), there

    def conflicts(self):
        store = Store(self.folder / "pmhub.db")
        try:
            return [(c.clash.field, c.clash.value) for c in store.conflicts.all()]
        finally:
            store.close()


def writes(exchange):
    reads_by_post = ("/search/jql", "/bulkfetch", "/comment/list", "/graphql")
    return exchange.method != "GET" and not exchange.path.endswith(reads_by_post)


@contextmanager
def open_hub(folder, redmine_site, marker_field):
    clock = Clock()
    github, jira = GitHubSimulator(clock=clock.seconds), JiraSimulator(clock=clock.seconds)
    github.add_repo(REPO, private=True)
    github.token("fake-token-bot", login="pmhub-bot")
    jira.add_project(PROJECT, name="Shop")
    bot = jira.add_user("pmhub bot", email="bot@example.com")
    jira.token("bot@example.com", "fake-token", getattr(bot, "account_id", bot))
    with ExitStack() as stack:
        g, j = stack.enter_context(serve_github(github)), stack.enter_context(serve_jira(jira))
        redmine = stack.enter_context(redmine_site.open_site(clock.seconds, marker_field=marker_field))
        yield Hub(folder, clock, redmine, github, jira, {"github": g.url, "jira": j.url})


@pytest.fixture(params=[0, 1], ids=["hidden line", "custom field"])
def hub(tmp_path, monkeypatch, redmine_site, request):
    monkeypatch.setenv("REDMINE_KEY", redmine_site.BOT_KEY)
    monkeypatch.setenv("GITHUB_TOKEN", "fake-token-bot")
    monkeypatch.setenv("JIRA_TOKEN", "fake-token")
    with open_hub(tmp_path, redmine_site, request.param) as hub:
        yield hub


def in_step(hub):
    titles = hub.titles()
    assert titles[0] == titles[1] == titles[2]
    return titles[0]


def fill(hub):
    """Two on each."""
    for n in range(2):
        hub.redmine.ann.create(hub.redmine.project, f"From Redmine {n}", "first\n\nsecond\n\nthird")
        hub.github.user_create_issue(REPO, f"From GitHub {n}", "text")
        hub.jira.user_create_issue(PROJECT, f"From Jira {n}")


def everything(hub):
    return sorted(f"From {name} {n}" for name in ("GitHub", "Jira", "Redmine") for n in range(2))


def test_the_installed_plugin_is_found_with_its_version(hub, capsys):
    assert run(["plugins", "list", "--config", str(hub.file)]) == 0
    said = capsys.readouterr().out
    assert "pmhub-redmine" in said
    assert "0.1.0" in said


def test_a_first_sync_of_three_then_edits_everywhere_and_a_conflict(hub):
    fill(hub)
    hub.settle()
    assert in_step(hub) == everything(hub)
    mine = next(issue for issue in hub.issues() if issue["subject"] == "From Redmine 0")
    there = next(n for n, issue in hub.github.issues(REPO).items() if issue.title == "From Redmine 0")
    key = next(issue.key for issue in hub.jira.issues(PROJECT) if issue.summary == "From Redmine 0")
    hub.redmine.ann.edit(mine["id"], description="first, by Ann\n\nsecond\n\nthird", status_id=5)
    hub.github.user_comment(REPO, there, "What about refunds?")
    hub.jira.user_edit_issue(key, summary="Pay at once")
    hub.settle()
    assert sorted({*everything(hub), "Pay at once"} - {"From Redmine 0"}) == in_step(hub)
    assert hub.github.issue(REPO, there).state == "closed"
    assert "first, by Ann" in hub.github.issue(REPO, there).body
    description = next(issue for issue in hub.jira.issues(PROJECT) if issue.key == key).description
    assert "first, by Ann" in from_adf(description).text
    assert hub.comments() == (1, 1, 1)
    assert hub.conflicts() == []
    hub.jira.user_edit_issue(key, summary="From Jira, first")
    hub.rest(60)
    hub.redmine.ann.edit(mine["id"], subject="From Redmine, later")
    hub.settle()
    assert "From Redmine, later" in in_step(hub)
    assert hub.conflicts() == [("title", "From Jira, first")]


def test_a_version_and_what_belongs_to_it_travel(hub):
    ann = hub.redmine.ann
    body = {"version": {"name": "1.0", "due_date": "2036-05-01"}}
    version = ann.call("POST", f"/projects/{hub.redmine.project}/versions.json", body)["version"]["id"]
    number = ann.create(hub.redmine.project, "Pay", fixed_version_id=version)
    hub.settle()
    (there,) = hub.jira.state.versions.values()
    assert (there.name, there.release) == ("1.0", "2036-05-01")
    (issue,) = hub.jira.issues(PROJECT)
    assert issue.version_ids == (there.id,)
    assert ann.issue(number)["fixed_version"]["name"] == "1.0"


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_process_killed_while_it_makes_things_makes_nothing_twice(hub, installed, share):
    fill(hub)
    killed_when(hub.file, lambda: sum(map(len, hub.titles())) >= COUNT + 2 * COUNT * share, PYTHONPATH=str(installed))
    hub.settle()
    assert in_step(hub) == everything(hub)


def test_a_process_killed_while_it_writes_notes_doubles_none(hub, installed):
    fill(hub)
    hub.settle()
    for number in hub.github.issues(REPO):
        hub.github.user_comment(REPO, number, "What about refunds?")
    killed_when(hub.file, lambda: hub.comments()[0] >= COUNT // 2, PYTHONPATH=str(installed))
    hub.settle()
    assert hub.comments() == (COUNT, COUNT, COUNT)

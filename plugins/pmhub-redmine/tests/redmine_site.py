"""A Redmine to test on: the simulator, or a real one at PMHUB_REDMINE_URL (see real/start.py). People use REST in both."""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from pmhub_redmine.connector import Redmine
from pmhub_redmine.settings import RedmineScope, RedmineSettings
from pmhub_redmine.simulator import RedmineSimulator, serve

from pmhub.http import Client
from pmhub.sdk import Context, Draft, Kind, Scope, Secret, Stream, Target, Vocabulary, record

REAL = os.environ.get("PMHUB_REDMINE_URL", "")
BOT_KEY = "fake0key0pmhub00000000000000000000000001"
ANN_KEY = "fake0key0ann0000000000000000000000000002"
MARKER_FIELD = 1
OPENER = build_opener(ProxyHandler({}))


class Forgetful:
    def get(self, key):
        return None

    def put(self, key, value, *, until):
        pass


@dataclass
class Person:
    """Somebody with a key of their own. `call` gives the answer's JSON."""

    url: str
    key: str

    def call(self, method, path, body=None):
        basic = base64.b64encode(f"{self.key}:x".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with OPENER.open(Request(self.url + path, data, headers, method=method), timeout=60) as answer:
            content = answer.read()
        return json.loads(content) if content else {}

    def create(self, project, subject, description="", **fields):
        body = {"project_id": project, "subject": subject, "description": description, "tracker_id": 1, **fields}
        return self.call("POST", "/issues.json", {"issue": body})["issue"]["id"]

    def edit(self, number, **fields):
        self.call("PUT", f"/issues/{number}.json", {"issue": fields})

    def issue(self, number):
        return self.call("GET", f"/issues/{number}.json?include=journals")["issue"]

    def issues(self, project):
        found, offset = [], 0
        while True:
            path = f"/issues.json?project_id={project}&status_id=*&limit=100&offset={offset}"
            answer = self.call("GET", path)
            found += answer["issues"]
            offset += 100
            if offset >= answer["total_count"]:
                return found


@dataclass
class Site:
    url: str
    project: str
    simulator: RedmineSimulator | None
    vocabulary: Vocabulary
    marker_field: int = 0

    def __post_init__(self):
        self.ann, self.bot = Person(self.url, ANN_KEY), Person(self.url, BOT_KEY)
        self.clients = []

    @property
    def connector(self):
        settings = RedmineSettings(self.url, Secret({"env": "KEY"}, BOT_KEY), self.marker_field)
        return Redmine(settings, Context(self.open, self.now, lambda _: None, Forgetful()))

    def open(self, account):
        client = Client(account, sleep=lambda _: None)
        self.clients.append(client)
        return client

    def now(self):
        return int(time.time() * 1000)

    @property
    def scope(self):
        return Scope(self.project, RedmineScope(self.project), self.vocabulary)

    def fetch(self, kind=Kind.TICKET, cursor=None):
        pages = list(self.connector.fetch([Stream(kind, self.scope, cursor)]))
        return {one.ref.id: one for page in pages for one in page.observations}, pages[-1].cursor

    def seen(self, kind=Kind.TICKET):
        return list(self.fetch(kind)[0].values())

    def read(self, ref):
        (found,) = self.connector.read([Target(self.scope, ref)])
        return found

    def create(self, kind=Kind.TICKET, on=None, item="0123456789abcdef@012345", **fields):
        (made,) = self.connector.create([Draft(self.scope, record(kind, fields), f"pmhub:{item}", on)])
        return made

    def update(self, ref, **changes):
        self.connector.update(Target(self.scope, ref), self.read(ref), changes)
        return self.read(ref)


@contextmanager
def open_site(clock=time.time, **more):
    site = _real(**more) if REAL else None
    if site is not None:
        yield site
    else:
        simulator = RedmineSimulator(clock)
        simulator.add_project("shop")
        simulator.add_user("pmhub", BOT_KEY)
        simulator.add_user("ann", ANN_KEY)
        with serve(simulator) as url:
            site = Site(url, "shop", simulator, Vocabulary(), **more)
            yield site
    for client in site.clients:
        client.close()


def _real(**more):
    """A project of its own for each test."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    admin = Person(REAL.rstrip("/"), BOT_KEY)
    body = {"name": name, "identifier": name, "is_public": False, "tracker_ids": [1, 2, 3]}
    body["enabled_module_names"] = ["issue_tracking"]
    admin.call("POST", "/projects.json", {"project": body})
    role = next(one["id"] for one in admin.call("GET", "/roles.json")["roles"] if one["name"] == "Manager")
    for key in (BOT_KEY, ANN_KEY):
        user = Person(admin.url, key).call("GET", "/users/current.json")["user"]["id"]
        try:
            admin.call(
                "POST", f"/projects/{name}/memberships.json", {"membership": {"user_id": user, "role_ids": [role]}}
            )
        except HTTPError as error:
            if error.code != 422:  # who makes a project may be a member already
                raise
    return Site(admin.url, name, None, Vocabulary(), **more)

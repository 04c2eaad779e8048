"""Workspaces full of invented things, made straight in the store: as many as a test wants, the same for the same seed."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pmhub.engine.state import Clash, Item, Stamp
from pmhub.model.exchange import Observation
from pmhub.model.kinds import Kind
from pmhub.model.records import record
from pmhub.model.refs import Ref, item_id
from pmhub.model.results import Case, Outcome, TestRun, Totals
from pmhub.model.visibility import Visibility
from pmhub.store import Store
from pmhub.store.history import JournalEntry

DAY = 86_400_000
NOW = 1_780_000_000_000
"""2026-05-28 20:26:40 UTC"""
TRACKER, CODE = "jira:127.0.0.1:9", "github:127.0.0.1:9"
BOUND = "INSERT INTO counterpart (item, remote, kind, thing, local, agreed) VALUES (?, ?, ?, ?, ?, ?)"
CONFIG = """\
version = 1

[connections.jira]
connector = "jira"
url = "http://127.0.0.1:9"
user = "bot@example.com"
token = { env = "FAKE_TOKEN" }

[connections.github]
connector = "github"
url = "http://127.0.0.1:9"
token = { env = "FAKE_TOKEN" }

[syncs.backlog]
kind = "ticket"
endpoints = [{ connection = "jira", project = "SHOP" }, { connection = "github", repo = "example/shop" }]

[syncs.roadmap]
kind = "roadmap_item"
endpoints = [{ connection = "jira", project = "SHOP" }, { connection = "github", repo = "example/shop" }]

[syncs.releases]
kind = "release"
endpoints = [{ connection = "jira", project = "SHOP" }, { connection = "github", repo = "example/shop" }]
notes = { template = "customer" }

[syncs.ci]
kind = "test_run"
from = { connection = "github", repo = "example/shop" }
"""
VERBS = ("Let customers", "Do not", "Always", "Stop to", "Quickly")
DEEDS = (
    "pay with a gift card",
    "lose the cart",
    "print the label",
    "search by colour",
    "return an order",
    "see the price",
)
PLACES = ("on a phone", "in the shop", "after signing in", "as a guest", "when it rains")


def write_config(folder: Path, more: str = "") -> Path:
    file = folder / "pmhub.toml"
    file.write_text(CONFIG + more, "utf-8")
    return file


class Invented:
    """Adds things to a store, each seen on the tracker, as one transaction that the caller opens."""

    def __init__(self, store: Store, now: int = NOW) -> None:
        self.store, self.now, self._number = store, now, 0

    def add(self, kind: Kind, *, age: int = 10, set_days: int | None = None, key: str = "", **fields) -> str:
        """`age`, `set_days`: so many days ago it was made, and its values were set."""
        self._number += 1
        key = key or f"SHOP-{self._number}"
        created = self.now - age * DAY
        changed = created if set_days is None else self.now - set_days * DAY
        ref = Ref(kind, str(self._number), key, f"http://127.0.0.1:9/browse/{key}")
        item = item_id(TRACKER, ref)
        sync = {Kind.TICKET: "backlog", Kind.ROADMAP_ITEM: "roadmap", Kind.RELEASE: "releases"}[kind]
        stamps = dict.fromkeys(fields, Stamp(TRACKER, changed, sure=True))
        self.store.items.add(Item(item, kind, fields, stamps), sync, TRACKER)
        self.store.observations.renew(TRACKER, "SHOP", self._seen(ref, fields, created, changed), self.now)
        self.store.database.write(BOUND, [item, TRACKER, kind, ref.id, "{}", "{}"])
        return item

    def _seen(self, ref, fields, created, changed):
        return Observation(
            ref=ref, record=record(ref.kind, fields), updated_at=changed, created_at=created, author="ann", native={},
            visibility=Visibility.MEMBERS,
        )  # fmt: skip

    def also_on_code(self, item: str, key: str) -> None:
        found = self.store.items.get(item)
        ref = Ref(found.kind, f"code-{key}", key, f"http://127.0.0.1:9/{key}")
        at = self.now - DAY
        self.store.observations.renew(CODE, "example/shop", self._seen(ref, found.record, at, at), self.now)
        self.store.database.write(BOUND, [item, CODE, found.kind, ref.id, "{}", "{}"])

    def set(self, item: str, field: str, value, *, days: float, before=None, result: str = "absorbed") -> None:
        """A value that was taken from the tracker so many days ago."""
        at = int(self.now - days * DAY)
        found = self.store.items.get(item)
        was = found.record.get(field) if before is None else before
        self.store.journal.add(JournalEntry(1, at, item, TRACKER, "absorb", field, was, value, result))
        stamps = {**found.stamps, field: Stamp(TRACKER, at, sure=True)}
        self.store.items.put(replace(found, record={**found.record, field: value}, stamps=stamps))

    def close(self, item: str) -> None:
        """It was deleted on the tracker."""
        self.store.items.put(replace(self.store.items.get(item), closed=True))

    def run(self, days: float, code: int = 0) -> None:
        at = int(self.now - days * DAY)
        self.store.runs.end(self.store.runs.begin(at), at + 1_000, {"code": code, "done": {}})

    def test_run(
        self, number: int, days: float, cases: dict[tuple[str, str], Case], environment: str = "linux", **more
    ):
        found = list(cases.values())
        counts = {str(o): sum(c.outcome is o for c in found) for o in Outcome}
        outcome = Outcome.FAILED if any(c.outcome.is_bad for c in found) else Outcome.PASSED
        ended = int(self.now - days * DAY)
        run = TestRun(run=str(number), suite="shop", environment=environment, outcome=outcome, started=ended, finished=ended,
                      commit=f"{number:040x}", totals=Totals(**counts), **more)  # fmt: skip
        return self.store.results.add("ingest", run, {c.identity: c for c in found}, ended)

    def conflict(self, item: str, field: str, here: str, there: str) -> None:
        for remote, value in ((TRACKER, here), (CODE, there)):
            self.store.conflicts.add(item, Clash(field, "held", remote, value), self.now - DAY, 1)


def invent(
    file: Path, tickets: int, *, goals: int | None = None, tests: int | None = None, now: int = NOW, seed: int = 1
) -> None:
    """A product with so many tickets, a roadmap above them, releases, two months of test runs, and two open questions."""
    chance = random.Random(seed)
    store = Store(file, durable=False)
    made = Invented(store, now)
    with store.transaction():
        made.run(90)
        made.run(0.01)
        if tickets:
            _fill(
                made,
                chance,
                tickets,
                goals if goals is not None else max(3, tickets // 60),
                tests or min(tickets // 3, 500),
            )
    store.close()


def _fill(made: Invented, chance: random.Random, tickets: int, goals: int, tests: int) -> None:
    for number in range(3):
        status = "released" if number == 0 else "planned"
        made.add(Kind.RELEASE, key=f"SHOP@2.{number}.0", version=f"2.{number}.0", status=status, date=_day(made, 30 * number - 20),
                 notes="1 fix." if number < 2 else None)  # fmt: skip
    above = [_goal(made, chance, number, goals) for number in range(goals)]
    items = [_ticket(made, chance, above) for _ in range(tickets)]
    for item in items[:2]:
        made.conflict(item, "title", "Pay in one step", "Pay in two steps")
    for item in chance.sample(above, min(3, len(above))):
        made.set(item, "target", _day(made, 55), days=2)
    for item in chance.sample(items, min(20, len(items) // 4)):
        made.set(item, "status", chance.choice(("done", "doing", "todo")), days=chance.random() * 6)
    names = [f"{chance.choice(DEEDS)} {number}" for number in range(tests)]
    for number in range(40):
        cases = {n: _case(chance, n, number) for n in names}
        run = made.test_run(number, days=60 - number * 1.5, cases=cases)
        for name in chance.sample(names, min(len(names), 5)):
            made.store.results.mention(
                run, f"SHOP-{chance.randint(goals + 4, goals + tickets)}", cases[name].identity, "branch"
            )


def _case(chance: random.Random, name: str, number: int) -> Case:
    place = int(name.rpartition(" ")[2])
    broken = place % 97 == 3 and number > 34
    flaky = place % 53 == 5 and chance.random() < 0.3
    outcome = Outcome.FAILED if broken or flaky else Outcome.PASSED
    return Case(
        suite="shop", name=name, outcome=outcome, seconds=round(0.01 * (1 + place % 90) * (1 + chance.random()), 3)
    )


def _goal(made: Invented, chance: random.Random, number: int, goals: int) -> str:
    status = chance.choices(("planned", "in_progress", "shipped", "idea"), (4, 4, 1, 1))[0]
    target = _day(made, chance.randint(-20, 300)) if chance.random() < 0.85 else None
    horizon = {"in_progress": "now", "planned": chance.choice(("now", "next")), "idea": "later"}.get(status)
    return made.add(
        Kind.ROADMAP_ITEM, title=f"{chance.choice(DEEDS).capitalize()} {chance.choice(PLACES)}", status=status, target=target,
        start=_day(made, -chance.randint(10, 90)), horizon=horizon, owner=chance.choice(("ann", "bob", None)), age=120,
    )  # fmt: skip


def _ticket(made: Invented, chance: random.Random, above: list[str]) -> str:
    age = int(chance.expovariate(1 / 90)) + 1
    status = chance.choices(("todo", "doing", "review", "done"), (5, 2, 1, 4))[0]
    title = f"{chance.choice(VERBS)} {chance.choice(DEEDS)} {chance.choice(PLACES)}"
    return made.add(
        Kind.TICKET, title=title, status="doing" if status == "review" else status, type=chance.choice(("story", "bug", "task")),
        age=age, set_days=chance.randint(0, age), parent=chance.choice(above) if chance.random() < 0.7 else None,
        releases=(f"2.{chance.randint(0, 2)}.0",) if chance.random() < 0.15 else (),
        estimate=float(chance.choice((1, 2, 3, 5))) if chance.random() < 0.6 else None,
        labels=("blocked",) if chance.random() < 0.03 else (),
    )  # fmt: skip


def _day(made: Invented, days: int) -> str:
    return datetime.fromtimestamp((made.now + days * DAY) / 1000, UTC).date().isoformat()


if __name__ == "__main__":
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder)
    invent(folder / "pmhub.db", count, now=int(time.time() * 1000))

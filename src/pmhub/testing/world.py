"""A world: remotes, their people, and a hub on a real SQLite file, or a real server, that is run, killed, restored and left to settle."""

from __future__ import annotations

import os
import random
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pmhub.engine.guard import Limits
from pmhub.engine.state import HOLD, HUB, Policy
from pmhub.model.kinds import Kind
from pmhub.model.records import Value
from pmhub.sdk import Context
from pmhub.store import Store
from pmhub.sync.edit import edit, resolve
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane, Pace, Place, Remote
from pmhub.sync.rederive import rederive
from pmhub.sync.report import Report
from pmhub.sync.run import run
from pmhub.testing.choke import SECOND, Choke, Crash
from pmhub.testing.dialects import BACKLOG, DIALECTS, PLAN
from pmhub.testing.memory import SCOPE, MemoryConnector, MemorySettings
from pmhub.testing.people import DEEDS, FIRST_DEEDS, PLAN_DEEDS, People
from pmhub.testing.server import REPLICA, Held, MemoryRemote
from pmhub.testing.stepping import SteppingStore, load_dump, replace_file
from pmhub.testing.witness import Witness, tokens

SYNC = "backlog"
MINUTE = 60 * SECOND
WAIT = 5 * MINUTE
"""From one run to the next."""
PACE = Pace(horizon=20 * SECOND, settle=400 * SECOND, deep_every=4, misses=2)
FREE = Limits(max_changes=0, close_count=1_000)
_SETUPS: Mapping[str, Mapping[str, Any]] = {
    "A": {"lag": 50 * SECOND},
    "B": {"lag": 200 * SECOND, "skew": -37 * SECOND, "body": False, "bulk": 3},
    "C": {"lag": 120 * SECOND, "skew": 3600 * SECOND},
}
QUIET = 4
"""One of so many runs looks through everything."""
RESOLVED_AFTER = 3
LOCAL = "local"
_MEMORY = next((folder for folder in ("/dev/shm",) if os.access(folder, os.W_OK)), None)  # noqa: S108 - a world's own folder is made in it
"""A folder that no disk stands behind: a world is killed by an exception, never by a power cut, and need not wait for one."""
_LOCAL_FIELDS = ("title", "estimate", "priority")


class _Forgetful:
    """A connector's memory that never remembers."""

    def get(self, key: str) -> None:
        del key

    def put(self, key: str, value: object, *, until: int) -> None:
        del key, value, until


class World:
    """`names`: the remotes, of A, B and C. `order`: as configured. `setup`: what all remotes have in common (see
    MemoryRemote). `schemas`: makes addresses of empty schemas on a server, where the hub keeps its store instead of a file.
    Close it when done.
    """

    def __init__(
        self,
        seed: int = 0,
        tickets: int = 4,
        names: str = "ABC",
        *,
        order: str = "",
        choke: Choke | None = None,
        limits: Limits = FREE,
        schemas: Callable[[], str] | None = None,
        **setup: Any,  # noqa: ANN401 - MemoryRemote's own
    ) -> None:
        self.choke = choke or Choke(seed)
        self.choke.agitate = self.act
        self.rng = random.Random(seed)
        self.order, self.limits, self.setup = order or names, limits, setup
        self.kinds: tuple[Kind, ...] = setup.get("kinds", BACKLOG)
        self.witness = Witness(slack=REPLICA if setup.get("stale") else 0)
        self.remotes = {name: self.make_remote(name) for name in names}
        deeds = PLAN_DEEDS if self.kinds == PLAN else DEEDS
        self.people = People(self.rng, self.remotes, most_tickets=tickets + 3, deeds=(*deeds, LOCAL))
        self._folder = tempfile.TemporaryDirectory(dir=_MEMORY, ignore_cleanup_errors=True)
        self.file = Path(self._folder.name) / "pmhub.db"
        self.schemas = schemas
        self.server = schemas() if schemas else None
        self.store: Store = SteppingStore(self.file, self.choke, self.server)
        self.trouble: list[str] = []
        self.report = Report()
        self.echo = 0
        self.idle: list[list[str]] = []
        for number in range(tickets):
            self.people.new_ticket(self.remotes[names[number % len(names)]])
        for deed in FIRST_DEEDS if self.kinds == PLAN else ():
            self.people.act(deed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.store.close()
        self._folder.cleanup()

    def make_remote(self, name: str) -> MemoryRemote:
        return MemoryRemote(name, self.choke, DIALECTS[name], self.witness, **{**_SETUPS[name], **self.setup})

    # The hub.

    def hub(self) -> Hub:
        """A new one for each run, as a new process would make it."""
        remotes = [self._connected(self.remotes[name]) for name in self.order if name in self.remotes]
        lanes = tuple(
            Lane(SYNC, kind, tuple(Place(r, kind, SCOPE, rank) for rank, r in enumerate(remotes)), self._policies())
            for kind in self.kinds
        )
        connected = {remote.id: remote for remote in remotes}
        return Hub(self.store, self.choke.clock, connected, lanes, pace=PACE, limits=self.limits)

    def _connected(self, remote: MemoryRemote) -> Remote:
        context = Context(_no_transport, self.choke.clock, _no_sleep, _Forgetful())
        connector = MemoryConnector(MemorySettings(remote), context)
        return Remote(remote.id, remote.name, connector)

    def _policies(self) -> Mapping[str, Policy]:
        return {"estimate": Policy(HOLD), "priority": Policy("memory:A")}

    def run(self) -> bool:
        """One run; True when it was killed. What it should never have raised is noted as trouble."""
        try:
            hub = self.hub()
            rederive(self.store, hub.lanes, self._meaning(), self.choke.now)
            self.report = run(hub)
        except Crash:
            self.reopen()
            return True
        except Exception:  # noqa: BLE001 - whatever it is, the oracle reports it
            self.trouble.append(traceback.format_exc(limit=-4))
        return False

    def _meaning(self) -> str:
        """Changes when a remote joins, or learns to hold another field."""
        return str([(name, remote.dialect.holds(Kind.TICKET)) for name, remote in sorted(self.remotes.items())])

    def reopen(self) -> None:
        self.store.close()
        self.store = SteppingStore(self.file, self.choke, self.server)

    def backup(self) -> Path:
        """A copy of the database as it is now."""
        file = self.file.with_name(f"backup-{self.choke.steps}.db")
        self.store.copy(file).close()
        return file

    def restore(self, backup: Path | None, *, noticed: bool = True) -> None:
        """The database is from a backup, or lost. `noticed`: the file beside it did not come back with it."""
        self.store.close()
        if noticed:
            with suppress(FileNotFoundError):
                self.file.with_suffix(".generation").unlink()
        if self.schemas:
            self.server = self.schemas()
        else:
            replace_file(self.file, backup)
        self.store = SteppingStore(self.file, self.choke, self.server)
        if self.schemas and backup:
            load_dump(self.store, backup)

    # Time and people.

    def wait(self, milliseconds: int = WAIT) -> None:
        self.choke.now += milliseconds

    def runs(self, count: int, wait: int = WAIT) -> None:
        for _ in range(count):
            self.wait(wait)
            self.run()

    def act(self, deed: str | None = None) -> None:
        deed = deed or self.rng.choice(self.people.deeds)
        if deed == LOCAL:
            self._edit_here()
        else:
            self.people.act(deed)

    def _edit_here(self) -> None:
        """A person at the hub; the database makes them wait while a transaction is open."""
        items = [] if self.choke.writing else self.store.items.ids(Kind.TICKET)
        if items:
            name = self.rng.choice(_LOCAL_FIELDS)
            self.edit_here(self.rng.choice(items), name, self.people.fresh(name))

    def edit_here(self, item: str, name: str, value: Value) -> None:
        found = self.store.items.get(item)
        old = found.record.get(name) if found else None
        self.people.superseded |= tokens(old)
        self.witness.person_replaced(tokens(old), tokens(value))
        with self.choke.calm():
            edit(self.hub(), item, name, value)

    def resolve_holds(self) -> int:
        """Somebody picks, of each held field, the value one of the remotes was last seen with. Returns how many there were."""
        last: dict[tuple[str, str], dict[str, Value]] = {}
        for conflict in self.store.conflicts.all(open_only=True):
            if conflict.clash.kind == "held" and conflict.clash.remote != HUB:
                last.setdefault((conflict.item, conflict.clash.field), {})[conflict.clash.remote] = conflict.clash.value
        for (item, name), values in sorted(last.items()):
            chosen = values[self.rng.choice(sorted(values))]
            self.witness.person_chose(tokens(chosen))
            resolve(self.hub(), item, name, chosen)
        return len(last)

    def settle(self, most: int = 24, *, resolving: bool = True) -> None:
        """Peace: no faults, no people, everything up. It is over with four runs in a row that wrote nothing and left
        nothing open; what was written in the last of `most` runs is echo.
        """
        self._make_peace()
        self.idle, self.echo = [], 0
        for number in range(most):
            self.echo = self._watched_run()
            if self.echo or self._is_waiting():
                self.idle = []
            if resolving and number == RESOLVED_AFTER and self.resolve_holds():
                self.idle = []
            if len(self.idle) == QUIET:
                return
        self.echo += QUIET - len(self.idle)

    def _make_peace(self) -> None:
        choke = self.choke
        choke.crash_at, choke.fault, choke.agitation, choke.forced = None, 0.0, 0.0, {}
        for remote in self.remotes.values():
            remote.down = False

    def _watched_run(self) -> int:
        """How much it wrote; its calls are kept."""
        before = self.writes()
        self.choke.log.clear()
        self.runs(1)
        self.idle.append(list(self.choke.log))
        return self.writes() - before

    def _is_waiting(self) -> bool:
        """Is the outcome of a write unknown, or a thing missed once?"""
        missing = any(
            self.store.items.any_missing(remote.id, kind) for remote in self.remotes.values() for kind in Kind
        )
        return missing or bool(self.store.intents.in_state("sent", "acked"))

    def writes(self) -> int:
        return sum(remote.writes for remote in self.remotes.values())

    # Looking and pointing.

    def item(self, thing: str) -> str:
        """The item of a ticket, named as its remote names it (`A1`)."""
        found = self.store.items.item_of((self.remotes[thing[0]].id, Kind.TICKET, thing))
        if found is None:
            raise LookupError(thing)
        return found

    def thing(self, item: str, name: str) -> str:
        bound = self.store.items.bound_on(item, self.remotes[name].id)
        if bound is None or bound.thing is None:
            raise LookupError(f"{item} on {name}")
        return bound.thing

    def held(self, item: str, name: str) -> Held:
        return self.remotes[name].things[self.thing(item, name)]

    def value(self, item: str, name: str, field: str) -> Value:
        return self.held(item, name).fields[field]

    def shown(self, item: str, field: str) -> list[Value]:
        """One value a remote, in alphabetical order."""
        return [self.value(item, name, field) for name in sorted(self.remotes)]

    def record(self, item: str) -> Mapping[str, Value]:
        found = self.store.items.get(item)
        return found.record if found else {}

    def edits(self, item: str, name: str, **fields: Value) -> None:
        """A person changes whole values on one remote."""
        self.people.edits(self.remotes[name], self.thing(item, name), **fields)


def fresh(seed: int = 0, tickets: int = 4, names: str = "ABC", **setup: Any) -> World:  # noqa: ANN401
    """A world at rest, whose people leave markers alone."""
    world = World(seed, tickets, names, **setup)
    world.people.wipe = 0.0
    world.runs(4)
    return world


def _no_transport(*_: object) -> None:
    raise NotImplementedError("a memory remote is called directly")


def _no_sleep(seconds: float) -> None:
    del seconds
